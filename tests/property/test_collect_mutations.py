"""Whatever stands where in a document: every collector gives a result, or says what it cannot read, and nothing else.

One value of a good document at a time, or several, become what a hostile or broken tool may write there.
"""

import copy
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.collecting import AS_OF, in_folder, in_git, source
from support.git_repositories import Repository
from support.systems import GIT_PROVIDES
from tieout.collectors import config as config_collector
from tieout.collectors import git as git_collector
from tieout.collectors import logs, records
from tieout.collectors import results as results_collector
from tieout.collectors.base import Gathered, Request
from tieout.collectors.declared import PROVIDES, declared, declared_source
from tieout.collectors.discovery import known_collectors
from tieout.config.load import read_config
from tieout.domain.artefacts import ARTEFACTS
from tieout.domain.collection import Period
from tieout.kernel.errors import ConfigError
from tieout.kernel.reading.documents import parse
from tieout.kernel.reading.files import FolderView

EXAMPLE = Path(__file__).resolve().parents[2] / "evidence" / "example"
SETTINGS = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

ODD: list[Any] = [
    None, True, False, 0, -1, 1, 2**53 - 1, 2**53, 10**40, -(10**40), 0.5, -0.0, 1e308, -1e308, 5e-324,
    "", " ", "0", "-1", "NaN", "٣", "x" * 2_000, "a\nb", "\u0000", "\x1b[2J", "\u202e", "\U0001f600", "ß" * 300,
    "0001-01-01", "9999-12-31", "2026-02-30", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    "2026-11-22T10:00:00", "2026-11-22T24:00:00Z", "20261122T100000Z", "2026-W47-7", "P1D", "P99999999999Y", "-P1D",
    [], [[]], [None], ["success"], [1, "a"], [{}], {}, {"a": 1}, {"": None}, {"name": ["x"]}, {"value": {"value": 1}},
    "(" * 500, "*" * 50, "a/" * 300, "../../x", "sum(rate(x[5m])) > 1e400", "1" * 400, "=" * 50, "%", "${x}", "<<",
    {"~": {"/": 1}}, {"a": {"a": {"a": {"a": ["b"]}}}},
]  # fmt: skip
"""What stands where something else should."""


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of a value and of all below it."""
    yield at
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from places(member, (*at, key))


def changed(document: Any, at: tuple[Any, ...], kind: str, value: Any) -> Any:
    """A copy in which one place is another, gone, there twice, wrapped, or under another name."""
    if not at:
        return value
    tree = copy.deepcopy(document)
    holder = tree
    for key in at[:-1]:
        holder = holder[key]
    key = at[-1]
    if kind == "gone":
        del holder[key]
    elif kind == "wrapped":
        holder[key] = [holder[key]]
    elif kind == "twice" and isinstance(holder, list):
        holder.append(holder[key])
    elif kind == "renamed" and isinstance(holder, dict):
        holder[str(value)[:80]] = holder.pop(key)
    else:
        holder[key] = value
    return tree


def mutations(document: Any) -> st.SearchStrategy[Any]:
    """One to three changes of a document."""
    known = list(places(document))

    def apply(changes: list[tuple[int, str, Any]]) -> Any:
        tree = document
        for index, kind, value in changes:
            now = list(places(tree)) if tree is not document else known
            tree = changed(tree, now[index % len(now)], kind, value)
        return tree

    kinds = st.sampled_from(["other", "other", "other", "gone", "wrapped", "twice", "renamed"])
    change = st.tuples(st.integers(1, len(known)), kinds, st.sampled_from(ODD))
    return st.lists(change, min_size=1, max_size=3).map(apply)


def written(tree: Any) -> bytes:
    return json.dumps(tree).encode()


# ---- what each collector reads, and how it is asked


def small_log() -> dict[str, Any]:
    """An Inspect log with all parts that are looked at."""
    return {
        "version": 2, "status": "success", "invalidated": False,
        "eval": {
            "task": "triage", "model": "openai/gpt-4o-2024-11-20", "created": "2026-11-10T00:00:00+00:00",
            "dataset": {"name": "d", "location": "/home/x/data.csv", "samples": 2, "sample_ids": [1, 2]},
            "config": {"epochs": 1, "limit": 2, "sample_shuffle": 7, "sample_id": [1]},
            "task_args": {"temperature": 0, "prompt": "You are a clerk.", "nested": {"list": ["a", 1]}},
            "model_generate_config": {"temperature": 0.0, "max_tokens": 100}, "packages": {"inspect_ai": "0.3"},
            "revision": {"commit": "abcdef0", "origin": "https://x@forge.example/a/b", "dirty": False},
            "metadata": {"dataset_sha256": "0" * 64},
        },
        "plan": {"config": {"system_message": "You decide."}},
        "results": {
            "total_samples": 2, "completed_samples": 2,
            "scores": [{
                "name": "match", "scorer": "match", "scored_samples": 2, "reducer": "mean", "params": {},
                "metrics": {"accuracy": {"name": "accuracy", "value": 0.5}, "stderr": {"name": "stderr", "value": 0.5}},
            }],
        },
        "stats": {
            "started_at": "2026-11-10T00:00:00+00:00", "completed_at": "2026-11-10T01:00:00+00:00",
            "model_usage": {"openai/gpt-4o": {"total_tokens": 9}},
        },
        "samples": [
            {"id": 1, "epoch": 1, "scores": {"match": {"value": "C"}}, "model_usage": {"m": {}}},
            {"id": 2, "epoch": 1, "scores": {"match": {"value": "I"}}},
        ],
        "reductions": [{"scorer": "match", "reducer": "mean", "samples": [{"sample_id": 1, "value": 1.0},
                                                                          {"sample_id": 2, "value": 0}]}],
    }  # fmt: skip


def record_documents() -> dict[str, Any]:
    """The example's records by file name, and front matter of its policy."""
    root = EXAMPLE / "repository"
    found = {}
    for path in sorted(root.glob("records/**/*")):
        if path.suffix in {".yaml", ".json"}:
            found[path.stem] = yaml.safe_load(path.read_text())
    return json.loads(json.dumps(found, default=str))


