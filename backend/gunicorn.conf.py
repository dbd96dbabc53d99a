"""How gunicorn runs the app: gevent workers that serve requests and do jobs side by side."""

import gc
import shutil
import signal
import tempfile

import gevent

from backend.config import load

_config = load()

bind = f"{'127.0.0.1' if _config.on_loopback else '0.0.0.0'}:{_config.port}"
workers = _config.web_concurrency
worker_class = "gevent"
# Open streams are connections that mostly wait.
worker_connections = 5_000
# Running turns are handed over at once; this is for streams and answers that are nearly done.
graceful_timeout = 10
timeout = 60
keepalive = 75
# Our own log has one line per request, without addresses.
accesslog = None
loglevel = _config.log_level.lower()
control_socket_disable = True
# Where several processes add up what they count; gone with the last of them.
_counts = tempfile.mkdtemp(prefix="flux-metrics-") if workers > 1 else None
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_counts}"] if _counts else []


def on_exit(server):  # type: ignore[no-untyped-def]
    """The last word of the master."""
    if _counts:
        shutil.rmtree(_counts, ignore_errors=True)


def post_worker_init(worker):  # type: ignore[no-untyped-def]
    """The application is loaded: begin to do jobs, and give them back at the first sign of the end."""
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
