"""gunicorn's gevent worker with the statement guard: the app under test, started as ever, fails on a shopless one."""

from gunicorn.workers.ggevent import GeventWorker

from tests.store.statement_guard import guard


class GuardedWorker(GeventWorker):  # type: ignore[misc]
    def load_wsgi(self) -> None:
        super().load_wsgi()
        guard(self.wsgi.extensions["services"].db.engines)
