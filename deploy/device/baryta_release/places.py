"""Where everything lies on the device, and what the installation was told."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from .errors import ReleaseError

CHOICES = ("user", "source", "gate", "console", "hand_over")  # of Config: a person's
SESSION = "/usr/local/bin/baryta-in-session"
# Tools of before there were templates put what lies in the other into its place as it is.
_TEMPLATES, _FILLED = "templates", "system"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and files below one root.

    Attributes:
        root: /opt/baryta, or a test's own.
        base: of the file system that units and commands lie in.
    """

    root: Path = Path("/opt/baryta")
    base: Path = Path("/")

    @property
    def releases(self) -> Path:
        """A folder a release, named after it; whole because it is renamed into place."""
        return self.root / "releases"

    @property
    def incoming(self) -> Path:
        """Bundles as they were shipped."""
        return self.root / "incoming"

    @property
    def tool(self) -> Path:
        """This program, in one file."""
        return self.root / "baryta-release.pyz"

    @property
    def current(self) -> Path:
        """The link to the release that runs."""
        return self.root / "current"

    @property
    def journal(self) -> Path:
        """What is being done, or was done last."""
        return self.root / "journal.json"

    @property
    def lock(self) -> Path:
        """Held by the one that changes anything."""
        return self.root / "lock"

    @property
    def config(self) -> Path:
        """What the installation was told: see Config."""
        return self.root / "config.json"

    @property
    def shipped(self) -> Path:
        """The files of the system as they were shipped last, by their path: see system.py."""
        return self.root / _TEMPLATES

    @property
    def shipped_config(self) -> Path:
        """What the installation will have been told, once what was shipped is in its place."""
        return self.config_in(self.shipped)

    def config_in(self, folder: Path) -> Path:
        """What was chosen, among the files of the system in a folder."""
        return folder / self.config.relative_to(self.base)

    @property
    def configs(self) -> tuple[Path, ...]:
        """What the installation was told; where the file is lost, the next has what was proven."""
        running = (self.current / _TEMPLATES, self.current / _FILLED)
        return (self.config, *map(self.config_in, running))

    def recorded(self, name: str) -> Path:
        """The files of the system that a release was proven with."""
        return self.release(name) / _TEMPLATES

    def recorded_filled(self, name: str) -> Path:
        """Likewise, of a release that was proven when they were no templates yet."""
        return self.release(name) / _FILLED

    def number(self, name: str) -> Path:
        """Tells which release was proven after which; a clock may run backwards."""
        return self.release(name) / "number"

    def proofs(self, name: str) -> tuple[Path, ...]:
        """All that tells of a release's proof, as far as it is there."""
        return self.recorded(name), self.recorded_filled(name), self.number(name)

    def release(self, name: str) -> Path:
        """The folder of a release."""
        return self.releases / name

    def python(self, name: str) -> Path:
        """The interpreter of a release."""
        return self.release(name) / "venv" / "bin" / "python"

    def bundle(self, name: str) -> Path:
        """The bundle of a release."""
        return self.incoming / f"{name}.tar"


@dataclass(frozen=True, slots=True)
class Config:
    """What the installation was told.

    Attributes:
        user: that the camera runs as; made if it is not there.
        unit: the camera's systemd unit.
        home: of that user, with the pictures.
        gate: seconds that a release has to come up in.
        keep: releases that are kept.
        files: of the system that remove takes away.
        source: as of baryta --source.
        console: take the first console; else the desktop session of the user, if that is a
            person's account, or the one that DISPLAY or WAYLAND_DISPLAY of a drop-in names.
        hand_over: the app may be reached from the local network, which its page of Send needs.
    """

    user: str = "baryta"
    unit: str = "baryta.service"
    home: str = "/var/lib/baryta"
    gate: float = 30.0
    keep: int = 3
    files: tuple[str, ...] = ()
    source: str = "auto"
    console: bool = True
    hand_over: bool = False

    @property
    def environment(self) -> dict[str, str]:
        """What the unit sets too: tools that run as the camera see the same folders."""
        return {
            "HOME": self.home,
            "XDG_PICTURES_DIR": f"{self.home}/pictures",
            "XDG_CACHE_HOME": "/var/cache/baryta",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
        }

    @property
    def session(self) -> tuple[str, ...]:
        """What runs a command in the user's desktop session; nothing where that is not theirs."""
        return (SESSION,) if not self.console and self.user != Config().user else ()

    @property
    def session_at_once(self) -> tuple[str, ...]:
        """Likewise, without waiting for a session that is not there.

        In a variable, for what runs it may be an earlier release's, which knows of no options.
        """
        return ("env", "BARYTA_AT_ONCE=1", *self.session) if self.session else ()

    def chosen_as(self, other: "Config") -> "Config":
        """With another's choices."""
        return replace(self, **{name: getattr(other, name) for name in CHOICES})

    def text(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def of(cls, places: Places) -> "Config":
        """What the installation was told, as far as it can be read: a bad card spoils files."""
        for path in places.configs:
            with suppress(ReleaseError):
                if path.exists():
                    return cls.read(path)
        return cls()

    @classmethod
    def read(cls, path: Path) -> "Config":
        """The file's values; defaults where there is none.

        Raises:
            ReleaseError: if it cannot be read.
        """
        try:
            values = json.loads(path.read_text("utf-8"))
            known = {field.name for field in fields(cls)}
            values = {key: value for key, value in values.items() if key in known}
            return cls(**values | {"files": tuple(values.get("files", ()))})
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise ReleaseError(f"{path} cannot be read ({error}); deploy again") from error
