"""Odd values at each place of what watches and guards: a clear result with its place, and no secret in the facts."""

import json
import random
import string
from pathlib import Path

import pytest

from support.collecting import in_folder, source, write
from support.configurations import gather
from support.watching import COLANG, FILES, ODD, changed, parsed, places, written
from tieout.collectors.config import collect

#: Put where people put secrets: in addresses, headers, settings, queries and names.
_DRAW = random.Random("secrets in what watches and guards")  # noqa: S311 - no secret hangs on it
_LETTERS = string.ascii_letters + string.digits


def drawn(length: int, letters: str = _LETTERS) -> str:
    return "".join(_DRAW.choice(letters) for _ in range(length))


SECRETS = {
    f"ghp_{drawn(36)}": "token",
    f"sk-ant-api03-{drawn(93)}AA": "key",
    f"postgres://app:{drawn(20)}@db.example.com/claims": "connection",
    f"AKIA{drawn(16, string.ascii_uppercase + '234567')}": "access key",
}


def of_folder(root: Path, name: str, content: str | bytes, artefact: str, format_: str):
    section = source("config", "d", provides=(artefact,), format=format_)
    return in_folder(collect, write(root, {f"d/{name}": content, "d/house.co": COLANG}), section)


@pytest.mark.parametrize("format_", FILES)
def test_an_odd_value_at_any_place_gives_a_result(tmp_path: Path, format_: str):
    artefact, name, text = FILES[format_]
    data = parsed(name, text)
    every = list(places(data))
    assert len(every) > 15
    for number, at in enumerate(every):
        # Each place meets a third of the values; together the places meet all of them many times.
        for value in ODD[number % 3 :: 3]:
            content = written(name, changed(data, at, value)).encode("utf-8", "replace")
            gathered = of_folder(tmp_path, name, content, artefact, format_)
            for problem in gathered.result.problems:
                assert problem.reason
                assert problem.place.line is None or problem.place.line > 0


@pytest.mark.parametrize("format_", FILES)
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"[" * 5_000, b"a: &a [*a]", b"{}", b"null", b'"text"', b"- - - x", b"x" * 6_000_000],
    ids=["empty", "encoding", "deep", "alias", "nothing", "null", "text", "lists", "large"],
)
def test_a_file_that_is_none_gives_no_facts(tmp_path: Path, format_: str, content: bytes):
    artefact, name, _ = FILES[format_]
    gathered = gather(tmp_path, "x", source("config", name, provides=(artefact,), format=format_))
    assert not gathered.result.items
    gathered = of_folder(tmp_path, name, content, artefact, format_)
    assert not gathered.result.items
    assert gathered.result.problems


@pytest.mark.parametrize("format_", FILES)
@pytest.mark.parametrize("secret", SECRETS, ids=SECRETS.values())
def test_no_planted_secret_stands_in_facts_or_copies(tmp_path: Path, format_: str, secret: str):
    artefact, name, text = FILES[format_]
    data = parsed(name, text)
    met = 0
    for at in places(data):
        inner = data
        for key in at:
            inner = inner[key]
        if not isinstance(inner, str) or at[-1] in {"apiVersion", "refId", "condition", "datasourceUid", "type"}:
            continue
        gathered = of_folder(tmp_path, name, written(name, changed(data, at, secret)), artefact, format_)
        met += len(gathered.result.items)
        told = json.dumps([item.facts for item in gathered.result.items])
        assert secret not in told, at
        assert all(secret.encode() not in copy for copy in gathered.copies.values()), at
        assert all(secret not in problem.reason for problem in gathered.result.problems), at
    assert met


def test_an_expression_that_a_pattern_could_hang_on_is_read_in_no_time(tmp_path: Path):
    _, name, text = FILES["otel-collector"]
    long = "set(" + "a" * 50_000 + '["' + "b" * 50_000
    data = parsed(name, text)
    data["processors"]["transform"] = {"trace_statements": [long, "replace_pattern(" * 5_000, " " * 90_000]}
    data["service"]["pipelines"]["traces"]["processors"] = ["transform"]
    gathered = of_folder(tmp_path, name, written(name, data), "telemetry_config", "otel-collector")
    assert gathered.result.items[0].facts["pipelines"][0]["redacted"] == ["replace_pattern"]
