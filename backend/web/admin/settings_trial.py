"""Try it: one reply of the assistant with the settings as they are typed, drawn for the box beside
them.
"""

from flask import Blueprint, render_template, request

from backend.bounds import is_storable
from backend.chat import trial
from backend.chat.trial import MOST_CHARACTERS, MOST_SAID, Trial, TrialReply
from backend.clock import now_ms
from backend.errors import AssistantError, Invalid, TooManyMessages
from backend.shops import settings
from backend.shops.languages import LANGUAGES
from backend.shops.settings import Settings
from backend.shops.staff import Staff
from backend.web.admin import settings_form
from backend.web.admin.settings_form import ASSISTANT, PAGES
from backend.web.admin.strings import ReaderLabels
from backend.web.admin.widget_words import DEFAULT
from backend.web.guards import admin_only, services

admin_trial = Blueprint("admin_trial", __name__)

WRONG = "There are errors in the settings. Fix them to try again."
TOO_OFTEN = "Too many requests. Try again in a minute."
NO_ANSWER = "The assistant is unavailable right now."


@admin_trial.post("/settings/try")
@admin_only
def try_settings(staff: Staff) -> tuple[str, int]:
    said, locale = _read_said(), _read_locale()
    chosen = _read_chosen(staff)
    if chosen is None:
        return _tell(WRONG), 422

    try:
        reply = trial.answer(services(), Trial(staff, chosen, said, locale))
    except TooManyMessages:
        return _tell(TOO_OFTEN), 429
    except AssistantError:
        return _tell(NO_ANSWER), 503
    return _draw(staff, chosen, reply), 200


def _read_chosen(staff: Staff) -> Settings | None:
    """What is stored, with what is typed; None where a field is wrong."""
    with services().db.reading() as connection:
        stored = settings.load(connection, staff.shop.id).settings

    form = request.form.to_dict(flat=False)
    most = services().config.session_messages_per_minute
    read = settings_form.read_settings(PAGES[ASSISTANT], form, stored, most)
    return read.settings


def _read_said() -> list[str]:
    """Whose turn it is follows from the place: the shopper's words are first and last. Raises
    Invalid.
    """
    said = request.form.getlist("said")
    is_by_turns = len(said) % 2 == 1 and len(said) < MOST_SAID
    is_text = all(len(each) <= MOST_CHARACTERS and is_storable(each) for each in said)

    if not is_by_turns or not is_text or not said[-1].strip():
        raise Invalid("Enter a message.")
    return said


def _read_locale() -> str:
    locale = request.form.get("locale", "")
    return locale if locale in LANGUAGES else DEFAULT


def _tell(problem: str) -> str:
    return render_template("admin/trial_reply.html", problem=problem)


def _draw(staff: Staff, chosen: Settings, reply: TrialReply) -> str:
    words = ReaderLabels(staff, chosen, now_ms())
    parts = [(part["id"], words.part(part)) for part in reply.parts]
    return render_template(
        "admin/trial_reply.html",
        text=reply.text,
        blocks=words.prose(reply.text),
        parts=parts,
    )
