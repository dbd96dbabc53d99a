"""All words that the assistant knows, read before a process serves anybody: the first question
would wait for them, and with it every stream of the process.
"""

from backend.assistant import rules
from backend.assistant.facts import Facts
from backend.assistant.facts_guard import FactsGuard
from backend.assistant.judging import check_text
from backend.catalog.lexicon import LANGUAGES
from backend.catalog.question import read_question

SOME_QUESTION = "a lamp under 40 euros"
SOME_STATEMENT = "It costs €40."


def load_words() -> None:
    """Takes two or three seconds, once in a process."""
    rules.warm_up()
    read_question(SOME_QUESTION, LANGUAGES)
    FactsGuard(Facts())
    check_text(SOME_STATEMENT, Facts())
