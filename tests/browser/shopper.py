"""A person with a browser on the sample shop: what they do, and where on the page it shows."""

import json
import re
from typing import Any, Self

from playwright.sync_api import BrowserContext, Locator, Page, expect

from backend.dev.model.ai_script import counted as counted_words
from tests.support.processes import ROOT
from tests.support.scripted_model import ScriptedModel
from tests.support.storefronts import Storefront

LOCALES = ROOT / "extensions" / "chat-widget" / "locales"
# The launcher's name in every language of the chat.
OPEN_CHAT = re.compile(
    "|".join(
        f"^{json.loads(path.read_text())['launcher']['open']}"
        for path in LOCALES.iterdir()
        if not path.name.endswith(".schema.json")
    )
)

# For `browser.new_context`.
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}

READ_SO_FAR = """word => document.querySelector('flux-chat-widget').shadowRoot
  .querySelector('[data-part="reply"]').innerText.split(/\\s+/).includes(word)"""

# Each change of the growing reply, as the eye sees it.
WATCH_REPLY = """element => {
  const text = element.shadowRoot.querySelector('[data-part="reply"] [data-field="text"]')
  window.repliesSeen = []
  const look = () => text.innerText && window.repliesSeen.push(text.innerText.trim())
  new MutationObserver(look).observe(text, { childList: true, subtree: true, characterData: true })
}"""

# The states that each of the shopper's own messages has had, in their order.
WATCH_TICKS = """element => {
  window.ticksSeen = []
  const list = element.shadowRoot.querySelector('[data-part="messages"]')
  const look = () => {
    for (const [place, item] of [...list.querySelectorAll('.chat-message--shopper')].entries()) {
      const seen = (window.ticksSeen[place] ??= [])
      if (seen.at(-1) !== item.dataset.status) seen.push(item.dataset.status)
    }
  }
  new MutationObserver(look).observe(list, { childList: true, subtree: true, attributes: true })
}"""

# As WCAG's text spacing has it, at 200 %.
SPREAD = """widget => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`.chat-panel, .chat-panel * {
    font-size: 30px !important; line-height: 1.5 !important;
    letter-spacing: 0.12em !important; word-spacing: 0.16em !important
  }`)
  widget.shadowRoot.adoptedStyleSheets = [...widget.shadowRoot.adoptedStyleSheets, sheet]
}"""


class Shopper:
    """One tab. What is looked for has the role and the name that a screen reader would say."""

    def __init__(self, page: Page, storefront: Storefront) -> None:
        self.page = page
        self._storefront = storefront

    @property
    def browser(self) -> BrowserContext:
        return self.page.context

    @property
    def launcher(self) -> Locator:
        return self.page.get_by_role("button", name=OPEN_CHAT)

    @property
    def chat(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def log(self) -> Locator:
        return self.chat.get_by_role("log")

    @property
    def messages(self) -> Locator:
        """Those of the conversation; a reply may have lists of its own inside."""
        return self.log.locator("> ol > li")

    @property
    def input(self) -> Locator:
        """Where messages are written; a form above it has fields of its own."""
        return self.chat.get_by_role("textbox").last

    def button(self, name: str) -> Locator:
        """Of the chat."""
        return self.chat.get_by_role("button", name=name, exact=True)

    def another_tab(self) -> Self:
        return type(self)(self.browser.new_page(), self._storefront)

    def address(self, path: str) -> str:
        return self._storefront.url(path)

    def visits(self, path: str = "/") -> None:
        self.page.goto(self.address(path))

    def opens_chat(self, path: str | None = None) -> None:
        """After a visit to `path`, where one is given."""
        if path is not None:
            self.visits(path)
        self.launcher.click()
        expect(self.input).to_be_visible()

    def says(self, text: str) -> None:
        self.input.fill(text)
        self.input.press("Enter")

    def asks(self, text: str, answer: str) -> None:
        """And has read the whole answer."""
        self.says(text)
        self.has_read(answer)

    def has_read(self, text: str) -> None:
        """A whole message of exactly these words, once."""
        expect(self.log.get_by_text(text, exact=True)).to_have_count(1)

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Anywhere in the chat, a reply that is still being written included."""
        expect(self.chat).to_contain_text(text, use_inner_text=True)

    def reads_as_far_as(self, word: str) -> None:
        """The moment it stands in the reply that is being written."""
        self.page.wait_for_function(READ_SO_FAR, arg=word)

    def watches_the_reply(self) -> None:
        self.page.locator("flux-chat-widget").evaluate(WATCH_REPLY)

    def watches_the_ticks(self) -> None:
        self.page.locator("flux-chat-widget").evaluate(WATCH_TICKS)

    def saw_of_the_ticks(self) -> list[list[str]]:
        """Each state of each own message since `watches_the_ticks`."""
        seen: list[list[str]] = self.page.evaluate("window.ticksSeen")
        return seen

    def saw_of_the_reply(self) -> list[str]:
        """Every state of it on the screen since `watches_the_reply`, without repeats."""
        return list(dict.fromkeys(self.page.evaluate("window.repliesSeen")))

    def keeps(self) -> dict[str, set[str]]:
        """The names under which this browser keeps something for the chat."""
        names: dict[str, Any] = self.page.evaluate(
            "({ local: Object.keys(localStorage), session: Object.keys(sessionStorage) })"
        )
        cookies = [str(cookie.get("name")) for cookie in self.browser.cookies()]
        names["cookies"] = [name for name in cookies if not name.startswith("sample_")]
        return {
            place: {_short(name) for name in found} for place, found in names.items()
        }


def counted(number: int) -> str:
    """What the model says of itself when it is scripted to say so many `chunks`."""
    return counted_words(number)


def times_asked(ai: ScriptedModel, words: str) -> int:
    """How often the model was asked for an answer to these words."""
    return sum(call["body"]["messages"][-1]["content"] == words for call in ai.calls())


def _short(name: str) -> str:
    """`flux-chat/session-flux-demo.myshopify.com` is `session`; whatever is not the chat's stays
    whole.
    """
    found = re.fullmatch(r"flux-chat(?:/|%2F)(\w+)-.+", name)
    return found[1] if found else name
