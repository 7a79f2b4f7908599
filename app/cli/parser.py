"""The grammar of the command line."""

import argparse
from pathlib import Path
from typing import NoReturn

from app.cli.bounded import bounded
from app.cli.later import Later
from app.cli.wishes import LIGHTS, dioptres, light, mains, seconds
from app.modes import MODES
from app.pictures.position import Position, parse_position
from capture.plans.schedule import LONGEST_DELAY, LONGEST_INTERVAL
from capture.profiles import profiles

bench, darkroom, doctor = Later("bench"), Later("darkroom"), Later("doctor")
keeping, lenses, library = Later("keeping"), Later("lenses"), Later("library")
looks, sheet, shoot = Later("looks"), Later("sheet"), Later("shoot")


class Parser(argparse.ArgumentParser):
    """A parser that answers wrong usage with one line and status 2."""

    def error(self, message: str) -> NoReturn:
        """Says what is wrong and where to read more."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


_count = bounded(int, 1, 256)
_index = bounded(int, 0)
_burst_length = bounded(int, 1, 64)
_exposure_value = bounded(float, -8.0, 8.0, "EV")
_strength = bounded(float, 0.0, 2.0)
_gain = bounded(float, 1.0, 1000.0)
_span = bounded(float, 0.3, 4.0, "EV")
_delay = bounded(float, 0.0, LONGEST_DELAY, "seconds")
_interval = bounded(float, 0.0, LONGEST_INTERVAL, "seconds")
_number = bounded(int, 1)


def _position(text: str) -> Position:
    try:
        return parse_position(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


class _Version(argparse.Action):
    """Looks the version up when it is asked for: what it takes, no start waits for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Tells it, and ends."""
        from importlib.metadata import version  # noqa: PLC0415 - as above

        print(f"baryta {version('baryta')}")
        parser.exit()


def build_parser() -> Parser:
    """The whole grammar; each command's function is the default `run`."""
    parser = Parser(prog="baryta", description="A camera. Without a command: the touchscreen app.")
    parser.add_argument("--version", action=_Version, nargs=0, help="tell the version")
    parser.add_argument("--verbose", action="store_true", help="log more; tracebacks of errors")
    _source(parser)
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=Parser)
    _shoot(commands)
    _merge(commands)
    _develop(commands)
    _styles(commands)
    _lenses(commands)
    _library(commands)
    _doctor(commands)
    _bench(commands)
    return parser


_Commands = argparse._SubParsersAction  # noqa: SLF001  (the only name typeshed has for it)


def _source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--source",
        default=argparse.SUPPRESS,
        metavar="SOURCE",
        help="auto, picamera2[:NUMBER], simulated[:SCENE or FILE.exr] or replay:DIR",
    )


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _threads(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--threads", type=_count, metavar="N", help="all by default")


def _sidecars(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sidecars", action="store_true", help="the look for darktable and RawTherapee too"
    )


def _tone_mapping(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--tone-mapping",
        type=_strength,
        metavar="X",
        help="local tone mapping: 0 none, 1 as the look has it, 2 twice as much",
    )


def _shoot(commands: "_Commands[Parser]") -> None:
    parser = commands.add_parser("shoot", help="take a picture")
    _source(parser)
    parser.add_argument("--mode", choices=tuple(MODES), default="auto", help="auto by default")
    frames = "of the burst, 1 to 64; hdr takes more where its steps do"
    parser.add_argument("--frames", type=_burst_length, metavar="N", help=frames)
    parser.add_argument("--style", metavar="NAME", help="the look, or none")
    parser.add_argument("--ev", type=_exposure_value, default=0.0, metavar="X", help="-8 to 8")
    _wishes(parser)
    _tone_mapping(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="instead of the picture library")
    parser.add_argument("--keep-burst", action="store_true", help="keep every raw frame as DNG")
    _sidecars(parser)
    parser.add_argument(
        "--position",
        type=_position,
        metavar="LAT,LON[,ALT]",
        help="where the picture is taken: degrees, and metres above the sea, as in "
        "--position=-33.8568,151.2153",
    )
    _threads(parser)
    _json(parser)
    parser.set_defaults(run=shoot.shoot)


def _wishes(parser: argparse.ArgumentParser) -> None:
    """What a person sets by hand, and when pictures are taken."""
    parser.add_argument(
        "--shutter", type=seconds, metavar="S", help="manual, long, bulb: as 1/125, 0.4 or 30"
    )
    parser.add_argument("--gain", type=_gain, metavar="X", help="manual: 1 and more; 4 is ISO 400")
    parser.add_argument("--span", type=_span, metavar="EV", help="bracket: to both sides, 4")
    parser.add_argument(
        "--step", type=_span, metavar="EV", help="bracket: from frame to frame, 2; 9 frames at most"
    )
    parser.add_argument("--wb", type=light, metavar="LIGHT", help=f"kelvin, or {', '.join(LIGHTS)}")
    parser.add_argument("--focus", type=dioptres, metavar="D", help="inf, 0.5m, or dioptres")
    parser.add_argument(
        "--mains",
        type=mains,
        metavar="HZ",
        help="50, 60 or off: whose lamps are not to flicker; as in the settings by default",
    )
    parser.add_argument(
        "--timer", type=_delay, default=0.0, metavar="S", help="seconds before the picture"
    )
    parser.add_argument(
        "--interval",
        type=_interval,
        default=0.0,
        metavar="S",
        help="seconds from picture to picture",
    )
    parser.add_argument("--count", type=_number, default=1, metavar="N", help="pictures to take")
    parser.add_argument(
        "--drive",
        choices=("single", "continuous"),
        default="single",
        help="continuous: all pictures are taken before the first is developed",
    )


def _merge(commands: "_Commands[Parser]") -> None:
    parser = commands.add_parser("merge", help="merge raw files of one burst into a DNG")
    parser.add_argument("frames", nargs="+", type=Path, metavar="FRAME")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="OUT.dng")
    parser.add_argument(
        "--reference",
        type=_index,
        metavar="N",
        help="the frame to align to, from 0; by default a sharp one of the first three",
    )
    _sidecars(parser)
    parser.add_argument(
        "--fast", action="store_true", help="a quick look: half size, of 5 frames at most"
    )
    _threads(parser)
    _json(parser)
    parser.set_defaults(run=darkroom.merge)


