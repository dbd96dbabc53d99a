"""How gunicorn runs the app: gevent workers that serve requests and do jobs side by side."""

import gc
import shutil
import signal
import sys
import tempfile

import gevent
from gunicorn.glogging import Logger

from backend.assistant.warm_up import load_words
from backend.config import ConfigError, load

try:
    _config = load()
except ConfigError as error:
    # Without a traceback: what is to be done stands in the text.
    sys.exit(f"The settings are not usable.\n{error}")


# These lines of gunicorn's go on with what was asked, addresses and all.
TELLING = (
    "Invalid request",
    "Error handling request",
    "Error processing",
    "Socket error processing request",
)
# Said while nobody has asked anything yet: why a process cannot start.
STARTING = ("Exception in worker process",)


class QuietLogger(Logger):  # type: ignore[misc]
    """gunicorn's own log, without what people asked: such lines keep their first words and the kind
    of error.
    """

    def setup(self, cfg):  # type: ignore[no-untyped-def]
        super().setup(cfg)
        self.error_log.addFilter(_without_what_was_asked)


def _without_what_was_asked(record):  # type: ignore[no-untyped-def]
    message = str(record.msg)
    words = next((words for words in TELLING if message.startswith(words)), None)
    if words is None and record.exc_info and not message.startswith(STARTING):
        words = message.partition("%")[0].strip(" :")

    if words is not None:
        kind = "refused"
        if record.exc_info and record.exc_info[0]:
            kind = record.exc_info[0].__name__
        record.msg, record.args, record.exc_info = f"{words}: {kind}", (), None
    return True


logger_class = QuietLogger

bind = f"{'127.0.0.1' if _config.on_loopback else '0.0.0.0'}:{_config.port}"
workers = _config.web_concurrency
# Deadlines for what clients send, and room for newcomers.
worker_class = "backend.serving.TimedWorker"
# Open streams are connections that mostly wait. Fewer where the system allows fewer open files.
worker_connections = 5_000
# Running turns are handed over at once; this is for streams and answers that are nearly done.
graceful_timeout = 10
timeout = 60
keepalive = 75
# Our own log has one line per request, without addresses.
accesslog = None
# Its debugging tells every address.
loglevel = "info" if _config.log_level == "DEBUG" else _config.log_level.lower()
control_socket_disable = True
# Where several processes add up what they count; gone with the last of them.
_counts = tempfile.mkdtemp(prefix="flux-metrics-") if workers > 1 else None
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_counts}"] if _counts else []


def on_exit(server):  # type: ignore[no-untyped-def]
    """The last word of the master."""
    if _counts:
        shutil.rmtree(_counts, ignore_errors=True)


def post_worker_init(worker):  # type: ignore[no-untyped-def]
    """The application is loaded: begin to do jobs, and give them back at the first sign
    of the end.
    """
    load_words()
    worker.wsgi.extensions["services"].open_requests.fit(worker.worker_connections)
    jobs = worker.wsgi.extensions["worker"]
    jobs.start()
    stop_serving = worker.handle_exit

    def stop(number, frame):  # type: ignore[no-untyped-def]
        gevent.spawn(jobs.stop)
        stop_serving(number, frame)

    signal.signal(signal.SIGTERM, stop)
    # What is loaded by now stays; looking through it at every collection would stall all streams.
    gc.collect()
    gc.freeze()
    # What lives as long as a stream is looked through fifty times less often: each look stalled a
    # thousand of them.
    gc.set_threshold(5_000, 4, 500)
