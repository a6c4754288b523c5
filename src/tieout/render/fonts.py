"""The bundled fonts (IBM Plex, OFL-1.1, from their font packages) and the characters that they can show."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from tieout.kernel.errors import TieoutError


@dataclass(frozen=True, slots=True)
class Face:
    """One font file.

    Attributes:
        name: How our style sheet names it, `tieout-font:<name>`.
        package: Python package that carries it.
        file: Its name in the package's `files` folder.
    """

    name: str
    package: str
    file: str


FACES = {
    face.name: face
    for face in (
        Face("sans", "fontpkg_ibm_plex_sans", "IBMPlexSans[wdth,wght].ttf"),
        Face("mono", "fontpkg_ibm_plex_mono", "IBMPlexMono-Regular.ttf"),
    )
}


def font_file(name: str) -> Traversable:
    """The file of a face.

    Raises:
        TieoutError: The font package is not installed whole.
    """
    face = FACES[name]
    try:
        found = files(face.package).joinpath("files", face.file)
    except ModuleNotFoundError:
        found = None
    if found is None or not found.is_file():
        message = f"the font {face.file} is missing"
        hint = f"install the package {face.package.replace('_', '-')}"
        raise TieoutError(message, hint=hint)
    return found


@cache
def covered(name: str) -> frozenset[str]:
    """Every character that a face has a glyph for; one that has none breaks PDF/A (ISO 19005-3, 6.2.11.8)."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - heavy

    with font_file(name).open("rb") as stream, TTFont(stream, lazy=True) as font:
        return frozenset(chr(code) for code in font.getBestCmap())
