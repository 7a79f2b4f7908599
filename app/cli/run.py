"""A run of pictures: each is told once it is saved, whatever becomes of the next."""

from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.cli.context import CommandError, Context
from app.cli.results import Result, counted, say_amid, tell_run
from app.pictures.errors import PictureError, StoreError
from app.shot_queue import Shot
from app.spool import Spool
from app.stages import Stages
from app.store.story import read_story
from app.workshop import Workshop
from native import NativeError

_FAILURES = (MemoryError, NativeError, PictureError, StoreError)


@dataclass(slots=True)
class Run:
    """What becomes of the pictures of one command.

    Attributes:
        arguments, context: of the command.
        workshop: where the pictures go.
        results: of the pictures that are saved.
        waiting: why pictures could not be made whose frames wait on the card.
        lost: why others could not.
        ended: why no more were taken; empty if all were.
    """

    arguments: Namespace
    context: Context
    workshop: Workshop
    results: list[Result] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    ended: str = ""

    @contextmanager
    def saving(self, shot: Shot) -> Iterator[None]:
        """A picture that fails leaves its frames on the card, if they have room, and goes on."""
        try:
            yield
        except _FAILURES as error:
            told = str(error) or "not enough memory; close other programs or use fewer --frames"
            (self.waiting if self._waits(shot) else self.lost).append(told)
        except KeyboardInterrupt:
            self.keep([shot])
            raise

    def keep(self, shots: Iterable[Shot]) -> None:
        """Puts what was taken on the card when somebody ends the run, and tells of it."""
        kept = sum(self._waits(shot) for shot in shots)
        if kept:
            where = f" --out {self.arguments.out}" if self.arguments.out else ""
            told = f"{counted(kept, 'picture')} kept on the card"
            self.context.warn(f"{told}: baryta library recover{where}")

    def saved(self, result: Result) -> None:
        """Enters a picture, and tells its paths."""
        self.results.append(result)
        if not self.arguments.json:
            for path in result.paths:
                say_amid(self.context, str(path))

    def tell(self, stages: Stages) -> None:
        """The end of the telling: the object of --json, or the time of each stage."""
        if self.results:
            tell_run(self.arguments, self.context, self.results, stages)

    def check(self) -> None:
        """Says what has failed.

        Raises:
            CommandError: if anything has.
        """
        told = []
        if self.lost:
            told.append(self._of_all(self.lost, "lost"))
        if self.waiting:
            where = f" --out {self.arguments.out}" if self.arguments.out else ""
            frames = f"{self._of_all(self.waiting, 'not made')}; the frames wait: "
            told.append(f"{frames}baryta library recover{where}")
        told += [self.ended] if self.ended else []
        if told:
            raise CommandError("; ".join(told))

    def _of_all(self, reasons: list[str], what: str) -> str:
        count = len(self.results) + len(self.waiting) + len(self.lost)
        number = f"{len(reasons)} of {count} pictures {'is' if len(reasons) == 1 else 'are'} {what}"
        return reasons[0] if count == 1 else f"{number}: {reasons[0]}"

    def _waits(self, shot: Shot) -> bool:
        """Whether its frames are on the card, for those that are to be kept went there first."""
        names, taken = self.workshop.store.names, shot.taken.isoformat()
        try:
            there = [read_story(folder).taken for _, folder in names.numbered(names.spool)]
            entry = None if taken in there else Spool(self.workshop).put(shot).entry
        except (*_FAILURES, OSError):
            return False
        if entry is not None:
            entry.close()
        return True
