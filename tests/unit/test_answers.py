"""What the words of a field answer: honest limits and classes of data stay answers, whole denials do not."""

import pytest

from tieout.assess.answers import fault_of
from tieout.domain.verdicts import Verdict


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        ("limits", [
            "no limits have been determined", "There are no known limits.", "No limits", "none known",
            "nothing is known",
            "Limits have not been determined yet", "not known", "no limitations have been identified so far",
            "No limits have been set because the pilot has just begun", "The limits are undefined",
            "not yet known; not measured",
            "Limits: not determined", "noch nicht bekannt", "keine Grenzen", "non déterminées", "onbekend",
        ]),
        ("metrics", [
            "we do not measure anything", "No metrics", "nothing is measured", "Not measured", "We measure nothing.",
            "metrics have not been defined", "there are no metrics yet", "nobody has measured it", "wir messen nichts",
            "no metrics have been chosen, as the pilot is new",
        ]),
        ("data_classes", ["not known", "No data classification has been made", "not yet classified", "no information"]),
        ("tier", ["not rated", "no tier assigned", "unrated", "not assessed yet"]),
        ("users", ["nobody yet", "no users"]),
        ("prohibited_uses", ["no uses", "There are no prohibited uses", "none have been defined"]),
        ("purpose", ["not decided", "The purpose is not clear", "no purpose has been defined"]),
        ("version", ["unversioned", "no version", "not versioned"]),
    ],
)  # fmt: skip
def test_a_whole_denial_is_a_gap(field: str, texts: list[str]):
    for text in texts:
        fault = fault_of(field, [text])
        assert fault is not None, text
        assert fault.verdict is Verdict.GAP, text
        assert f"“{text.rstrip('.')}”" in fault.told


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        ("limits", [
            "no limit is known beyond 3,000 words", "answers in other languages than English are not measured",
            "Not tested on notifications longer than 1,200 words.", "Does not decide on cover, liability or payment.",
            "Not measured for voice input", "No real-time use", "Unknown slang lowers the accuracy",
            "No medical advice",
            "Not known to work with handwriting", "None beyond the contract's", "No limit other than 3,000 words",
            "Performance on low-resource languages is unknown", "Accuracy for accents has not been measured",
            "We do not test languages other than English", "Not evaluated for robustness to adversarial input",
        ]),
        ("metrics", ["accuracy", "No metric falls below 0.9", "none other than accuracy", "unknown words per answer"]),
        ("data_classes", ["None of the data is personal", "no personal data",
            "unclassified", "not classified", "no names"]),
        ("users", ["nobody outside the claims desk", "claims adjusters", "no customers"]),
        ("prohibited_uses", ["No use for cover decisions", "not to be used for hiring", "Use without a human"]),
        ("purpose", ["No longer lets urgent claims wait", "To be used by adjusters", "Finds unknown defects"]),
        ("settings", ["Not available to customers", "not used outside Ireland"]),
    ],
)  # fmt: skip
def test_what_says_something_is_an_answer(field: str, texts: list[str]):
    for text in texts:
        assert fault_of(field, [text]) is None, text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limits", ["No limits have been determined for voice"]),
        ("limits", ["no limits have been set; English only"]),
        ("metrics", ["accuracy, TBD"]),
        ("metrics", ["No metrics yet, but accuracy is watched"]),
        ("metrics", ["accuracy", "not known"]),
        ("data_classes", ["no classification of the letters"]),
        ("owner", "Claims Director"),
        ("owner", "Suharto"),
    ],
)
def test_what_may_be_left_open_is_partial(field: str, value: object):
    fault = fault_of(field, value)
    assert fault is not None
    assert fault.verdict is Verdict.PARTIAL


def test_a_list_is_denied_by_all_of_its_texts():
    assert fault_of("limits", ["English only", "no other limits are known"]) is None
    denied = fault_of("metrics", ["not known", "no metrics"])
    assert denied is not None
    assert denied.verdict is Verdict.GAP


def test_a_persons_field_holds_a_name():
    assert fault_of("owner", "Hanneke de Wit") is None
    gone = fault_of("owner", "Hanneke de Wit (left)")
    assert gone == (Verdict.GAP, "names nobody as its owner (“Hanneke de Wit (left)”)")
    assert fault_of("contact", "@northlight/claims") is None


def test_fields_with_readings_of_their_own_are_left_to_them():
    assert fault_of("cause", "not known") is None
    assert fault_of("response", "do nothing") is None
    assert fault_of("limit", 0.9) is None


@pytest.mark.parametrize(
    "piece", ["no ", "not yet ", "we never ", "limits ", "no limits, ", "still ", "because ", "none and "]
)
def test_a_hostile_text_is_read_in_good_time(piece: str):
    fault_of("limits", [piece * 50_000])
