"""The way to the drawer and what it leads to: settings, hand-over, the first questions."""

from kivy.core.window import Window

from app.ui.bridge import Bridge
from app.ui.choices import Choices
from app.ui.gallery import Gallery
from app.ui.language import short
from app.ui.pages import Pages
from app.ui.settings_page import SettingsPage
from app.ui.tools_page import ToolsPage
from app.ui.viewfinder import Viewfinder
from app.ui.welcome_page import WelcomePage


class Drawer:
    """Opens the pages that are not the library's.

    Args:
        choices: the preferences.
        bridge: to the session.
        pages: where they are opened.
        gallery: opens the library.
        viewfinder: what the tools lie over.
    """

    def __init__(
        self,
        choices: Choices,
        bridge: Bridge,
        pages: Pages,
        gallery: Gallery,
        viewfinder: Viewfinder,
    ) -> None:
        self._choices, self._bridge, self._pages = choices, bridge, pages
        self._gallery, self._viewfinder = gallery, viewfinder
        pages.keep(ToolsPage, self._made_tools)
        pages.keep(SettingsPage, self._made_settings)

    @property
    def _place(self) -> str:
        return short(self._gallery.shelf.library.workshop.store.root)

    def _resolution(self) -> tuple[int, int]:
        width, height = Window.size
        return int(width), int(height)

    def open_tools(self) -> None:
        """Opens the drawer over the viewfinder."""
        if self._pages.top is not None:
            return
        self._pages.open(self._pages.kept(ToolsPage))

    def open_settings(self) -> None:
        """Opens the settings."""
        self._pages.open(self._pages.kept(SettingsPage))

    def open_send(self) -> None:
        """Hands pictures over for as long as its page is open."""
        self._gallery.open_send()

    def open_welcome(self) -> None:
        """Asks the first questions."""
        self._pages.open(
            WelcomePage(self._choices, self._bridge, self._resolution(), place=self._place)
        )

    def _made_tools(self) -> ToolsPage:
        page = ToolsPage(self._choices, self._bridge, self._viewfinder)
        page.bind(on_library=self._library, on_settings=self._settings, on_send=self._send)
        return page

    def _made_settings(self) -> SettingsPage:
        return SettingsPage(self._choices, self._bridge, self._resolution, place=self._place)

    def _library(self, page: ToolsPage) -> None:
        self._pages.close(page)
        self._gallery.open_library()

    def _settings(self, page: ToolsPage) -> None:
        self._pages.close(page)
        self.open_settings()

    def _send(self, page: ToolsPage) -> None:
        self._pages.close(page)
        self.open_send()
