"""Any split of a log into files, and any order of merging, gives the same bytes; columns agree with plain Python."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial as bind

from hypothesis import given, settings
from hypothesis import strategies as st

from tieout.analytics.aggregate import merge, merge_all
from tieout.analytics.executors import run
from tieout.analytics.fields import load_map
from tieout.analytics.partial import Shard, Window, partial

START, END = 1_761_955_200_000_000, 1_762_560_000_000_000
WINDOW = Window(START, END)
LITELLM = load_map("litellm")

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
)
ODD = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)
TIMES = st.integers(START // 10**6 - 90_000, END // 10**6 + 90_000)


@st.composite
def records(draw) -> bytes:
    """A record whose members are mostly right and sometimes anything."""

    def often(right):
        return right | ODD if draw(st.integers(0, 5)) == 0 else right

    names = {
        "startTime": often(TIMES),
        "id": often(st.text("ab", max_size=2)),
        "model": often(st.sampled_from(["m1", "m2", "m3"])),
        "custom_llm_provider": often(st.sampled_from(["p", "q"])),
        "status": often(st.sampled_from(["success", "failure", "Failure"])),
        "response_time": often(st.floats(0, 200, allow_nan=False)),
        "prompt_tokens": often(st.integers(0, 5000)),
        "completion_tokens": often(st.integers(0, 5000)),
        "response_cost": often(st.floats(0, 2, allow_nan=False)),
        "request_tags": often(st.lists(st.sampled_from(["fallback", "app:1"]), max_size=2)),
        "cache_hit": often(st.booleans()),
        "end_user": often(st.sampled_from(["", "eu-1"])),
        "metadata": often(
            st.fixed_dictionaries({}, optional={"user_api_key_user_id": often(st.sampled_from([None, "u1"]))})
        ),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(names)), unique=True)) if draw(st.booleans()) else sorted(names)
    return json.dumps({name: draw(names[name]) for name in chosen}).encode()


LINES = st.one_of(
    records(),
    records(),
    records(),
    st.sampled_from([b"", b"  ", b"oops", b"[]", b"null", b'{"startTime":', b'{"id":"\xff"}']),
    # Never first in a file what tells another kind of file, or a byte order mark.
    st.binary(max_size=8).map(lambda raw: b"~" + raw.replace(b"\n", b"")),
)


@contextmanager
def opened(data: bytes) -> Iterator[io.BytesIO]:
    yield io.BytesIO(data)


def aggregate_of(path: str, lines: list[bytes]):
    data = b"".join(line + b"\n" for line in lines)
    found = partial(Shard(path, bind(opened, data)), LITELLM, WINDOW)
    found.reconcile()
    return found


def counts_of(aggregate) -> bytes:
    """What must not depend on the split: all but the files, the places in them, and what stands beside a line."""
    plain = json.loads(aggregate.to_bytes())
    by_file = {"files", "places", "rejects", "rejected_outside"}
    return json.dumps({name: value for name, value in plain.items() if name not in by_file}).encode()


@settings(max_examples=120, deadline=None)
@given(st.lists(st.lists(LINES, max_size=6), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_every_order_and_grouping_gives_the_same_bytes(files, random):
    parts = [aggregate_of(f"f{number}.jsonl", lines) for number, lines in enumerate(files)]
    expected = merge_all(parts).to_bytes()
    before = [part.to_bytes() for part in parts]
    pool = list(parts)
    while len(pool) > 1:
        random.shuffle(pool)
        pool.append(merge(pool.pop(), pool.pop()))
    assert pool[0].to_bytes() == expected
    assert [part.to_bytes() for part in parts] == before
    whole = aggregate_of("whole.jsonl", [line for lines in files for line in lines])
    assert counts_of(whole) == counts_of(merge_all(parts))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(LINES, max_size=4), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_an_executor_that_answers_in_another_order_changes_nothing(files, random):
    shards = [
        Shard(f"f{number}", bind(opened, b"".join(line + b"\n" for line in lines)))
        for number, lines in enumerate(files)
    ]

    def shuffled(work, given):
        results = [work(shard) for shard in given]
        random.shuffle(results)
        return results

    work = bind(partial, field_map=LITELLM, window=WINDOW)
    assert run(shards, work, shuffled).to_bytes() == run(shards, work).to_bytes()


def plainly(lines: list[bytes]) -> dict[str, int]:
    """The same figures, record by record with the standard library; slow and obvious."""
    found = dict.fromkeys(("records", "in", "tokens", "failures", "fallbacks", "hits", "named"), 0)
    for line in lines:
        try:
            record = json.loads(line.decode(), parse_constant=lambda _: 1 / 0)
            time = record["startTime"]
        except (ValueError, TypeError, KeyError, ZeroDivisionError, RecursionError):
            continue
        if not isinstance(time, int | float) or isinstance(time, bool) or not 0 <= time < 4_102_444_800:
            continue
        found["records"] += 1
        if not START <= round(time * 10**6) <= END:
            continue
        found["in"] += 1
        tokens = record.get("prompt_tokens")
        found["tokens"] += tokens if type(tokens) is int and 0 <= tokens <= 10**12 else 0
        found["failures"] += str(record.get("status")).lower() in {"failure", "error"}
        tags = record.get("request_tags")
        found["fallbacks"] += isinstance(tags, list) and "fallback" in tags
        hit = record.get("cache_hit")
        found["hits"] += hit is True or (type(hit) in {int, str} and str(hit).lower() in {"1", "true", "yes"})
        user = (record["metadata"] if isinstance(record.get("metadata"), dict) else {}).get("user_api_key_user_id")
        found["named"] += "u1" in (user if type(user) is str else "", record.get("end_user"))
    return found


NOTHING = [None, [], {}, "", True]
NAMES = st.sampled_from(["u1", "u1", *NOTHING])
PLAIN = st.fixed_dictionaries(
    {"startTime": TIMES | TIMES | st.floats(0, 2e9) | st.sampled_from(["n/a", -1, *NOTHING])},
    optional={
        "prompt_tokens": st.integers(-1, 5000) | st.sampled_from([10**13, 1.5, *NOTHING]),
        "status": st.sampled_from(["success", "failure", "Error", 7, *NOTHING]),
        "request_tags": st.sampled_from([["fallback"], ["app:1", "fallback"], ["x"], "fallback", *NOTHING]),
        "cache_hit": st.sampled_from([False, 0, 1, "True", "false", 1.5, *NOTHING]),
        "end_user": NAMES,
        "metadata": st.fixed_dictionaries({}, optional={"user_api_key_user_id": NAMES}) | st.sampled_from(NOTHING),
    },
).map(lambda record: json.dumps(record).encode())


@settings(max_examples=150, deadline=None)
@given(st.lists(PLAIN, max_size=12))
def test_columns_agree_with_a_plain_loop(lines):
    found = aggregate_of("f", lines)
    expected = plainly(lines)
    assert {
        "records": found.records,
        "in": found.in_period,
        "tokens": found.input_tokens,
        "failures": found.failures,
        "fallbacks": found.fallbacks,
        "hits": found.cache_hits,
        "named": found.present["principal"],
    } == expected
