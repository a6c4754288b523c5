"""What a workbook says beside its sheets: which sheets there are, its shared strings, and which formats are dates.

After ISO/IEC 29500-1 (SpreadsheetML): 18.2 workbook, 18.4 shared strings, 18.8.30 number formats. Runs in the parser's
process.
"""

import posixpath
import re
from dataclasses import dataclass
from typing import Final, Literal

from tieout.kernel.reading.refusal import MAX_CELL, MAX_TABLE_CELLS, RefusedError
from tieout.kernel.reading.workbook_package import Attributes, Package

#: How a number is shown: as its digits, as a day, a day with its hour, an hour, or in another way.
Shown = Literal["plain", "day", "time", "clock", "other"]

#: A number as a format tells them apart.
Sign = Literal["positive", "negative", "zero"]

MAX_SHEETS: Final = 500
_MAX_STYLES: Final = 70_000
_MAX_FORMAT: Final = 300
_OF_SHEETS: Final = "/worksheet"
_DOCUMENT: Final = "/officeDocument"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
_STRICT_RELATION: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships id"
_PLAIN_IDS: Final = frozenset({0, 1, 49})  # General, `0` and text
_DAY_IDS: Final = frozenset({14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)})
_CLOCK_IDS: Final = frozenset({18, 19, 20, 21, 32, 33, 34, 35, 45, 47})
_TIME_ID: Final = 22
#: What a format shows as it stands: quoted or escaped text, padding, and conditions, colours or languages in brackets.
_LITERAL = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.DOTALL)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]")
#: Where a number's own digits stand, or parts of a day; a text's place shows a number's digits, too.
_OWN_PLACE = re.compile(r"[0#?@ymdhs]|general")
#: A digit that stands there whatever the number is; that of a fraction's denominator is its own.
_FOREIGN_DIGIT = re.compile(r"(?<!/)(?<!/[0-9])(?<!/[0-9]{2})[1-9]")
_CONDITION = re.compile(r"\[[<>=]")
_NUMBERS: Final = 3  # sections; the fourth is that of texts
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a cell style shows a number.

    Attributes:
        shown: As what.
        hides: Numbers of which it shows other digits than their own, or none.
    """

    shown: Shown
    hides: frozenset[Sign] = frozenset()


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it.

    Attributes:
        name: On its tab.
        state: visible, hidden or veryHidden.
        part: Where its cells are; empty for a chart or a dialog.
    """

    name: str
    state: str
    part: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """What stands in a workbook beside its cells.

    Attributes:
        sheets: In the order of their tabs.
        from_1904: Days are counted from 1904-01-01.
        strings: Part of the shared strings; empty where there is none.
        styles: Part of the styles; empty where there is none.
        macros: It holds a program.
    """

    sheets: tuple[SheetEntry, ...]
    from_1904: bool
    strings: str
    styles: str
    macros: bool


def read_workbook(package: Package) -> Workbook:
    """What a package says of its sheets.

    Raises:
        RefusedError: It is no workbook, or names what lies outside of it.
    """
    part = next((target for kind, target in _relations(package, "").values() if kind.endswith(_DOCUMENT)), "")
    if not part:
        raise RefusedError("is not an Excel workbook: it names no main part")
    if part.lower().endswith(".bin"):
        raise RefusedError("is a binary workbook (.xlsb); save it as .xlsx")
    related = _relations(package, part)
    listed: list[Attributes] = []
    from_1904 = False
    is_workbook = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal from_1904, is_workbook
        is_workbook = is_workbook or name == "workbook"
        if name == "workbookPr":
            from_1904 = is_on(attributes.get("date1904"))
        elif name == "sheet":
            listed.append(attributes)
            if len(listed) > MAX_SHEETS:
                raise RefusedError(f"has more than {MAX_SHEETS} sheets")

    package.parse(part, start)
    if not is_workbook:
        raise RefusedError("is not an Excel workbook: its main part is something else")
    by_kind = {kind.rpartition("/")[2]: target for kind, target in related.values()}
    return Workbook(
        sheets=tuple(_sheet(attributes, related) for attributes in listed),
        from_1904=from_1904,
        strings=by_kind.get("sharedStrings", ""),
        styles=by_kind.get("styles", ""),
        macros="vbaProject" in by_kind,
    )


