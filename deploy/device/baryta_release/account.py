"""Running something as the camera's user, with the groups and folders that its unit gives it."""

import os
import pwd
import subprocess
from collections.abc import Sequence

from .errors import ReleaseError
from .places import Config


def run_as(
    config: Config, command: Sequence[str], seconds: float
) -> subprocess.CompletedProcess[str]:
    """Runs a command and gives what it printed; as the user who asks where that is not root.

    Raises:
        ReleaseError: there is no such user.
        subprocess.TimeoutExpired: it took longer.
    """
    user = group = groups = None
    if os.geteuid() == 0:
        try:
            user, group = config.user, pwd.getpwnam(config.user).pw_gid
        except KeyError as error:
            raise ReleaseError(f"there is no user {config.user}; deploy again") from error
        groups = os.getgrouplist(user, group)
    return subprocess.run(  # noqa: S603 - commands are our own
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=seconds,
        env=config.environment,
        cwd="/",
        user=user,
        group=group,
        extra_groups=groups,
    )
