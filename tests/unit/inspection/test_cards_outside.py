"""What documents that are no card say of a model: what is a part of an answer, what only seems to be, and conflicts."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Confidence

HEAD = "# Splitter\n\nPre-trained models can be downloaded.\n\n"


@pytest.mark.parametrize(
    "sentence",
    [
        "It separates voices, but a lot of bleeding and artifacts stay in the `piano` source.",
        "Note that the sixth source is not working great at the moment.",
        "The quantized models are smaller, but quality can be slightly worse.",
        "The model does not work well on noisy speech.",
        "It struggles with accents.",
        "Its answers may contain mistakes.",
        "The checkpoint was not evaluated on long recordings.",
    ],
)
def test_a_sentence_in_a_readme_states_a_limitation_in_part(tmp_path: Path, sentence: str) -> None:
    fact = inspected(tmp_path, {"README.md": f"{HEAD}First words.\n{sentence}\n"}, "cards")["cards/limitations"]

    assert (fact.answer, fact.confidence) == (Answer.PARTIAL, Confidence.LOW)
    assert spots(fact) == ["README.md:6"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Give Docker 4 GB or its performance will be worse.",
        "Reading many files on Windows has lower performance of the disk.",
        "Requests may produce errors when the network connection fails.",
    ],
)
def test_limits_of_machines_tempt_and_are_none_of_a_model(tmp_path: Path, sentence: str) -> None:
    fact = inspected(tmp_path, {"README.md": f"{HEAD}{sentence}\n"}, "cards")["cards/limitations"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == ["README.md:5"]
    assert spots(fact) == []


def test_a_limit_where_nothing_speaks_of_a_model_is_none(tmp_path: Path) -> None:
    files = {"README.md": "# Parser\n\nIt does not work well with nested tables.\n"}
    fact = inspected(tmp_path, files, "cards")["cards/limitations"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == ["README.md:3"]


@pytest.mark.parametrize(
    "sentence",
    [
        "- `big`: trained on AudioSet and 800 songs.",
        "- `small`: trained only on LibriSpeech.",
        "It was trained with extra training data (**including the test set**).",
        "The model has been retrained on a corpus of letters.",
    ],
)
def test_a_sentence_says_what_a_model_was_trained_on(tmp_path: Path, sentence: str) -> None:
    fact = inspected(tmp_path, {"README.md": f"{HEAD}{sentence}\n"}, "cards")["cards/training-data"]

    assert (fact.answer, fact.confidence) == (Answer.PARTIAL, Confidence.LOW)
    assert spots(fact) == ["README.md:5"]


@pytest.mark.parametrize(
    "sentence",
    [
        "The model was trained on AWS with PyTorch.",
        "The model is never trained on your data.",
        "Models can be trained on GPUs.",
        "The language models are not trained on documents of users.",
    ],
)
def test_machines_and_promises_are_no_training_data(tmp_path: Path, sentence: str) -> None:
    fact = inspected(tmp_path, {"README.md": f"{HEAD}{sentence}\n"}, "cards")["cards/training-data"]

    assert fact.answer is Answer.NO
    assert spots(fact) == []


def test_a_section_on_data_in_a_guide_on_training(tmp_path: Path) -> None:
    data = "## Datasets\n\n### Letters of 2020\n\nThe training set has 9,000 records.\n"
    guide = f"# Guide\n\nHow to train the model.\n\n{data}"
    files = {"train.py": "def run(loss):\n    loss.backward()\n", "docs/training.md": guide}
    fact = inspected(tmp_path, files, "cards")["cards/training-data"]

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["docs/training.md:5", "docs/training.md:7", "docs/training.md:9"]


def test_a_guide_counts_only_where_something_is_trained(tmp_path: Path) -> None:
    guide = "# Guide\n\nA pre-trained model, trained on 9,000 records, was published elsewhere.\n"
    fact = inspected(tmp_path, {"docs/other.md": guide}, "cards")["cards/training-data"]

    assert fact.answer is Answer.NO


def test_what_a_model_is_released_for(tmp_path: Path) -> None:
    files = {"README.md": f"{HEAD}The models are intended for research.\n"}
    fact = inspected(tmp_path, files, "cards")["cards/intended-use"]

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["README.md:5"]


def test_lists_of_models_tempt_and_are_no_card(tmp_path: Path) -> None:
    files = {
        "README.md": HEAD,
        "docs/training.md": "# Training\n\nHow to train the model.\n\n## Model zoo\n\nTwo.\n",
    }
    fact = inspected(tmp_path, files, "cards")["cards/model-card"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == ["README.md:3", "docs/training.md:5"]


DENIED = "# Splitter\n\nAs Hybrid Splitter is a new model, it is not activated by default.\n\n"


def test_a_default_that_is_denied_and_stated(tmp_path: Path) -> None:
    files = {
        "README.md": f"{DENIED}- `hs`: first version of Hybrid Splitter. Default model.\n",
        "split/models.py": '"""Models."""\n\nDEFAULT_MODEL = "hs"\n',
    }
    fact = inspected(tmp_path, files, "cards")["cards/document-agreement"]

    assert (fact.answer, fact.confidence) == (Answer.NO, Confidence.LOW)
    assert spots(fact) == ["README.md:3", "README.md:5", "split/models.py:3"]
    assert "Hybrid Splitter" in fact.statement


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("README.md", "The default model is Wide Splitter."),
        # What was so in another version contradicts nothing.
        ("CHANGELOG.md", "Hybrid Splitter is the default model."),
    ],
)
def test_another_default_is_no_contradiction(tmp_path: Path, path: str, line: str) -> None:
    files = {"README.md": DENIED, path: f"{DENIED}{line}\n"}
    fact = inspected(tmp_path, files, "cards")["cards/document-agreement"]

    assert fact.answer is not Answer.NO


@pytest.mark.parametrize(
    ("readme", "answer"),
    [
        ("# Sorter\n\nA classifier for letters.\n", Answer.UNKNOWN),
        ("# Gate\n\nIt routes requests to LLMs.\n", Answer.UNKNOWN),
        ("# Library\n\nIts data model has three tables.\n", Answer.NOT_APPLICABLE),
    ],
)
def test_without_figures_documents_on_models_were_not_compared(tmp_path: Path, readme: str, answer: Answer) -> None:
    fact = inspected(tmp_path, {"README.md": readme}, "cards")["cards/document-agreement"]

    assert fact.answer is answer
    assert fact.values["compared"] == 0
