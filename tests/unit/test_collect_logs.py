"""The log collector: one item a source, problems with places, and files that cannot be read beside those that can."""

import gzip
import hashlib
import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.git_repositories import Repository
from tieout.collectors import logs
from tieout.collectors.base import Request
from tieout.config.model import SourceSection
from tieout.domain.collection import Period
from tieout.kernel.errors import ConfigError, UnreadableError
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.reading.files import Entry, FolderView

AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
START = AS_OF - timedelta(days=30)


def record(hours: float, **more) -> bytes:
    time = (START + timedelta(hours=hours)).timestamp()
    fields = {"startTime": time, "id": "c", "model": "m", "custom_llm_provider": "p", "response_cost": 0.1, **more}
    return json.dumps(fields).encode() + b"\n"


def gather(folder: Path, *, prefix="", path="logs", format_=None, view=None, **options):
    source = SourceSection(name="gateway-log", kind="log", path=path, format=format_, options=options)
    request = Request(
        system_id="claims",
        source=source,
        view=view or FolderView(folder, path),
        prefix=prefix,
        period=Period(start=START, end=AS_OF),
        as_of=AS_OF,
    )
    return logs.collect(request)


def problems(gathered, status):
    return [(one.place.path, one.place.line, one.reason) for one in gathered.result.problems if one.status == status]


def test_one_item_for_a_folder_of_plain_and_packed_files(tmp_path):
    first, second = record(1) + record(2), record(5)
    (tmp_path / "a.jsonl").write_bytes(first)
    (tmp_path / "2026").mkdir()
    (tmp_path / "2026" / "b.jsonl.gz").write_bytes(packed := gzip.compress(second, mtime=0))
    gathered = gather(tmp_path)
    [item] = gathered.result.items
    facts = item.facts
    assert (item.type, facts["format"], facts["in_period"], facts["lines"]) == ("telemetry", "litellm", 3, 3)
    assert [(file["path"], file["size"]) for file in facts["files"]] == [
        ("2026/b.jsonl.gz", len(packed)),
        ("a.jsonl", len(first)),
    ]
    listing = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {path}\n"
        for path, data in (("2026/b.jsonl.gz", packed), ("a.jsonl", first))
    )
    assert item.provenance.source_digest == f"sha256:{hashlib.sha256(listing.encode()).hexdigest()}"
    assert (item.effective.start, item.effective.end) == (START + timedelta(hours=1), START + timedelta(hours=5))
    assert item.effective.basis == "records in the log"
    assert (gathered.copies, item.copy_sha256, gathered.result.problems) == ({}, None, ())
    assert gathered.result.files_read == 2


def test_a_single_file_has_its_own_digest(tmp_path):
    data = record(1)
    (tmp_path / "gateway.txt").write_bytes(data)
    [item] = gather(tmp_path / "gateway.txt", path="gateway.txt").result.items
    assert item.provenance.source_digest == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert item.provenance.path == "gateway.txt"


