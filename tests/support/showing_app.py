"""The app with one tool more, so that a scripted model can show any part to a shopper."""

from pathlib import Path

from flask import Flask

from backend import tools
from backend.app import create_app as create_whole_app
from tests.support.fork_server import ForkedProgram
from tests.support.pretend_shopify import AdminApi
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.stores import Stores
from tests.support.waiting import answers

MORE_TOOLS = str(Path(__file__).with_name("more_tools"))
PROGRAM = ["-c", "backend/gunicorn.conf.py", "tests.support.showing_app:create_app()"]


def create_app() -> Flask:
    """Tools are found by their files, so one more folder is one more place to look."""
    if MORE_TOOLS not in tools.__path__:
        tools.__path__.append(MORE_TOOLS)
    return create_whole_app()


class ShowingApp(RunningApp):
    """A running app of which gunicorn loads the one above."""

    def _serve(self) -> "ShowingApp":
        environment = self._environment()
        self._program = ForkedProgram("gunicorn", PROGRAM, self._log, environment)
        self._program.wait_ready(lambda: answers(f"{self.base}/ready"))
        return self


def start_showing_app(
    stores: Stores, model: ScriptedModel, admin: AdminApi, folder: Path
) -> ShowingApp:
    """With patience for many shoppers from one address."""
    settings = {
        "OPENAI_API_KEY": "key-of-the-tests",
        "OPENAI_BASE_URL": f"{model.base}/v1",
        "SESSION_MESSAGES_PER_MINUTE": "1000",
        "ADDRESS_MESSAGES_PER_MINUTE": "10000",
    }
    app = ShowingApp(stores.new("sqlite"), folder, **(admin.settings | settings))
    app.start()
    return app