def _sheet(attributes: Attributes, related: dict[str, tuple[str, str]]) -> SheetEntry:
    id_ = attributes.get(_RELATION) or attributes.get(_STRICT_RELATION) or ""
    kind, part = related.get(id_, ("", ""))
    state = attributes.get("state", "visible")
    return SheetEntry(attributes.get("name", ""), state, part if kind.endswith(_OF_SHEETS) else "")


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Id -> (kind, part) of what a part names within the package; what lies outside is left out and never followed."""
    folder, _, name = part.rpartition("/")
    beside = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            whole = target if target.startswith("/") else f"/{folder}/{target}"
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), posixpath.normpath(whole).lstrip("/"))

    if beside in package:
        package.parse(beside, start)
    return found


def shared_strings(package: Package, part: str) -> list[str]:
    """The texts that cells name by their number; runs of one text are joined, what tells how it sounds is left out.

    Raises:
        RefusedError: There are more than a table has cells, or they are longer than a part.
    """
    strings = _Strings()
    if part:
        package.parse(part, strings.start, strings.end, strings.text)
    return strings.texts


class _Strings:
    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._taking = False
        self._aside = 0

    def start(self, name: str, _attributes: Attributes) -> None:
        if name == "rPh" or self._aside:
            self._aside += 1
        else:
            self._taking = name == "t"

    def end(self, name: str) -> None:
        self._taking = False
        if self._aside:
            self._aside -= 1
        elif name == "si":
            self.texts.append(unescaped("".join(self._pieces)))
            self._pieces.clear()
            if len(self.texts) > MAX_TABLE_CELLS:
                raise RefusedError(f"has more than {MAX_TABLE_CELLS:,} different texts")

    def text(self, data: str) -> None:
        if self._taking:
            self._pieces.append(data)


def unescaped(text: str) -> str:
    """A text with the characters that XML cannot hold (`_x000D_`), and with plain line ends."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text[: MAX_CELL * 7 + 7])
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def number_formats(package: Package, part: str) -> list[NumberFormat]:
    """How each cell style shows a number.

    Raises:
        RefusedError: There are more styles than Excel knows.
    """
    if not part:
        return []
    codes: dict[str, NumberFormat] = {}
    styles: list[NumberFormat] = []
    within = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal within
        if name == "numFmt":
            code = attributes.get("formatCode", "")
            codes[attributes.get("numFmtId", "")] = NumberFormat(shown_as(code), hidden_by(code))
        elif name == "cellXfs":
            within = True
        elif name == "xf" and within:
            id_ = attributes.get("numFmtId", "0")
            styles.append(codes.get(id_) or NumberFormat(_built_in(id_)))
        if len(styles) > _MAX_STYLES or len(codes) > _MAX_STYLES:
            raise RefusedError("has more cell styles than Excel knows")

    def end(name: str) -> None:
        nonlocal within
        within = within and name != "cellXfs"

    package.parse(part, start, end)
    return styles


def _built_in(id_: str) -> Shown:
    number = int(id_) if id_.isdecimal() and len(id_) < 6 else 0  # noqa: PLR2004 - ids are below 70,000
    if number in _PLAIN_IDS:
        return "plain"
    if number in _DAY_IDS:
        return "day"
    if number == _TIME_ID:
        return "time"
    return "clock" if number in _CLOCK_IDS else "other"


def shown_as(code: str) -> Shown:
    """How a number format shows a number; of several sections the first, which is that of positive numbers."""
    if code.casefold() in {"general", "0", "@"}:
        return "plain"
    bare = _LITERAL.sub("", code[:_MAX_FORMAT]).split(";")[0].casefold()
    if _ELAPSED.search(bare) or "general" in bare:
        return "other"
    bare = bare.replace("am/pm", "h").replace("a/p", "h")
    hours = "h" in bare or "s" in bare
    days = "y" in bare or "d" in bare or ("m" in bare and not hours)
    if days:
        return "time" if hours else "day"
    return "clock" if hours else "other"


def hidden_by(code: str) -> frozenset[Sign]:
    """Numbers of which a format shows other digits than their own (`"5"`), or nothing (`;;;`).

    A dash in place of a zero is how accounts write it. Where sections have conditions, each counts for all.
    """
    code = code[:_MAX_FORMAT]
    sections = [section.strip() for section in _LITERAL.sub(_left_of_literal, code).casefold().split(";")]
    if len(sections) > 1 and (len(sections) > _NUMBERS or "@" in sections[-1]):
        sections = sections[:-1][:_NUMBERS]
    if sections == [""] and not code.strip():
        return frozenset()
    hides = [_is_hiding(section) for section in sections]
    if _CONDITION.search(code):
        return frozenset[Sign](("positive", "negative", "zero")) if any(hides) else frozenset()
    zero = hides[2] and sections[2] != "-" if len(sections) == _NUMBERS else hides[0]
    by_sign: dict[Sign, bool] = {"positive": hides[0], "negative": hides[min(1, len(hides) - 1)], "zero": zero}
    return frozenset(sign for sign, is_hidden in by_sign.items() if is_hidden)


def _left_of_literal(literal: re.Match[str]) -> str:
    """What counts of text in a format: a dash, and digits that a reader takes for the number's."""
    text = literal[0]
    if text.startswith("["):
        return "h" if _ELAPSED.fullmatch(text) else ""
    if text[0] in "_*":
        return ""
    text = text.strip('"\\ ')
    if any(map(str.isdigit, text)) and not any(map(str.isalpha, text)):
        return "1"
    return "-" if text in {"-", "\N{EN DASH}", "\N{EM DASH}"} else ""


def _is_hiding(section: str) -> bool:
    return not _OWN_PLACE.search(section) or bool(_FOREIGN_DIGIT.search(section))


def is_on(value: str | None) -> bool:
    """Whether a flag of the format is set."""
    return value in {"1", "true", "on"}
