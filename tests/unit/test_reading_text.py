"""Untrusted text: what deceives is shown, what is no text is refused with its place."""

import pytest

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.files import display_path
from tieout.kernel.reading.text import decode_text, excerpt, visible


@pytest.mark.parametrize(
    "code",
    [
        *[0x00, 0x07, 0x0B, 0x0C, 0x1B, 0x7F, 0x80, 0x9F, 0x85, 0xAD, 0x61C, 0x200B, 0x200D, 0x200E, 0x200F],
        *[0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xFEFF],
        *[0x2028, 0x2029, 0x3164, 0xE0041, 0xE0100, 0xD800, 0xDCFF],
    ],
)
def test_deceiving_characters_are_shown_by_their_code_point(code: int) -> None:
    assert visible(f"a{chr(code)}b") == f"a⟨U+{code:04X}⟩b"


def test_a_reversed_name_can_be_seen() -> None:
    assert visible("invoice\u202efdp.exe") == "invoice⟨U+202E⟩fdp.exe"


def test_ordinary_text_of_any_script_stays() -> None:
    text = "Größe, 評価\tعربي हिन्दी 😀 e\u0301\nnext"
    assert visible(text) == text


def test_a_lone_carriage_return_is_shown_and_a_windows_line_ending_is_a_newline() -> None:
    assert visible("paid\rfree") == "paid⟨U+000D⟩free"
    assert visible("a\r\nb") == "a\nb"


def test_visible_text_stays_as_it_is() -> None:
    once = visible("".join(map(chr, range(0x2100))))
    assert visible(once) == once


def test_paths_are_printable() -> None:
    path = b"r\xe9sum\xe9\n\x1b[31m".decode("utf-8", "surrogateescape")
    assert display_path(path) == r"r\xe9sum\xe9⟨U+000A⟩⟨U+001B⟩[31m"
    assert display_path(path).isprintable()
    assert display_path("docs/größe.md") == "docs/größe.md"


def test_excerpts_are_short_and_on_one_line() -> None:
    assert excerpt("a\nb" + " c" * 100) == "a⟨U+000A⟩b" + " c" * 28 + " …"
    assert excerpt("c" * 1_000) == "c" * 60 + "…"


def test_an_excerpt_ends_where_a_word_ends_so_that_a_secret_in_it_is_still_known() -> None:
    token = "github_pat_" + "A1b2C3d4E5" * 8
    assert excerpt(f"the key {token} stands twice") == f"the key {token}…"
    assert excerpt(f"the key {token}", is_masked=True) == f"the key {token[:52]}…"


def test_strict_utf8_names_line_and_offset() -> None:
    with pytest.raises(UnreadableError) as caught:
        decode_text(b"one\ntwo\nthr\xe9e", "notes.txt")
    assert caught.value.where == "notes.txt:3"
    assert "offset 11" in caught.value.message
    assert "0xe9" in caught.value.message


@pytest.mark.parametrize("data", [b"\xed\xa0\x80", b"\xc0\xaf", b"\xff\xfea\x00", b"\xf5\x80\x80\x80"])
def test_surrogates_overlong_forms_and_utf16_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        decode_text(data, "x")


def test_one_byte_order_mark_is_dropped() -> None:
    assert decode_text(b"\xef\xbb\xbfa", "x") == "a"
    assert decode_text(b"\xef\xbb\xbf\xef\xbb\xbfa", "x") == "\ufeffa"
