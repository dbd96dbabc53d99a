"""The pretend Page under `/sample/page`, as its readers see it, with what somebody needs to connect
it; and tests' hand on it.
"""

from pathlib import Path

from flask import (
    Blueprint,
    Response,
    abort,
    jsonify,
    redirect,
    render_template,
    request,
)
from werkzeug.wrappers import Response as AnyResponse

from backend.dev.facebook.graph_api import pretend_page
from backend.dev.facebook.page_posts import BadFault, PostOnPage

page_views = Blueprint(
    "page_views", __name__, template_folder=str(Path(__file__).with_name("pages"))
)


@page_views.get("/sample/page")
def show_page() -> str:
    page = pretend_page()
    return render_template("facebook-page.html", page=page, posts=page.newest_first())


@page_views.get("/sample/page/photos/<photo_id>")
def show_photo(photo_id: str) -> Response:
    photo = pretend_page().find_photo(photo_id)
    if photo is None:
        abort(404)
    response = Response(photo.content, content_type=photo.content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@page_views.post("/sample/page")
def empty_page() -> AnyResponse:
    pretend_page().forget()
    return redirect("/sample/page", 303)


@page_views.get("/sample/page/list")
def list_page() -> Response:
    """The newest first, and the calls by their names, the oldest first."""
    page = pretend_page()
    posts = [_tell_post(post) for post in page.newest_first()]
    return jsonify({"posts": posts, "unused": list(page.photos), "calls": page.calls})


@page_views.post("/sample/page/faults")
def add_faults() -> tuple[Response, int] | Response:
    """A list of `page_posts.GraphFault`, such as `{"call": "create", "lost": true}`."""
    listed = request.get_json()
    try:
        pretend_page().add_faults(listed)
    except BadFault as error:
        return jsonify({"error": str(error)}), 400
    return jsonify({})


def _tell_post(post: PostOnPage) -> dict[str, object]:
    return {
        "id": post.id,
        "message": post.message,
        "photos": [photo.id for photo in post.photos],
        "alt": [photo.alt_text for photo in post.photos],
        "link": post.link,
        "edited": post.is_edited,
    }
