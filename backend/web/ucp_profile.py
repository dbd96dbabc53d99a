"""What this app is to stores that it asks through UCP. They fetch it, so that it is open and may be
kept for a while.
"""

from flask import Blueprint, Response

from backend.shopify import ucp
from backend.web import responses
from backend.web.guards import open_to_all

ucp_profile = Blueprint("ucp_profile", __name__)

KEPT = "public, max-age=3600"


@ucp_profile.get(ucp.PROFILE_PATH)
@open_to_all
def show_profile() -> Response:
    response = responses.as_json(ucp.build_profile())
    response.headers["Cache-Control"] = KEPT
    return response
