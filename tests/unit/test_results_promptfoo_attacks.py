"""Red-team runs of promptfoo: what is an attack, what an attempt, and the export in lines."""

import copy
import json
from typing import Any

import pytest

from support.tool_documents import PROMPTFOO
from support.tool_results import gather, is_told, item, items, told

TARGET = "openai:chat:gpt-4o"


def attack(
    index: int, plugin: str = "pii:direct", strategy: str | None = "base64", *, resisted: bool = True, **changes: Any
) -> dict[str, Any]:
    about = {"pluginId": plugin, "severity": "high", **({"strategyId": strategy} if strategy else {})}
    graded = {"pass": resisted, "assertion": {"type": f"promptfoo:redteam:{plugin}", "metric": "PiiDirect"}}
    return {
        "promptIdx": 0,
        "testIdx": index,
        "provider": {"id": TARGET},
        "success": resisted,
        "score": float(resisted),
        "failureReason": int(not resisted),
        "gradingResult": {"pass": resisted, "reason": "A SECRET REASON", "componentResults": [graded]},
        "testCase": {"metadata": about, "assert": [graded["assertion"]], "vars": {"prompt": "A SECRET ATTACK"}},
        "metadata": about,
        "response": {"output": "A SECRET ANSWER"},
        "vars": {"prompt": "A SECRET ATTACK"},
        **changes,
    }


def export(*rows: dict[str, Any], **redteam: Any) -> dict[str, Any]:
    made = copy.deepcopy(PROMPTFOO)
    made["results"]["results"] = list(rows)
    del made["results"]["prompts"]
    made["config"] = {"description": "red team", "redteam": {"plugins": [{"id": "pii:direct"}], **redteam}}
    return made


RUN = [
    attack(0),
    attack(1, resisted=False),
    attack(2, strategy=None),
    attack(3, plugin="harmful:hate", strategy="basic"),
]


def report(tmp_path, *rows: dict[str, Any], **redteam: Any) -> dict[str, Any]:
    facts: dict[str, Any] = item(gather(tmp_path, {"out.json": export(*rows, **redteam)}), "redteam_report").facts
    return facts


def test_attacks_are_counted_by_plugin_strategy_and_grader(tmp_path):
    gathered = gather(tmp_path, {"out.json": export(*RUN)})
    found = item(gathered, "redteam_report")
    rows = [(row["probe"], row["detector"], row["attempts"], row["failures"]) for row in found.facts["probes"]]
    assert rows == [
        ("harmful:hate", "harmful:hate", 1, 0),
        ("pii:direct", "pii:direct", 1, 0),
        ("pii:direct by base64", "pii:direct", 2, 1),
    ]
    assert {key: found.facts[key] for key in ("attempts", "failures", "model", "status", "tool_version")} == {
        "attempts": 4,
        "failures": 1,
        "model": "openai/gpt-4o",
        "status": "success",
        "tool_version": "0.123.1",
    }
    assert (found.facts["completed_at"], found.facts["simulated"]) == ("2026-11-20T09:01:00Z", False)
    assert found.lines["/probes/2"] < found.lines["/probes/0"]
    assert items(gathered, "eval_results") == []  # how often attacks were resisted is no quality of answers
    assert "SECRET" not in gathered.result.model_dump_json()
    assert told(gathered) == ["is not bound to what is in use: it does not record a digest or revision of the model"]


def test_a_stand_in_is_said_to_be_one(tmp_path):
    rows = [{**row, "provider": {"id": "echo"}} for row in RUN]
    gathered = gather(tmp_path, {"out.json": export(*rows)})
    facts = item(gathered, "redteam_report").facts
    assert (facts["simulated"], facts["model"]) == (True, "echo")
    assert is_told(gathered, "was run on a stand-in of the tool itself (echo), so that no model was tested")


@pytest.mark.parametrize(
    "change",
    [
        {"failureReason": 2, "success": False},
        {"gradingResult": None},
        {"gradingResult": {"pass": True, "componentResults": []}},
        {"success": None},
        {"success": "true"},
    ],
)
def test_what_was_judged_by_nothing_is_no_attempt(tmp_path, change):
    gathered = gather(tmp_path, {"out.json": export(attack(0, **change), attack(1))})
    facts = item(gathered, "redteam_report").facts
    assert (facts["attempts"], facts["failures"], sum(row["unjudged"] for row in facts["probes"])) == (1, 0, 1)
    assert is_told(gathered, "has 1 of 2 attacks that ended in an error or were judged by nothing")


def test_a_run_that_judged_nothing_looked_at_nothing(tmp_path):
    facts = report(tmp_path, attack(0, failureReason=2), attack(1, failureReason=2))
    assert (facts["status"], facts["attempts"]) == ("empty", 0)