def _develop(commands: "_Commands[Parser]") -> None:
    parser = commands.add_parser("develop", help="make a JPEG or TIFF of a DNG")
    parser.add_argument("negative", type=Path, metavar="IN.dng")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="OUT.jpg|OUT.tif")
    parser.add_argument(
        "--style", metavar="NAME", help="the look, or none; by default the one it was shot in"
    )
    parser.add_argument("--ev", type=_exposure_value, default=0.0, metavar="X", help="-8 to 8")
    _tone_mapping(parser)
    _threads(parser)
    _json(parser)
    parser.set_defaults(run=darkroom.develop)


def _styles(commands: "_Commands[Parser]") -> None:
    parser = commands.add_parser("styles", help="the looks")
    actions = parser.add_subparsers(required=True, metavar="ACTION", parser_class=Parser)
    action = actions.add_parser("list", help="every look and what it is for")
    _json(action)
    action.set_defaults(run=looks.list_styles)
    action = actions.add_parser("show", help="a look's settings")
    action.add_argument("name", metavar="NAME")
    _json(action)
    action.set_defaults(run=looks.show_style)
    action = actions.add_parser("check", help="whether a file is a valid look")
    action.add_argument("file", type=Path, metavar="FILE")
    _json(action)
    action.set_defaults(run=looks.check_style)
    action = actions.add_parser("export", help="a look for other programs")
    action.add_argument("name", metavar="NAME")
    action.add_argument("-o", "--output", required=True, type=Path, metavar="look.cube|.png|.dcp")
    action.add_argument(
        "--camera",
        choices=profiles(),
        metavar="SENSOR",
        help=f"that a .dcp is for: {', '.join(profiles())}; imx477 by default",
    )
    _json(action)
    action.set_defaults(run=looks.export_style)
    action = actions.add_parser("sheet", help="one shot in every look, side by side")
    action.add_argument("negative", type=Path, metavar="IN.dng")
    action.add_argument("-o", "--output", required=True, type=Path, metavar="sheet.jpg")
    action.add_argument("--ev", type=_exposure_value, default=0.0, metavar="X", help="-8 to 8")
    _tone_mapping(action)
    _threads(action)
    _json(action)
    action.set_defaults(run=sheet.sheet)


