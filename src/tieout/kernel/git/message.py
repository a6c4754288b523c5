"""Text of a commit message: decoding that never fails, the subject line, the trailers."""

import re

# Encodings that a header may name: names of text encodings only, so that no odd codec of Python is reached.
_KNOWN_ENCODING = re.compile(
    r"utf-?8|us-?ascii|ascii|latin-?1|iso-?8859-?\d{1,2}|(windows|cp)-?\d{3,4}|koi8-?[ru]"
    r"|shift[-_]?jis|sjis|euc-?(jp|kr)|gb2312|gbk|gb18030|big5|iso-?2022-?(jp|kr)",
    re.IGNORECASE,
)
_TRAILER = re.compile(r"([A-Za-z0-9-]+)[ \t]*:(.*)", re.DOTALL)
_GENERATED = ("Signed-off-by: ", "(cherry picked from commit ")
_BLANK = " \t\r\f\v"


def decode(data: bytes, encoding: str | None) -> str:
    """Text in the encoding that the commit declares (default UTF-8); bytes that do not fit become U+FFFD.

    The result can always be written as UTF-8 and holds no NUL.
    """
    name = encoding if encoding and _KNOWN_ENCODING.fullmatch(encoding) else "utf-8"
    try:
        text = data.decode(name, "replace")
    except LookupError:  # a number that Python has no table for
        text = data.decode("utf-8", "replace")
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def subject(message: str) -> str:
    """The first paragraph on one line, as git's `%s`."""
    lines: list[str] = []
    for line in message.split("\n"):
        if line.strip():
            lines.append(line.strip())
        elif lines:
            break
    return " ".join(lines)


def trailers(message: str) -> tuple[tuple[str, str], ...]:
    """The trailers of the last paragraph, by the rules of git-interpret-trailers(1); folded lines joined.

    A last paragraph counts when all its lines are trailers, or when one of git's own is among them and
    trailers make a quarter of it. The subject paragraph never counts.
    """
    found: list[list[str]] = []
    folds = False
    for line in _block(message.split("\n")):
        if line.startswith("#"):
            continue
        parts = _TRAILER.fullmatch(line)
        if line[:1].isspace():
            if folds:
                found[-1][1] = f"{found[-1][1]} {line.strip()}".strip()
        elif parts is not None:
            found.append([parts[1], parts[2].strip()])
            folds = True
        else:
            folds = False
    return tuple((key, value) for key, value in found)


def _block(lines: list[str]) -> list[str]:
    start = 0
    while start < len(lines) and (lines[start].startswith("#") or lines[start].strip(_BLANK)):
        start += 1
    stop = len(lines)
    while stop > start and not lines[stop - 1].strip(_BLANK):
        stop -= 1
    first = stop
    while first > start and lines[first - 1].strip(_BLANK):
        first -= 1
    if first == start:  # no blank line before it: it belongs to the subject
        return []
    block = lines[first:stop]
    good, bad, generated = _count(block)
    if (generated and good * 3 >= bad) or (good and not bad):
        return block
    return []


def _count(block: list[str]) -> tuple[int, int, bool]:
    """Trailer lines, other lines, and whether one is git's own; folded lines count with what they follow."""
    good, bad, generated, folded = 0, 0, False, 0
    for line in reversed(block):
        if line.startswith("#"):
            bad, folded = bad + folded, 0
        elif line.startswith(_GENERATED):
            good, folded, generated = good + 1, 0, True
        elif _TRAILER.fullmatch(line):
            good, folded = good + 1, 0
        elif line[:1].isspace():
            folded += 1
        else:
            bad, folded = bad + 1 + folded, 0
    return good, bad + folded, generated
