"""Content credentials (C2PA): a signed statement of where a file comes from, inside it.

Signed with a person's own certificate by the optional package c2pa-python. A key that lies on the
camera proves no more than that whoever holds it signed the file; so it is off unless a certificate
is set.
"""

import base64
import importlib
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from PIL import Image

from app.pictures.errors import StoreError
from app.pictures.negative import ShotInfo

JPEG: Final = "image/jpeg"
DNG: Final = "image/dng"
TIFF: Final = "image/tiff"

_SOURCE_TYPES: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_ANY: Final = "application/octet-stream"  # told by its hash alone
_REMEDY: Final = "or remove certificate from the settings"
_NO_THUMBNAIL: Final = {"builder": {"thumbnail": {"enabled": False}}}
# Object identifiers in the key's DER, as they are encoded there, and C2PA's names.
_ALGORITHMS: Final = {
    "06082a8648ce3d030107": "es256",
    "06052b81040022": "es384",
    "06052b81040023": "es512",
    "06092a864886f70d010101": "ps256",
    "06032b6570": "ed25519",
}


class Origin(StrEnum):
    """How a picture came to be, in the IPTC's words."""

    FRAME = "digitalCapture"
    MERGED = "computationalCapture"
    SIMULATED = "algorithmicMedia"


@dataclass(frozen=True, slots=True)
class Parent:
    """A file that another was made of.

    Attributes:
        path: of the file, as it is when the other is signed.
    """

    path: Path

    @property
    def kind(self) -> str:
        """What it is: the history of a DNG is read and goes along."""
        return DNG if self.path.suffix.lower() == ".dng" else _ANY

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The file; StoreError if it cannot be read."""
        try:
            with self.path.open("rb") as stream:
                yield stream
        except OSError as error:
            raise StoreError(
                f"{self.path}: cannot be read any more ({error.strerror}); check the path"
            ) from error


@dataclass(frozen=True, slots=True)
class Credentials:
    """A person's certificate and what signing with it takes.

    Attributes:
        chain: the certificate and those above it, PEM, its own first.
        key: the private key, PEM.
        algorithm: C2PA's name of the signature.
        simulated: whether the pictures are a simulated camera's, which they then say.
    """

    chain: bytes
    key: bytes
    algorithm: str
    simulated: bool = False

    def sign(self, data: bytes, kind: str, info: ShotInfo, parents: Sequence[Parent] = ()) -> bytes:
        """The file with its credentials inside.

        Args:
            data: the file.
            kind: JPEG, DNG or TIFF.
            info: the shot's story.
            parents: the files that it was made of later, the one that it follows most first; none
                for a shot's own files.

        Raises:
            StoreError: if c2pa cannot sign with this certificate, or a parent cannot be read.
        """
        c2pa = _package()
        signed = BytesIO()
        try:
            context = c2pa.Context(settings=c2pa.Settings.from_dict(_NO_THUMBNAIL))
            given = (self.algorithm.encode(), self.chain, self.key, None)
            signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(*given))
            builder = c2pa.Builder(json.dumps(self._manifest(kind, info, len(parents))), context)
            for label, parent in zip(_labels(len(parents)), parents, strict=True):
                role = "parentOf" if parent is parents[0] else "componentOf"
                told = {"title": parent.path.name, "relationship": role, "label": label}
                with parent.opened() as stream:
                    try:
                        builder.add_ingredient(json.dumps(told), parent.kind, stream)
                    except c2pa.C2paError:  # a DNG that it cannot read has no history for it
                        stream.seek(0)
                        builder.add_ingredient(json.dumps(told), _ANY, stream)
            builder.sign(signer, kind, BytesIO(data), signed)
        except c2pa.C2paError as error:
            said = " ".join(str(error).split())
            raise StoreError(
                f"content credentials cannot be made: {said}; use another certificate {_REMEDY}"
            ) from error
        return signed.getvalue()

    def _manifest(self, kind: str, info: ShotInfo, parents: int) -> dict[str, Any]:
        name, _, version = info.software.partition(" ")
        origin = Origin.MERGED if info.frames_merged > 1 else Origin.FRAME
        if self.simulated:
            origin = Origin.SIMULATED
        actions: list[dict[str, Any]] = [
            {"action": "c2pa.created", "digitalSourceType": f"{_SOURCE_TYPES}{origin}"}
        ]
        if parents:
            first, *others = _labels(parents)
            actions = [{"action": "c2pa.opened", "parameters": {"ingredientIds": [first]}}]
            if others:
                actions.append({"action": "c2pa.placed", "parameters": {"ingredientIds": others}})
            if kind == DNG:
                source = f"{_SOURCE_TYPES}{Origin.MERGED}"
                actions.append({"action": "c2pa.edited", "digitalSourceType": source})
            else:
                actions.append({"action": "c2pa.color_adjustments"})
        return {
            "claim_generator_info": [{"name": name, "version": version or "0"}],
            "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
        }


def _labels(parents: int) -> list[str]:
    """By which actions name the files that they took."""
    return [f"source-{i}" for i in range(parents)]


def load_credentials(certificate: Path, key: Path) -> Credentials:
    """Reads a certificate and its key, and tries them, so that no shot fails by them.

    Raises:
        StoreError: in one line, if the package or a file is missing, or if they do not work.
    """
    _package()
    chain, private = _read(certificate, "certificate"), _read(key, "certificate_key")
    credentials = Credentials(chain, private, _algorithm(private, key))
    trial = BytesIO()
    Image.new("L", (16, 16)).save(trial, "JPEG")
    credentials.sign(trial.getvalue(), JPEG, ShotInfo())
    return credentials


def _package() -> Any:  # noqa: ANN401  (an optional package)
    try:
        return importlib.import_module("c2pa")
    except (ImportError, OSError) as error:  # missing, or not for this machine
        raise StoreError(
            "content credentials need the package c2pa-python: pip install 'baryta[credentials]', "
            f"{_REMEDY}"
        ) from error


def _read(path: Path, setting: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be read ({error.strerror}); mend the setting {setting} {_REMEDY}"
        ) from error


def _algorithm(key: bytes, path: Path) -> str:
    """By the identifiers in an unencrypted PKCS #8 key (RFC 5958)."""
    match = re.search(rb"-----BEGIN PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END", key)
    if match is not None:
        coded = base64.b64decode(match[1]).hex()[:128]
        for identifier, name in _ALGORITHMS.items():
            if identifier in coded:
                return name
    raise StoreError(
        f"{path}: is no private key that credentials can be signed with; give one in PEM (PKCS #8, "
        f"not encrypted: EC, RSA or Ed25519) {_REMEDY}"
    )
