"""A shopper asks for a person and walks away; the people of the shop are told, their answer finds
the shopper wherever they are, and when nobody speaks the assistant comes back.
"""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from backend.dev.dev_app import open_app
from tests.browser.admin_desk import AdminDesk
from tests.browser.shopper import PHONE, Shopper
from tests.contract.database_hand import change
from tests.support.pace import soon
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until
from tests.support.whole_shop import WholeShop

# What each side may wait to be told.
TOLD_SECONDS = 10
BEN, MIRA = "ben@mailbox.example", "mira@tide.example"
LINK = re.compile(r"http\S+#flux-chat=\S+")
ANSWER = "It’s Mira. We can engrave it by Friday."


def told_ms() -> float:
    return 1_000 * soon(TOLD_SECONDS)


def mails_to(shop: WholeShop, address: str) -> list[str]:
    mails = [mail for mail in shop.storefront.mails() if mail["to"] == [address]]
    return [f"{mail['subject']}\n{mail['text']}" for mail in mails]


def mira_wants_mail(mira: AdminDesk) -> None:
    mira.opens("/admin/settings/notifications")
    mira.app.get_by_label("Type").select_option("Email")
    mira.app.get_by_label("Email address or URL").fill(MIRA)
    mira.button("Add").click()
    mira.is_told("Notification added")


def minutes_pass(app: RunningApp, minutes: int) -> None:
    """All that was said, and all that is to be done, is so much older. What a process remembers of
    who is there is gone with it.
    """
    app.kill()
    for table, column in (
        ("messages", "at"),
        ("reply_addresses", "at"),
        ("conversations", "staff_silent_since"),
        ("conversations", "needs_staff_since"),
        ("jobs", "due_at"),
    ):
        change(app, f"UPDATE {table} SET {column} = {column} - {minutes * 60_000}")
    app.restart()


def test_who_asks_for_a_person_is_heard_answered_and_never_left_hanging(
    tide: WholeShop,
    desk: Callable[..., AdminDesk],
    person: Callable[..., Shopper],
    ai: ScriptedModel,
) -> None:
    open_app(tide.admin.base)
    ai.will_say("Gladly.", when="engrave", gap_ms=0)
    ai.will_say("That depends on the name.", when="how long", gap_ms=0)
    mira, ben = desk(), person(tide.storefront)
    mira_wants_mail(mira)

    ben.opens_chat("/")
    ben.asks("Can you engrave a name?", "Gladly.")
    ben.button("Menu").click()
    ben.chat.get_by_role("menuitem", name="Talk to a person").click()
    ben.sees("Team notified")
    ben.chat.get_by_label("Email").fill(BEN)
    ben.button("Email me the reply").click()
    ben.sees(f"We’ll email you at {BEN}")
    wait_until(lambda: mails_to(tide, MIRA), "Mira's mail", within=soon(TOLD_SECONDS))
    assert "engrave a name" not in "".join(mails_to(tide, MIRA))

    mira.opens("/admin/inbox")
    mira.conversations.first.click()
    mira.button("Assign to me").click()
    ben.sees(re.compile("joined the chat"))
    ben.button("Close chat").click()
    ben.visits("/collections/all")
    mira.message.fill(ANSWER)
    mira.button("Send").click()
    unread = ben.page.get_by_role("button", name=re.compile("Open chat, new messages"))
    expect(unread).to_be_visible(timeout=told_ms())
    ben.page.close()

    minutes_pass(tide.app, 5)
    wait_until(lambda: mails_to(tide, BEN), "Ben's mail", within=soon(TOLD_SECONDS))
    [mail] = mails_to(tide, BEN)
    assert ANSWER in mail
    [link] = LINK.findall(mail)
    phone = person(tide.storefront, **PHONE)
    phone.page.goto(link)
    phone.has_read(ANSWER)
    phone.says("Good! And how long does it take?")
    expect(mira.app.get_by_role("log").get_by_text("how long does it")).to_be_visible()

    minutes_pass(tide.app, 10)
    phone.button("Yes, let the assistant answer").click(timeout=told_ms())
    phone.has_read("That depends on the name.")
    again = person(tide.storefront)
    again.page.goto(link)
    again.sees("This link doesn’t work anymore.")
