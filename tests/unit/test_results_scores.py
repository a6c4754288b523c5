"""Figures of Inspect logs: which may be counted, and which their own samples contradict."""

import json

import pytest

from support.inspect_logs import facts_of, gather, log, problems


def scored(*values, scorer="match") -> list:
    return [{"id": at, "epoch": 1, "scores": {scorer: {"value": value}}} for at, value in enumerate(values)]


def accuracy(facts):
    return next(metric for metric in facts["metrics"] if metric["name"].endswith("accuracy"))


@pytest.mark.parametrize("values", [(1, 1, 0, 1), (1.0, 0.0, 1.0, 1.0), (True, True, False, True), ("C", 1, 0, True)])
def test_all_or_nothing_scores_are_counted(tmp_path, values):
    assert accuracy(facts_of(tmp_path, log(samples=scored(*values))))["successes"] == 3


@pytest.mark.parametrize(
    "values",
    [
        ("C", "C", "P", "P"),
        ("C", "C", "C", "N"),
        (0.5, 0.5, 1, 1),
    ],
)
def test_other_scores_are_never_assumed_to_be_all_or_nothing(tmp_path, values):
    found = accuracy(facts_of(tmp_path, log(samples=scored(*values))))
    assert "successes" not in found
    assert found["stderr"] == 0.25


def test_without_samples_only_known_scorers_are_trusted(tmp_path):
    known = log(samples=None)
    assert accuracy(facts_of(tmp_path, known))["successes"] == 3
    own = log(samples=None, results__scores__0__name="my_grader")
    assert "successes" not in accuracy(facts_of(tmp_path, own))
    partial = log(samples=None, results__scores__0__metrics__accuracy__value=0.7)
    assert "successes" not in accuracy(facts_of(tmp_path, partial))
    repeated = log(samples=None, eval__config__epochs=2)
    assert "successes" not in accuracy(facts_of(tmp_path, repeated))


def test_over_epochs_the_reduced_scores_count(tmp_path):
    reduced = [{"sample_id": at, "value": value} for at, value in enumerate((1.0, 1.0, 0.0, 1.0))]
    data = log(eval__config__epochs=3, reductions=[{"scorer": "match", "samples": reduced}])
    assert accuracy(facts_of(tmp_path, data))["successes"] == 3
    reduced[0]["value"], reduced[2]["value"] = 2 / 3, 1 / 3
    data["samples"] = None
    assert "successes" not in accuracy(facts_of(tmp_path, data))
    assert "successes" not in accuracy(facts_of(tmp_path, log(eval__config__epochs=3)))


def test_a_figure_that_its_own_samples_contradict_is_left_out(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps(log(results__scores__0__metrics__accuracy__value=0.99)))
    gathered = gather(tmp_path)
    assert [metric["name"] for metric in gathered.result.items[0].facts["metrics"]] == ["std"]
    assert "recorded as 0.99, but the mean of its own samples is 0.75" in problems(gathered, "unreadable")["run.json"]


def reduced(*values, scorer="match") -> list:
    return [{"scorer": scorer, "samples": [{"sample_id": at, "value": value} for at, value in enumerate(values)]}]


ACCURACY = "results__scores__0__metrics__accuracy__value"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"samples": scored("C", "C", "C")}, "recorded over 4 samples, but 3 of the samples in the log have a score"),
        ({"samples": scored("C", "C", "C", "I", "I")}, "but 5 of the samples in the log have a score"),
        ({"samples": scored("C", "C", "C", None)}, "but 3 of the samples in the log have a score"),
        ({"samples": scored("C", "C", "C", "I", scorer="other")}, "but 0 of the samples in the log have a score"),
        ({"samples": [*scored("C", "C", "I"), *scored("C")]}, "1 of the samples in the log are in it more than once"),
        ({"samples": None, "reductions": reduced(1.0, 1.0, 1.0)}, "but 3 of the reduced scores in the log"),
        ({"samples": None, "results__scores__0__scored_samples": 240}, "over 240 samples, but the run had 4"),
        ({"samples": None, "eval__dataset__samples": 3}, "over 4 samples, but the run had 3"),
        ({"samples": None, "results__completed_samples": 2}, "over 4 samples, but the run had 2"),
        ({"samples": scored("C", "P", "I", "N")}, "but the mean of its own samples is 0.375"),
        ({"samples": scored(0.1, 0.2, 0.1, 0.2)}, "but the mean of its own samples is 0.15"),
        ({"samples": None, "reductions": reduced(1.0, 0.0, 0.0, 0.0)}, "but the mean of its own samples is 0.25"),
        ({"samples": None, ACCURACY: 1.5}, "which is no share from 0 to 1"),
        ({"samples": None, ACCURACY: -0.5}, "which is no share from 0 to 1"),
        ({"eval__config__epochs": 2, "samples": scored("C", "I", "I", "I")}, "mean of its own samples is 0.25"),
        ({"eval__config__epochs": 2, "samples": scored(1, 1, 0, 1) * 2}, "4 of the samples in the log are in it more"),
    ],
)
def test_a_headline_never_beats_its_own_samples(tmp_path, changes, words):
    (tmp_path / "run.json").write_text(json.dumps(log(**changes), indent=1))
    gathered = gather(tmp_path)
    [item] = gathered.result.items
    assert "accuracy" not in [metric["name"] for metric in item.facts["metrics"]]
    [problem] = gathered.result.problems
    assert (problem.status, problem.types) == ("unreadable", ("eval_results",))
    assert words in problem.reason
    assert problem.place.line