def config_documents() -> dict[str, Any]:
    root = EXAMPLE / "repository" / "config"
    names = ("alerts.yaml", "flags.json", "gateway.yaml")
    return {name.partition(".")[0]: json.loads(json.dumps(yaml.safe_load((root / name).read_text()))) for name in names}


def log_line() -> dict[str, Any]:
    return {
        "request_id": "r1", "call_type": "acompletion", "user": "u", "model": "gpt-4o", "model_group": "g",
        "startTime": "2026-11-20T00:00:00Z", "endTime": "2026-11-20T00:00:01.5Z", "spend": 0.1, "total_tokens": 3,
        "prompt_tokens": 1, "completion_tokens": 2, "status": "success", "cache_hit": False, "api_base": "https://h/x",
        "metadata": {"user_api_key_alias": "a", "error_information": {"error_code": "429"}}, "timestamp": 1763600000,
    }  # fmt: skip


def swept(document: Any, *, every: int) -> Iterator[Any]:
    """One change at each place in turn, every n-th of all."""
    changes = [
        ("gone", None),
        ("wrapped", None),
        ("twice", None),
        ("renamed", "a\nb"),
        *(("other", odd) for odd in ODD),
    ]
    cases = ((at, *change) for at in places(document) for change in changes if at or change[0] == "other")
    return (changed(document, *case) for case in itertools.islice(cases, 0, None, every))


RECORD_NAMES = (*(name for name in ARTEFACTS if name != "approved_record"), "approved_record/ai_policy")


def collected(folder: Path, section: Any, collect: Callable[[Request], Gathered], name: str, data: bytes) -> None:
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources" / name).write_bytes(data)
    in_folder(collect, folder, section)  # which checks what every result must keep


def test_one_change_anywhere_in_a_test_result(tmp_path):
    for tree in swept(small_log(), every=1):
        collected(tmp_path, source("results", format="inspect"), results_collector.collect, "x.json", written(tree))


@pytest.mark.parametrize("name", sorted(record_documents()))
def test_one_change_anywhere_in_a_record(tmp_path, name):
    for tree in swept(record_documents()[name], every=7):
        collected(tmp_path, source("records", provides=RECORD_NAMES), records.collect, "x.json", written(tree))


