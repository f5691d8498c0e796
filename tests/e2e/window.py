"""The page as somebody at the keyboard uses it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Browser, Locator, Page


@dataclass
class Window:
    """One browser window. `main` is the channel, `thread` the open thread, `dialog` the open form."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    @classmethod
    async def open(cls, browser: Browser, url: str, *, width: int = 1280, height: int = 800) -> Window:
        """Open the page and wait until it is live."""
        page = await browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(15_000)
        window = cls(page)
        page.on("console", lambda said: window.complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: window.complaints.append(str(error)))
        page.on("request", lambda request: window._note(request.url, url))
        await page.goto(url)
        await page.locator("body[data-ready]").wait_for()
        return window

    def _note(self, address: str, home: str) -> None:
        if urlsplit(address).netloc != urlsplit(home).netloc:
            self.strangers.append(address)

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def thread(self) -> Locator:
        return self.page.get_by_role("complementary", name="Thread")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    async def act_as(self, name: str) -> None:
        """Choose who to be."""
        await self.page.get_by_role("button", name=f"Act as {name}").click()
        await self.page.locator(".me", has_text=name).wait_for()

    async def go(self, place: str) -> None:
        """Click a place in the side bar."""
        button = self.page.get_by_label("People and conversations").get_by_role("button", name=place)
        await button.click()
        await self.page.locator("[aria-current=page]", has_text=place).wait_for()

    async def write(self, field: str, text: str) -> None:
        """Type into a field to write in, and send."""
        await self.page.get_by_label(field, exact=True).fill(text)
        await self.page.get_by_label(field, exact=True).press("Enter")

    def message(self, place: Locator, words: str) -> Locator:
        """The message with these words."""
        return place.get_by_role("article").filter(has_text=words).last

    async def react(self, place: Locator, words: str, emoji: str) -> None:
        """React to a message by the picker."""
        message = self.message(place, words)
        await message.hover()
        await message.get_by_role("button", name="Add reaction…").click()
        await (
            self.page.get_by_role("dialog", name="Pick a reaction")
            .get_by_role("button", name=emoji, exact=True)
            .click()
        )

    async def menu(self, place: Locator, words: str, entry: str) -> None:
        """Use an entry of a message's menu."""
        message = self.message(place, words)
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        await self.page.get_by_role("menuitem", name=entry).click()
