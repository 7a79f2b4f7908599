"""Which build of the C core is loaded."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

NAME = "native._core"


def load_core(folder: str | None) -> None:
    """Loads the compiled module from a folder instead of from where it is installed.

    That is how the test suite runs against the sanitised build.

    Args:
        folder: where another build's _core*.so lies; None leaves the installed one to be imported.

    Raises:
        ImportError: if the folder holds no such module.
    """
    if folder is None:
        return
    found = sorted(Path(folder).glob("_core.*.so"))
    spec = spec_from_file_location(NAME, found[0]) if found else None
    if spec is None or spec.loader is None:
        raise ImportError(
            f"BARYTA_CORE: no _core module in {folder}; build it or unset the variable"
        )
    module = module_from_spec(spec)
    sys.modules[NAME] = module
    spec.loader.exec_module(module)
