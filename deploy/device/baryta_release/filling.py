"""Units and commands are kept as templates, for what is chosen may change while they do not."""

import re

from .places import Config

_FAILURES = 4  # StartLimitBurst
_HANGING = 30.0 + 90.0 + 2.0  # WatchdogSec, TimeoutAbortSec, RestartSec
_LATE = 30.0  # seconds beyond the gate: who comes later is not waited for by anybody


def filled(text: str, config: Config) -> str:
    """A file of the system as it is for a device.

    Args:
        text: with @NAMES@, and with marks at the ends of lines that not every choice has.
        config: what is chosen; what the text knows nothing of changes nothing.
    """
    start = config.gate + _LATE
    session = " ".join((*config.session, ""))
    values = {
        "USER": config.user,
        "SOURCE": config.source,
        "START": f"{start:.0f}",
        "LIMIT": f"{_FAILURES * (start + _HANGING):.0f}",
        "SESSION": session,
        "SESSION_AT_ONCE": " ".join((*config.session_at_once, "")),
    }
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    for mark, wanted in (("console", config.console), ("hand-over", config.hand_over)):
        marked = rf"(?m)  # {mark}$" if wanted else rf"(?m)^.*  # {mark}\n"
        text = re.sub(marked, "", text)
    return text
