"""The way in: pyinfra waits on many lines at once by gevent, which has to come first."""

import sys

from gevent import monkey

monkey.patch_all()

from baryta_deploy.command import main  # noqa: E402 - after the patching

sys.exit(main())
