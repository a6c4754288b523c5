"""Versions that a file puts together from parts: constants for major, minor and patch, and one line that joins them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.inspection.text import Text
from tieout.kernel.reading.patterns import compile_bytes

_DECLARED: Final = r"^[ \t]*(?:(?:export|const|let|var|static|final|public|private|pub)[ \t]+){0,4}(?:int[ \t]+)?"
_CONSTANT = compile_bytes(
    rf"(?m){_DECLARED}(?P<name>[A-Za-z_]\w{{0,60}})[ \t]*(?::[^=\n]{{1,40}})?=[ \t]*"
    r"(?:\"(?P<double>[^\"\\\n]{0,40})\"|'(?P<single>[^'\\\n]{0,40})'|(?P<digits>\d{1,6})"
    r"|[(\[](?P<several>[ \t\w.\"',+-]{1,120})[)\]])[ \t]*;?[ \t]*(?:\r?$|#|//)"
)
_JOINED = compile_bytes(
    rf"(?m){_DECLARED}(?P<name>(?:__)?(?:[a-z_]{{0,40}}_)?version(?:__)?(?:_(?:str|string|full|long))?)"
    r"[ \t]*(?::[^=\n]{1,40})?=[ \t]*(?P<value>[^\n]{1,300})",
    folded=True,
)
#: A template, what fills it, and what follows each; a template is a string with marks that names are put in.
_TEMPLATE = re.compile(r"""^\(?\s*(?P<f>[fF])?(?P<mark>["'`])(?P<text>[^"'`\n]{1,120})(?P=mark)\s*(?P<rest>.*)$""")
_MARK = re.compile(r"\$?\{\s*(?P<what>[\w.]{0,60})(?:![rs])?(?::[\w.]{0,8})?\}|%[sdi]")
_WORD = re.compile(r"""["'](?P<text>[^"'\n]{0,40})["']|(?P<name>[A-Za-z_]\w*)|(?P<digits>\d{1,6})""")
_SILENT: Final = frozenset({"str", "map", "int", "String", "tuple", "list", "format", "join", "x", "i", "v", "n", "p"})
_FEWEST_PARTS: Final = 2
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class _Constant:
    """A name that stands for text, in one part or several, and its line."""

    parts: tuple[str, ...]
    line: int


def assembled(text: Text) -> tuple[str, int] | None:
    """The version that a file puts together from constants of its own, and the line of its last part.

    Args:
        text: The file.

    Returns:
        None where there is no such line, or where one of the parts is not written in the file.
    """
    constants = _constants(text)
    for hit in text.hits(_JOINED) if constants else ():
        used = [name for name in _names(hit.groups["value"]) if name in constants]
        said = _filled(hit.groups["value"], constants)
        if said is not None and sum(len(constants[name].parts) for name in used) >= _FEWEST_PARTS:
            telling = [constants[name].line for name in used if any(constants[name].parts)]
            return said, telling[-1]
    return None


def _constants(text: Text) -> Mapping[str, _Constant]:
    found: dict[str, _Constant] = {}
    for count, hit in enumerate(text.hits(_CONSTANT)):
        if count == _MOST:
            break
        several = hit.groups.get("several")
        one = next((hit.groups[key] for key in ("double", "single", "digits") if key in hit.groups), "")
        parts = tuple(part.strip(" \t\"'") for part in several.strip(", \t").split(",")) if several else (one,)
        # A name that is given twice stands for one or the other.
        found[hit.groups["name"]] = (
            _Constant((), hit.line) if hit.groups["name"] in found else _Constant(parts, hit.line)
        )
    return {name: constant for name, constant in found.items() if constant.parts}


def _names(value: str) -> Iterator[str]:
    """Names outside of strings, and in the marks of a template, in order."""
    template = _TEMPLATE.match(value)
    if template is not None:
        yield from (mark["what"] for mark in _MARK.finditer(template["text"]) if mark["what"])
        value = template["rest"]
    yield from (word["name"] for word in _WORD.finditer(value) if word["name"])


def _filled(value: str, constants: Mapping[str, _Constant]) -> str | None:
    template = _TEMPLATE.match(value)
    if template is None or template["rest"].startswith("+"):
        return _added(value, constants)
    rest, text = template["rest"], template["text"]
    if rest.startswith(".join("):
        given = _given(rest.removeprefix(".join("), constants)
        return text.join(given) if given else None
    named = {name: "".join(constant.parts) for name, constant in constants.items() if len(constant.parts) == 1}
    given = []
    if rest.startswith((".format(", "%")):
        given = _given(rest.removeprefix(".format").removeprefix("%"), constants) or []
    elif not (template["f"] or template["mark"] == "`"):
        return None
    return _put_in(text, given, named)


def _put_in(text: str, given: Sequence[str], named: Mapping[str, str]) -> str | None:
    """A template with its marks replaced, by number, by order or by name; None where one has nothing to stand for."""
    out, at = [], 0
    for order, mark in enumerate(_MARK.finditer(text)):
        what = mark["what"] or ""
        number = int(what) if what.isdecimal() else order
        one = named.get(what) if what and not what.isdecimal() else dict(enumerate(given)).get(number)
        if one is None:
            return None
        out += [text[at : mark.start()], one]
        at = mark.end()
    return "".join([*out, text[at:]]) if out else None


def _given(arguments: str, constants: Mapping[str, _Constant]) -> list[str] | None:
    """What the names in arguments stand for, in order; None where one is not known here."""
    found: list[str] = []
    for word in _WORD.finditer(arguments.partition("#")[0].partition(" for ")[2] or arguments.partition("#")[0]):
        name = word["name"]
        if name is None:
            found.append(word["text"] or word["digits"] or "")
        elif name in constants:
            found += constants[name].parts
        elif name not in _SILENT and name not in {"in", "for"}:
            return None
    return found


def _added(value: str, constants: Mapping[str, _Constant]) -> str | None:
    """Strings and names with a plus between them."""
    bare = value.partition("#")[0]
    if "+" not in bare:
        return None
    given = _given(bare, constants)
    return "".join(given) if given else None
