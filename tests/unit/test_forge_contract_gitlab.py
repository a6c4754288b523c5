"""The client against what GitLab says of its own API: a server that is made of a table of facts judges each request.

Unlike GitHub's, GitLab's description is in no package that could be installed here: the table in
tests/support/forge_contract/gitlab_fields.py holds the parameters, members and types of the endpoints that we ask.
Where `TIEOUT_GITLAB_DESCRIPTION` names a copy of the description, the table is held to it.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
import yaml

from support.collecting import problems
from support.forge_contract.gitlab_fields import ENDPOINTS, Endpoint, Takes
from support.forges import ALL, TOKEN, Answered, Asked, facts, fetched, serving
from tieout.collectors.forge.forms import FORMS

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

#: What the description calls a kind of the table.
_TYPES = {"text": "string", "time": "string", "list": "array"}
DESCRIPTION = os.environ.get("TIEOUT_GITLAB_DESCRIPTION", "")


def slotless(path: str) -> str:
    """A path with its slots without names."""
    return re.sub(r"\{[a-z_]+\}", "{}", path)


def patterns() -> Iterator[tuple[re.Pattern[str], Endpoint]]:
    for path, endpoint in ENDPOINTS.items():
        yield re.compile(re.escape(path).replace(r"\{id\}", "[^/]+")), endpoint


def judge(asked: Asked, *, plan: bool = True) -> Answered:
    """What GitLab would answer: one row, and of lists a second, empty page."""
    path, _, query = asked.path.partition("?")
    endpoint = next((found for pattern, found in patterns() if pattern.fullmatch(path)), None)
    if asked.headers.get("private-token") != TOKEN:
        return Answered({"message": "401 Unauthorized"}, 401)
    if endpoint is None or "acme/triage" not in unquote(path) or (not plan and not endpoint.described):
        return Answered({"message": "404 Not Found"}, 404)
    for name, value in parse_qsl(query, keep_blank_values=True):
        takes = endpoint.takes(name)
        if takes is None or not is_of(takes, value):
            return Answered({"error": f"{name} does not have a valid value"}, 400)
    row = {**endpoint.row, **(endpoint.plan if plan else {})}
    if not endpoint.listed:
        return Answered(row)
    if "page=2" in query:
        return Answered([])
    return Answered([row], headers={"Link": f'<http://{asked.headers["host"]}{asked.path}&page=2>; rel="next"'})


def is_of(takes: Takes, value: str) -> bool:
    if isinstance(takes, tuple):
        return value in takes
    if takes == "integer":
        return value.isdecimal() and 0 < int(value) <= 100
    if takes == "boolean":
        return value in {"true", "false"}
    if takes == "time":
        return datetime.fromisoformat(value).tzinfo is not None
    return bool(value)


def gathered_from(tmp_path: Path, *, plan: bool = True) -> tuple[Any, list[Asked]]:
    with serving(lambda asked: judge(asked, plan=plan)) as server:
        gathered = fetched(tmp_path, server.base, format="gitlab", start=datetime(2026, 8, 24, tzinfo=UTC))
    return gathered, server.asked


def test_the_table_has_every_endpoint_of_ours():
    asked_by_us = {form.endpoint for form in FORMS if form.forge == "gitlab"}
    # The list of pipelines is read where it was saved, and never asked for: jobs say more.
    assert {slotless(path) for path in ENDPOINTS} == {
        slotless(path) for path in asked_by_us if not path.endswith("/pipelines")
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/projects/acme%2Ftriage/releases?per_page=100", 200),
        ("/projects/acme%2Ftriage/releases?per_page=many", 400),
        ("/projects/acme%2Ftriage/releases?per_page=101", 400),
        ("/projects/acme%2Ftriage/releases?order=desc", 400),
        ("/projects/acme%2Ftriage/merge_requests?state=done", 400),
        ("/projects/acme%2Ftriage/approvals?per_page=100", 400),
        ("/projects/acme/triage/releases", 404),
        ("/projects/acme%2Ftriage/no-such-thing", 404),
    ],
)
def test_the_server_judges_what_it_is_asked(path, status):
    assert judge(Asked(path, {"private-token": TOKEN, "host": "h"})).status == status
    assert judge(Asked(path, {"host": "h"})).status == 401


def test_all_that_we_ask_is_as_gitlab_says_and_all_that_it_answers_is_read(tmp_path):
    gathered, asked = gathered_from(tmp_path)
    assert not problems(gathered), problems(gathered)
    assert {item.type for item in gathered.result.items} == set(ALL)
    reached = {
        pattern.pattern for one in asked for pattern, _ in patterns() if pattern.fullmatch(one.path.split("?")[0])
    }
    untouched = {pattern.pattern for pattern, _ in patterns()} - reached
    assert [path for path in untouched if not path.endswith(r"/commits/[^/]+/merge_requests")] == []
    rules = {
        rule["origin"]: rule for rule in facts(gathered, "branch_protection")["rules"] if rule["name"] != "approvals"
    }
    assert rules["approval rule"]["required_reviews"] == 2
    assert rules["protected branch"]["change_request"] is True  # nobody may push
    assert rules["merge settings"]["required_checks"] == ["pipeline"]
    reviews = facts(gathered, "change_reviews")
    assert (reviews["merged"], reviews["judged"], reviews["reviewed"], reviews["listed_whole"]) == (1, 1, 1, True)
    assert (reviews["commits"], reviews["without_pull"]) == (1, 0)
    [run] = facts(gathered, "ci_runs")["runs"]
    assert (run["job"], run["may_fail"], run["event"]) == ("evals", False, "push")
    production, staging = facts(gathered, "deployment_environments")["environments"]
    assert (production["approvals"], staging["approvals"]) == (1, 0)
    [feed] = facts(gathered, "security_alerts")["feeds"]
    assert feed["open"] == {"high": 1}
    assert facts(gathered, "forge_releases")["releases"][0]["assets"] == 1
    [member] = facts(gathered, "rbac_export")["rows"]
    assert (member["role"], member["admin"], "ann" in member["principal"]) == ("Maintainer", True, False)


def test_without_a_paid_plan_approvals_are_read_and_the_rest_is_said_to_be_missing(tmp_path):
    gathered, _ = gathered_from(tmp_path, plan=False)
    reviews = facts(gathered, "change_reviews")
    assert (reviews["judged"], reviews["reviewed"]) == (1, 1)  # who approved is told on every plan
    refused = {problem.place.path.rpartition("/")[2] for problem in problems(gathered, "unreadable")}
    assert refused == {"approval_rules", "approvals", "protected_environments", "vulnerabilities"}
    assert facts(gathered, "branch_protection")["unseen"] == ["approval rules", "approval settings"]
    [staging] = facts(gathered, "deployment_environments")["environments"]
    assert "approvals" not in staging  # without the list of protected ones nothing is known


# --- the table itself, where a copy of the description is at hand


@pytest.mark.skipif(not DESCRIPTION, reason="TIEOUT_GITLAB_DESCRIPTION names no copy of GitLab's openapi_v2.yaml")
def test_the_table_says_what_the_description_says():
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    whole = yaml.load(Path(DESCRIPTION).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    named = {
        re.sub(r"\{[a-z_]+\}", "{id}", path).removeprefix("/api/v4"): rest for path, rest in whole["paths"].items()
    }
    wrong = []
    for path, endpoint in ENDPOINTS.items():
        if not endpoint.described:
            wrong += [f"{path} is described by now"] if path in named else []
            continue
        get = named[path]["get"]
        taken = {one["name"]: one for one in get["parameters"] if one["in"] == "query"}
        for name, takes in endpoint.query.items():
            told = taken.get(name, {})
            if isinstance(takes, tuple) and tuple(told.get("enum", ())) != takes:
                wrong.append(f"{path}?{name}: {told.get('enum')}")
            if isinstance(takes, str) and told.get("type") != _TYPES.get(takes, takes):
                wrong.append(f"{path}?{name}: {told.get('type')}")
        wrong += [f"{path}?{name} is described by now" for name in endpoint.prose if name in taken]
        schema = get["responses"]["200"]["schema"]
        wrong += misfits(endpoint.row, schema.get("items", schema), whole["definitions"], path)
        members = resolved(schema.get("items", schema), whole["definitions"])
        wrong += [f"{path}: {name} is of every plan" for name in endpoint.plan if name in members]
    assert wrong == []


def resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    return schema.get("properties", {})


def misfits(value: Any, schema: dict[str, Any], definitions: dict[str, Any], where: str) -> Iterator[str]:
    """Where a value of the table has a member that is not described, or another type.

    The description calls some members text that are numbers, and some lists one object; those are let through.
    """
    if isinstance(value, dict):
        members = resolved(schema, definitions)
        if members:
            for name, inner in value.items():
                if name in members:
                    yield from misfits(inner, members[name], definitions, f"{where}/{name}")
                else:
                    yield f"{where}/{name} is not described"
    elif isinstance(value, list):
        for inner in value:
            yield from misfits(inner, schema.get("items", schema), definitions, where)
    elif value is not None and schema.get("type") not in {None, "string", "text"}:
        kinds = {"integer": int, "boolean": bool, "number": float, "object": dict, "array": list}
        if not isinstance(value, kinds[schema["type"]]):
            yield f"{where} is {schema['type']}"


def test_a_member_that_is_not_described_would_be_seen():
    definitions = {"X": {"properties": {"id": {"type": "integer"}}}}
    assert list(misfits({"id": "1", "new": 1}, {"$ref": "#/definitions/X"}, definitions, "")) == [
        "/id is integer",
        "/new is not described",
    ]