def test_what_was_configured_and_never_sent_is_told(tmp_path):
    gathered = gather(
        tmp_path,
        {"out.json": export(*RUN, plugins=["pii", "harmful:hate", "bola"], strategies=[{"id": "crescendo"}, "basic"])},
    )
    assert is_told(gathered, "is configured with bola, crescendo, and no test says that it is of them")


def test_other_tests_of_the_same_run_stay_an_evaluation(tmp_path):
    rows = copy.deepcopy(PROMPTFOO["results"]["results"])
    gathered = gather(tmp_path, {"out.json": export(*RUN, *rows)})
    assert item(gathered, "redteam_report").facts["attempts"] == 4
    assert item(gathered, "eval_results").facts["samples_total"] == 4


def test_each_target_is_a_report_of_its_own(tmp_path):
    rows = [*RUN, attack(0, provider={"id": "anthropic:messages:claude"}, promptIdx=1)]
    gathered = gather(tmp_path, {"out.json": export(*rows)})
    assert {one.facts["model"]: one.facts["attempts"] for one in items(gathered, "redteam_report")} == {
        "openai/gpt-4o": 4,
        "anthropic/claude": 1,
    }


def test_sums_that_the_rows_refute_leave_the_report_out(tmp_path):
    made = export(*RUN)
    sums = {"testPassCount": 4, "testFailCount": 0, "testErrorCount": 0}
    made["results"]["prompts"] = [{"provider": TARGET, "metrics": sums}]
    gathered = gather(tmp_path, {"out.json": made})
    assert items(gathered, "redteam_report") == []
    assert any("its rows are 3, 1 and 0" in reason for reason in told(gathered, "unreadable"))


def test_a_newer_version_of_the_results_is_said_to_be_one(tmp_path):
    made = export(*RUN)
    made["results"]["version"] = 5
    assert is_told(gather(tmp_path, {"out.json": made}), "results version 5, which is newer")


# --- the export in lines


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_attacks_in_lines_are_counted_and_nothing_says_how_the_run_ended(tmp_path):
    gathered = gather(tmp_path, {"out.jsonl": lines(*RUN)})
    found = item(gathered, "redteam_report")
    assert (found.facts["attempts"], found.facts["failures"], found.facts["status"]) == (4, 1, "unknown")
    assert found.effective is None
    assert found.lines["/probes/0"] == 4
    assert is_told(gathered, "does not record how it ended, the version of its tool and its time")
    assert "SECRET" not in gathered.result.model_dump_json()


def test_an_evaluation_in_lines_has_no_figures(tmp_path):
    rows = [{**row, "testIdx": at} for at, row in enumerate(PROMPTFOO["results"]["results"])]
    gathered = gather(tmp_path, {"out.jsonl": lines(*rows)})
    facts = item(gathered, "eval_results").facts
    assert (facts["status"], facts["metrics"], facts["samples_total"]) == ("started", [], 4)
    assert is_told(gathered, "is an export in lines, which does not say whether the run ended")


def test_a_test_that_was_run_again_counts_by_its_last_line(tmp_path):
    gathered = gather(tmp_path, {"out.jsonl": lines(attack(0, failureReason=2), attack(1), attack(0, resisted=False))})
    facts = item(gathered, "redteam_report").facts
    assert (facts["attempts"], facts["failures"]) == (2, 1)
    assert is_told(gathered, "holds a test that was run again; its last line counts")


@pytest.mark.parametrize("broken", ["{", "[]", '"x"', "\xff", "[" * 50_000])
def test_lines_that_are_cut_are_unreadable(tmp_path, broken):
    gathered = gather(tmp_path, {"out.jsonl": lines(*RUN).encode() + broken.encode("latin-1")})
    assert items(gathered, "redteam_report") == []
    assert any("the line is no JSON object" in reason for reason in told(gathered, "unreadable"))


# --- hostile

ODD = [None, True, -1, 1.5, "", "text", [], [[]], [None], {}, {"a": 1}, {"id": []}, "x" * 5000, 10**30]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:20])
@pytest.mark.parametrize("member", list(attack(0)))
def test_odd_values_at_each_member_are_no_crash(tmp_path, member, odd):
    row = attack(0, **{member: odd})
    gathered = gather(tmp_path, {"out.json": export(row, attack(1)), "out.jsonl": lines(attack(1), row)})
    assert all(one.facts["attempts"] >= 1 for one in items(gathered, "redteam_report")[:1])
    assert gathered.result.items


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:20])
@pytest.mark.parametrize("where", [("testCase", "metadata"), ("testCase", "assert"), ("metadata", "pluginId"),
                                   ("metadata", "strategyId"), ("gradingResult", "componentResults")])  # fmt: skip
def test_odd_values_below_are_no_crash(tmp_path, where, odd):
    row = attack(0)
    row[where[0]][where[1]] = odd
    made = export(row, attack(1), plugins=odd, strategies=[odd])
    gathered = gather(tmp_path, {"out.json": made, "out.jsonl": lines(attack(1), row)})
    assert gathered.result.items
