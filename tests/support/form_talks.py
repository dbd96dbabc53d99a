"""A shopper's chat with a form in it: what is written, what the form sends, and what stands there
then.
"""

import uuid
from typing import Any

from tests.support.people import Answer, Person
from tests.support.running_app import RunningApp

Fields = dict[str, Any]

# Numbers that nobody can have: they are kept for stories.
CONTACT = {
    "name": "Ana Ruiz",
    "phone": "+1 202-555-0147",
    "email": "ana.ruiz@lagoon.example",
}
IN_WORDS = (
    "Name is Ana Ruiz and phone number is +1 202-555-0147"
    " and email is ana.ruiz@lagoon.example"
)
# As forms and logs could spell them.
CONTACT_WORDS = {"Ana Ruiz", "202-555-0147", "2025550147", "ana.ruiz@lagoon"}
ORDER = "Hi so i need to buy 11 remote controls"
QUESTION = "what is your return policy?"


class FormTalk:
    """One tab of one shopper."""

    def __init__(self, who: Person) -> None:
        self.who = who

    def at(self, app: RunningApp) -> "FormTalk":
        """The same browser, met by another process, or by one that has started again."""
        return FormTalk(self.who.at(app))

    @property
    def form(self) -> Fields:
        """The one that is open; empty without any."""
        return self.who.history().body["form"] or {}

    @property
    def step(self) -> str | None:
        return self.form.get("step")

    @property
    def messages(self) -> list[Fields]:
        messages: list[Fields] = self.who.history().body["messages"]
        return messages

    def says(self, text: str, **fields: Any) -> str:
        """What was replied to it."""
        return self.reply_to(self.who.says(text, **fields))

    def begins(self, flow: str, **fields: Any) -> Answer:
        """By a button."""
        who = self.who.device
        known = who.session_id
        mine = {"sessionId": known} if known else {"firstId": who.first_id}
        asked = mine | self._as_ever() | {"flow": flow} | fields

        answer = self.who.sends("form", asked)
        if answer.status == 201:
            who.session_id = answer.body["sessionId"]
        return answer

    def answers(self, **values: str) -> str:
        """The step that is asked now. Returns what was replied."""
        return self.reply_to(self.sends(values=values))

    def acts(self, action: str, step: str = "") -> str:
        """back, cancel, change."""
        return self.reply_to(self.sends(action=action, step=step))

    def sends(self, form: Fields | None = None, **fields: Any) -> Answer:
        """As the form stands now, or stood."""
        return self.who.sends("form", self.asked(form, **fields))

    def asked(self, form: Fields | None = None, **fields: Any) -> Fields:
        """The body of that call."""
        shown = form or self.form
        about = {
            "sessionId": self.who.device.session_id,
            "run": shown["run"],
            "revision": shown["revision"],
            "step": shown["step"],
            "action": "answer",
        }
        return about | self._as_ever() | fields

    def refusals(self, **values: str) -> dict[str, str]:
        """The sentences at the fields of an answer that is not taken."""
        refused = self.sends(values=values)
        assert refused.status == 422, refused.content
        sentences: dict[str, str] = refused.body["error"]["fields"]
        return sentences

    def reply_to(self, answer: Answer) -> str:
        """Once its turn has ended."""
        assert answer.status == 201, answer.content
        assert self.who.follows(answer.turn).names[-1] == "finished"

        asked = answer.body["message"]["seq"]
        for message in self.messages:
            if message["role"] == "assistant" and message["seq"] > asked:
                return str(message["text"])
        raise AssertionError(f"nothing was replied to {asked}")

    def _as_ever(self) -> Fields:
        return {
            "messageId": str(uuid.uuid4()),
            "locale": "en",
            "page": {},
        }


def shown(form: Fields) -> dict[str, str]:
    """What was answered in other steps, by its label."""
    return {each["label"]: each["value"] for each in form["summary"]}


def names_of_fields(form: Fields) -> list[str]:
    return [field["name"] for field in form["fields"]]


def receipts(talk: FormTalk) -> list[Fields]:
    """The orders that its messages tell of: `name` and `url`."""
    parts = [part for message in talk.messages for part in message["parts"]]
    return [part["order"] for part in parts if part.get("order")]
