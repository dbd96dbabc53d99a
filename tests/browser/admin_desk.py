"""Mira at her desk: the pretend admin in a browser of hers, with the app in its frame."""

import re
from typing import Self

from playwright.sync_api import Frame, FrameLocator, Locator, Page, expect

from tests.support.pretend_shopify import AdminApi

HOME = "/admin/apps/flux-chat"


class AdminDesk:
    """One tab of somebody who answers for the shop. `app` is what stands in the frame."""

    def __init__(self, page: Page, admin: AdminApi) -> None:
        self.page = page
        self._admin = admin

    @property
    def app(self) -> FrameLocator:
        return self.page.frame_locator("iframe[title='Flux Chat']")

    @property
    def frame(self) -> Frame:
        """The same as a frame that can run scripts."""
        [frame] = [one for one in self.page.frames[1:] if "/apps/" not in one.url]
        return frame

    @property
    def conversations(self) -> Locator:
        """Of the inbox, the latest first."""
        return self.app.get_by_role(
            "list", name="Conversations, the latest first"
        ).get_by_role("link")

    @property
    def message(self) -> Locator:
        """Where a reply is written."""
        return self.app.get_by_label("Message", exact=True)

    @property
    def standing(self) -> Locator:
        """How the open conversation stands, above it."""
        return self.app.locator("#standing")

    def notes(self, words: str) -> None:
        """For the team, in the conversation that is open."""
        self.app.get_by_role("tab", name="Internal note").click()
        self.app.get_by_label("Note", exact=True).fill(words)
        self.button("Add note").click()
        note = self.app.locator(".note__text").get_by_text(words)
        expect(note).to_be_visible()

    def heading(self, name: str) -> Locator:
        return self.app.get_by_role("heading", name=name, level=1)

    def button(self, name: str) -> Locator:
        """Of the app."""
        return self.app.get_by_role("button", name=name, exact=True)

    def another_tab(self) -> Self:
        return type(self)(self.page.context.new_page(), self._admin)

    def visits(self, path: str = "/admin") -> None:
        """A page of the admin itself."""
        self.page.goto(self._admin.base + path)

    def opens(self, path: str = "") -> None:
        """A page of the app, and has it before her."""
        self.visits(HOME + path)
        expect(self.app.get_by_role("heading", level=1)).to_be_visible()

    def goes_to(self, name: str) -> None:
        """By the app's menu in the admin."""
        # Behind it stands how many wait.
        wanted = re.compile(rf"^{re.escape(name)}( \(\d+\+?\))?$")
        menu = self.page.get_by_role("navigation", name="Admin")
        menu.get_by_role("link", name=wanted).click()
        expect(self.heading(name)).to_be_visible()

    def is_told(self, words: str) -> None:
        """By a toast."""
        expect(self.page.locator("[data-part=toast]")).to_contain_text(words)