def test_over_one_epoch_reduced_scores_count_where_samples_are_not_logged(tmp_path):
    data = log(samples=None, reductions=reduced(1.0, 1.0, 0.0, 1.0), results__scores__0__name="my_grader")
    data["reductions"][0]["scorer"] = "my_grader"
    assert accuracy(facts_of(tmp_path, data))["successes"] == 3


def test_scores_that_no_scorer_owns_are_not_passed_over(tmp_path):
    data = log(samples=None, reductions=reduced(0.0, 0.0, 0.0, 0.0, scorer="renamed"))
    found = accuracy(facts_of(tmp_path, data))
    assert "successes" not in found
    assert "stderr" not in found


@pytest.mark.parametrize("values", [(0.5, 1.0, 0.5, 1.0), ("C", "C", "P", "P")])
def test_a_standard_error_that_its_samples_do_not_bear_out_is_left_out(tmp_path, values):
    small = log(samples=scored(*values), results__scores__0__metrics__stderr__value=0.001)
    assert "stderr" not in accuracy(facts_of(tmp_path, small))
    unknown = log(samples=scored("A", "A", "B", "C"))
    assert "stderr" not in accuracy(facts_of(tmp_path, unknown))


def test_a_standard_error_of_zero_bounds_nothing(tmp_path):
    data = log(
        samples=scored(0.5, 0.5, 0.5, 0.5),
        results__scores__0__metrics__accuracy__value=0.5,
        results__scores__0__metrics__stderr__value=0.0,
    )
    found = accuracy(facts_of(tmp_path, data))
    assert "stderr" not in found
    assert "successes" not in found


def test_no_sample_scored_is_zero_samples(tmp_path):
    data = log(samples=None, results__scores__0__scored_samples=0)
    found = accuracy(facts_of(tmp_path, data))
    assert found["n"] == 0
    assert "successes" not in found


def test_a_scorer_with_several_values_is_found_by_its_inner_name(tmp_path):
    samples = [
        {"id": at, "scores": {"grader": {"value": {"match": value, "tone": 0.4}}}}
        for at, value in enumerate((1, 1, 0, 1))
    ]
    assert accuracy(facts_of(tmp_path, log(samples=samples)))["successes"] == 3


def test_logs_of_version_one_with_a_single_scorer(tmp_path):
    data = log(version=1)
    data["results"] = {"scorer": {"name": "match"}, "metrics": {"accuracy": {"name": "accuracy", "value": 0.75}}}
    data["samples"] = [{"id": at, "score": {"value": value}} for at, value in enumerate("CCIC")]
    found = accuracy(facts_of(tmp_path, data))
    assert (found["scorer"], found["n"], found["successes"]) == ("match", 4, 3)


HISTORY = [{"value": "I"}, {"value": "C", "provenance": {"author": "a", "timestamp": "2026-11-20T10:00:00Z"}}]


def edited(history, *, is_reduced=False) -> dict:
    if is_reduced:
        made = log(samples=None, reductions=reduced(1.0, 1.0, 0.0, 1.0))
        made["reductions"][0]["samples"][1]["history"] = history
    else:
        made = log(samples=scored("C", "C", "I", "C"))
        made["samples"][1]["scores"]["match"]["history"] = history
    return made


@pytest.mark.parametrize("is_reduced", [False, True])
@pytest.mark.parametrize("history", [HISTORY, HISTORY[1:], [*HISTORY, {"answer": "x"}], [{"value": "I"}, {"value": 1}]])
def test_scores_that_were_edited_by_hand_give_no_figures(tmp_path, history, is_reduced):
    (tmp_path / "run.json").write_text(json.dumps(edited(history, is_reduced=is_reduced)))
    gathered = gather(tmp_path)
    assert gathered.result.items[0].facts["metrics"] == []
    assert "1 of 4 scores were edited by hand after the run" in problems(gathered, "unreadable")["run.json"]


@pytest.mark.parametrize(
    "history",
    [[], HISTORY[:1], [{"value": "C"}, {"value": "UNCHANGED", "explanation": "why", "provenance": {"author": "a"}}]],
)
@pytest.mark.parametrize("is_reduced", [False, True])
def test_a_history_without_another_value_changes_nothing(tmp_path, history, is_reduced):
    assert accuracy(facts_of(tmp_path, edited(history, is_reduced=is_reduced)))["successes"] == 3


def test_edits_of_another_scorer_leave_this_one(tmp_path):
    made = log()
    made["samples"][0]["scores"]["other"] = {"value": 1, "history": HISTORY}
    assert accuracy(facts_of(tmp_path, made))["successes"] == 3


@pytest.mark.parametrize("odd", [None, 7, "x", {}, [None], [[]], [{"value": {}}], [{"provenance": 7}]])
def test_odd_histories_are_no_edits(tmp_path, odd):
    assert accuracy(facts_of(tmp_path, edited(odd)))["successes"] == 3


def test_edited_tags_of_a_log_are_told(tmp_path):
    update = {"edits": [{"type": "tags", "tags_add": ["qa"]}], "provenance": {"author": "a"}}
    made = log() | {"log_updates": [update]}
    (tmp_path / "run.json").write_text(json.dumps(made))
    gathered = gather(tmp_path)
    assert "had its tags or metadata edited once" in problems(gathered, "not-counted")["run.json"]
    assert accuracy(gathered.result.items[0].facts)["successes"] == 3
