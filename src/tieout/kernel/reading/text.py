"""Untrusted text: strict decoding, and characters that could deceive a reader made visible."""

import re

from tieout.kernel.errors import UnreadableError

# Each range with why it is shown. Written as code points, so that this file itself deceives nobody.
_DECEIVING = (
    (0x00, 0x08),  # C0 controls without tab and newline
    (0x0B, 0x1F),
    (0x7F, 0x9F),  # delete and C1 controls
    (0xAD, 0xAD),  # soft hyphen
    (0x61C, 0x61C),  # Arabic letter mark
    (0x115F, 0x1160),  # Hangul fillers look empty
    (0x17B4, 0x17B5),  # Khmer inherent vowels look empty
    (0x180E, 0x180E),  # Mongolian vowel separator
    (0x200B, 0x200F),  # zero-width space and joiners, directional marks
    (0x2028, 0x202E),  # line and paragraph separators, bidirectional embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, bidirectional isolates
    (0x3164, 0x3164),  # Hangul filler
    (0xD800, 0xDFFF),  # surrogates: not text, and no stream can print them
    (0xFEFF, 0xFEFF),  # zero-width no-break space
    (0xFFA0, 0xFFA0),  # halfwidth Hangul filler
    (0xFFF9, 0xFFFB),  # interlinear annotation
    (0xE0000, 0xE0FFF),  # tags and supplementary variation selectors carry hidden text
)
_CLASS = "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in _DECEIVING)
# A carriage return before a newline is a harmless line ending; alone it overwrites a terminal's line.
_HIDDEN = re.compile(f"\r\n|[{_CLASS}]")
_ACTING = re.compile(
    "\r\n|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_WORD_END = re.compile(r"\S{0,400}(?=\s|\Z)")
_IN_PATH = re.compile(f"[{_CLASS}\t\n]")


def visible(text: str) -> str:
    """The text with every invisible or direction-changing character shown, as in ⟨U+202E⟩.

    Shown are C0 and C1 controls (not newline and tab), bidirectional controls (UAX #9), zero-width and
    other empty-looking characters, line separators that are not newlines, and surrogates. A CR LF line
    ending becomes a plain newline, so the number of lines stays.
    """
    return _HIDDEN.sub(_show, text)


def controls_shown(text: str) -> tuple[str, tuple[int, ...]]:
    """The text with what would act on a terminal or turn the direction of writing shown, as in ⟨U+001B⟩.

    So are line separators that are no newline to a file, and tags, which spell a text that nobody sees. Newlines,
    tabs and CR LF line endings stay as they are, and so do characters that are only invisible.

    Returns:
        The text, as many lines as before, and the 1-based lines that were changed.
    """
    lines: list[int] = []
    at, line = 0, 1
    for match in _ACTING.finditer(text):
        if match.group() != "\r\n":
            line += text.count("\n", at, match.start())
            at = match.start()
            if not lines or lines[-1] != line:
                lines.append(line)
    return (_ACTING.sub(_show_acting, text), tuple(lines)) if lines else (text, ())


def display_path(path: str) -> str:
    r"""A path that is safe to print: undecodable bytes as \xNN, other hidden characters as ⟨U+NNNN⟩."""
    return _IN_PATH.sub(_show_in_path, path)


def excerpt(text: str, length: int = 60, *, is_masked: bool = False) -> str:
    """A short piece of untrusted text for a message: visible, on one line, cut at `length` characters.

    Unless its secrets are masked already, a word is not cut if it is not very long: half a secret is not known for one.
    """
    if len(text) > length:
        within = not is_masked and not text[length - 1].isspace()
        word = _WORD_END.match(text, length) if within else None
        end = word.end() if word else length
        text = text[:end] + "…" if end < len(text) else text
    return _IN_PATH.sub(_show, text)


def column_letters(number: int) -> str:
    """How a sheet calls a column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def decode_text(data: bytes, where: str) -> str:
    """Strict UTF-8 without its byte order mark.

    Args:
        data: The bytes of a text file.
        where: How messages name the file.

    Raises:
        UnreadableError: The bytes are not UTF-8; names the line and the offset of the first bad byte.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} at offset {error.start} is not UTF-8 text"
        raise UnreadableError(message, hint="save the file as UTF-8", where=f"{display_path(where)}:{line}") from None
    return text.removeprefix("\ufeff")


def _show(match: re.Match[str]) -> str:
    found = match.group()
    return "\n" if found == "\r\n" else f"⟨U+{ord(found):04X}⟩"


def _show_acting(match: re.Match[str]) -> str:
    found = match.group()
    return found if found == "\r\n" else f"⟨U+{ord(found):04X}⟩"


def _show_in_path(match: re.Match[str]) -> str:
    code = ord(match.group())
    escaped_byte = 0xDC80 <= code <= 0xDCFF  # noqa: PLR2004 - PEP 383 puts byte 0xNN at U+DCNN
    return f"\\x{code - 0xDC00:02x}" if escaped_byte else f"⟨U+{code:04X}⟩"
