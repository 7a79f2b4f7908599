"""The way to the drawer and what it leads to: settings, hand-over, the first questions."""

from kivy.core.window import Window

from app.ui.dials import Dials
from app.ui.gallery import Gallery
from app.ui.language import short
from app.ui.pages import Pages
from app.ui.parts import Parts
from app.ui.settings_page import SettingsPage
from app.ui.shading_page import ShadingPage
from app.ui.tools_page import ToolsPage
from app.ui.viewfinder import Viewfinder
from app.ui.welcome_page import WelcomePage


class Drawer:
    """Opens the pages that are not the library's.

    Args:
        parts: the camera and what belongs to it.
        pages: where they are opened.
        gallery: opens the library.
        viewfinder: what the tools lie over.
        dials: of the camera, which can be changed.
    """

    def __init__(
        self,
        parts: Parts,
        pages: Pages,
        gallery: Gallery,
        viewfinder: Viewfinder,
        dials: Dials,
    ) -> None:
        self._parts, self._dials = parts, dials
        self._choices, self._bridge, self._pages = parts.choices, parts.bridge, pages
        self._gallery, self._viewfinder = gallery, viewfinder
        pages.keep(ToolsPage, self._made_tools)
        pages.keep(SettingsPage, self._made_settings)
        pages.keep(ShadingPage, self._made_shading)
        pages.keep(WelcomePage, self._made_welcome, ahead=False)

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

    def open_shading(self) -> None:
        """Measures the lens that is on the camera."""
        self._pages.open(self._pages.kept(ShadingPage))

    def open_send(self) -> None:
        """Hands pictures over for as long as its page is open."""
        self._gallery.open_send()

    def open_welcome(self) -> None:
        """Asks the first questions."""
        self._pages.open(self._pages.kept(WelcomePage))

    def _made_welcome(self) -> WelcomePage:
        return WelcomePage(self._choices, self._bridge, self._resolution(), place=self._place)

    def _made_tools(self) -> ToolsPage:
        page = ToolsPage(self._parts, self._dials, self._viewfinder)
        page.bind(on_library=self._library, on_settings=self._settings, on_send=self._send)
        page.bind(on_shading=self._shading)
        return page

    def _made_shading(self) -> ShadingPage:
        return ShadingPage(self._parts)

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

    def _shading(self, page: ToolsPage) -> None:
        self._pages.close(page)
        self.open_shading()
