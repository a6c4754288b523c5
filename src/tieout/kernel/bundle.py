"""Where the shipped data stands: inside the wheel, or beside pyproject.toml in a clone."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from tieout.kernel.errors import TieoutError


@cache
def bundled(room: str) -> Path:
    """The folder of a data room (`controls` or `templates`).

    Raises:
        TieoutError: Neither the wheel's copy nor the clone's folder is there.
    """
    package = Path(str(files("tieout")))
    for candidate in (package / "_bundle" / room, package.parent.parent / room):
        if candidate.is_dir():
            return candidate
    message = f"the data folder '{room}' is missing from this installation"
    raise TieoutError(message, hint="install tieout again; the wheel should carry it")
