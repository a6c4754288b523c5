"""SQLite in a process of its own: what a database may do to its reader, and what happens when that is killed."""

import io
import math
import os
import random
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from support.mlflow_stores import mlflow_store
from support.tool_results import gather, items, told
from tieout.collectors.results import databases
from tieout.collectors.results.databases import Database, opened
from tieout.collectors.results.interface import Input
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading import database_worker
from tieout.kernel.reading.database_worker import DatabaseReader
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.parser_process import ParserProcess
from tieout.kernel.reading.refusal import MAX_DATABASE_BYTES, RefusedError


def made(tmp_path: Path, *statements: str) -> bytes:
    path = tmp_path / "made.db"
    with sqlite3.connect(path, isolation_level=None) as store:
        for statement in statements:
            store.execute(statement)
    store.close()
    content = path.read_bytes()
    path.unlink()
    return content


def given(content: bytes, *, size: int | None = None) -> Input:
    @contextmanager
    def stream() -> Iterator[BinaryIO]:
        yield io.BytesIO(content)

    length = len(content) if size is None else size
    return Input(path="m.db", data=b"", document=Document(None), size=length, open=stream, beside=lambda _name: None)


def read(content: bytes, table: str = "t", *columns: str) -> list[dict[str, object]]:
    with opened(given(content)) as database:
        return database.rows(table, columns or ("a",))


def outcome(content: bytes) -> list[dict[str, object]] | str:
    """The rows, or the sentence that says why there are none."""
    try:
        return read(content)
    except UnreadableError as error:
        return error.message


def held(content: bytes) -> DatabaseReader:
    """The same reading in this process, for many small changes."""
    reader = DatabaseReader()
    reader.answer({"kind": "piece", "at": 0}, content)
    reader.answer({"kind": "open", "at": len(content)}, b"")
    return reader


NUMBERS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT {}) INSERT INTO t SELECT x FROM n"


def test_values_come_as_the_database_has_them(tmp_path: Path) -> None:
    values = (
        "INSERT INTO t VALUES (1), (-9223372036854775808), (0.1), (9e999), (-9e999), (NULL), (x'00ff'), (''), "
        "('é' || char(0) || 'x')"
    )
    rows = read(made(tmp_path, "CREATE TABLE t (a)", values))
    assert [row["a"] for row in rows] == [
        1, -(2**63), 0.1, math.inf, -math.inf, None, b"\x00\xff", "", "é\x00x",
    ]  # fmt: skip


def test_text_that_is_none_is_replaced(tmp_path: Path) -> None:
    content = made(tmp_path, "CREATE TABLE t (a)", "INSERT INTO t VALUES (CAST(x'61ff62' AS TEXT))")
    assert read(content) == [{"a": "a\ufffdb"}]


def test_a_table_comes_whole_and_in_order(tmp_path: Path) -> None:
    content = made(tmp_path, "CREATE TABLE t (a INTEGER)", NUMBERS.format(25_000))
    assert [row["a"] for row in read(content)] == list(range(1, 25_001))
    with pytest.raises(UnreadableError, match="table t has more than 200,000 rows"):
        read(made(tmp_path, "CREATE TABLE t (a INTEGER)", NUMBERS.format(200_001)))


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS a FROM n"


@pytest.mark.parametrize(
    "statements",
    [
        [f"CREATE VIEW t AS {ENDLESS}"],
        ["CREATE VIRTUAL TABLE t USING fts5(a)"],
        ["CREATE TABLE t (a, b AS (a || a))", "INSERT INTO t VALUES (1)"],
        [
            "CREATE TABLE t (b, a TEXT GENERATED ALWAYS AS (printf('%.1000c', 'x')) STORED)",
            "INSERT INTO t VALUES (1)",
        ],
        ["CREATE TABLE t AS SELECT 1 AS x", "ALTER TABLE t RENAME COLUMN x TO b"],
    ],
    ids=["view", "virtual", "computed", "stored", "no such column"],
)
def test_what_would_run_is_not_read(tmp_path: Path, statements: list[str]) -> None:
    assert read(made(tmp_path, *statements)) == []


