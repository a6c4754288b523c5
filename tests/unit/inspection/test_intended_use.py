"""What users are told: limits of use, uneven performance, wrong answers, and people who check."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer


@pytest.mark.parametrize(
    ("path", "content", "place"),
    [
        (
            "README.md",
            "# App\n\n> [!NOTE]\n> We DON\N{RIGHT SINGLE QUOTATION MARK}T recommend using it in production.\n",
            "README.md:4",
        ),
        ("README.rst", "App\n===\n\n.. warning::\n\n   Not suitable for medical advice.\n", "README.rst:6"),
        ("app/views/about.html.erb", "<p>The answers should not be used\nfor tax.</p>\n", "app/views/about.html.erb:1"),
        ("LICENSE", "Open RAIL\n\nAttachment A\nUse Restrictions\n", "LICENSE:4"),
        ("README.md", "# M\n\nThe weights are released for research purposes.\n", "README.md:3"),
    ],
)
def test_limitations_of_use(tmp_path: Path, path: str, content: str, place: str) -> None:
    fact = inspected(tmp_path, {path: content}, "intended-use")["intended-use/use-limitation"]

    assert fact.answer is Answer.YES
    assert spots(fact)[0] == place


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("docs/cli.md", "This option is not intended for production.\n"),
        ("README.md", "# A\n\n## Development\n\nThe script must not be used on Windows.\n"),
        ("README.md", "# A\n\nWe may contact you for research purposes.\n"),
        ("README.md", "# A\n\n```\nnot for production\n```\n<!-- not for production -->\n"),
        ("examples/README.md", "Not for production.\n"),
        ("tests/README.md", "Not for production.\n"),
        ("src/app.py", "# not for production\n"),
    ],
)
def test_limits_of_a_part_are_none_of_the_system(tmp_path: Path, path: str, content: str) -> None:
    fact = inspected(tmp_path, {path: content}, "intended-use")["intended-use/use-limitation"]

    assert (fact.answer, fact.places) == (Answer.NO, ())


def test_a_stage_rules_nothing_out(tmp_path: Path) -> None:
    files = {"README.md": "# A\n\nThis is an experimental tool that answers questions.\n"}
    fact = inspected(tmp_path, files, "intended-use")["intended-use/use-limitation"]

    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["README.md:3"])


def test_uneven_performance_in_words(tmp_path: Path) -> None:
    readme = "# M\n\nThe model shows a disparate error rate for\nspeakers of different genders and ages.\n"
    fact = inspected(tmp_path, {"README.md": readme}, "intended-use")["intended-use/bias-disclosed"]

    assert fact.answer is Answer.YES
    assert fact.values["measured"] is False
    assert "without figures" in fact.statement


CARD = """\
# Model card: Looker

## Intended use
It is meant for people who study pictures of faces.

## Out-of-scope use
Any use in the field is currently out of scope.

## Limitations and fairness
We tried it on photographs. We found large disparities with respect to race and gender.

