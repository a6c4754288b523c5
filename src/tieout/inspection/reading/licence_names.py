"""Names and texts of licences as SPDX identifiers: by what marks a text, and by the ways people write a name."""

import re
from dataclasses import dataclass
from typing import Any, Final

from tieout.inspection.text import Text
from tieout.kernel.reading.patterns import compile_bytes


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence that is known.

    Attributes:
        id: SPDX identifier, or `LicenseRef-…` where SPDX has none.
        marks: Short marks of its text, all of which stand in it; letters small, one blank between words.
        name: How people write its name, as a pattern for a line.
    """

    id: str
    marks: tuple[str, ...]
    name: str


#: The more special one stands before the one whose marks it has, too.
_KNOWN: Final = (
    Licence("CC0-1.0", ("cc0 1.0",), r"CC0[- ]?(?:v?1\.0)?\b|creative commons zero"),
    Licence("CC-BY-NC-SA-4.0", ("attribution-noncommercial-sharealike 4.0",), r"CC[- ]BY[- ]NC[- ]SA[- ]4\.0"),
    Licence("CC-BY-NC-ND-4.0", ("attribution-noncommercial-noderivatives 4.0",), r"CC[- ]BY[- ]NC[- ]ND[- ]4\.0"),
    Licence("CC-BY-NC-4.0", ("attribution-noncommercial 4.0",), r"CC[- ]BY[- ]NC[- ]4\.0"),
    Licence("CC-BY-SA-4.0", ("attribution-sharealike 4.0",), r"CC[- ]BY[- ]SA[- ]4\.0"),
    Licence("CC-BY-ND-4.0", ("attribution-noderivatives 4.0",), r"CC[- ]BY[- ]ND[- ]4\.0"),
    Licence("CC-BY-4.0", ("attribution 4.0 international",), r"CC[- ]BY[- ]4\.0|attribution 4\.0 international"),
    Licence("AGPL-3.0", ("gnu affero general public license", "version 3"), r"AGPL[- ]?v?3|affero general public"),
    Licence(
        "LGPL-3.0", ("gnu lesser general public license", "version 3"), r"LGPL[- ]?v?3|lesser general public.{0,20}3"
    ),
    Licence("LGPL-2.1", ("gnu lesser general public license", "version 2.1"), r"LGPL[- ]?v?2|lesser general public"),
    Licence("GPL-3.0", ("gnu general public license", "version 3"), r"\bGPL[- ]?v?3|general public licen[cs]e.{0,20}3"),
    Licence("GPL-2.0", ("gnu general public license", "version 2"), r"\bGPL[- ]?v?2|general public licen[cs]e.{0,20}2"),
    Licence("MPL-2.0", ("mozilla public license", "version 2.0"), r"MPL[- ]?v?2|mozilla public"),
    Licence("Apache-2.0", ("apache license", "version 2.0"), r"apache[- ](?:2|software|licen[cs]e|v2|public)|\bASL ?2"),
    Licence("BUSL-1.1", ("business source license",), r"BUSL[- ]?1|business source"),
    Licence("Elastic-2.0", ("elastic license 2.0",), r"elastic[- ](?:licen[cs]e )?2"),
    Licence("SSPL-1.0", ("server side public license",), r"SSPL|server side public"),
    Licence("EPL-2.0", ("eclipse public license", "2.0"), r"EPL[- ]?2|eclipse public"),
    Licence("EUPL-1.2", ("european union public licence",), r"EUPL|european union public"),
    Licence("BSL-1.0", ("boost software license",), r"\bBSL[- ]1|boost software"),
    Licence("OGL-UK-3.0", ("open government licence",), r"OGL|open government licence"),
    Licence("LicenseRef-OpenRAIL", ("responsible ai license",), r"open ?rail|responsible ai licen[cs]e"),
    Licence("LicenseRef-Llama", ("llama", "community license agreement"), r"llama.{0,12}(?:community )?licen[cs]e"),
    Licence("LicenseRef-Gemma", ("gemma terms of use",), r"gemma terms of use"),
    Licence("LicenseRef-Functional-Source", ("functional source license",), r"functional source|\bFSL-"),
    Licence("LicenseRef-PolyForm", ("polyform",), r"polyform"),
    Licence("Unlicense", ("free and unencumbered software",), r"unlicense"),
    Licence(
        "BSD-3-Clause",
        ("redistribution and use in source and binary forms", "endorse or promote"),
        r"BSD[- ]3|3-clause|(?:new|modified|revised) BSD",
    ),
    Licence(
        "BSD-2-Clause", ("redistribution and use in source and binary forms",), r"BSD[- ]2|2-clause|simplified BSD"
    ),
    Licence("0BSD", ("use, copy, modify, and/or distribute this software", "zero-clause"), r"\b0BSD\b|zero[- ]clause"),
    Licence("ISC", ("use, copy, modify, and/or distribute this software for any purpose",), r"\bISC\b"),
    Licence("MIT", ("permission is hereby granted, free of charge", "sublicense"), r"\bMIT\b|\bexpat licen[cs]e"),
    Licence("Zlib", ("altered source versions must be plainly marked",), r"\bzlib\b"),
)
_BY_ID: Final = {licence.id.casefold(): licence for licence in _KNOWN}
#: Earlier versions of the Creative Commons licences, and the licence without a version, which names the family.
_CREATIVE_COMMONS: Final = tuple(
    pair
    for terms in ("BY-NC-SA", "BY-NC-ND", "BY-NC", "BY-SA", "BY-ND", "BY")
    for words in (terms.replace("-", "[- ]"),)
    for pair in (
        *((f"CC-{terms}-{number}", rf"\bCC[- ]{words}[- ]v?{number}") for number in ("1.0", "2.0", "2.5", "3.0")),
        (f"CC-{terms}", rf"\bCC[- ]{words}\b(?![- ](?:NC|SA|ND|v?\d))"),
    )
)
_NAMES: Final = (
    *((licence.id, re.compile(licence.name, re.IGNORECASE)) for licence in _KNOWN),
    *((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _CREATIVE_COMMONS),
)
_LINES: Final[dict[str, Any]] = {licence.id: compile_bytes(licence.name, folded=True) for licence in _KNOWN}
_SPDX = compile_bytes(
    r"SPDX-License-Identifier:[ \t]*(?P<id>[A-Za-z0-9.+-]{2,60}(?: (?:OR|AND|WITH) [A-Za-z0-9.+-]{2,60})*)"
)
_RESERVED = compile_bytes(r"all rights reserved|proprietary|confidential", folded=True)
_EXPRESSION = re.compile(r"\s+(?:OR|AND)\s+|\s*/\s*|\s*;\s*")
#: Fewer words are a note, and no terms.
_FEWEST_WORDS: Final = 12
_NEAR: Final = 4
_EDITION = re.compile(r"-(?:only|or-later)$|\+$", re.IGNORECASE)
#: Classifiers of packages whose licence has several editions: they say no more than the family.
FAMILIES: Final = {"bsd license": "BSD-", "gnu general public license (gpl)": "GPL-", "public domain": "CC0-1.0"}
#: A licence that reserves everything.
PROPRIETARY: Final = "LicenseRef-Proprietary"


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a text is.

    Attributes:
        ids: SPDX identifiers, sorted; empty where it is not known.
        line: That names the licence, or else the one that its known words begin on, or else the first with words.
        version_line: That says the version, where it is another one.
        is_told: It holds more than a few words, so that it may be a licence that is not known.
    """

    ids: tuple[str, ...]
    line: int
    version_line: int | None = None
    is_told: bool = True


