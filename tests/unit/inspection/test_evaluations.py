"""Evaluations: which numbers are results, and which lines only speak of metrics."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Confidence

RESULTS = "evaluations/results-with-numbers"
IGNORED = "evaluations/results-ignored"
LM_EVAL = '{"results": {"tiny": {\n  "acc,none": 0.8333,\n  "acc_stderr,none": 0.16}},\n "lm_eval_version": "0.4.9"}\n'
TABLE = "# Evaluation\n\n## Results\n\n| Model | Accuracy |\n|---|---|\n| small | 91.2 % |\n"


@pytest.mark.parametrize(
    ("path", "content", "place"),
    [
        ("results/results_2026.json", LM_EVAL, "results/results_2026.json:2"),
        ("eval/metrics.json", '{\n "test_accuracy": 0.912\n}\n', "eval/metrics.json:2"),
        ("reports/scores.csv", "model,f1 score\nsmall,0.83\n", "reports/scores.csv:2"),
        ("docs/evaluation.md", TABLE, "docs/evaluation.md:7"),
        ("README.md", "# Sorter\n\nIt reaches an accuracy of 91.2 % on the test set.\n", "README.md:3"),
        (
            "eval/out.txt",
            "x\n              precision    recall  f1-score   support\n   a   0.9   0.9   0.9   9\n",
            "eval/out.txt:2",
        ),
    ],
)
def test_results_with_numbers(tmp_path: Path, path: str, content: str, place: str) -> None:
    fact = inspected(tmp_path, {path: content}, "evaluations")[RESULTS]

    assert fact.answer is Answer.YES
    assert spots(fact)[0] == place


@pytest.mark.parametrize(
    ("path", "content", "tempting"),
    [
        # The form of an output, in a block of code.
        (
            "sim/README.md",
            "# Simulations\n\nAs an example of this file:\n```\n    accuracy      0.60     10\n```\n",
            ["sim/README.md:5"],
        ),
        # A table that says that it is an example.
        (
            "README.md",
            "# Sorter\n\nAn example of the output:\n\n| Model | Accuracy |\n|---|---|\n| small | 91.2 % |\n",
            ["README.md:7"],
        ),
        # Results elsewhere, a picture, a test set.
        (
            "README.md",
            "# W\n\nThe full evaluation is presented in the paper.\n\n![WER by language](https://example.org/a.png)\n",
            ["README.md:3", "README.md:5"],
        ),
        ("data/README.md", "# Data\n\nWe used the test-clean split of the corpus.\n", ["data/README.md:3"]),
        # A wish and a threshold are no measurement.
        ("README.md", "# Sorter\n\nThe accuracy must be at least 95 % before a release.\n", []),
        ("eval/thresholds.json", '{"accuracy": 0.95}\n', []),
        ("web/README.md", "# Search\n\nType `scores.accuracy:>0.8` to filter, f1 0.8 too.\n", []),
        # Test data.
        ("tests/results/metrics.json", '{"accuracy": 0.91}\n', []),
        # A run that ended in an error.
        (
            "logs/eval/run.json",
            '{"status": "error",\n "eval": {"eval_id": "x"}}\n',
            ["logs/eval/run.json:1"],
        ),
        ("notebooks/demo.ipynb", '{"cells": [\n"WER: 4.26 %"\n]}\n', ["notebooks/demo.ipynb:2"]),
        ("CHANGELOG.md", "# Changes\n\nAccuracy rose by 5 % in this release, accuracy of 91.2 %.\n", []),
    ],
)
def test_lines_that_speak_of_metrics_and_are_no_results(
    tmp_path: Path, path: str, content: str, tempting: list[str]
) -> None:
    fact = inspected(tmp_path, {path: content}, "evaluations")[RESULTS]

    assert fact.answer is Answer.NO
    assert spots(fact) == []
    assert spots(fact, counting=False) == tempting


def test_figures_of_speed_say_nothing_of_answers(tmp_path: Path) -> None:
    readme = "# Benchmark\n\n| QPS | p50 | p99 |\n|---|---|---|\n| 5 | 6.2ms | 7.6ms |\n| 50 | 5.7ms | 6.8ms |\n"
    fact = inspected(tmp_path, {"test/benchmark/README.md": readme}, "evaluations")[RESULTS]

    assert fact.answer is Answer.NO
    assert spots(fact) == []
    assert spots(fact, counting=False) == ["test/benchmark/README.md:5"]
    assert "figures of speed and load" in fact.statement


def test_a_test_of_load_is_shown_before_its_figures(tmp_path: Path) -> None:
    readme = (
        "# Gateway\n\nMeasured by load testing with k6.\n\n| Metric | Ours | Theirs |\n|---|---|---|\n"
        "| P95 latency | <5ms | ~60-100ms |\n| Cold start | ~100ms | ~2s |\n"
    )
    fact = inspected(tmp_path, {"README.md": readme}, "evaluations")[RESULTS]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False)[:2] == ["README.md:3", "README.md:7"]


TRAINING = "import torch\n\n\ndef step(loss, optimizer):\n    loss.backward()\n    optimizer.step()\n"


@pytest.mark.parametrize("line", ["/outputs", "results/", "wandb", "**/mlruns/", "lightning_logs/*", "runs/"])
def test_a_general_folder_of_outputs_is_a_part_where_something_trains(tmp_path: Path, line: str) -> None:
    fact = inspected(tmp_path, {".gitignore": f"*.pyc\n{line}\n", "src/train.py": TRAINING}, "evaluations")[IGNORED]

    assert (fact.answer, fact.confidence) == (Answer.PARTIAL, Confidence.LOW)
    assert spots(fact) == [".gitignore:2", "src/train.py:5"]


def test_what_a_document_says_of_an_ignored_folder_is_shown(tmp_path: Path) -> None:
    files = {
        ".gitignore": "/outputs\n",
        "src/train.py": TRAINING,
        "docs/training.md": "# Training\n\nEach experiment\nwrites to the `outputs/` folder with its scores.\n",
    }
    fact = inspected(tmp_path, files, "evaluations")[IGNORED]

    assert spots(fact)[:2] == [".gitignore:1", "docs/training.md:4"]


def test_a_general_folder_is_an_evaluations_where_its_code_names_it(tmp_path: Path) -> None:
    code = 'from sklearn.metrics import f1_score\n\nOUT = "results/f1.json"\n'
    fact = inspected(tmp_path, {".gitignore": "results/\n", "src/judge.py": code}, "evaluations")[IGNORED]

    assert fact.answer is Answer.YES
    assert spots(fact) == [".gitignore:1", "src/judge.py:3"]


@pytest.mark.parametrize("line", ["test-results/", "coverage/", "dist/", "logs/"])
def test_folders_of_builds_and_tests_are_no_outputs_of_evaluations(tmp_path: Path, line: str) -> None:
    fact = inspected(tmp_path, {".gitignore": f"{line}\n", "src/train.py": TRAINING}, "evaluations")[IGNORED]

    assert (fact.answer, fact.places) == (Answer.NO, ())


def test_a_general_folder_tempts_where_nothing_trains_or_evaluates(tmp_path: Path) -> None:
    fact = inspected(tmp_path, {".gitignore": "/outputs\n", "src/train.py": "PLATFORM = 9\n"}, "evaluations")[IGNORED]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == [".gitignore:1"]


def test_figures_of_a_document_on_trained_models(tmp_path: Path) -> None:
    guide = "# Training\n\nThe pretrained model is released.\n\nThe model reaches an accuracy of 91.2 %.\n"
    api = "# API\n\nFor a pretrained model, `shifts` improves the accuracy by 0.2 points.\n"
    files = {"src/train.py": TRAINING, "docs/training.md": guide, "docs/api.md": api}
    fact = inspected(tmp_path, files, "evaluations")[RESULTS]

    assert fact.answer is Answer.YES
    assert spots(fact) == ["docs/training.md:5"]


def test_ignored_outputs_are_shown_with_the_missing_results(tmp_path: Path) -> None:
    files = {".gitignore": "*.pyc\n# eval/outputs\nsrc/simulations/outputs/\ncoverage/\n"}
    facts = inspected(tmp_path, files, "evaluations")

    assert facts["evaluations/results-ignored"].answer is Answer.YES
    assert spots(facts["evaluations/results-ignored"]) == [".gitignore:3"]
    assert spots(facts[RESULTS], counting=False) == [".gitignore:3"]


def test_a_program_that_measures_is_a_harness(tmp_path: Path) -> None:
    files = {"src/simulate.py": '"""Measures."""\n\nfrom sklearn.metrics import classification_report\n'}
    fact = inspected(tmp_path, files, "evaluations")["evaluations/harness"]

    assert (fact.answer, spots(fact)) == (Answer.YES, ["src/simulate.py:3"])


def test_code_named_for_evaluation_may_be_a_feature(tmp_path: Path) -> None:
    files = {"web/evals/form.ts": "const accuracy = 1;\n", "web/evals/list.ts": "const judge = 2;\n"}
    feature = inspected(tmp_path / "a", files, "evaluations")["evaluations/harness"]
    task = "namespace :evaluation do\nend\n"
    run = inspected(tmp_path / "b", {**files, "lib/tasks/evaluation.rake": task}, "evaluations")["evaluations/harness"]

    assert (feature.answer, feature.confidence) == (Answer.PARTIAL, Confidence.LOW)
    assert run.answer is Answer.YES
    assert spots(run)[0] == "lib/tasks/evaluation.rake:1"


@pytest.mark.parametrize(
    "files",
    [
        {"src/a.py": "# from sklearn.metrics import f1_score\n"},
        {"tests/test_a.py": "from sklearn.metrics import f1_score\n"},
        {"docs/a.md": "from sklearn.metrics import f1_score\n"},
        {"src/retrieval.py": "from retrieval.evaluate_later import x\n"},
    ],
)
def test_words_about_measuring_are_no_harness(tmp_path: Path, files: dict[str, str]) -> None:
    assert inspected(tmp_path, files, "evaluations")["evaluations/harness"].answer is Answer.NO


def test_the_own_package_of_a_tool_is_no_use_of_it(tmp_path: Path) -> None:
    files = {"garak/__init__.py": "", "garak/run.py": "from garak import probes\n", "garak/garak.core.yaml": "run: 1\n"}
    facts = inspected(tmp_path, files, "evaluations")

    assert facts["evaluations/harness"].answer is Answer.NO
    assert facts["evaluations/red-team"].answer is Answer.NO


def test_code_of_others_that_was_copied_in_is_no_harness(tmp_path: Path) -> None:
    files = {"inference/dependencies/lm_eval/metrics.py": "import sacrebleu\n"}

    assert inspected(tmp_path, files, "evaluations")["evaluations/harness"].answer is Answer.NO


def test_a_governance_figure_is_no_result_of_a_model(tmp_path: Path) -> None:
    kpi = "# Performance\n\n| KPI | Accuracy | Target |\n|---|---|---|\n| Register | 96.8 % | 95 % |\n"
    said = "# Results\n\n- Asset discovery accuracy: 96.8 %\n"
    fact = inspected(tmp_path, {"docs/metrics.md": kpi, "docs/results.md": said}, "evaluations")[RESULTS]

    assert fact.answer is Answer.NO


def test_a_notebook_alone_is_a_part(tmp_path: Path) -> None:
    files = {"notebooks/wer.ipynb": '{"cells": [\n"import jiwer\\n"\n]}\n'}
    fact = inspected(tmp_path, files, "evaluations")["evaluations/harness"]

    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["notebooks/wer.ipynb:2"])


def test_attacks_results_configuration_and_words(tmp_path: Path) -> None:
    report = '{"entry_type": "start_run"}\n{"entry_type": "eval", "probe": "dan", "passed": 3, "total": 5}\n'
    done = inspected(tmp_path / "a", {"reports/garak/run.report.jsonl": report}, "evaluations")
    config = {"promptfooconfig.yaml": "prompts: [a]\nredteam:\n  plugins: [pii]\n"}
    set_up = inspected(tmp_path / "b", config, "evaluations")
    words = inspected(tmp_path / "c", {"docs/evaluation.md": "# E\n\n## Red teaming\n\nWe plan it.\n"}, "evaluations")

    assert done["evaluations/red-team"].answer is Answer.YES
    assert spots(done["evaluations/red-team"]) == ["reports/garak/run.report.jsonl:2"]
    assert set_up["evaluations/red-team"].answer is Answer.PARTIAL
    assert spots(set_up["evaluations/red-team"]) == ["promptfooconfig.yaml:2"]
    assert words["evaluations/red-team"].answer is Answer.NO
    assert spots(words["evaluations/red-team"], counting=False) == ["docs/evaluation.md:3"]


def test_an_empty_repository_has_nothing_to_show(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"empty": ""}, "evaluations")

    assert {fact.answer for fact in facts.values()} == {Answer.NO}
