"""create_app(): configuration, services, doors, and the one place where errors become answers."""

import secrets
import time

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from backend import cli, config, logs, services, web
from backend.ai.provider import Tools
from backend.errors import ChatError, MethodNotAllowed, NotFound, TooLong
from backend.jobs.worker import Worker
from backend.metrics import REFUSALS
from backend.shops.directory import Directory
from backend.shops.proxy_paths import ProxyPaths
from backend.tools.toolbox import Toolbox, find_tools
from backend.web import bodies, guards, responses
from backend.web.hop_check import HopCheck

HTTP_ERRORS: dict[int, type[ChatError]] = {
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLong,
}
QUIET_PATHS = frozenset({"/health", "/ready", "/metrics"})


def create_app(
    settings: config.Config | None = None, tools: Tools | None = None
) -> Flask:
    """The WSGI application, with all tools unless others are given. Raises ConfigError, with every
    problem, when the environment is not usable.
    """
    try:
        settings = settings or config.load()
        logs.set_up(settings.log_level)
        built = services.build(settings, tools or Toolbox(find_tools()))
    except config.ConfigError as error:
        if cli.is_asked_for_commands():
            return cli.without_settings(error)
        raise

    for warning in settings.warnings():
        logs.logger().warning("a setting may be wrong", because=warning)

    app = Flask(__name__, static_folder=None)
    app.request_class = bodies.Request
    # A redirect would repeat the signed address; a path that is not ours is simply not found.
    app.url_map.merge_slashes = False

    app.extensions["services"] = built
    app.extensions["directory"] = Directory(built.db)
    app.extensions["hop_check"] = HopCheck()
    app.extensions["proxy_paths"] = ProxyPaths(built.db)
    app.extensions["worker"] = Worker(built)

    app.before_request(_note_start)
    app.before_request(guards.refuse_unsigned)
    app.before_request(guards.refuse_unstorable)
    app.after_request(_add_headers)
    app.after_request(_log_request)
    app.register_error_handler(ChatError, answer_error)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_mistake)

    web.register(app)
    cli.register(app)
    return app


def answer_error(error: ChatError) -> Response:
    REFUSALS.labels(error.code).inc()
    g.code, g.ref = error.code, secrets.token_hex(6)
    return responses.error_response(error, g.ref)


def answer_http_error(error: HTTPException) -> Response:
    code = error.code or 500
    ours = ChatError if code >= 500 else HTTP_ERRORS.get(code, MethodNotAllowed)

    response = answer_error(ours())
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def answer_mistake(error: Exception) -> Response:
    """A mistake of ours: the log has it, the caller learns only that it may try again."""
    logs.logger().exception("request broke", path=_shape_of_path())
    answer = answer_error(ChatError())
    return guards.find_framed_refusal(ChatError()) or answer


def _note_start() -> None:
    g.began = time.perf_counter()


def _add_headers(response: Response) -> Response:
    """Answers are one person's own: never stored on the way, never sniffed, never framed."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault(
        "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "no-referrer"

    if not guards.is_forwarded():
        # It would bind the merchant's whole domain, which is not ours to promise for.
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _log_request(response: Response) -> Response:
    if request.path in QUIET_PATHS:
        return response

    now = time.perf_counter()
    took = (now - g.get("began", now)) * 1000
    logs.logger().info(
        "request",
        method=request.method,
        path=_shape_of_path(),
        status=response.status_code,
        code=g.get("code"),
        ref=g.get("ref"),
        ms=round(took, 1),
    )
    return response


def _shape_of_path() -> str:
    """The route and not the address: ids do not belong into logs."""
    return request.url_rule.rule if request.url_rule else "unknown"