def _lenses(commands: "_Commands[Parser]") -> None:
    parser = commands.add_parser("lens", help="the lenses without electronics")
    actions = parser.add_subparsers(required=True, metavar="ACTION", parser_class=Parser)
    action = actions.add_parser("list", help="the lens book; * marks the one on the camera")
    action.add_argument(
        "--camera", choices=profiles(), metavar="SENSOR", help="for equivalents; imx477 by default"
    )
    _json(action)
    action.set_defaults(run=lenses.list_lenses)
    action = actions.add_parser("add", help="a lens to the book")
    action.add_argument("name", metavar="NAME")
    action.add_argument("--focal-length", type=float, metavar="MM")
    action.add_argument("--f-number", type=float, metavar="N", help="as it is set")
    action.add_argument("--mount", metavar="NAME", help="as M or CS")
    action.set_defaults(run=lenses.add_lens)
    action = actions.add_parser("remove", help="a lens from the book")
    action.add_argument("name", metavar="NAME")
    action.set_defaults(run=lenses.remove_lens)
    action = actions.add_parser("use", help="which lens is on the camera; none for another")
    action.add_argument("name", metavar="NAME")
    action.add_argument("--f-number", type=float, metavar="N", help="as it is set now")
    action.set_defaults(run=lenses.use_lens)
    action = actions.add_parser(
        "correct", help="a lens's distortion and lateral colour, by lensfun"
    )
    action.add_argument("name", metavar="NAME")
    action.add_argument(
        "lensfun", metavar="LENS", help="its name in lensfun's database; none for no correction"
    )
    action.set_defaults(run=lenses.correct_lens)
    action = actions.add_parser("frame", help="what a longer lens would see of the picture")
    action.add_argument("focal_length", type=float, metavar="MM")
    action.set_defaults(run=lenses.frame_lens)
    action = actions.add_parser("flat", help="measure its shading: fill the view with plain white")
    _source(action)
    action.add_argument("--ev", type=_exposure_value, default=0.0, metavar="X", help="-8 to 8")
    _json(action)
    action.set_defaults(run=lenses.measure_lens)


def _library(commands: "_Commands[Parser]") -> None:
    parser = commands.add_parser("library", help="the pictures taken")
    actions = parser.add_subparsers(required=True, metavar="ACTION", parser_class=Parser)
    action = actions.add_parser("list", help="every picture")
    _place(action)
    _json(action)
    action.set_defaults(run=library.list_pictures)
    action = actions.add_parser("restyle", help="one more JPEG of a picture, in another look")
    action.add_argument("id", metavar="ID", help="its number, as baryta library list shows it")
    action.add_argument("--style", required=True, metavar="NAME", help="the look, or none")
    _tone_mapping(action)
    _threads(action)
    _place(action)
    _json(action)
    action.set_defaults(run=library.restyle)
    _keeping(actions)


def _keeping(actions: "_Commands[Parser]") -> None:
    """What keeps the library whole."""
    for name, what, run in (
        ("verify", "whether every file is as it was saved", keeping.verify_library),
        ("recover", "finish what a crash left, and rebuild the index", keeping.recover_library),
        ("trash", "the deleted pictures that can be brought back", keeping.list_trash),
        ("empty-trash", "delete them for good", keeping.empty),
    ):
        action = actions.add_parser(name, help=what)
        _place(action)
        _json(action)
        action.set_defaults(run=run)
    for name, what, run in (
        ("delete", "move pictures into the trash", keeping.delete_pictures),
        ("protect", "mark pictures against deleting", keeping.protect_pictures),
        ("unprotect", "take the mark away", keeping.unprotect_pictures),
    ):
        action = actions.add_parser(name, help=what)
        action.add_argument("ids", nargs="+", type=_number, metavar="ID")
        _place(action)
        _json(action)
        action.set_defaults(run=run)
    action = actions.add_parser("restore", help="bring a deleted picture back, or the last one")
    action.add_argument("id", nargs="?", type=_number, metavar="ID")
    _place(action)
    _json(action)
    action.set_defaults(run=keeping.restore_picture)


def _place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", help="of shoot, instead of the library")


def _doctor(commands: "_Commands[Parser]") -> None:
    parser = commands.add_parser("doctor", help="what keeps this device from taking pictures")
    _json(parser)
    parser.set_defaults(run=doctor.doctor)


def _bench(commands: "_Commands[Parser]") -> None:
    parser = commands.add_parser("bench", help="the time of each stage on this device")
    parser.add_argument("--runs", type=_count, default=3, metavar="N", help="the median counts")
    parser.add_argument(
        "--megapixels", type=float, default=12.3, metavar="MP", help="of a frame, 0.1 to 64"
    )
    parser.add_argument(
        "--history", type=Path, metavar="FILE", help="to add the result to, a JSON line a run"
    )
    _threads(parser)
    _json(parser)
    parser.set_defaults(run=bench.bench)