def test_no_raw_text_of_a_record_reaches_the_facts(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(
        record(1, messages="my secret question", end_user="ann@example.org") + b"my secret line\n"
    )
    text = json.dumps(gather(tmp_path).result.items[0].facts)
    assert "secret" not in text
    assert "ann" not in text


def test_a_secret_in_a_model_name_is_masked(tmp_path):
    key = "AKIA" + "Q3EGZ7KLM2XVPW5T"
    (tmp_path / "a.jsonl").write_bytes(record(1, model=key))
    assert key not in json.dumps(gather(tmp_path).result.items[0].facts)


@pytest.mark.parametrize(("bad", "told"), [(1, False), (2, True)])
def test_more_than_one_in_a_hundred_unusable_lines_is_a_problem(tmp_path, bad, told):
    (tmp_path / "a.jsonl").write_bytes(record(1) * 99 + b"\n" * 150 + b"oops\n" * bad)
    gathered = gather(tmp_path)
    assert gathered.result.items[0].facts["unreadable"] == bad
    found = problems(gathered, "unreadable")
    assert bool(found) is told
    if told:
        assert found == [
            (
                "a.jsonl",
                250,
                "2 of 101 lines (2.0%) are no usable records, 1.0% allowed: 2 not JSON; at a.jsonl:250, a.jsonl:251",
            )
        ]
        assert {problem.types for problem in gathered.result.problems} == {("telemetry",)}


def test_each_line_that_could_not_be_read_is_told_by_its_place(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(record(1) * 200 + b"oops")
    (tmp_path / "b.jsonl").write_bytes(record(1) * 400 + b"oops\n" + b'{"id": "c"}\n' + b"oops\n")
    (tmp_path / "c.jsonl").write_bytes(record(1))
    gathered = gather(tmp_path)
    assert problems(gathered, "unreadable") == []
    cut = "not JSON: the last line has no line end, so it was cut short or is still being written"
    assert problems(gathered, "not-counted") == [
        ("a.jsonl", 201, f"1 line is no usable record: {cut} (line 201)"),
        (
            "b.jsonl",
            401,
            "3 lines are no usable records: 2 not JSON, 1 no usable time in 'startTime' (the first is line 401)",
        ),
    ]
    assert {problem.types for problem in gathered.result.problems} == {("telemetry",)}


def test_beyond_ten_files_with_bad_lines_the_rest_is_one_row(tmp_path):
    for number in range(12):
        (tmp_path / f"{number:02}.jsonl").write_bytes(b"oops\n" * 120 + record(1) * 20_000 + b"\n" * number)
    gathered = gather(tmp_path)
    found = problems(gathered, "not-counted")
    assert [path for path, *_ in found] == [*(f"{number:02}.jsonl" for number in range(10)), "logs"]
    assert {(line, reason) for _, line, reason in found[:10]} == {
        (1, "120 lines are no usable records: not JSON (the first is line 1)")
    }
    assert found[10][1:] == (None, "240 lines are no usable records in 2 more files, from 10.jsonl on")


def test_the_allowed_share_is_an_option_and_checked(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(record(1) * 24 + b"oops\n")
    assert len(problems(gather(tmp_path), "unreadable")) == 1
    gathered = gather(tmp_path, max_reject_share=0.05)
    assert problems(gathered, "unreadable") == []
    assert gathered.result.items[0].facts["settings"] == ["unreadable share allowed: 5 % (default 1 %)"]
    for wrong in (1, 0.06, -0.1, "1%", True):
        with pytest.raises(ConfigError, match="max_reject_share"):
            gather(tmp_path, max_reject_share=wrong)


def test_default_options_set_nothing_and_own_fields_are_told(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(record(1))
    assert gather(tmp_path).result.items[0].facts["settings"] == []
    [item] = gather(tmp_path, fields={"time": "startTime", "latency": {"path": "took", "unit": "ms"}}).result.items
    assert item.facts["settings"] == [
        "fields named by the source: latency from took, time from startTime (default: those of the format)"
    ]


def test_a_copied_file_is_not_counted_twice(tmp_path):
    for name, data in {"a.jsonl": record(1), "b.jsonl": record(2), "copy-of-a.jsonl": record(1)}.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "empty-1.jsonl").touch()
    (tmp_path / "empty-2.jsonl").touch()
    gathered = gather(tmp_path)
    [item] = gathered.result.items
    assert (item.facts["in_period"], item.facts["lines"]) == (2, 2)
    assert "copy-of-a.jsonl" not in [file["path"] for file in item.facts["files"]]
    assert problems(gathered, "not-counted") == [
        ("copy-of-a.jsonl", None, "holds the same bytes as a.jsonl, so its lines are not counted again")
    ]


def test_models_that_are_not_listed_are_counted(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"".join(record(1, model=f"m{number:04}") for number in range(1003)))
    facts = gather(tmp_path).result.items[0].facts
    assert (len(facts["models"]), facts["models_dropped"]) == (1000, 3)
    (tmp_path / "a.jsonl").write_bytes(record(1))
    assert gather(tmp_path).result.items[0].facts["models_dropped"] == 0


def test_records_before_the_period_only_are_old_evidence_and_an_absence(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(record(-48) + record(-24))
    gathered = gather(tmp_path)
    [item] = gathered.result.items
    assert item.facts["in_period"] == 0
    assert item.effective.end == START - timedelta(hours=24)
    assert problems(gathered, "absent") == [
        ("logs", None, "holds no usable record in the period: none of its 2 records lies in it")
    ]


def test_records_after_the_as_of_time_do_not_count(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(record(24 * 31))
    gathered = gather(tmp_path)
    [item] = gathered.result.items
    assert (item.facts["after_period"], item.facts["in_period"], item.effective) == (1, 0, None)
    assert problems(gathered, "absent")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"garbage\n[]\n"])
def test_without_any_record_there_is_no_item(tmp_path, data):
    (tmp_path / "a.jsonl").write_bytes(data)
    gathered = gather(tmp_path)
    assert gathered.result.items == ()
    [(path, _, reason)] = problems(gathered, "absent")
    assert (path, reason) == ("logs", "holds no usable record in the period: it has no usable record at all")


def test_an_empty_folder_says_that_nothing_is_recorded(tmp_path):
    gathered = gather(tmp_path)
    assert gathered.result.items == ()
    assert problems(gathered, "absent") == [("logs", None, "no gateway or telemetry log is recorded here")]


def test_what_cannot_be_read_is_told_and_the_others_count(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(record(1))
    os.mkfifo(tmp_path / "b.jsonl")
    (tmp_path / "c.jsonl").symlink_to(tmp_path / "a.jsonl")
    (tmp_path / "d.jsonl.zst").write_bytes(b"\x28\xb5\x2f\xfd" + b"x" * 50)
    (tmp_path / "e.jsonl.gz").write_bytes(gzip.compress(record(2) * 3)[:-9])
    gathered = gather(tmp_path)
    [item] = gathered.result.items
    assert [file["path"] for file in item.facts["files"]] == ["a.jsonl", "e.jsonl.gz"]
    assert item.facts["in_period"] >= 3
    found = {path: reason for path, _, reason in problems(gathered, "unreadable")}
    assert "named pipe" in found["b.jsonl"]
    assert "symbolic link" in found["c.jsonl"]
    assert "Zstandard" in found["d.jsonl.zst"]
    assert "ends too early" in found["e.jsonl.gz"]
    assert "lines before count" in found["e.jsonl.gz"]


def test_a_log_inside_a_git_source_is_read_at_the_commit(tmp_path):
    repository = Repository(tmp_path / "repository")
    repository.commit("logs", {"logs/a.jsonl": record(1) + record(2), "logs/b.jsonl.gz": gzip.compress(record(3))})
    repository.write({"logs/a.jsonl": b""})
    with Quarantine.open(repository.folder, uri="repository") as quarantine:
        tree = quarantine.tree(quarantine.resolve(""))
        [item] = gather(tmp_path, view=tree, prefix="logs").result.items
    assert item.facts["in_period"] == 3
    assert (item.provenance.path, item.provenance.uri) == ("logs", "repository")


class Vanishing:
    """A folder of which one file goes away between listing and opening."""

    commit = None
    uri = "logs"

    def __init__(self, view: FolderView) -> None:
        self._view = view

    def entries(self):
        return [*self._view.entries(), Entry(path="gone.jsonl", size=9, kind="file", digest=None)]

    def open_stream(self, path):
        return self._view.open_stream(path)


def test_a_vanished_file_is_told(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(record(1))
    gathered = gather(tmp_path, view=Vanishing(FolderView(tmp_path, "logs")))
    assert len(gathered.result.items) == 1
    assert [path for path, *_ in problems(gathered, "unreadable")] == ["gone.jsonl"]


def test_a_missing_source_is_one_clear_error(tmp_path):
    with pytest.raises(UnreadableError, match="does not exist"):
        gather(tmp_path / "nowhere")


def test_files_that_are_no_logs_are_set_aside_with_a_reason(tmp_path):
    for name in ("README.md", "tests/a.jsonl", "examples/a.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(record(1))
    gathered = gather(tmp_path)
    assert gathered.result.items == ()
    found = {path: reason for path, _, reason in problems(gathered, "not-counted")}
    assert set(found) == {"README.md", "tests/a.jsonl", "examples/a.jsonl"}
    assert "no log by its name" in found["README.md"]
    assert "example" in found["examples/a.jsonl"]


@pytest.mark.parametrize(
    "name",
    [
        "g.jsonl",
        "g.log",
        "g.ndjson",
        "g.json",
        "g.log.1",
        "g.jsonl.3.gz",
        "g.log-2026-11-01",
        "g.jsonl.20261101T0300.gz",
        "G.JSONL",
    ],
)
def test_rotated_and_packed_names_are_logs(name):
    assert logs._looks_like_log(f"a/{name}")


def test_a_pattern_that_matches_nothing_is_told_as_one(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(record(1))
    gathered = gather(tmp_path, prefix="2026-*/g.jsonl")
    assert problems(gathered, "absent") == [("2026-*/g.jsonl", None, "no file matches this pattern")]


def test_a_pattern_chooses_files(tmp_path):
    for hour, name in enumerate(("2026-10/g.jsonl", "2026-11/g.jsonl", "2026-11/deep/g.jsonl", "2025-11/g.jsonl")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(record(hour))
    read = {
        pattern: [file["path"] for file in gather(tmp_path, prefix=pattern).result.items[0].facts["files"]]
        for pattern in ("2026-*/g.jsonl", "**/g.jsonl", "2026-1?/*.jsonl", "2026-11")
    }
    assert read == {
        "2026-*/g.jsonl": ["2026-10/g.jsonl", "2026-11/g.jsonl"],
        "**/g.jsonl": ["2025-11/g.jsonl", "2026-10/g.jsonl", "2026-11/deep/g.jsonl", "2026-11/g.jsonl"],
        "2026-1?/*.jsonl": ["2026-10/g.jsonl", "2026-11/g.jsonl"],
        "2026-11": ["2026-11/deep/g.jsonl", "2026-11/g.jsonl"],
    }


def test_own_field_names_and_a_wrong_format(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"when":"2026-11-01T00:00:00Z","who":"ann"}\n')
    [item] = gather(tmp_path, fields={"time": "when", "principal": "who"}).result.items
    assert (item.facts["format"], item.facts["in_period"]) == ("generic", 1)
    with pytest.raises(ConfigError, match="no field map for log format 'csv'"):
        gather(tmp_path, format_="csv")


def test_the_same_input_gives_the_same_item(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"".join(record(hour, end_user=f"u{hour % 7}") for hour in range(500)))
    assert gather(tmp_path).result == gather(tmp_path).result


def test_counts_that_do_not_add_up_give_no_item(tmp_path, monkeypatch):
    (tmp_path / "a.jsonl").write_bytes(record(1))
    monkeypatch.setattr("tieout.analytics.partial._Pass._count", lambda *_: None)
    gathered = gather(tmp_path)
    assert gathered.result.items == ()
    [(_, _, reason)] = problems(gathered, "unreadable")
    assert "do not add up" in reason


@pytest.mark.parametrize("pattern", ["a*" * 9 + ".jsonl", "**/" * 5 + "g.jsonl", "?" * 1001])
def test_a_pattern_with_too_many_wildcards_is_a_configuration_error(tmp_path, pattern):
    (tmp_path / "a.jsonl").write_bytes(record(1))
    with pytest.raises(ConfigError, match="wildcards"):
        gather(tmp_path, prefix=pattern)


def test_a_pattern_is_matched_in_linear_time(tmp_path):
    for number in range(200):
        (tmp_path / ("a" * 200 + f"{number}.jsonX")).touch()
    (tmp_path / "b.jsonl").write_bytes(record(1))
    (tmp_path / os.fsdecode(b"\xff.jsonl")).touch()
    started = time.monotonic()
    gathered = gather(tmp_path, prefix="*a*a*a*a*a*a*a*.jsonl")
    assert time.monotonic() - started < 2
    assert problems(gathered, "absent")


def test_the_first_record_of_a_model_or_a_failure_is_a_line_of_its_file(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(record(1) + b"\n" + record(2, status="failure", model="n"))
    (tmp_path / "b.jsonl").write_bytes(record(3, request_tags=["fallback"], status="success", model="o"))
    [item] = gather(tmp_path).result.items
    models = {use["model"]: f"/models/{index}/model" for index, use in enumerate(item.facts["models"])}
    found = {name: str(item.place(pointer)) for name, pointer in models.items()}
    assert found == {"m": "a.jsonl:1", "n": "a.jsonl:3", "o": "b.jsonl:1"}
    assert str(item.place("/failures")) == "a.jsonl:3"
    assert str(item.place("/fallbacks")) == "b.jsonl:1"
    assert str(item.place("/fell_back")) == "b.jsonl:1"
    assert str(item.place("/lines")) == "logs"


def test_a_record_told_again_is_named_by_both_lines(tmp_path):
    again = record(4)
    (tmp_path / "a.jsonl").write_bytes(record(1) + record(2) + again)
    (tmp_path / "b.jsonl").write_bytes(record(3) + b"oops\n" + again)
    facts = gather(tmp_path, max_reject_share=0.05).result.items[0].facts
    assert facts["repeats"] == 1
    assert facts["repeat_places"] == [{"path": "a.jsonl", "line": 3}, {"path": "b.jsonl", "line": 3}]


def test_a_repeat_that_does_not_matter_is_counted_and_not_looked_for(tmp_path):
    lines = [record(number / 3600) for number in range(1000)]
    (tmp_path / "a.jsonl").write_bytes(b"".join(lines))
    (tmp_path / "b.jsonl").write_bytes(lines[0])
    facts = gather(tmp_path).result.items[0].facts
    assert (facts["repeats"], facts["repeat_places"]) == (1, [])
