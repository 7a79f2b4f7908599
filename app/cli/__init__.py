"""The command line: `baryta COMMAND`, made for people and for scripts."""

from app.cli.context import CommandError, Context, NotInThisVersionError, UsageError
from app.cli.parser import build_parser

__all__ = ["CommandError", "Context", "NotInThisVersionError", "UsageError", "build_parser"]
