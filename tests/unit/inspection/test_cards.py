"""Cards: what is one, what is only a template or a heading, what its parts state, and where documents differ."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer

CARD = """\
# Model card: Sorter

## Model details
Sorter is a text classifier with 12 layers, released in March 2026 by the sorting team.

## Evaluated use
The primary intended users are clerks who sort letters of the public.

We caution against using it to decide on claims.

## Training data
It was trained on 120,000 letters of the years 2019 to 2024.

## Performance and limitations
It may fail on letters that mix two languages.
Full results are reported in [the paper](https://example.org/paper).
"""

HUB_CARD = """\
---
library_name: transformers
pipeline_tag: text-classification
model-index:
- name: sorter
  results:
  - dataset: {name: letters}
    metrics:
    - type: accuracy
      value: 0.914
---
# sorter

## Uses

### Direct Use

Sorting letters of the public by the office that answers them.

### Out-of-Scope Use

Deciding on a claim, or anything that a person is bound by.

## Bias, Risks, and Limitations

The model performs worse on letters in Welsh, of which it saw few.

## Evaluation

| Data | Accuracy |
|------|----------|
| test | 91.4 %   |

## Model Card Contact

Write to the sorting team, sorting@example.org.
"""

UNFILLED = """\
---
library_name: transformers
---
# Model Card for Model ID

<!-- Provide a quick summary of what the model is/does. -->

## Model Details

### Model Description

<!-- Provide a longer summary of what this model is. -->

- **Developed by:** [More Information Needed]
- **License:** [More Information Needed]

## Uses

### Direct Use

[More Information Needed]

## Bias, Risks, and Limitations

[More Information Needed]

### Recommendations

Users (both direct and downstream) should be made aware of the risks, biases and limitations of the model.

## Training Details

[More Information Needed]
"""


def test_a_card_states_use_limits_cautions_and_data(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"model-card.md": CARD}, "cards")

    assert facts["cards/model-card"].answer is Answer.YES
    assert facts["cards/intended-use"].answer is Answer.YES
    assert spots(facts["cards/intended-use"])[:2] == ["model-card.md:6", "model-card.md:7"]
    assert spots(facts["cards/limitations"]) == ["model-card.md:14", "model-card.md:15"]
    assert facts["cards/out-of-scope-uses"].answer is Answer.YES
    assert spots(facts["cards/out-of-scope-uses"]) == ["model-card.md:9"]
    assert spots(facts["cards/training-data"]) == ["model-card.md:11", "model-card.md:12"]


def test_results_that_stand_elsewhere_are_no_figures(tmp_path: Path) -> None:
    fact = inspected(tmp_path, {"model-card.md": CARD}, "cards")["cards/card-metrics"]

    assert fact.answer is Answer.NO
    assert spots(fact) == []
    assert spots(fact, counting=False) == ["model-card.md:16"]


def test_a_card_of_a_model_hub(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"README.md": HUB_CARD}, "cards")

    assert facts["cards/model-card"].answer is Answer.YES
    assert "README.md:20" in spots(facts["cards/out-of-scope-uses"])
    metrics = facts["cards/card-metrics"]
    assert metrics.answer is Answer.YES
    assert spots(metrics) == ["README.md:10", "README.md:32"]
    assert facts["cards/card-owner"].answer is Answer.PARTIAL
    assert spots(facts["cards/card-owner"]) == ["README.md:34"]
    assert facts["cards/card-owner"].places[0].text == ""


def test_a_template_that_nobody_filled_in_is_no_card(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"README.md": UNFILLED}, "cards")

    assert facts["cards/model-card"].answer is Answer.NO
    assert "nobody filled in" in facts["cards/model-card"].statement
    assert spots(facts["cards/model-card"], counting=False)[0] == "README.md:4"
    assert facts["cards/limitations"].answer is Answer.NO


def test_a_card_with_open_places_is_a_part(tmp_path: Path) -> None:
    fact = inspected(tmp_path, {"model-card.md": f"{CARD}\n## Licence\nTBD\n"}, "cards")["cards/model-card"]

    assert fact.answer is Answer.PARTIAL
    assert fact.values["open_marks"] == 1


def test_a_heading_about_a_model_is_no_card(tmp_path: Path) -> None:
    readme = "# App\n\n## Running the ML Classifier locally\n\nDownload the files and start it.\n"
    fact = inspected(tmp_path, {"README.md": readme}, "cards")["cards/model-card"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == ["README.md:3"]


@pytest.mark.parametrize("path", ["examples/model-card.md", "tests/model_card.md", "templates/model-card.md"])
def test_cards_among_examples_tests_and_templates_do_not_count(tmp_path: Path, path: str) -> None:
    fact = inspected(tmp_path, {path: CARD}, "cards")["cards/model-card"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == [f"{path}:1"]


def test_a_guide_about_cards_is_none(tmp_path: Path) -> None:
    guide = (
        "# How model cards are rendered\n\nOur site renders the card of each model.\n\n## Installation\n\nRun make.\n"
    )
    fact = inspected(tmp_path, {"docs/model-cards.md": guide}, "cards")["cards/model-card"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == ["docs/model-cards.md:1"]


def test_a_card_in_json(tmp_path: Path) -> None:
    card = (
        '{"model_details": {"name": "sorter", "overview": "Sorts letters by the office that answers."},\n'
        ' "considerations": {\n'
        '  "use_cases": ["Sorting the letters of the public"],\n'
        '  "limitations": ["Letters that mix two languages"]}}\n'
    )
    facts = inspected(tmp_path, {"model_card.json": card}, "cards")

    assert facts["cards/model-card"].answer is Answer.YES
    assert "model_card.json:3" in spots(facts["cards/intended-use"])
    assert "model_card.json:4" in spots(facts["cards/limitations"])


def test_one_card_of_two_states_its_limits(tmp_path: Path) -> None:
    short = (
        "# Model card\n\n## Intended use\n\nSorting of parcels by their size.\n\n"
        "## Contact\n\nThe team of the parcels here.\n"
    )
    facts = inspected(tmp_path, {"a/model-card.md": CARD, "b/model-card.md": short}, "cards")

    assert facts["cards/intended-use"].answer is Answer.YES
    assert facts["cards/limitations"].answer is Answer.PARTIAL
    assert facts["cards/limitations"].values == {"cards": 2, "stating": 1}


def test_limits_on_a_page_are_a_part_and_limits_of_an_interface_are_none(tmp_path: Path) -> None:
    page = "<h1>About</h1>\n<h2>Risks and limitations</h2>\n<p>The AI may give false answers.</p>\n"
    readme = "# App\n\n## Limitations\n\nThe interface takes four files at once.\n"
    fact = inspected(tmp_path, {"app/views/about.html": page, "README.md": readme}, "cards")["cards/limitations"]

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["app/views/about.html:2"]


def test_training_data_in_a_readme_is_a_part(tmp_path: Path) -> None:
    readme = "# Sorter\n\nIt has been trained on a data set of 11 million letters.\n"
    fact = inspected(tmp_path, {"README.md": readme}, "cards")["cards/training-data"]

    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["README.md:3"])


def test_a_dataset_card_and_a_readme_beside_data(tmp_path: Path) -> None:
    card = (
        "---\ntask_categories: [text-classification]\n---\n# Letters\n\n## Dataset structure\n\n"
        "Each row is a letter and its office.\n\n## Source data\n\nLetters of the years 2019 to 2024.\n"
    )
    readme = "# Test sets\n\nWe used the test split of the public letters.\n"
    with_card = inspected(tmp_path / "a", {"README.md": card}, "cards")
    without = inspected(tmp_path / "b", {"data/README.md": readme}, "cards")

    assert with_card["cards/dataset-card"].answer is Answer.YES
    assert with_card["cards/model-card"].answer is Answer.NO
    assert without["cards/dataset-card"].answer is Answer.NO
    assert spots(without["cards/dataset-card"], counting=False) == ["data/README.md:1"]


def table(*rows: str) -> str:
    return "# Models\n\n| Size | Parameters | Speed |\n|---|---|---|\n" + "".join(f"{row}\n" for row in rows)


def test_documents_that_differ_on_a_model(tmp_path: Path) -> None:
    files = {
        "README.md": table("| tiny | 39 M | 10x |", "| turbo | 809 M | 8x |"),
        "model-card.md": table("| tiny | 39 M | 9x |", "| turbo | 798 M | 7x |"),
    }
    fact = inspected(tmp_path, files, "cards")["cards/document-agreement"]

    assert fact.answer is Answer.NO
    assert spots(fact) == ["README.md:6", "model-card.md:6"]
    assert fact.values == {"compared": 2, "differing": 1}


def test_a_rounded_figure_agrees(tmp_path: Path) -> None:
    files = {"README.md": table("| large | 1550 M | 1x |"), "docs/models.md": table("| large | 1.55B | 1x |")}
    fact = inspected(tmp_path, files, "cards")["cards/document-agreement"]

    assert fact.answer is Answer.YES


def test_nothing_to_compare_is_not_agreement(tmp_path: Path) -> None:
    fact = inspected(tmp_path, {"README.md": table("| large | 1550 M | 1x |")}, "cards")["cards/document-agreement"]

    assert fact.answer is Answer.NOT_APPLICABLE


def test_an_empty_repository_has_no_card(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"empty": ""}, "cards")

    assert {fact.answer for fact in facts.values()} == {Answer.NO, Answer.NOT_APPLICABLE}
    assert all(not fact.places for fact in facts.values())
