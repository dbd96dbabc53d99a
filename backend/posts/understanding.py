"""What a turn of the team's talk is to do: as a button says, or as code reads the words."""

from backend.chat.turns import Turn
from backend.posts.post_orders import PostAction
from backend.posts.post_requests import Understood, read_request
from backend.posts.schedule_times import read_moment
from backend.posts.team_request import TeamRequest


def understand(turn: Turn, request: TeamRequest) -> Understood:
    order = (turn.page or {}).get("order")
    if order:
        action = PostAction(order["action"])
        return Understood(action, post_id=order["post"], wish=order["wish"])

    meant = read_request(request.text, request.surroundings)
    if meant.action is PostAction.OTHER:
        return _read_time(request) or meant
    return meant


def _read_time(request: TeamRequest) -> Understood | None:
    """The answer to the question when a post is to be published."""
    pointed = request.pointed
    if pointed.offered is not PostAction.SCHEDULE or pointed.post_id is None:
        return None

    zone = request.shop.settings.time_zone
    moment = read_moment(request.text, request.now, zone)
    if moment is None:
        return None
    return Understood(PostAction.SCHEDULE, post_id=pointed.post_id, at=moment)