def test_triggers_and_checks_neither_run_nor_hinder(tmp_path: Path) -> None:
    content = made(
        tmp_path,
        "CREATE TABLE t (a CHECK (length(a) < 100), c DEFAULT (abs(-9223372036854775807)))",
        "CREATE TABLE log (a)",
        "INSERT INTO t (a) VALUES ('x')",
        f"CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log {ENDLESS}; END",
        "CREATE TRIGGER s AFTER DELETE ON log BEGIN DELETE FROM t; END",
    )
    assert read(content) == [{"a": "x"}]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM t", "INSERT INTO t VALUES (1)", "CREATE TABLE u (a)", "PRAGMA writable_schema = ON", "BEGIN",
        "ATTACH '/etc/passwd' AS other", "VACUUM INTO '/tmp/copy'", "SELECT load_extension('x')",
        "SELECT randomblob(10)", "SELECT printf('%.1000000c', 'x')", "DROP TABLE t", "ANALYZE",
        "SELECT * FROM pragma_table_info('t')",
    ],
)  # fmt: skip
def test_everything_but_reading_columns_is_refused(tmp_path: Path, sql: str) -> None:
    reader = held(made(tmp_path, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)"))
    assert reader._connection is not None
    with pytest.raises(sqlite3.Error):
        reader._connection.execute(sql).fetchall()
    assert reader.answer({"kind": "rows", "table": "t", "columns": ["a"]}, b"") == {"rows": [[1]], "more": False}


def test_names_that_are_not_in_the_schema_are_not_asked_for(tmp_path: Path) -> None:
    reader = held(made(tmp_path, "CREATE TABLE t (a)"))
    for table, column in (("t", 'a" FROM sqlite_master --'), ('t" --', "a"), ("sqlite_master", "sql")):
        with pytest.raises(RefusedError, match="what it does not have"):
            reader.answer({"kind": "rows", "table": table, "columns": [column]}, b"")


def test_schemas_that_name_themselves_end_in_a_sentence_or_in_nothing(tmp_path: Path) -> None:
    schemas = [
        "UPDATE sqlite_master SET rootpage = 1 WHERE name = 't'",
        "UPDATE sqlite_master SET rootpage = 2147483647 WHERE name = 't'",
        "UPDATE sqlite_master SET rootpage = -1 WHERE name = 't'",
        "UPDATE sqlite_master SET sql = 'CREATE TABLE t (a, CHECK (' || printf('%.5000c', '(') || '1)'",
        "UPDATE sqlite_master SET sql = 'CREATE VIEW t AS SELECT * FROM t' WHERE name = 't'",
        "UPDATE sqlite_master SET sql = 'CREATE VIEW t AS SELECT * FROM t', type = 'view' WHERE name = 't'",
        "UPDATE sqlite_master SET sql = x'00ff', type = x'00'",
        "INSERT INTO sqlite_master SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master",
    ]
    for schema in schemas:
        content = made(
            tmp_path, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)", "PRAGMA writable_schema = ON", schema
        )
        end = outcome(content)
        assert end in ([], [{"a": 1}]) or "damaged" in str(end), schema