def ids_of_name(name: str) -> tuple[str, ...]:
    """SPDX identifiers of a name, an expression or a classifier, sorted; empty where it is none that is known."""
    text = name.rpartition(" :: ")[2].strip().strip("()")
    parts = [part.strip("() ") for part in _EXPRESSION.split(text) if part.strip("() ")]
    found = [_of_one(part) for part in parts]
    if len(parts) > 1 and not all(found):
        found = [_of_one(text)]
    return tuple(sorted({one for one in found if one}))


def _of_one(text: str) -> str:
    without = _EDITION.sub("", text)
    known = _BY_ID.get(without.casefold())
    if known is not None:
        return known.id
    if text.casefold() in FAMILIES:
        return FAMILIES[text.casefold()]
    if text.casefold() in {"unlicensed", "proprietary", "other/proprietary license", "see license in license"}:
        return PROPRIETARY
    return next((name for name, pattern in _NAMES if pattern.search(text)), "")


def edition_of(name: str) -> str:
    """The SPDX identifier with its edition where a name says one, as in `AGPL-3.0-or-later`; "" where it does not."""
    found = _EDITION.search(name.strip())
    known = _BY_ID.get(_EDITION.sub("", name.strip()).casefold())
    if found is None or known is None:
        return ""
    return known.id + ("-only" if found[0].lower() == "-only" else "-or-later")