Its accuracy was >96% for every gender in the test set (unset data are left out by default). We default to five groups.
"""


def test_a_card_rules_uses_out_discloses_disparities_and_measures(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"model-card.md": CARD}, "intended-use", "evaluations")

    assert facts["intended-use/use-limitation"].answer is Answer.YES
    assert spots(facts["intended-use/use-limitation"]) == ["model-card.md:7"]
    assert facts["intended-use/bias-disclosed"].answer is Answer.YES
    assert spots(facts["intended-use/bias-disclosed"]) == ["model-card.md:10"]
    assert facts["evaluations/results-with-numbers"].answer is Answer.NO


def test_a_figure_is_one_where_another_sentence_speaks_of_defaults(tmp_path: Path) -> None:
    card = CARD.replace(" (unset data are left out by default)", "")
    facts = inspected(tmp_path, {"model-card.md": card}, "evaluations", "intended-use")

    assert facts["evaluations/results-with-numbers"].answer is Answer.YES
    assert spots(facts["evaluations/results-with-numbers"]) == ["model-card.md:12"]
    assert facts["intended-use/bias-disclosed"].values["measured"] is True
    assert spots(facts["intended-use/bias-disclosed"]) == ["model-card.md:10", "model-card.md:12"]


def test_uneven_performance_with_figures(tmp_path: Path) -> None:
    table = "| Gender | Accuracy |\n|---|---|\n| women | 81 % |\n| men | 92 % |\n"
    readme = f"# M\n\nThe model performs worse for women.\n\n{table}"
    fact = inspected(tmp_path, {"README.md": readme}, "intended-use")["intended-use/bias-disclosed"]

    assert fact.values["measured"] is True
    assert spots(fact) == ["README.md:3", "README.md:5"]


@pytest.mark.parametrize(
    "content",
    [
        "# M\n\nThe layer has a bias and a kernel.\n",
        "# M\n\nThe model supports several languages.\n",
        "# M\n\nDetects bias in your training data with our toolkit.\n",
        "# M\n\nIt is a tool for assessing social bias of models across languages.\n",
    ],
)
def test_the_word_bias_is_no_disclosure(tmp_path: Path, content: str) -> None:
    fact = inspected(tmp_path, {"README.md": content}, "intended-use")["intended-use/bias-disclosed"]

    assert fact.answer is Answer.NO


def test_users_are_told_of_wrong_answers_and_asked_to_check(tmp_path: Path) -> None:
    page = "<p>The AI may give inaccurate answers.</p>\n<p>Before acting on an answer, check it.</p>\n"
    facts = inspected(tmp_path, {"app/templates/chat.html": page}, "intended-use")

    assert spots(facts["intended-use/disclaimer"]) == ["app/templates/chat.html:1"]
    assert spots(facts["intended-use/human-oversight"]) == ["app/templates/chat.html:2"]


@pytest.mark.parametrize(
    "content",
    [
        "# A\n\nYou can specify the errors on which the model falls back.\n",
        "# A\n\nVerify LLM inputs and outputs with 20 built-in checks.\n",
        "# A\n\nAll users of the API will receive an error response.\n",
    ],
)
def test_features_are_no_warnings(tmp_path: Path, content: str) -> None:
    facts = inspected(tmp_path, {"README.md": content}, "intended-use")

    assert facts["intended-use/disclaimer"].answer is Answer.NO
    assert facts["intended-use/human-oversight"].answer is Answer.NO


def test_an_empty_repository_tells_nothing(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"empty": ""}, "intended-use")

    assert {fact.answer for fact in facts.values()} == {Answer.NO}


_TOLD = "<p>You must not upload to it:</p>\n<ul>\n  <li>recordings classified above OFFICIAL-SENSITIVE</li>\n</ul>\n"


@pytest.mark.parametrize(
    ("path", "content", "places"),
    [
        ("web/content/privacy.html", _TOLD, ["web/content/privacy.html:1", "web/content/privacy.html:3"]),
        ("app/Chat.tsx", "<p>Do not enter personal information.</p>\n", ["app/Chat.tsx:1"]),
        ("templates/faq.html.j2", "<p>Do not use this tool to decide on claims.</p>\n", ["templates/faq.html.j2:1"]),
        ("README.md", "# A\n\nPlease do not share sensitive data.\n", ["README.md:3"]),
        ("app/Chat.tsx", "<p>Please don\N{RIGHT SINGLE QUOTATION MARK}t paste client data.</p>\n", ["app/Chat.tsx:1"]),
        ("app/Chat.tsx", "<p>Please don&apos;t paste client data.</p>\n", ["app/Chat.tsx:1"]),
        ("README.md", "# A\n\nFor documents up to and including OFFICIAL only.\n", ["README.md:3"]),
    ],
)
def test_what_users_must_not_give_limits_the_use(tmp_path: Path, path: str, content: str, places: list[str]) -> None:
    fact = inspected(tmp_path, {path: content}, "intended-use")["intended-use/use-limitation"]

    assert (fact.answer, spots(fact)) == (Answer.YES, places)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("app/Chat.tsx", "// do not enter personal information\n"),
        ("app/Chat.tsx", "<p>Do not share your password.</p>\n"),
        ("web/privacy.html", "<!-- <p>You must not upload recordings.</p> -->\n"),
        ("tests/page.html", _TOLD),
        ("README.md", "# A\n\nThe file is uploaded up to three times.\n"),
        ("README.md", "# A\n\n## Contributing\n\nDo not include sensitive data in tests.\n"),
    ],
)
def test_other_advice_limits_no_use(tmp_path: Path, path: str, content: str) -> None:
    fact = inspected(tmp_path, {path: content}, "intended-use")["intended-use/use-limitation"]

    assert (fact.answer, spots(fact)) == (Answer.NO, [])
