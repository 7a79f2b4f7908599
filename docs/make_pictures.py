"""Makes the pictures of the README with Baryta itself: .venv/bin/python docs/make_pictures.py."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
OUT = HERE / "pictures"


def baryta(*arguments: str | Path) -> dict[str, list[str]]:
    """Runs a command and gives back what --json tells."""
    command = [sys.executable, "-m", "app", *map(str, arguments), "--json"]
    run = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  (ours)
    told: dict[str, list[str]] = json.loads(run.stdout)
    return told


def shot(folder: Path, source: str | Path, style: str, *more: str) -> Path:
    """Shoots one picture and gives back the JPEG."""
    told = baryta(
        "shoot", "--source", f"simulated:{source}", "--style", style, "--out", folder, *more
    )
    return Path(told["paths"][0])


def small(jpeg: Path, name: str, width: int = 1200) -> None:
    """Saves a picture at reading size, its colour profile kept."""
    with Image.open(jpeg) as picture:
        height = round(picture.height * width / picture.width)
        scaled = picture.resize((width, height), Image.Resampling.LANCZOS)
        scaled.save(OUT / name, quality=85, icc_profile=picture.info["icc_profile"])


def main() -> None:
    """Makes them all."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        still_life = shot(folder, "still-life", "Authentic")
        small(still_life, "still-life.jpg")
        small(shot(folder, "night-street", "Night"), "night-street.jpg")
        page = folder / "looks.jpg"
        baryta("styles", "sheet", still_life.with_suffix(".DNG"), "-o", page)
        small(page, "looks.jpg", 1440)


if __name__ == "__main__":
    main()
