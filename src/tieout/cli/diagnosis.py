"""What `tieout doctor` looks at: Python, git, ssh-keygen, Pango for the PDF, fonts, and the shipped data."""

import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any

from tieout.kernel.bundle import bundled
from tieout.kernel.errors import TieoutError

PANGO_LINE = "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_OLDEST_GIT = (2, 30)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What it is.
        good: Whether it is as it should be.
        needed: Whether anything fails without it.
        detail: What was found.
        remedy: What to do where it is not good.
    """

    name: str
    good: bool
    needed: bool
    detail: str
    remedy: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def diagnose() -> list[Finding]:
    """Everything tieout needs, in the order it is used."""
    return [_python(), _git(), _ssh(), _data("controls"), _data("templates"), _pdf(), _fonts()]


def _python() -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    return Finding(
        "Python", good=sys.version_info >= (3, 11), needed=True, detail=found, remedy="install 3.11 or newer"
    )


def _git() -> Finding:
    program = shutil.which("git")
    remedy = "apt-get install -y git"
    if program is None:
        return Finding("git", good=False, needed=True, detail="not found", remedy=remedy)
    text = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603 - no input
    numbers = [int(part) for part in text.split(" ")[2].split(".")[:2] if part.isdecimal()] if " " in text else []
    return Finding("git", good=tuple(numbers) >= _OLDEST_GIT, needed=True, detail=text, remedy=remedy)


def _ssh() -> Finding:
    program = shutil.which("ssh-keygen")
    if program is None:
        detail = "ssh-keygen is missing: attestations can be neither signed nor verified"
        return Finding(
            "ssh-keygen", good=False, needed=False, detail=detail, remedy="apt-get install -y openssh-client"
        )
    return Finding("ssh-keygen", good=True, needed=False, detail="found")


def _data(room: str) -> Finding:
    try:
        bundled(room)
    except TieoutError as error:
        return Finding(room, good=False, needed=True, detail=error.message, remedy=error.hint)
    return Finding(room, good=True, needed=True, detail="found")


def _pdf() -> Finding:
    try:
        import weasyprint
    except OSError:
        detail = "Pango is missing: the PDF cannot be made; OSCAL and HTML can"
        return Finding("PDF", good=False, needed=False, detail=detail, remedy=PANGO_LINE)
    return Finding("PDF", good=True, needed=False, detail=f"WeasyPrint {weasyprint.__version__} with Pango")


def _fonts() -> Finding:
    try:
        import fontpkg_ibm_plex_mono
        import fontpkg_ibm_plex_sans
    except ImportError:
        return Finding("fonts", good=False, needed=False, detail="IBM Plex is missing", remedy="install tieout again")
    names = (fontpkg_ibm_plex_sans.__name__, fontpkg_ibm_plex_mono.__name__)
    return Finding("fonts", good=True, needed=False, detail=", ".join(names).replace("fontpkg_", "").replace("_", " "))
