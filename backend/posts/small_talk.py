"""What the copilot says to everything else: by the model, with tools that only read; without one
what it can do.
"""

import time
from functools import partial

from backend.ai.openai_chat import NoModel
from backend.assistant import transcript
from backend.chat import answering
from backend.chat.answering import Question, Result, Work
from backend.chat.trial import ReadOnlyTools
from backend.chat.turns import TurnStatus
from backend.errors import AssistantError, AssistantRefused, Interrupted
from backend.posts import drafting, post_prompts
from backend.posts.copilot_replies import say
from backend.posts.team_request import TeamRequest


def answer(work: Work, request: TeamRequest) -> Result:
    """Raises an AssistantError."""
    if isinstance(work.services.ai, NoModel):
        work.reply.say(say("help", request.language))
        return Result(TurnStatus.ANSWERED)

    try:
        finish = answering.ask_model(work, _ask(work, request), _until(work))
    except AssistantError as error:
        is_final = isinstance(error, (Interrupted, AssistantRefused))
        if is_final or not work.reply.is_empty:
            raise
        work.reply.say(say("help", request.language))
        return Result(TurnStatus.ANSWERED, error.code, error.because, error.check)
    return Result(TurnStatus.ANSWERED, because=finish.cut, is_whole=finish.cut is None)


def _until(work: Work) -> float:
    return time.monotonic() + work.attempt.seconds_left


def _ask(work: Work, request: TeamRequest) -> Question:
    shop = request.shop
    named = [(shown.post, shown.title) for shown in request.posts.values()]
    rules = post_prompts.talk(shop.name or shop.domain, named)
    return Question(
        shop_id=shop.id,
        messages=transcript.for_model(rules, request.said),
        chosen=shop.settings,
        at=request.now,
        facts=drafting.collect_said(request),
        tools=ReadOnlyTools(work.services.tools),
        context=partial(drafting.context_of, work, request),
    )
