"""All words that the assistant knows, read before a process serves anybody: the first question
would wait for them, and with it every stream of the process.
"""

from backend.assistant import rules
from backend.assistant.facts import Facts
from backend.assistant.facts_guard import FactsGuard
from backend.assistant.judging import check_text
from backend.catalog.lexicon import LANGUAGES
from backend.catalog.question import read_question
from backend.clock import now_ms
from backend.flows.call_times import read_time
from backend.flows.commands import read_command
from backend.flows.contacts import read_contacts
from backend.flows.drafts import read_drafts
from backend.shops.settings import DEFAULTS

SOME_QUESTION = "a lamp under 40 euros"
SOME_STATEMENT = "It costs €40."
SOME_ORDER = "11 lamps and a chair"
SOME_CONTACT = "I am Ana Ruiz, +1 202-555-0147"
SOME_TIME = "tomorrow at 10"
ENGLISH = "en"


def load_words() -> None:
    """Takes two or three seconds, once in a process."""
    rules.warm_up()
    read_question(SOME_QUESTION, LANGUAGES)
    FactsGuard(Facts())
    check_text(SOME_STATEMENT, Facts())
    _load_words_of_forms()


def _load_words_of_forms() -> None:
    read_drafts(SOME_ORDER, LANGUAGES)
    read_contacts(SOME_CONTACT, None, ["name"])
    read_command("yes", ENGLISH)

    read_time(SOME_TIME, ENGLISH, now_ms(), DEFAULTS.opening_hours)
