"""A checkpoint has one spelling; anything else is refused."""

import pytest

from tieout.kernel.errors import VerificationError
from tieout.store import Checkpoint, parse_checkpoint

ROOT = "01" * 32
TEXT = "tieout.dev/evidence-log\n12\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n"


def test_it_is_three_lines_of_text():
    assert Checkpoint(origin="tieout.dev/evidence-log", size=12, root=ROOT).text() == TEXT


def test_it_reads_back():
    assert parse_checkpoint(TEXT.encode()) == Checkpoint(origin="tieout.dev/evidence-log", size=12, root=ROOT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT[:-1],
        TEXT + "\n",
        TEXT.replace("12", "012"),
        TEXT.replace("12", "-1"),
        TEXT.replace("12", "+12"),
        TEXT.replace("12", "\u0661"),
        TEXT.replace("AQE=", "AQF="),  # slack bits: decodes to the same bytes
        TEXT.replace("AQE=", "AQE"),
        TEXT.replace("AQEB", "AQE\n", 1),
        TEXT.replace("AQEB", "AQ-_", 1),
        TEXT.replace("\n", "\r\n"),
        "\n" + TEXT,
        " " + TEXT,
        "12\n" + TEXT,
    ],
)
def test_no_other_spelling_is_accepted(text):
    with pytest.raises(VerificationError, match="not readable as origin, size and root") as caught:
        parse_checkpoint(text.encode(), where="log/checkpoint")
    assert str(caught.value).startswith("log/checkpoint: ")


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(VerificationError):
        parse_checkpoint(b"\xff" + TEXT.encode())


def test_a_size_with_thousands_of_digits_is_refused():
    with pytest.raises(VerificationError):
        parse_checkpoint(TEXT.replace("12", "1" * 5000).encode())
