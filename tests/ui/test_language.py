"""The screen in every language: nothing is left in English, cut, or without a letter."""

import ast
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageFont

from app.modes import Wish
from app.preferences import Preferences
from app.ui.language import FONTS, LANGUAGES, Speech, speech
from app.ui.messages import read_messages
from capture.frames import ByHand
from capture.plan import ExposurePlan, FrameExposure, Metering
from capture.plans.bracket import plan_bracket
from capture.plans.motion import HAND, Motion
from capture.profiles import profile
from capture.simulated import SimulatedSource
from capture.source import Abilities
from styles import available
from tests.ui.test_sizes import _texts_fit

TIMES = "\N{MULTIPLICATION SIGN}"
UI = Path(__file__).parents[2] / "app" / "ui"
OTHERS = [language for language in LANGUAGES if language != "en"]
SIZES = [(800, 480), (720, 1280), (480, 320)]


def messages() -> set[str | tuple[str, str]]:
    """All that the screen says, in English, Baryta's own looks among it."""
    found: set[str | tuple[str, str]] = set(available())
    for path in UI.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                values = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                if node.func.id in ("tr", "marked") and values and values[0]:
                    found.add(str(values[0]))
                elif node.func.id == "trn":
                    found.add((str(values[0]), str(values[1])))
    for path in UI.glob("*.kv"):
        found |= set(re.findall(r'\btr\("([^"]+)"\)', path.read_text("utf-8")))
    return found


def letters(language: str) -> Iterator[str]:
    """All that is said in a language."""
    yield LANGUAGES[language]
    catalogue = read_messages(UI / "locale" / f"{language}.po")
    for message in messages():
        if isinstance(message, tuple):
            yield from (catalogue.ngettext(*message, count) for count in (1, 2))
        else:
            yield catalogue.gettext(message)


@pytest.mark.parametrize("language", OTHERS)
def test_everything_is_translated(language: str) -> None:
    """No message of the sources lacks in a catalogue; what stands in braces stays."""
    catalogue = read_messages(UI / "locale" / f"{language}.po")
    for message in messages():
        one = message if isinstance(message, str) else message[0]
        many = message if isinstance(message, str) else message[1]
        known = (
            catalogue.gettext(one) if isinstance(message, str) else catalogue.ngettext(*message, 2)
        )
        raw = (UI / "locale" / f"{language}.po").read_text("utf-8")
        assert f"msgid {quoted(one)}" in raw, one
        assert known
        assert sorted(re.findall(r"\{\w+\}", known)) == sorted(re.findall(r"\{\w+\}", many)), one


def quoted(text: str) -> str:
    """As a .po file has it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def test_plural_forms_are_the_languages_own() -> None:
    """French says one of zero, Japanese has one form, German two."""
    speech = Speech()
    said = {}
    for language in ("de", "fr", "ja"):
        speech.speak(language)
        said[language] = [
            speech.words.ngettext("{count} frame", "{count} frames", n) for n in (0, 2)
        ]
    assert said == {
        "de": ["{count} Aufnahmen", "{count} Aufnahmen"],
        "fr": ["{count} vue", "{count} vues"],
        "ja": ["{count}\N{NO-BREAK SPACE}コマ"] * 2,
    }


@pytest.mark.parametrize("language", FONTS)
@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_fonts_have_every_letter(language: str, weight: str) -> None:
    """No letter of a language is drawn as the box that stands for a missing one."""
    font = ImageFont.truetype(UI / "fonts" / f"{FONTS[language]}-{weight}.otf", 40)
    missing = bytes(font.getmask("\uffff"))
    used = set("".join(letters(language))) | set("0123456789+-.:/%°") - {" "}
    lost = [
        letter
        for letter in sorted(used - {" ", "\n", "\N{NO-BREAK SPACE}"})
        if bytes(font.getmask(letter)) == missing
    ]
    assert not lost


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_language_is_cut(stage: Any, language: str, size: tuple[int, int]) -> None:
    """Drawer, settings, first questions and viewfinder on every panel, in large type as well."""
    stage.preferences = Preferences(language=language, welcomed=True, large_text=True)
    screen = stage.open(*size)
    openers = (screen.drawer.open_tools, screen.drawer.open_settings, screen.drawer.open_welcome)
    for opener in openers:
        opener()
        stage.frames(3)
        fits(screen.pages.top)
        screen.pages.clear()
    fits(screen)
    assert screen.ids.status.activity != "Ready"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_what_is_told_of_a_camera_is_not_cut(
    stage: Any, language: str, size: tuple[int, int]
) -> None:
    """The help for lamps' flicker, and the note of an unknown sensor, in large type."""
    stage.preferences = Preferences(language=language, welcomed=True, large_text=True)
    stage.camera.abilities = Abilities(flicker=True, sensor_known=False)
    screen = stage.open(*size)
    for opener in (screen.drawer.open_tools, screen.drawer.open_settings):
        opener()
        stage.frames(3)
        fits(screen.pages.top)
        screen.pages.clear()
    fits(screen)
    assert screen.ids.status.activity not in ("", "Ready")


