"""Where and how pictures are made, as a person has set it up."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

import native
from app.lenses import NO_LENS, Lens, LensError, focal_length_35mm, lens_warp, load_flat, read_book
from app.looks import installed_looks
from app.pictures.credentials import Credentials, Parent, load_credentials
from app.pictures.negative import Negative, ShotInfo
from app.pictures.position import Position, parse_position
from app.settings import Settings, SettingsError
from app.store import Store
from capture.frames import SensorProfile
from styles import Style

MEGABYTE = 1_000_000
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where and how pictures are made.

    Attributes:
        store: where they go.
        quality: of the JPEG.
        threads: for the C core; None uses all.
        keep_burst: whether every raw frame is kept as a DNG of its own.
        tone_mapping: local tone mapping, times the look's own.
        looks: that the DNG takes along for other programs; frames that are kept go without.
        sidecars: whether files for darktable and RawTherapee are written beside the DNG.
        hdr: whether the JPEG has a gain map for HDR displays.
        lens: what the pictures are taken through.
        lenses: folder of lenses' shading profiles; None for none.
        position: where.
        credentials: what the files are signed with; None for unsigned ones.
        spool_limit: bytes that bursts may take on the card while they wait.
        burst_quota: bytes that kept bursts may take.
    """

    store: Store
    quality: int = 95
    threads: int | None = None
    keep_burst: bool = False
    tone_mapping: float = 1.0
    looks: tuple[Style, ...] = ()
    hdr: bool = True
    sidecars: bool = False
    lens: Lens = NO_LENS
    lenses: Path | None = None
    position: Position | None = None
    credentials: Credentials | None = None
    spool_limit: int = 4_000 * MEGABYTE
    burst_quota: int = 8_000 * MEGABYTE

    @classmethod
    def of(cls, settings: Settings, store: Store | None = None) -> "Workshop":
        """A workshop as a person has set it up, with the library as its store by default.

        It does not sign: what makes no new picture must not depend on a certificate.

        Raises:
            SettingsError: if the position set is none.
        """
        try:
            position = parse_position(settings.position) if settings.position else None
        except ValueError as error:
            raise SettingsError(f"the setting position: {error}") from error
        return cls(
            store=store or Store.library(settings.pictures),
            quality=settings.quality,
            threads=settings.threads or None,
            tone_mapping=settings.tone_mapping,
            looks=installed_looks(settings.styles),
            hdr=settings.hdr,
            sidecars=settings.sidecars,
            lens=_lens(settings),
            lenses=settings.lenses,
            position=position,
            spool_limit=settings.spool_limit * MEGABYTE,
            burst_quota=settings.burst_quota * MEGABYTE,
        )

    def describe(
        self,
        negative: Negative,
        profile: SensorProfile,
        *,
        taken: datetime,
        time_source: str = "unknown",
        style: str,
    ) -> Negative:
        """A negative that tells when, where and through what it was taken, and in which look."""
        lens = self.lens
        info = replace(
            negative.info,
            taken=taken,
            time_source=time_source,
            style=style,
            lens=lens.name or None,
            focal_length=lens.focal_length or None,
            focal_length_35mm=focal_length_35mm(lens, profile),
            f_number=lens.f_number or None,
            # An adapted lens has no motor; the camera's own says nothing of its distance.
            subject_distance=None if lens.mount else negative.info.subject_distance,
            position=self.position,
        )
        shading, warp = self._shading(negative, profile), self._warp(profile)
        return replace(negative, info=info, shading=shading, warp=warp)

    def _warp(self, profile: SensorProfile) -> native.Warp | None:
        """What lensfun knows of the lens, if it was asked for; no picture is lost for it."""
        try:
            return lens_warp(self.lens, (profile.width, profile.height), profile.pixel_pitch)
        except LensError as error:
            log.warning("%s", error)
            return None

    def _shading(
        self, negative: Negative, profile: SensorProfile
    ) -> npt.NDArray[np.float32] | None:
        """The lens's own on this sensor, if it was measured; no picture is lost for it."""
        if self.lenses is None or not self.lens.name:
            return negative.shading
        try:
            own = load_flat(self.lenses, self.lens, profile.name)
        except LensError as error:
            log.warning("%s", error)
            own = None
        return negative.shading if own is None else own

    def with_credentials(self, settings: Settings) -> Self:
        """One that signs, if a person has set it up so.

        Raises:
            SettingsError: if a certificate lacks its key.
            StoreError: if the certificate does not work.
        """
        return replace(self, credentials=_credentials(settings))

    def for_source(self, name: str, settings: Settings) -> Self:
        """For the pictures of a source, as --source names it; it signs, if so set up.

        Credentials say that a simulated camera is one. What is replayed was taken elsewhere and
        through another lens, perhaps by somebody else: so nothing is told of that.

        Raises:
            SettingsError, StoreError: as with_credentials; never for what is replayed.
        """
        kind = name.partition(":")[0]
        if kind == "replay":
            return self.elsewhere().without_credentials()
        signing = self.with_credentials(settings)
        if signing.credentials is None or kind != "simulated":
            return signing
        return replace(signing, credentials=replace(signing.credentials, simulated=True))

    def elsewhere(self) -> Self:
        """For what was taken at another time or place: nothing is told of today's lens."""
        return replace(self, lens=NO_LENS, lenses=None, position=None)

    def without_credentials(self) -> Self:
        """For the bursts that an earlier session left: nobody knows what took them."""
        return replace(self, credentials=None)

    def sign(
        self, data: bytes, *, kind: str, info: ShotInfo, parents: Sequence[Parent] = ()
    ) -> bytes:
        """A file with credentials, if they are set; otherwise the file."""
        if self.credentials is None:
            return data
        return self.credentials.sign(data, kind, info, parents)


def _lens(settings: Settings) -> Lens:
    """The one of the book that is on the camera, or what the settings tell."""
    try:
        lens = read_book(settings.lenses).lens
    except LensError as error:  # pictures come first
        log.warning("%s", error)
        lens = None
    return lens or lens_without_book(settings)


def lens_without_book(settings: Settings) -> Lens:
    """What the settings tell of the lens, for a camera that none of the book's is on."""
    return Lens(settings.lens, settings.focal_length, settings.f_number)


def _credentials(settings: Settings) -> Credentials | None:
    certificate, key = settings.certificate, settings.certificate_key
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        missing = "certificate" if certificate is None else "certificate_key"
        raise SettingsError(f"the setting {missing} is missing: credentials need both files")
    return load_credentials(certificate, key)
