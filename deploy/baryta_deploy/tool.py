"""The device's tool in one file that Python runs; the same sources give the same file."""

import io
import zipfile
from pathlib import Path

import baryta_release

_DATE = (2025, 1, 1, 0, 0, 0)
_MAIN = "import sys\n\nfrom baryta_release.command import main\n\nsys.exit(main())\n"


def zipped_tool() -> bytes:
    """The zip of baryta_release, with its entry."""
    data = io.BytesIO()
    folder = Path(baryta_release.__file__).parent
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo("__main__.py", _DATE), _MAIN)
        for source in sorted(folder.glob("*.py")):
            name = f"{folder.name}/{source.name}"
            file.writestr(zipfile.ZipInfo(name, _DATE), source.read_bytes())
    return data.getvalue()