def names_in(sentence: str) -> tuple[str, ...]:
    """Every licence that a sentence names, the first first."""
    found = [(match.start(), name) for name, pattern in _NAMES if (match := pattern.search(sentence)) is not None]
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def recognised(text: Text) -> Recognised:
    """What licence a file holds, by its SPDX line or by marks of its text."""
    first = next((at for at, line in enumerate(text.lines(), start=1) if any(one.isalnum() for one in line)), 1)
    spdx = text.first(_SPDX)
    if spdx is not None:
        return Recognised(ids_of_name(spdx.groups["id"]) or (spdx.groups["id"],), spdx.line)
    plain = " ".join(text.data.decode("utf-8", "replace").lower().split())
    present = [one for one in _KNOWN if all(mark in plain for mark in one.marks)]
    # Licences of parts are told further down than that of the whole; of two marks at one place the special one counts.
    known = min(present, key=lambda one: plain.index(one.marks[0]), default=None)
    if known is None:
        reserved = text.first(_RESERVED)
        if reserved is not None:
            return Recognised((PROPRIETARY,), reserved.line)
        return Recognised((), first, is_told=len(plain.split()) >= _FEWEST_WORDS)
    named = text.first(_LINES[known.id])
    line = named.line if named is not None else _line_of_words(text, known.marks[0]) or first
    return Recognised((known.id,), line, _version_line(text, known, line))


def _line_of_words(text: Text, mark: str) -> int | None:
    """The line that the words of a mark begin on; they may go on over the end of it."""
    words = mark.split()
    for number, line in enumerate(text.lines(), start=1):
        plain = " ".join(line.lower().split())
        if any(" ".join(words[:count]) in plain for count in range(len(words), min(2, len(words) - 1), -1)):
            return number
    return None


def _version_line(text: Text, known: Licence, line: int) -> int | None:
    """The line near the name that says the version, where the name stands alone."""
    version = next((mark for mark in known.marks if mark.startswith("version")), "")
    lines = text.lines()
    if not version or version in lines[line - 1].lower():
        return None
    near = range(line + 1, min(line + _NEAR, len(lines)) + 1)
    return next((number for number in near if version in lines[number - 1].lower()), None)


def agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two statements say the same; a family, such as BSD, agrees with each of its members."""
    return len(one) == len(other) and all(
        first == second or _is_of_family(first, second) or _is_of_family(second, first)
        for first, second in zip(one, other, strict=True)
    )


def _is_of_family(family: str, member: str) -> bool:
    if family.startswith("CC-BY"):
        return re.fullmatch(rf"{re.escape(family)}-\d\.\d", member) is not None
    return family.endswith("-") and member.startswith(family)
