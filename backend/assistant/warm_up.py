"""All words that the assistant knows, read before a process serves anybody: the first question
would wait for them, and with it every stream of the process.
"""

from backend.assistant import rules
from backend.catalog.lexicon import LANGUAGES
from backend.catalog.question import read_question

SOME_QUESTION = "a lamp under 40 euros"


def load_words() -> None:
    """Takes a second or two, once in a process. The facts guard has its own words, to be read here
    when the chat gives it facts.
    """
    rules.warm_up()
    read_question(SOME_QUESTION, LANGUAGES)
