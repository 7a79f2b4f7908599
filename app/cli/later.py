"""Commands that are loaded when they run: the touchscreen app starts without them."""

from argparse import Namespace
from collections.abc import Callable
from importlib import import_module

from app.cli.context import Context

Run = Callable[[Namespace, Context], None]


class Later:
    """A module of this package; each of its functions can be had before it is loaded.

    Args:
        name: of the module.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, function: str) -> Run:
        """The function of that name, which loads the module when it is called."""

        def run(arguments: Namespace, context: Context) -> None:
            call: Run = getattr(import_module(f"app.cli.{self._name}"), function)
            call(arguments, context)

        return run
