"""Which devices: names on the command line, or a file with one a line."""

import re
from dataclasses import dataclass
from pathlib import Path

from baryta_deploy.errors import DeployError

_HOST = re.compile(
    r"(?:(?P<user>[A-Za-z_][A-Za-z0-9_.-]*)@)?"
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
)


@dataclass(frozen=True, slots=True)
class Target:
    """A device as a person names it: [USER@]NAME[:PORT].

    Attributes:
        text: as it was given; what tables show.
        name: a host's name, an address, or a Host of ~/.ssh/config.
        user, port: "" and 0 leave them to ~/.ssh/config.
    """

    text: str
    name: str
    user: str = ""
    port: int = 0

    @classmethod
    def parse(cls, text: str) -> "Target":
        """DeployError if the text names no host."""
        found = _HOST.fullmatch(text)
        port = int(found["port"] or 22) if found else 0
        if found is None or not 0 < port < 65536:
            raise DeployError(f"{text!r} is no host: [USER@]NAME[:PORT]")
        return cls(
            text, found["name"].strip("[]"), found["user"] or "", port if found["port"] else 0
        )


def targets(hosts: list[str], inventory: Path | None) -> list[Target]:
    """The devices of the command line and of a file, each once.

    Args:
        hosts: as typed.
        inventory: a file with a host a line; # begins a comment.

    Raises:
        DeployError: no device, no such file, or a line that is no host.
    """
    texts = list(hosts)
    if inventory is not None:
        try:
            lines = inventory.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise DeployError(f"{inventory} cannot be read: {error}") from error
        texts += [text for line in lines if (text := line.partition("#")[0].strip())]
    if not texts:
        raise DeployError("which device? baryta-deploy HOST..., or --inventory FILE")
    return [Target.parse(text) for text in dict.fromkeys(texts)]
