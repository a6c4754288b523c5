"""Texts of attestations: which say nothing, which deny themselves, and which honest ones are left alone."""

import pytest

from support.collecting import only_item, problems
from support.signing import gathered, of_risks, signed_files, standing
from tieout.collectors.attested_words import says_nothing_at_all, text_fault


@pytest.mark.parametrize(
    "text",
    ["   ", "\u200b\u200b", "TBD", "T\u200bBD", "...", "n/a", "none", "<text>", "to be defined", "TODO: text", "-"],
)
def test_a_text_that_says_nothing_is_told(text):
    assert says_nothing_at_all(text)
    fault = text_fault(text)
    assert fault is not None
    assert fault.standing == "says-nothing"


@pytest.mark.parametrize(
    "text",
    [
        "I have not looked at this and do not attest it.",
        "I haven\u2019t read this.",
        "We did not check any of these files.",
        "For the record: I do not attest this",
        "I cannot confirm this.",
        "I refuse to sign.",
        "This is not an attestation.",
        "Not attested",
    ],
)
def test_a_text_that_denies_itself_is_told(text):
    fault = text_fault(text)
    assert fault is not None
    assert fault.standing == "denies-itself"


@pytest.mark.parametrize(
    "text",
    [
        "I have read the risks and accept what is left.",
        "I have not seen any incident in this period, and I have read the log.",
        "We do not accept risks above the tolerance; I have read this register.",
        "These limits are not to be exceeded without my approval.",
        "I looked at the register; nothing is missing.",
        "We did not read the annexes; the register itself is whole.",
        "Je confirme.",
        "確認しました",
    ],
)
def test_an_honest_text_is_left_alone(text):
    assert text_fault(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TBD", ["says-nothing"]),
        ("I have not looked at this and do not attest it.", ["denies-itself"]),
        ("I have looked at this and attest it.", []),
    ],
)
def test_the_standing_of_a_signed_one_tells(text, expected, tmp_path, keys, roster):
    found = gathered(tmp_path / "r", signed_files(of_risks(text=text), keys["ada"]), roster)
    assert standing(only_item(found)) == expected
    assert [problem.status for problem in problems(found)] == ["not-counted"] * len(expected)
