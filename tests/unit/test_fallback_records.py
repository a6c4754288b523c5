"""Which records of a log are fallbacks that answered: the gateway's header outweighs a tag, the cache is none."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest

from tieout.analytics.executors import run
from tieout.analytics.fields import load_map
from tieout.analytics.partial import Shard, Window, partial
from tieout.analytics.telemetry import finish
from tieout.domain.artefacts.logs import Telemetry

START = datetime(2026, 11, 1, tzinfo=UTC)
ATTEMPTED = "x-litellm-attempted-fallbacks"


def record(**changes: Any) -> dict[str, Any]:
    return {
        "id": "a", "startTime": START.timestamp() + 60, "model": "m", "model_group": "r", "status": "success",
        "custom_llm_provider": "bedrock", "completion_tokens": 5, "cache_hit": False, "error_str": None,
        "request_tags": [], **changes,
    }  # fmt: skip


def attempted(count: Any) -> dict[str, Any]:
    return {"hidden_params": {"additional_headers": {ATTEMPTED: count}}}


def telemetry(*records: dict[str, Any]) -> Telemetry:
    data = "".join(json.dumps(one) + "\n" for one in records).encode()
    field_map, window = load_map("litellm"), Window.of(START, START + timedelta(days=2), START + timedelta(days=3))
    shard = Shard("a.jsonl", lambda: BytesIO(data))  # type: ignore[arg-type, return-value] # a file in memory will do
    return finish(run([shard], lambda one: partial(one, field_map, window)), field_map, window)


TAGGED = {"request_tags": ["fallback"]}


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        (TAGGED, 1),
        (attempted(1), 1),  # no tag of ours is needed
        (attempted("2"), 1),
        ({**TAGGED, **attempted("no number")}, 1),
        ({**TAGGED, **attempted(0)}, 0),
        ({**TAGGED, **attempted("0")}, 0),
        ({**TAGGED, "cache_hit": True}, 0),
        ({**TAGGED, "completion_tokens": 0}, 0),
        ({**TAGGED, "completion_tokens": None}, 1),  # not told is no zero
        ({**TAGGED, "error_str": "ConnectionError: upstream dead"}, 0),
        ({**TAGGED, "error_str": " "}, 1),
        ({**TAGGED, "status": "failure"}, 0),
        ({}, 0),
    ],
)
def test_what_counts_as_a_fallback_that_answered(changes: dict[str, Any], counted: int):
    assert sum(one.records for one in telemetry(record(**changes)).fell_back) == counted


def test_a_record_with_an_error_is_a_failure_whatever_its_status_says():
    log = telemetry(record(), record(id="b", error_str="Timeout"))
    assert (log.failures, [one.records for one in log.failed]) == (1, [1])


def test_the_first_and_the_last_time_of_each_kind_are_kept():
    times = (300, 60, 120)
    log = telemetry(*(record(id=str(at), startTime=START.timestamp() + at, **TAGGED) for at in times))
    [use] = log.fell_back
    assert (use.first, use.last) == (START + timedelta(seconds=60), START + timedelta(seconds=300))
