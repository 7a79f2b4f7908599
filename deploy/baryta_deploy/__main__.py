"""The way in: pyinfra waits on many lines at once by gevent, which has to come first."""

import os
import sys

from gevent import monkey

monkey.patch_all()

from baryta_deploy.command import STOPPED, main  # noqa: E402 - after the patching

status = main()
if status == STOPPED:  # lines in the middle of something cannot be tidied up, and would say so
    sys.stderr.flush()
    os._exit(status)
sys.exit(status)