def patched(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


PAGE = 4096


@pytest.mark.parametrize(
    ("at", "new"),
    [
        (32, b"\x7f\xff\xff\xff\xff\xff\xff\xff"),  # the freelist begins outside, and is endless
        (32, b"\x00\x00\x00\x01\x00\x00\x00\x09"),  # the freelist is the schema's page
        (16, b"\x00\x01"), (16, b"\x02\x00"), (16, b"\x00\x03"),  # sizes of a page
        (20, b"\xff"), (28, b"\xff\xff\xff\xff"), (28, b"\x00\x00\x00\x00"), (44, b"\xff\xff\xff\xff"),
        (56, b"\x00\x00\x00\x09"),
        (18, b"\x03\x03"), (100, b"\x05"), (105, b"\x00\x00"), (103, b"\xff\xff"), (108, b"\xff\xff\xff\xff"),
        (PAGE, b"\x05\x00\x00\x00\x01\x0f\xfb\x00\x00\x00\x00\x02" + b"\x00\x00"),  # a tree that is its own branch
        (PAGE + 3, b"\xff\xff"), (PAGE + 8, b"\x00\x01"), (PAGE + 8, b"\x0f\xff"),  # cells beyond the page
        (2 * PAGE - 13, b"\xff" * 9),  # a cell of more bytes than any file
        (2 * PAGE - 13, b"\xff\xff\xff\x7f\x01"),  # a cell whose rest is on pages that are not there
        (2 * PAGE - 11, b"\x03\xff"),  # a column of more bytes than its cell
    ],
)  # fmt: skip
def test_damage_where_it_hurts_ends_in_a_sentence_or_in_what_is_left(tmp_path: Path, at: int, new: bytes) -> None:
    content = patched(made(tmp_path, "CREATE TABLE t (a)", "INSERT INTO t VALUES ('some text')"), at, new)
    end = outcome(content)
    assert end in ([], [{"a": "some text"}]) or ("database" in str(end) and "stopped" not in str(end))


def test_cut_and_changed_databases_are_read_or_refused(tmp_path: Path) -> None:
    whole = mlflow_store(tmp_path / "m.db").read_bytes()
    rng = random.Random(11)  # noqa: S311 - the same changes in every run
    changed = [whole[:cut] for cut in (0, 1, 15, 16, 18, 19, 20, 99, 100, 101, 4095, 4096, 4097, len(whole) - 1)]
    for _ in range(600):
        copy = bytearray(whole)
        for _change in range(rng.randrange(1, 6)):
            copy[rng.choice((rng.randrange(200), rng.randrange(len(copy))))] = rng.randrange(256)
        changed.append(bytes(copy))
    ends = {"read": 0, "refused": 0}
    for content in changed:
        try:
            reader = held(content)
            for table, columns in sorted(reader._columns.items()):
                if columns:
                    reader.answer({"kind": "rows", "table": table, "columns": sorted(columns)}, b"")
            ends["read"] += 1
        except RefusedError:
            ends["refused"] += 1
    assert min(ends.values()) > 20, ends


def test_many_rows_that_share_one_value_are_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = made(tmp_path, "CREATE TABLE t (a)", *["INSERT INTO t VALUES (printf('%.1000c', 'x'))"] * 20)
    monkeypatch.setattr(database_worker, "_BATCH_BYTES", 2500)
    reader = held(content)
    answers = [reader.answer({"kind": "rows", "table": "t", "columns": ["a"]}, b"")]
    while answers[-1]["more"]:
        answers.append(reader.answer({"kind": "more"}, b""))
    assert [len(answer["rows"]) for answer in answers] == [3] * 6 + [2]
    monkeypatch.setattr(database_worker, "MAX_DATABASE_BYTES", 15_000)
    with pytest.raises(RefusedError, match="gives more than it can hold"):
        list(reader._select("t", ["a"]))


def test_a_value_of_more_than_a_million_bytes_is_refused(tmp_path: Path) -> None:
    content = made(tmp_path, "CREATE TABLE t (a)", "INSERT INTO t VALUES (zeroblob(1000001))")
    with pytest.raises(UnreadableError, match="damaged or asks for more"):
        read(content)


def test_a_query_that_takes_too_many_steps_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_worker, "_STEP", 100)
    content = made(tmp_path, "CREATE TABLE t (a)", NUMBERS.format(50_000))
    with pytest.raises(RefusedError, match="asks for more"):
        list(held(content)._select("t", ["a"]))


def test_a_database_that_is_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        pytest.raises(UnreadableError, match="databases are read up to"),
        opened(given(b"", size=MAX_DATABASE_BYTES + 1)),
    ):
        pass
    reader = DatabaseReader()
    monkeypatch.setattr(database_worker, "MAX_DATABASE_BYTES", 1000)
    reader.answer({"kind": "piece", "at": 0}, b"x" * 1000)
    with pytest.raises(RefusedError, match="databases are read up to"):  # it is larger than was said
        reader.answer({"kind": "piece", "at": 1000}, b"x")


def test_a_database_with_a_log_gives_what_it_holds_without(tmp_path: Path) -> None:
    path = tmp_path / "wal.db"
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("CREATE TABLE t (a)")
    store.execute("INSERT INTO t VALUES ('early')")
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.execute("INSERT INTO t VALUES ('late')")
    content = path.read_bytes()
    store.close()
    assert content[18:20] == b"\x02\x02"
    with opened(given(content)) as database:
        assert database.has_log
        assert database.rows("t", ["a"]) == [{"a": "early"}]
    with opened(given(made(tmp_path, "CREATE TABLE t (a)"))) as database:
        assert not database.has_log


def process_of(database: Database) -> int:
    process = database._talk._process._process
    assert process is not None
    return process.pid


