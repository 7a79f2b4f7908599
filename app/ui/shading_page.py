"""Measuring how the lens darkens and tints its corners: over the viewfinder, on a white surface."""

from functools import partial

from kivy.clock import mainthread
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from app.lenses import Flat, Lens
from app.modes import WHITE
from app.stages import Stages
from app.ui.faults import brief
from app.ui.language import tr, trn
from app.ui.pages import Page
from app.ui.parts import Parts
from capture.frames import Burst

LANE = "shading"


class ShadingPage(Page):
    """What to do, and how it went. The work goes on when the page is left.

    Attributes:
        lens: that is measured: its name.
        hint: what came of it; "" before.
        measuring: it is under way.
        progress: of it, 0..1.
        sheet: what the words lie on.
    """

    lens = StringProperty("")
    hint = StringProperty("")
    measuring = BooleanProperty(defaultvalue=False)
    progress = NumericProperty(0.0)
    sheet = ObjectProperty(None)
    translucent = True

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts

    def entered(self) -> None:
        """Is about the lens that is on the camera now."""
        name = self._parts.mount.lens.name
        if name != self.lens and not self.measuring:
            self.lens, self.hint = name, ""

    def measure(self) -> None:
        """Takes the white surface, unless it is being done."""
        lens, folder = self._parts.mount.lens, self._parts.mount.folder
        if self.measuring or not lens.name or folder is None:
            return
        if self._parts.session.measure(WHITE, mainthread(partial(self._taken, lens))):
            self.lens, self.measuring, self.progress = lens.name, True, 0.0
            self.hint = tr("Hold still")
        else:
            self.hint = tr("Wait until the pictures are made, then try again.")

    def _taken(self, lens: Lens, burst: Burst | None) -> None:
        folder = self._parts.mount.folder
        if burst is None or folder is None:
            self._ended(tr("The camera gave no frames; try again."))
            return
        self.hint = tr("Measuring")

        def work() -> Flat:
            from app.shading import measure_shading  # noqa: PLC0415 - no start waits for the merge

            return measure_shading(burst, lens, folder, Stages(self._report))[1]

        self._parts.bridge.background(work, self._done, lane=LANE, failed=self._failed)

    def _report(self, _stage: str, fraction: float) -> None:
        """On the thread that measures."""
        self._tell(fraction)

    @mainthread  # type: ignore[untyped-decorator]  # Kivy is untyped
    def _tell(self, fraction: float) -> None:
        self.progress = max(self.progress, fraction)

    def _done(self, flat: Flat) -> None:
        told = tr("The corners get {percent} % of the light.").format(
            percent=f"{100.0 * flat.corners:.0f}"
        )
        if flat.dust:
            specks = trn("{count} speck of dust", "{count} specks of dust", len(flat.dust))
            told = f"{told}  {specks}."
        self._ended(told)

    def _failed(self, error: Exception) -> None:
        self._ended(brief(error))

    def _ended(self, hint: str) -> None:
        self.measuring, self.hint = False, hint
        self._parts.session.measured()
