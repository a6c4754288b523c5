"""Text of a view: what could deceive or cannot be drawn is shown by its code point, and length is capped.

The types at the end are those of every text field in the view-model, so no text can skip this.
"""

import re
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, Field

from tieout.kernel.reading.text import visible
from tieout.render.fonts import covered

LINE_LENGTH = 240
CODE_LENGTH = 600
BRIEF_LENGTH = 1000
#: Reasons are evidence: a workpaper cuts none below this length.
PASSAGE_LENGTH = 4000
#: Longer runs without a space get a place to break here: laying them out costs the square of their length.
RUN_LENGTH = 100

#: Shorter words need no place to break in a column.
WORD_LENGTH = 18

_RUN = re.compile(rf"\S{{{RUN_LENGTH + 1},}}")
_WORD = re.compile(rf"\S{{{WORD_LENGTH + 1},}}")
_JOINT = re.compile(r"(?<=[/_-])(?=\w)|(?<=\w)(?=\.[A-Za-z]\w{0,5}\W*\Z)")
# The bundled fonts lack the angle brackets that `visible` writes; single guillemets look much the same.
OPEN, CLOSE = "\u2039", "\u203a"
_BRACKETS = str.maketrans("\u27e8\u27e9", OPEN + CLOSE)
_LONGEST_CODE = len("<U+10FFFF>")


def shown(text: str, *, face: str, length: int) -> str:
    """The text as it may stand in a view.

    Args:
        text: Anything collected.
        face: Font it will be set in; characters outside it are shown as `<U+4E2D>`, in guillemets.
        length: Most characters kept; a longer text ends by saying how long it is.
    """
    plain = visible(text[:length]).translate(_BRACKETS)
    drawn = _uncovered(face).sub(_code, re.sub(r"\s+", " ", plain)).strip()
    if len(text) <= length and len(drawn) <= length:
        return drawn
    cut = drawn[:length]
    opened = cut.rfind(f"{OPEN}U+", -_LONGEST_CODE)
    if opened >= 0 and CLOSE not in cut[opened:]:
        cut = cut[:opened]
    return f"{cut}… [cut; {len(text):,} characters in all]"


def joints(text: str) -> list[str]:
    """The text in pieces: long words come apart after / _ - and before a file's ending; joined they are it again."""
    pieces: list[str] = []
    end = 0
    for match in _WORD.finditer(text):
        for joint in _JOINT.finditer(match.group()):
            cut = match.start() + joint.start()
            pieces.append(text[end:cut])
            end = cut
    return [*pieces, text[end:]]


def runs(text: str) -> list[str]:
    """The text in pieces between which a line may break; joined they are the text again."""
    pieces: list[str] = []
    end = 0
    for match in _RUN.finditer(text):
        start = match.start()
        while match.end() - start > RUN_LENGTH:
            pieces.append(text[end : start + RUN_LENGTH])
            start = end = start + RUN_LENGTH
    pieces.append(text[end:])
    return pieces


@cache
def _uncovered(face: str) -> re.Pattern[str]:
    return re.compile(f"[^{re.escape(''.join(sorted(covered(face))))}]")


def _code(match: re.Match[str]) -> str:
    return f"{OPEN}U+{ord(match.group()):04X}{CLOSE}"


def _line(text: str) -> str:
    return shown(text, face="sans", length=LINE_LENGTH)


def _brief(text: str) -> str:
    return shown(text, face="sans", length=BRIEF_LENGTH)


def _passage(text: str) -> str:
    return shown(text, face="sans", length=PASSAGE_LENGTH)


def _code_text(text: str) -> str:
    return shown(text, face="mono", length=CODE_LENGTH)


def _inside(path: str) -> str:
    """Refuses a link that leaves the packet; the pattern has refused schemes already."""
    if any(part in {"", ".", ".."} for part in path.split("/")):
        message = f"'{path}' is not a plain path inside the packet"
        raise ValueError(message)
    return path


Line = Annotated[str, AfterValidator(_line)]
"""One line of text: a title, a name, a role."""
Brief = Annotated[str, AfterValidator(_brief)]
"""Sentences that stand in full elsewhere: a conclusion above its tests."""
Passage = Annotated[str, AfterValidator(_passage)]
"""Sentences: a reason, a wording."""
Code = Annotated[str, AfterValidator(_code_text)]
"""What is set in the monospaced face: a path, a name of the machine's."""
Anchor = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9._-]{0,79}$")]
"""An id within the document, safe in any attribute."""
Href = Annotated[str, Field(pattern=r"^[A-Za-z0-9._~/%+-]+$"), AfterValidator(_inside)]
"""A relative, percent-encoded path inside the packet: no scheme, no root, no way up."""