def test_the_process_can_open_nothing_and_ends_with_the_database(tmp_path: Path) -> None:
    with opened(given(made(tmp_path, "CREATE TABLE t (a)"))) as database:
        process_id = process_of(database)
        limits = {
            line[:26].strip(): line[26:].split()[0]
            for line in Path(f"/proc/{process_id}/limits").read_text(encoding="ascii").splitlines()[1:]
        }
        assert sorted(path.name for path in Path(f"/proc/{process_id}/fd").iterdir()) == ["0", "1", "2"]
    assert (limits["Max open files"], limits["Max file size"], limits["Max processes"]) == ("3", "0", "0")
    assert limits["Max address space"] == str(768 << 20)
    assert not Path(f"/proc/{process_id}").exists()


def test_a_process_that_is_killed_between_tables_is_a_result(tmp_path: Path) -> None:
    content = made(tmp_path, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)")
    with opened(given(content)) as database:
        os.kill(process_of(database), signal.SIGKILL)
        with pytest.raises(UnreadableError, match="was stopped") as caught:
            database.rows("t", ["a"])
    assert caught.value.where == "m.db"
    assert read(content) == [{"a": 1}]


@pytest.mark.parametrize("noticed", [False, True])
@pytest.mark.parametrize("kind", ["piece", "open", "rows"])
def test_the_collector_names_a_store_whose_parser_was_killed_and_reads_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, *, noticed: bool
) -> None:
    run = ParserProcess.run
    seen: list[str] = []

    def killing(self: ParserProcess, request: bytes, *, seconds: float, where: str) -> bytes:
        if where == "b.db" and f'"kind": "{kind}"'.encode() in request:
            seen.append(kind)
            if self._process is not None:  # with the first piece it is not started yet
                os.kill(self._process.pid, signal.SIGKILL)
                if noticed:  # then another one is started, which has nothing of the database
                    self._process.wait()
        return run(self, request, seconds=seconds, where=where)

    for name in ("a.db", "b.db", "c.db"):
        mlflow_store(tmp_path / name)
    monkeypatch.setattr(databases, "_PIECE", 4096)
    monkeypatch.setattr(ParserProcess, "run", killing)
    gathered = gather(tmp_path)
    assert seen
    assert sorted(one.provenance.path for one in items(gathered, "model_registry")) == ["a.db", "c.db"]
    [reason] = told(gathered, "unreadable")
    assert "was stopped" in reason


ODD: dict[str, list[bytes]] = {
    "open": [b"{}", b"[]", b'{"tables": []}', b'{"tables": {"t": 1}, "has_log": 0}',
             b'{"tables": {"t": [[]]}, "has_log": 0}'],
    "rows": [
        b"{}", b'{"rows": 1, "more": false}', b'{"rows": [1], "more": false}', b'{"rows": [[]], "more": false}',
        b'{"rows": [[1, 2]], "more": false}', b'{"rows": [[true]], "more": false}', b'{"rows": [[{}]], "more": false}',
        b'{"rows": [[["blob", 1]]], "more": false}', b'{"rows": [[["number", "nan"]]], "more": false}',
        b'{"rows": [[["number", "1"]]], "more": false}', b'{"rows": [[[]]], "more": false}',
        b'{"rows": [], "more": true}',
        b'{"rows": [[NaN]], "more": false}', b'{"rows": [[1]]}',
    ],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "answer"), [(kind, answer) for kind, answers in ODD.items() for answer in answers])
def test_an_answer_that_makes_no_sense_is_refused(kind: str, answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    whole: dict[str, Any] = {"piece": b"{}", "open": b'{"tables": {"t": ["a"]}, "has_log": false}', kind: answer}

    def answering(_self: ParserProcess, request: bytes, **_: object) -> bytes:
        return next(told for name, told in whole.items() if f'"kind": "{name}"'.encode() in request)

    monkeypatch.setattr(ParserProcess, "run", answering)
    with pytest.raises(UnreadableError, match="made no sense"):
        read(b"x")


def test_more_rows_than_are_read_are_not_taken_from_the_process_either(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = b'{"tables": {"t": ["a"]}, "has_log": false, "rows": [[1]], "more": true}'
    monkeypatch.setattr(ParserProcess, "run", lambda *_, **__: answer)
    monkeypatch.setattr(databases, "MAX_DATABASE_ROWS", 50)
    with pytest.raises(UnreadableError, match="made no sense"):
        read(b"x")
