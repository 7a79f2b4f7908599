"""What a Pi gets, on an emulated processor of its kind: Debian's own packages and our wheels."""

import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from operating import PROJECT

_RUN = """
set -eu
mkdir -p "$PLACE/root"
cd "$PLACE"
mount -t overlay overlay -o lowerdir="$BASE",upperdir=upper,workdir=work root
cd root
for name in lib bin; do [ -e "$name" ] || ln -s "usr/$name" "$name"; done
mkdir -p proc tmp
mount -t proc proc proc
exec env -i PATH=/usr/sbin:/usr/bin HOME=/pictures OMP_NUM_THREADS=1 \\
    PYTHONPATH=/wheels LD_LIBRARY_PATH="$LIBRARIES" \\
    chroot . /qemu-aarch64 /usr/bin/python3 -P "$@"
"""
_LIBRARIES = "/usr/lib/aarch64-linux-gnu"  # BLAS: chosen by a script that unpacking does not run


def _python(place: Path, *words: str) -> str:
    """What Python prints there, which has to succeed."""
    for name in ("upper", "work"):
        (place / name).mkdir(exist_ok=True)
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", _RUN, "sh", *words],
        env=os.environ
        | {
            "PLACE": str(place),
            "BASE": os.environ["BARYTA_ARM64"],
            "LIBRARIES": f"{_LIBRARIES}/blas:{_LIBRARIES}/lapack",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif("BARYTA_ARM64" not in os.environ, reason="make test-deploy makes its root")
@pytest.mark.timeout(1800)
def test_a_picture_is_taken_on_a_pis_processor(place: Path) -> None:
    """The cross-built wheel is imported by Debian's arm64 Python, and takes a picture with it."""
    build = PROJECT / "build/deploy"
    wheels = [*(build / "baryta-aarch64").glob("*.whl")]
    wheels += (build / "wheels-3.13-aarch64").glob("rawpy-*.whl")
    assert len(wheels) == 2
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as file:
            file.extractall(place / "upper/wheels")
    frames = place / "upper/frames"
    frames.mkdir(parents=True)
    (frames / "first.dng").write_bytes((PROJECT / "tests/data/negatives/first.dng").read_bytes())
    asked = "import native, os; print(os.uname().machine, native.core_version())"
    told = _python(place, "-c", asked)
    assert told.startswith("aarch64 ")
    _python(place, "-m", "app", "shoot", "--source", "replay:/frames")
    (jpeg,) = (place / "upper").rglob("BARY*.JPG")
    assert jpeg.read_bytes()[:3] == b"\xff\xd8\xff"
    assert list((place / "upper").rglob("BARY*.DNG"))