def fits(root: Any) -> None:
    """No text is cut."""
    texts = [widget for widget in root.walk(restrict=True) if hasattr(widget, "fits")]
    assert texts
    for text in texts:
        assert not text.text or text.fits(), f"{text.text!r} is cut at {text.size}"


def test_changing_the_language_changes_the_screen(stage: Any) -> None:
    """A touch in the settings goes on to the next language at once, and is remembered."""
    screen = stage.open()
    screen.drawer.open_settings()
    stage.frames(3)
    stage.tap(screen.pages.top.rows["language"])
    stage.until(lambda: stage.choices.now.language == "de" and not stage.root.renewal.pending)
    page = stage.screen.pages.top
    assert page.rows["theme"].title == "Farben"
    stage.until(lambda: Preferences.load(stage.folder / "screen.json").language == "de")
    stage.until(lambda: stage.screen.ids.status.activity == "Bereit")


def test_no_frame_waits_for_a_language_to_be_read(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are read beside, as soon as one of them can be chosen."""
    from app.ui import language

    readers = []

    def read(path: Path) -> Any:
        readers.append(threading.current_thread())
        return read_messages(path)

    monkeypatch.setattr(language, "read_messages", read)
    screen = stage.open()
    language.words_of.cache_clear()
    screen.drawer.open_settings()
    stage.until(lambda: language.words_of.cache_info().currsize == len(LANGUAGES))
    stage.choices.change(stage.bridge.background, language="fr")
    stage.until(lambda: not stage.root.renewal.pending)
    assert len(readers) == len(LANGUAGES) - 1  # English has no file
    assert threading.main_thread() not in readers


def test_an_open_loupe_stays_where_it_is_in_another_language(stage: Any) -> None:
    """No screen stays in two languages for it; the frame is seen in its own pixels at once."""
    old = stage.open()
    old.ids.viewfinder.magnify(4.0, (0.3, 0.6))
    stage.choices.change(stage.bridge.background, language="de")
    stage.until(lambda: not stage.root.renewal.pending)
    assert stage.screen is not old
    finder = stage.screen.ids.viewfinder
    assert (finder.zoom, *finder.centre) == pytest.approx((4.0, 0.3, 0.6))
    assert finder.texture.size == (320, 240)
    stage.frames(2)
    assert finder.ids.loupe.shown
    assert finder.ids.navigator.shown


def test_a_page_that_is_opened_in_two_languages_is_soon_in_one(stage: Any) -> None:
    """Who leaves the settings at once and opens another page reads it in the new language."""
    screen = stage.open()
    stage.until(lambda: screen.pages.ready)
    screen.drawer.open_settings()
    stage.frames(3)
    stage.choices.change(stage.bridge.background, language="de")
    assert stage.root.renewal.pending
    screen.pages.clear()
    screen.gallery.open_send()
    before = screen.pages.top
    stage.until(lambda: not stage.root.renewal.pending)
    assert stage.screen is not screen
    page = stage.screen.pages.top
    assert type(page) is type(before)
    assert page is not before
    assert "Senden" in [text.text for text in page.walk() if hasattr(text, "fits")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lens_s_name_has_all_its_letters(stage: Any, language: str) -> None:
    """An f-number's sign beside an accent and ideographs: each is drawn."""
    from kivy.core.text import Label

    from app.ui.language import font_for

    del stage  # Kivy is imported once its window is there
    name = "Noct \N{LATIN SMALL LETTER F WITH HOOK}0.95 \u65e5\u672c \u00e9"
    speech.speak(language)
    try:
        font = font_for(name)
    finally:
        speech.speak("en")
    for letter in name.replace(" ", ""):
        label = Label(text=letter, font_name=font, font_size=40)
        label.resolve_font_name()
        label.refresh()
        assert max(label.texture.pixels[3::4]) > 128, f"{letter!r} is blank in {font}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("motion", [Motion(0.0), HAND])
def test_a_bracket_tells_its_ends_on_the_screen(stage: Any, language: str, motion: Motion) -> None:
    """Darkest and brightest frame stand in the line of every language, and what is lacking."""
    del stage  # Kivy is imported once its window is there
    from app.ui.readout import plan_words

    plan = plan_bracket(Metering(1 / 80, 1.0, 0.5), profile("imx477"), motion=motion)
    speech.speak(language)
    try:
        line, short = plan_words(plan), plan_words(plan, brief=True)
    finally:
        speech.speak("en")
    for words in (line, short):
        assert "\N{MINUS SIGN}4" in words
        assert "+3.9" in words
        assert not (set("{}") & set(words))
    assert "±4" not in line
    assert language == "en" or " to " not in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_far_an_exposure_by_hand_is_from_the_meter(stage: Any, language: str) -> None:
    """In thirds, in every language, where both are set; with one of them only at its end."""
    del stage  # Kivy is imported once its window is there
    from app.ui.readout import plan_words

    frames = (FrameExposure(1 / 125, 1.0),) * 8
    both, one = ByHand(shutter=True, gain=True), ByHand(shutter=True)
    speech.speak(language)
    try:
        for over, told in (
            (-1.3, "\N{MINUS SIGN}1.3 EV"),
            (-11.77, "\N{MINUS SIGN}11.7 EV"),
            (0.1, "±0 EV"),
            (2.05, "+2.0 EV"),
        ):
            plan = ExposurePlan("manual", frames, by_hand=both, over_meter=over)
            line, short = plan_words(plan), plan_words(plan, brief=True)
            assert line.endswith(told), line
            assert short == f"8 {TIMES} 1/125 s · ISO 100 · {told}"
            assert language == "en" or "meter" not in line.lower().replace("posemètre", "")
        plan = ExposurePlan("manual", frames, by_hand=one, over_meter=0.1)
        assert "±" not in plan_words(plan)
        assert "+1.7 EV" in plan_words(replace(plan, over_meter=1.6))
        assert "EV" not in plan_words(replace(plan, mode="auto", over_meter=1.6))
    finally:
        speech.speak("en")


def _large_readout(stage: Any, language: str, size: tuple[int, int]) -> Any:
    """The line of figures in large type, before a night street."""
    stage.preferences = Preferences(welcomed=True, language=language, large_text=True)
    stage.source = lambda: SimulatedSource(
        "night-street", size=(320, 240), preview_size=(320, 240), threads=1
    )
    screen = stage.open(*size)
    return screen.ids.viewfinder.ids.panel.readout


@pytest.mark.parametrize("size", [(800, 480), (720, 1280), (480, 320), (320, 480)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_meter_is_read_whole_on_every_panel(
    stage: Any, language: str, size: tuple[int, int]
) -> None:
    """In large type, beside all else that the line tells of an exposure by hand."""
    readout = _large_readout(stage, language, size)
    stage.session.set_wish(Wish("manual", shutter=1 / 4000, gain=1.0))
    stage.until(lambda: (plan := stage.session.status.planned) and plan.mode == "manual")
    stage.until(lambda: re.search(r"\N{MINUS SIGN}1\d\.\d EV$", readout.line))
    stage.frames(10)
    _texts_fit(readout)


@pytest.mark.parametrize("size", [(800, 480), (480, 320), (320, 480)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_development_owes_is_no_compensation_on_the_screen(
    stage: Any, language: str, size: tuple[int, int]
) -> None:
    """No sign before it: "+2.5 EV" would be a brighter picture. The line is whole."""
    readout = _large_readout(stage, language, size)
    stage.session.set_wish(Wish("hdr"))
    stage.until(lambda: (plan := stage.session.status.planned) and plan.mode == "hdr")
    stage.frames(20)
    assert stage.session.status.planned.push > 1.0
    assert TIMES in readout.line
    assert not re.search(r"[+\N{MINUS SIGN}-]\d", readout.line), readout.line
    assert re.search(r"\d EV|EV \d", readout.line) or readout.brief
    _texts_fit(readout)