@pytest.mark.parametrize("name", sorted(config_documents()))
def test_one_change_anywhere_in_a_configuration(tmp_path, name):
    for tree in swept(config_documents()[name], every=7):
        section = source("config", provides=("gateway_config", "alert_rules", "flag_config"))
        collected(tmp_path, section, config_collector.collect, "x.json", written(tree))


@SETTINGS
@given(mutations(small_log()))
def test_any_test_result_is_a_result_or_a_sentence(tmp_path, tree):
    collected(tmp_path, source("results", format="inspect"), results_collector.collect, "x.json", written(tree))


@pytest.mark.parametrize("name", sorted(record_documents()))
def test_any_record_is_a_record_or_a_sentence(tmp_path, name):
    @SETTINGS
    @given(mutations(record_documents()[name]))
    def run(tree: Any) -> None:
        section = source("records", provides=RECORD_NAMES)
        collected(tmp_path, section, records.collect, "x.json", written(tree))
        front = b"---\n" + written(tree) + b"\n---\n# A heading\ntext\n"
        collected(tmp_path, section, records.collect, "x.md", front)

    run()


@pytest.mark.parametrize("name", sorted(config_documents()))
def test_any_configuration_is_read_or_a_sentence(tmp_path, name):
    @SETTINGS
    @given(mutations(config_documents()[name]))
    def run(tree: Any) -> None:
        section = source("config", provides=("gateway_config", "alert_rules", "flag_config"))
        collected(tmp_path, section, config_collector.collect, "x.json", written(tree))

    run()


@pytest.mark.parametrize("format_", ["litellm", "generic", None])
def test_any_log_line_is_counted_or_rejected(tmp_path, format_):
    @SETTINGS
    @given(st.lists(mutations(log_line()), min_size=1, max_size=5))
    def run(lines: list[Any]) -> None:
        data = b"\n".join(map(written, [*lines, log_line()])) + b"\n"
        section = source("log", provides=("telemetry",), **({"format": format_} if format_ else {}))
        collected(tmp_path, section, logs.collect, "x.jsonl", data)

    run()


@SETTINGS
@given(mutations(json.loads(json.dumps(yaml.safe_load((EXAMPLE / "repository/tieout.yaml").read_text()), default=str))))
def test_any_tieout_yaml_is_read_or_refused(tmp_path, tree):
    data = written(tree)
    try:
        config, document = read_config(data, where="tieout.yaml", plugged=known_collectors())
    except ConfigError as error:
        refused = error
    else:
        refused = None
    if refused is not None:
        assert str(refused).isprintable()
        return
    (tmp_path / "tieout.yaml").write_bytes(data)
    view = FolderView(tmp_path / "tieout.yaml", "tieout.yaml")
    section = declared_source("tieout.yaml")
    period = Period(start=AS_OF, end=AS_OF)
    request = Request("claims-triage", section, view, "tieout.yaml", period, AS_OF)
    gathered = declared(request, config, document, lambda: iter(()))
    assert {item.type for item in gathered.result.items} <= set(PROVIDES)


PIECES = st.sampled_from(
    ["*", "**", "/", "a", " ", "\t", "\n", "@a", "@", "a@b.example", "#", "!", "\\", "[", "]", "[Sec][2]", "^", "?",
     "\r", "\x00", "\x1b", "\u202e", "é", "/docs/", "x" * 300, "{", "(a+)+$", "[z-a]", "[!", "*" * 60]
)  # fmt: skip


@pytest.mark.parametrize("name", ["evals/DATASET_CARD.md", "SYSTEM_CARD.md"])
def test_any_card_and_any_code_owners_are_read_or_a_sentence(tmp_path, name):
    document = parse((EXAMPLE / "repository" / name).read_bytes(), "front-matter", where=name)
    repository = Repository(tmp_path / "r")

    @settings(SETTINGS, max_examples=60)
    @given(mutations(document.data), st.lists(PIECES, max_size=30).map("".join))
    def run(tree: Any, owners: str) -> None:
        card = b"---\n" + written(tree) + b"\n---\n" + document.body.encode()
        repository.commit("next", {name: card, "CODEOWNERS": owners.encode()})
        in_git(git_collector.collect, repository, source("git", provides=GIT_PROVIDES))

    run()
