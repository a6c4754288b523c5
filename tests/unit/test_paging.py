"""An answer that is a page of more is told as one, whichever service gave it, and is no whole population."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, problems, source, write
from tieout.collectors.base import Gathered
from tieout.collectors.config import collect
from tieout.collectors.paging import page_of_more

ROWS = [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize(
    ("answer", "pointer"),
    [
        ({"items": ROWS, "_links": {"next": {"href": "/api/v2/flags?offset=20"}}}, "/_links/next"),
        ({"items": ROWS, "totalCount": 5}, "/totalCount"),
        ({"features": ROWS, "hasMore": True, "total": 5, "limit": 2, "offset": 0}, "/hasMore"),
        ({"features": ROWS, "hasMore": False, "total": 2, "limit": 2, "offset": 2}, "/offset"),
        ({"logGroups": ROWS, "nextToken": "abc"}, "/nextToken"),
        ({"Users": ROWS, "NextToken": "abc"}, "/NextToken"),
        ({"Users": ROWS, "IsTruncated": True, "Marker": "abc"}, "/IsTruncated"),
        ({"value": ROWS, "nextLink": "https://management.azure.com/…"}, "/nextLink"),
        ({"value": ROWS, "@odata.nextLink": "https://graph.microsoft.com/…"}, "/@odata.nextLink"),
        ({"bindings": ROWS, "nextPageToken": "abc"}, "/nextPageToken"),
        ({"kind": "List", "items": ROWS, "metadata": {"continue": "abc"}}, "/metadata/continue"),
        ({"kind": "List", "items": ROWS, "metadata": {"remainingItemCount": 7}}, "/metadata/remainingItemCount"),
        ({"data": {"nodes": ROWS, "pageInfo": {"hasNextPage": True}}}, "/data/pageInfo/hasNextPage"),
        ({"Resources": ROWS, "totalResults": 3}, "/totalResults"),
    ],
)
def test_what_services_write_beside_a_list_that_goes_on(answer: dict[str, Any], pointer: str):
    page = page_of_more(answer)
    assert page is not None
    assert page.pointer == pointer
    assert "not in this file" in page.reason


@pytest.mark.parametrize(
    "answer",
    [
        {"items": ROWS, "_links": {"self": {"href": "/api/v2/flags"}}, "totalCount": 2},
        {"features": ROWS, "hasMore": False, "total": 2, "limit": 10, "offset": 0, "nextOffset": None},
        {"logGroups": ROWS, "nextToken": None},
        {"Users": ROWS, "IsTruncated": False},
        {"value": ROWS, "@odata.nextLink": ""},
        {"kind": "List", "items": ROWS, "metadata": {"continue": "", "resourceVersion": "7"}},
        {"nextToken": "a name in a file that lists nothing"},
        {"items": ROWS, "others": ROWS, "total": 9},  # of which list it is the total is not told
        {"items": [{"nextToken": "of a row", "hasMore": True}]},
        {"items": ROWS, "offset": 30},  # nothing says that rows are counted here
        ROWS,
        [],
        None,
        "nextToken",
    ],
)
def test_what_says_nothing_of_a_next_page(answer: Any):
    assert page_of_more(answer) is None


@pytest.mark.parametrize("odd", [None, True, 0, -1, 10**400, 1.5, "", "x", [], [[]], {}, {"a": None}, {"href": 7}])
@pytest.mark.parametrize(
    "at", ["nextToken", "IsTruncated", "total", "offset", "hasMore", "_links", "metadata", "pageInfo", "items"]
)
def test_odd_values_end_in_an_answer(at: str, odd: Any):
    for answer in ({"items": ROWS, at: odd}, {"items": ROWS, "_links": {"next": odd}}, {"a": {"items": odd, at: odd}}):
        page = page_of_more(answer)
        assert page is None or page.reason


FLAG = {
    "key": "assistant",
    "variations": [{"value": True}, {"value": False}],
    "environments": {"production": {"on": True, "offVariation": 1, "fallthrough": {"variation": 0}}},
}
FEATURE = {
    "id": "assistant",
    "valueType": "boolean",
    "defaultValue": "true",
    "environments": {"production": {"enabled": True}},
}
ROLE = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "a", "namespace": "prod"},
}
POLICY = ROLE | {"apiVersion": "networking.k8s.io/v1", "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}
GROUPS = {"logGroups": [{"logGroupName": "/app", "retentionInDays": 30}]}


def gather(root: Path, data: Any, artefact: str) -> Gathered:
    write(root, {"exports/all.json": json.dumps(data, indent=1)})
    return in_folder(collect, root, source("config", "exports", provides=(artefact,)))


@pytest.mark.parametrize(
    ("artefact", "whole", "cut"),
    [
        ("flag_config", {"items": [FLAG], "totalCount": 1}, {"totalCount": 2}),
        ("flag_config", {"items": [FLAG]}, {"_links": {"next": {"href": "/api/v2/flags/p?offset=1"}}}),
        ("flag_config", {"features": [FEATURE], "hasMore": False, "total": 1}, {"hasMore": True}),
        ("retention_config", GROUPS, {"nextToken": "abc"}),
        (
            "security_config",
            {"apiVersion": "v1", "kind": "List", "items": [POLICY], "metadata": {"resourceVersion": ""}},
            {"metadata": {"continue": "abc"}},
        ),
    ],
)
def test_a_cut_export_is_unread_in_part_and_a_whole_one_is_not(
    tmp_path: Path, artefact: str, whole: dict[str, Any], cut: dict[str, Any]
):
    assert problems(gather(tmp_path / "whole", whole, artefact), "unreadable") == []
    gathered = gather(tmp_path / "cut", whole | cut, artefact)
    (problem,) = problems(gathered, "unreadable")
    assert (problem.types, "further rows, which are not in this file" in problem.reason) == ((artefact,), True)
    lines = json.dumps(whole | cut, indent=1).split("\n")
    assert problem.place.line is not None
    assert any(key in lines[problem.place.line - 1] for key in ("totalCount", "next", "hasMore", "continue"))
    assert gathered.result.items, "what is there is still shown"


def test_a_cut_export_of_roles_says_so_in_its_own_field(tmp_path: Path):
    users = {"value": [{"id": "1", "userPrincipalName": "ann@example.org", "accountEnabled": True}]}
    whole = gather(tmp_path / "whole", users, "rbac_export")
    cut = gather(tmp_path / "cut", users | {"@odata.nextLink": "https://graph.microsoft.com/x"}, "rbac_export")
    assert "listed_whole" not in whole.result.items[0].facts
    assert cut.result.items[0].facts["listed_whole"] is False
    assert [one.status for one in cut.result.problems] == ["not-counted"]
