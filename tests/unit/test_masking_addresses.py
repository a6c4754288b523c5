"""Addresses of people are masked and what only looks like one is not: versions of packages, marks around it."""

import pytest

from tieout.kernel.reading.masking import masked, sayable

HIDDEN = "⟨redacted:email-address⟩"


@pytest.mark.parametrize(
    "text",
    [
        "pkg:pypi/build@1.2.2.post1",
        "purl: 'pkg:golang/github.com/x/y@v1.2.beta'",
        "pkg:npm/%40scope/x@2.0.0-beta.rc?arch=any",
        "uses build@1.2.2.post1, react@19.0.0-beta.rc and spring@5.3.20.RELEASE",
    ],
)
def test_the_version_of_a_package_is_no_address(text: str):
    assert masked(text).text == text
    assert masked(text).hits == ()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("pkg:pypi/x@1.0.post1?by=ada@firm.example", f"pkg:pypi/x@1.0.post1?by={HIDDEN}"),
        ("pkg:npm/x@1 ada@firm.example", f"pkg:npm/x@1 {HIDDEN}"),
        ("pkg:npm/x@1.0,ada@firm.example", f"pkg:npm/x@1.0,{HIDDEN}"),
        ("pkg:ada@firm.example", f"pkg:{HIDDEN}"),
        ("mypkg:x/ada@firm.example", f"mypkg:x/{HIDDEN}"),
        ("ada@163.com", HIDDEN),
        ("ada@10.0.0.1.firm.example", HIDDEN),
    ],
)
def test_a_package_nearby_hides_no_address(text: str, kept: str):
    assert masked(text).text == kept


@pytest.mark.parametrize(("first", "last"), ["''", "‘’", "“”", "„“", "«»", '""', "``"])  # noqa: RUF001 - marks
def test_marks_around_an_address_stay(first: str, last: str):
    text = f"it has {first}ada@firm.example{last}, {first}Risks{last}"
    assert masked(text).text == f"it has {first}{HIDDEN}{last}, {first}Risks{last}"
    assert sayable(text).startswith(f"it has {first}{HIDDEN}{last}")


def test_an_apostrophe_within_a_name_is_of_the_address():
    assert masked("ask o'neill@firm.example").text == f"ask {HIDDEN}"
