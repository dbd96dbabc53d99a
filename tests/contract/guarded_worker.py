"""The app's own worker with the statement guard: the app under test, started as ever, fails on a
shopless one.
"""

from backend.serving import TimedWorker
from tests.support.statement_guard import guard


class GuardedWorker(TimedWorker):
    def load_wsgi(self) -> None:
        super().load_wsgi()
        guard(self.wsgi.extensions["services"].db.engines)
