"""The transaction: a release goes live whole and proven, or everything is as it was.

Each step is in the journal before it is begun, and each can be done again; so whoever comes after
a crash (the next start of the device, the next command) finishes what was begun: resume().
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from .build import bring_back, build, install, smoke_test
from .bundle import Manifest
from .durable import PART, clear_parts, discard, locked, point, write_whole
from .errors import ReleaseError
from .gate import doctor_of, prove
from .journal import Entry, Outcome, Step, read_entry, write_entry
from .places import Config, Places
from .service import UNITS, Service, Systemd
from .system import differing, put, record, restore

_TRYING = ("active", "activating")
_STARTS = 1  # of the device that an unproven release may see; one more, and it goes


@dataclass(frozen=True, slots=True)
class Deployer:
    """What changes releases on this device.

    Attributes:
        places: where.
        service: the camera's unit.
        build: makes a release's folder of its bundle.
        prove: starts a release, and tells why it is no camera; "" if it is one.
        keep: releases that are kept.
    """

    places: Places
    service: Service
    build: Callable[[str], None]
    prove: Callable[[str], str]
    keep: int = 3

    @classmethod
    def of(cls, places: Places) -> "Deployer":
        """That of this device, as its installation was told."""
        config = Config.of(places)
        service = Systemd(config.unit)

        def proven(release: str) -> str:
            told = Config.of(places)  # which is the release's own by now
            return prove(service, lambda: doctor_of(places.python(release), told), told.gate)

        def installed(folder: Path, manifest: Manifest) -> None:
            install(folder, manifest)
            shipped = places.shipped_config
            smoke_test(folder, Config.read(shipped) if shipped.exists() else config)

        def built(release: str) -> None:
            build(places, release, installed)

        return cls(places, service, built, proven, max(2, config.keep))

    # What a person asks for. Each returns the journal's entry at the end.

    def install(self, release: str, run: str) -> Entry:
        """Makes a release of its bundle and lets it run, with the system's files that were shipped.

        Nothing changes if it runs already, with those; if it should and does not, it is made anew.

        Args:
            release: its name; its bundle is in incoming, or it is there whole.
            run: a name for this deployment.
        """
        with locked(self.places.lock):
            self._resume()
            bundle = self.places.bundle(release)
            for other in set(self.places.incoming.glob("*")) - {bundle}:
                other.unlink()
            running = self.current()
            runs = running == release and self.service.state().active == "active"
            if runs and not self.differing():
                bundle.unlink(missing_ok=True)
                entry = self._end(Entry(run, release, running), Outcome.UNCHANGED)
                self._prune(running)
                return entry
            entry = self._enter(Entry(run, release, running))
            try:
                whole = self.places.release(release).is_dir()
                if not whole or (bundle.exists() and not runs):
                    self.build(release)
            except (ReleaseError, OSError) as error:
                bring_back(self.places, release)
                clear_parts(self.places.releases)
                bundle.unlink(missing_ok=True)  # it may be what fills the card
                return self._end(entry, Outcome.FAILED, _told(error))
            return self._go_live(entry)

    def rollback(self, release: str, run: str) -> Entry:
        """Goes back to a release, or for "" to the next older one."""
        with locked(self.places.lock):
            self._resume()
            running = self.current()
            wanted = release or self.earlier()
            if not wanted or wanted not in self.whole():
                what = f"no release {release}" if release else "no earlier release"
                raise ReleaseError(
                    f"there is {what} to go back to; baryta-release status lists all"
                )
            if wanted == running and self.service.state().active == "active":
                return self._end(Entry(run, wanted, running), Outcome.UNCHANGED)
            recorded = self._recorded(wanted).is_dir()
            return self._go_live(self._enter(Entry(run, wanted, running, recorded=recorded)))

    def resume(self, *, started: bool = False) -> Entry | None:
        """Finishes what was begun.

        Args:
            started: the device has just started; a release that is unproven at the second start
                is taken to be what keeps it from running.
        """
        with locked(self.places.lock):
            return self._resume(started=started)

    # What there is.

    def current(self) -> str:
        """The release that runs; "" for none."""
        link = self.places.current
        if not link.is_symlink():
            return ""
        name = link.readlink().name
        return name if self.places.release(name).is_dir() else ""

    def whole(self) -> list[str]:
        """Every release, the one that was proven last first."""
        names = [f.name for f in self.places.releases.glob("*") if not f.name.endswith(PART)]
        return sorted(names, key=self._age, reverse=True)

    def earlier(self) -> str:
        """The next older release than the one that runs, of those that were proven; "" for none."""
        names = [name for name in self.whole() if self._is_proven(name)]
        running = self.current()
        older = names[names.index(running) + 1 :] if running in names else names
        return next(iter(older), "")

    def differing(self) -> list[str]:
        """Which files of the system are not as they were shipped last."""
        return self._differing(self.places.shipped)

    # The steps.

    def _resume(self, *, started: bool = False) -> Entry | None:
        entry = read_entry(self.places.journal)
        if entry and entry.step is Step.BUILD:
            bring_back(self.places, entry.target)
        for folder in (self.places.root, self.places.incoming, self.places.releases):
            clear_parts(folder)
        for name in (entry.target, entry.previous) if entry else ():
            restore(self.places.recorded(name))
        if entry is None or entry.outcome is not Outcome.OPEN:
            return entry
        if entry.step is Step.BUILD:
            told = "it was cut short before anything had changed; deploy again"
            return self._end(entry, Outcome.INTERRUPTED, told)
        if entry.step is Step.BACK:
            return self._go_back(entry, entry.reason)
        if started and entry.boots >= _STARTS:
            return self._go_back(entry, "the device started again before it was proven")
        return self._go_live(replace(entry, boots=entry.boots + started))

    def _go_live(self, entry: Entry) -> Entry:
        # Not needed any more, and room for the journal, should it have to go back on a full card.
        self.places.bundle(entry.target).unlink(missing_ok=True)
        entry = self._enter(replace(entry, step=Step.PROVE))
        try:
            reason, note = self._try(entry)
        except (ReleaseError, OSError) as error:
            reason, note = _told(error), ""
        if reason:
            return self._go_back(entry, reason)
        entry = self._end(entry, Outcome.LIVE, note)
        self._prune(entry.target, entry.previous)
        return entry

    def _try(self, entry: Entry) -> tuple[str, str]:
        """Lets the target run; why it is no camera, "" if it is one, and what to tell then."""
        self.service.stop()
        recorded, templates = self._recorded(entry.target), self.places.recorded(entry.target)
        trial = templates.with_name("trial")  # others may ship meanwhile
        if not entry.recorded:
            record(self.places.shipped, trial)
        elif self._as_chosen(recorded) != self._config(recorded):
            source = templates if templates.is_dir() else self.places.shipped
            record(source, trial)
            write_whole(self.places.config_in(trial), self._as_chosen(source).text())
        else:
            trial = recorded
        self._settle(trial)
        point(self.places.current, self.places.release(entry.target))
        reason = self.prove(entry.target)
        if trial == recorded:
            return reason, ""
        if not reason:
            record(trial, templates)
            discard(trial)
            if not entry.recorded:
                newest = max(map(self._number, self.whole()))
                write_whole(self.places.number(entry.target), f"{newest + 1}\n")
        elif entry.recorded:
            self.service.stop()
            self._settle(recorded)
            if not self.prove(entry.target):
                return "", f"with what was chosen for it before; as chosen since, {reason}"
        return reason, ""

    def _as_chosen(self, folder: Path) -> Config:
        """A person's choices of now, which outlive the code they were made with."""
        return self._config(folder).chosen_as(Config.of(self.places))

    def _go_back(self, entry: Entry, reason: str) -> Entry:
        same, begun = entry.previous == entry.target, entry.step is Step.BACK
        entry = replace(entry, step=Step.BACK, reason=reason)
        with suppress(OSError):  # a full card; who finishes it then proves the target once more
            self._enter(entry)
        before = self._recorded(entry.previous)
        if not entry.previous:
            self.service.stop()
            self.places.current.unlink(missing_ok=True)
            self.service.retire()
            return self._end(entry, Outcome.FAILED, f"{reason}; there is no earlier release")
        if same and not begun and self._is_in_place(before):  # so it is the device; it goes on
            if self.service.state().active not in _TRYING:
                self.service.restart()
            older = self.earlier()
            told = f"rollback goes to {older}" if older else "there is no earlier release"
            return self._end(entry, Outcome.FAILED, f"{reason}; {told}")
        self.service.stop()
        try:
            self._settle(before)
        except (ReleaseError, OSError) as error:  # a bad card; it has to do with those of now
            reason += f"; its units and commands are not back: {_told(error)}"
        try:
            point(self.places.current, self.places.release(entry.previous))
            again = self.prove(entry.previous)
        except (ReleaseError, OSError) as error:
            self.service.restart()
            again = _told(error)
        if again:
            reason += f"; the earlier release is back, but {again}: look at the device itself"
        elif not same:
            with suppress(OSError):  # a bad card
                discard(self.places.release(entry.target))
        return self._end(entry, Outcome.BACK, reason)

    def _recorded(self, release: str) -> Path:
        """The system's files that a release was proven with: templates, if it has any."""
        templates, filled = self.places.recorded(release), self.places.recorded_filled(release)
        return filled if filled.is_dir() and not templates.is_dir() else templates

    def _is_proven(self, release: str) -> bool:
        return bool(self._number(release)) or self._recorded(release).is_dir()

    def _age(self, release: str) -> tuple[int, float, str]:
        """Those without a number are of older code, which went by the time."""
        made = 0.0
        with suppress(OSError):  # who only looks has no lock: it may have gone
            made = self.places.release(release).stat().st_mtime
        return self._number(release), made, release

    def _number(self, release: str) -> int:
        """0 for one that was never proven, or by older code."""
        try:
            return int(self.places.number(release).read_text("ascii"))
        except (OSError, ValueError):
            return 0

    def _config(self, folder: Path) -> Config:
        return Config.read(self.places.config_in(folder))

    def _differing(self, folder: Path) -> list[str]:
        return differing(folder, self.places.base, self._config(folder))

    def _is_in_place(self, folder: Path) -> bool:
        try:
            return not self._differing(folder)
        except (ReleaseError, OSError):  # a bad card
            return False

    def _settle(self, folder: Path) -> None:
        """The system's files of a folder go to their places, and those that it does not know go."""
        config = self._config(folder)
        before = Config.of(self.places).files if config.files else ()  # a lost list tells nothing
        gone = set(before) - set(config.files)
        self.service.forget(*(Path(name).name for name in gone if name.endswith(UNITS)))
        for name in gone:
            (self.places.base / name.lstrip("/")).unlink(missing_ok=True)
        put(folder, self.places.base, config)
        self.service.reload()  # though nothing differs: a crash may have come between

    def _prune(self, *needed: str) -> None:
        """Removes the oldest releases that are not needed."""
        spare = self.keep - len({name for name in needed if name})
        others = [name for name in self.whole() if name not in needed]
        for name in others[max(0, spare) :]:
            discard(self.places.release(name))

    def _enter(self, entry: Entry) -> Entry:
        return write_entry(self.places.journal, entry)

    def _end(self, entry: Entry, outcome: Outcome, reason: str = "") -> Entry:
        return self._enter(replace(entry, step=Step.OVER, outcome=outcome, reason=reason))


def _told(error: ReleaseError | OSError) -> str:
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror or error}{where}"
    return " ".join(str(error).split())
