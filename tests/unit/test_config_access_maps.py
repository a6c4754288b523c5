"""Tables and lists of access by field maps: those that are shipped, and one that a user writes into the source."""

from pathlib import Path
from typing import Any

import pytest

from support.access_exports import export, gathered, rows, who
from support.collecting import in_folder, only_item, problems, source, write
from tieout.collectors.config import collect
from tieout.kernel.errors import ConfigError

MAP: dict[str, Any] = {
    "format": "badge-tool",
    "artefact": "rbac_export",
    "product": "Badge tool",
    "signs": [{"at": [""], "holds": ["Login", "Read/Write", "Type"]}],
    "date_format": "DD/MM/YYYY",
    "utc_offset": "+01:00",
    "rows": {
        "field": "rows",
        "at": [""],
        "only_where": {"at": "State", "is": "live", "or": "draft", "otherwise": "is a draft, so it does not count"},
        "fields": {
            "principal": [{"at": "Login", "as": "person", "required": True}],
            "kind": [{"at": "Type", "words": {"Person": "person", "Bot": "program", "Group": "team"}}],
            "role": [{"at": "Role", "as": "text"}, {"always": "member"}],
            "writes": [{"at": "Read/Write", "words": {"RW": True, "R": False}}],
            "active": [{"at": "Active", "as": "yes_no"}],
            "last_used": [{"at": "Last seen", "as": "time"}],
            "expires_on": [{"at": "Until", "as": "day"}],
        },
    },
}
TABLE = """\
Login;Type;Role;Read/Write;Active;Last seen;Until;State
ann@example.com;Person;auditor;RW;yes;31/12/2025 10:00;01/02/2027;live
"ann
smith";person;;R;No;n/a;;live
Robot;bot;runner;X;maybe;2026-01-01;13/13/2026;live
ann@example.com;Person;auditor;RW;yes;31/12/2025 10:00;01/02/2027;live
;Person;auditor;RW;yes;;;live
old;Person;auditor;RW;yes;;;draft
odd;Person;auditor;RW;yes;;;gone
"""


def by_map(root: Path, content: str | bytes, name: str = "people.csv", **changes: Any) -> Any:
    options = {"map": {**MAP, **changes}}
    section = source("config", name, provides=("rbac_export",), format="badge-tool", options=options)
    return in_folder(collect, write(root, {name: content}), section)


def test_a_table_is_read_by_a_map_of_ones_own(tmp_path: Path):
    result = by_map(tmp_path, TABLE)
    item = only_item(result)
    first, second, third = item.facts["rows"]
    assert first == {
        "principal": who("ann@example.com"),
        "kind": "person",
        "role": "auditor",
        "writes": True,
        "reason": "what the role may do is not told by this export",
        "active": True,
        "last_used": "2025-12-31T09:00:00Z",
        "expires_on": "2027-02-01",
    }
    assert (second["role"], second["writes"], second["active"]) == ("member", False, False)
    assert "last_used" not in second
    assert (third["principal"], third["kind"], third["last_used"]) == ("Robot", "program", "2026-01-01T00:00:00Z")
    assert third.keys().isdisjoint({"writes", "active", "expires_on"})
    assert (item.facts["product"], item.facts["total"]) == ("Badge tool", 5)
    assert item.lines["/rows/2/role"] == 5  # a cell above goes on over two lines
    assert item.title == "export of roles (by a field map of the configuration): people.csv"
    assert item.copy_sha256 is None
    told = {(one.status, one.place.line): one.reason for one in problems(result)}
    assert told["not-counted", 6] == "says again what an entry on line 2 says, so it counts once"
    assert "it has no 'Login'" in told["unreadable", 7]
    assert told["not-counted", 8] == "an entry is a draft, so it does not count"
    assert "neither live nor draft" in told["unreadable", 9]
    said = [one.reason for one in problems(result) if one.place.line == 5]
    assert any("'Read/Write' is none of the words" in one for one in said)
    assert any("'Active' is neither yes nor no" in one for one in said)
    assert any("'Until' is not a day" in one for one in said)
    written = result.result.model_dump_json()
    assert "ann@" not in written
    assert "smith" not in written


def test_a_day_that_may_be_read_in_two_ways_is_none(tmp_path: Path):
    result = by_map(tmp_path, TABLE, date_format=None, utc_offset=None)
    assert "expires_on" not in rows(result)[0]
    assert any("in more than one way" in one.reason for one in problems(result, "not-counted"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Login;Type;Login;Read/Write\na;b;c;d\n", "stands twice in the header"),
        ("Login;Type;Read/Write\na;b\n", "the row has 2 cells, the header has 3"),
        ("Login;Type;Read/Write\na;b;c;d\n", "the row has 4 cells, the header has 3"),
        (b"Login;Type;Read/Write\n\xff;b;c\n", "not UTF-8"),
        ("Login,Type;Role\n", "as many"),
        ('Login;Type;Read/Write\n"a;b;c\n', "not valid CSV"),
        ("Login;Type;Read/Write\n", "is empty"),
        ("", "is empty"),
    ],
)
def test_a_table_that_is_none_is_told(tmp_path: Path, content: str | bytes, reason: str):
    result = by_map(tmp_path, content)
    assert not result.result.items
    assert any(reason in one.reason for one in problems(result)), problems(result)


def test_a_table_without_the_signs_of_a_map_is_not_of_it(tmp_path: Path):
    result = by_map(tmp_path / "1", "Name;Role\na;b\n")
    assert not result.result.items
    section = source("config", "exports", provides=("rbac_export",), options={"map": MAP})
    files = {"exports/other.csv": "Name,Role\na,b\n", "exports/people.csv": TABLE, "exports/test/people.csv": TABLE}
    result = in_folder(collect, write(tmp_path / "2", files), section)
    assert only_item(result).place().path == "exports/people.csv"
    assert any("test" in one.reason for one in problems(result, "not-counted"))


def test_tables_are_not_looked_at_where_nothing_of_them_is_asked_for(tmp_path: Path):
    section = source("config", "deploy", provides=("gateway_config",))
    result = in_folder(collect, write(tmp_path, {"deploy/data.csv": 'a,"'}), section)
    assert [one.status for one in problems(result)] == ["absent"]
    assert result.result.files_read == 0


@pytest.mark.parametrize(
    ("origin", "reason"),
    [
        ({}, "names a place"),
        ({"at": "x", "always": "y"}, "and not both"),
        ({"at": "x", "as": "people"}, "is not a converter"),
    ],
)
def test_a_map_that_says_too_little_or_too_much_is_refused(tmp_path: Path, origin: dict[str, Any], reason: str):
    with pytest.raises(ConfigError, match=reason):
        by_map(tmp_path, TABLE, rows={"field": "rows", "at": [""], "fields": {"role": [origin]}})


def test_a_file_that_says_how_long_its_list_is(tmp_path: Path):
    people = [
        {"user_id": "u1", "user_email": "ann@example.com", "user_role": "proxy_admin"},
        {"user_id": "u2", "user_email": None, "user_role": "internal_user_viewer"},
        {"user_id": "u3", "user_role": "customer"},
    ]
    answer = {"users": people, "total": 3, "page": 1, "page_size": 25, "total_pages": 1}
    facts = export(gathered(tmp_path / "1", answer))
    assert [(one["principal"], one.get("admin")) for one in facts["rows"]] == [
        (who("ann@example.com"), True),
        (who("litellm-users:u2"), False),
        (who("litellm-users:u3"), None),
    ]
    assert facts["listed_whole"] is True
    assert export(gathered(tmp_path / "2", answer | {"total": 4}))["listed_whole"] is False
    assert "listed_whole" not in export(gathered(tmp_path / "3", answer | {"total": "many"}))


def test_members_of_teams(tmp_path: Path):
    team = {"team_id": "t", "team_alias": "triage", "members_with_roles": [{"user_id": "u1", "role": "admin"}]}
    (row,) = rows(gathered(tmp_path, [team, {**team, "team_id": "empty", "members_with_roles": []}]))
    assert (row["role"], row["scope"], row["admin"]) == ("admin", "triage", True)


def test_what_okta_answers(tmp_path: Path):
    def one(login: str, status: str, last: Any) -> dict[str, Any]:
        return {"id": "0", "status": status, "lastLogin": last, "profile": {"login": login, "email": login}}

    listed = [
        one("ann@example.com", "ACTIVE", "2026-11-01T10:00:00.000Z"),
        one("bob@example.com", "DEPROVISIONED", None),
        one("cid@example.com", "PROVISIONED", None),
    ]
    found = rows(gathered(tmp_path / "1", listed))
    assert [(row.get("active"), row.get("last_used")) for row in found] == [
        (True, "2026-11-01T10:00:00Z"),
        (False, None),
        (None, None),
    ]
    href = "https://example.okta.com/api/v1/apps/0oa1"
    assigned = {"id": "0", "scope": "GROUP", "syncState": "DISABLED", "credentials": {"userName": "ann@example.com"}}
    (row,) = rows(gathered(tmp_path / "2", [{**assigned, "profile": {}, "_links": {"app": {"href": href}}}]))
    assert (row["principal"], row["role"], row["through"]) == (who("ann@example.com"), "assigned", "a group")
    assert row["scope"].endswith("0oa1")
    report = "User,Login,Status,Activation date,Authentication Source,Last Login,Last Password Change\n"
    (row,) = rows(
        gathered(tmp_path / "3", report + "Ann,ann@example.com,SUSPENDED,x,Okta,2026-01-01 00:00:00,x\n", "o.csv")
    )
    assert (row["principal"], row["active"], "last_used" in row) == (who("ann@example.com"), False, False)


def test_a_list_that_says_that_it_was_cut_is_not_whole(tmp_path: Path):
    rows_ = {**MAP["rows"], "at": ["/items"], "only_where": None}
    changes = {"rows": rows_, "signs": [{"at": ["/items"], "holds": ["Login"]}], "cut_by": ["/nextPageToken"]}
    content = '{"items": [{"Login": "ann", "Type": "Person"}], "nextPageToken": %s}'
    cut = by_map(tmp_path / "1", content % '"more"', "people.json", **changes)
    assert export(cut)["listed_whole"] is False
    assert "listed_whole" not in export(by_map(tmp_path / "2", content % '""', "people.json", **changes))


HEAD = "Login;Type;Role;Read/Write;Active;Last seen;Until;State\n"


def test_a_line_that_is_commented_out_is_nobody(tmp_path: Path):
    lines = [f" # gone{number}@example.com;Person;admin;RW;yes;;;live\n" for number in range(6)]
    content = HEAD + "ann@example.com;Person;auditor;R;yes;;;live\n" + "".join(lines) + "# a remark; of two cells\n"
    result = by_map(tmp_path, content)
    assert [row["role"] for row in only_item(result).facts["rows"]] == ["auditor"]
    told = [(problem.place.line, problem.reason) for problem in problems(result, "not-counted")]
    why = "is commented out ('#' stands before it), so it does not count"
    assert sorted(told, key=lambda one: one[0] or 0) == [
        (None, "has 2 more lines that are commented out, which do not count"),
        *((line, why) for line in range(3, 8)),
    ]


def test_a_number_is_no_comment(tmp_path: Path):
    result = by_map(tmp_path, HEAD + "#12;Bot;runner;R;yes;;;live\nann#1;Person;auditor;R;yes;;;live\n")
    assert [row["role"] for row in only_item(result).facts["rows"]] == ["runner", "auditor"]
    assert problems(result) == []


WATCHERS: dict[str, Any] = {
    "format": "our-watchers",
    "artefact": "alert_rules",
    "product": "our own watchers",
    "signs": [{"at": ["/watchers"], "holds": ["query", "pages"]}],
    "rows": {
        "field": "rules",
        "at": ["/watchers"],
        "fields": {
            "name": [{"at": "@key", "as": "text", "required": True}],
            "expression": [{"at": "query", "as": "text", "required": True}],
            "severity": [{"at": "level", "as": "text"}, {"at": "/level", "as": "text"}],
            "route": [{"at": "pages", "as": "text", "required": True}],
        },
    },
}


def watched(root: Path, content: str) -> Any:
    options = {"map": WATCHERS}
    section = source("config", "watch.yaml", provides=("alert_rules",), format="our-watchers", options=options)
    return in_folder(collect, write(root, {"watch.yaml": content}), section)


@pytest.mark.parametrize("nothing", ["n/a", "TBD", "-", "none", "to be defined", "???", "unknown"])
def test_what_holds_the_place_of_a_value_is_none(tmp_path: Path, nothing: str):
    """In a table and in a document alike: a rule that pages `n/a` pages nobody."""
    rule = "query: 'latency_seconds > 5', pages"
    content = f"watchers:\n  a: {{{rule}: '{nothing}'}}\n  unknown: {{{rule}: ops, level: '{nothing}'}}\nlevel: page\n"
    result = watched(tmp_path, content)
    (row,) = only_item(result).facts["rules"]
    assert (row["name"], row["route"], row["severity"]) == ("unknown", "ops", "page")
    (problem,) = problems(result, "unreadable")
    assert (problem.place.line, problem.reason) == (2, "'a' of the rules cannot be judged: it has no 'pages'")
    table = by_map(tmp_path / "table", f"{HEAD}{nothing};Person;auditor;R;yes;;;live\nann;Person;x;R;yes;;;live\n")
    assert [row["role"] for row in only_item(table).facts["rows"]] == ["x"]


@pytest.mark.parametrize("something", ["*", "{{ $labels.team }}", "na-team", "none-of-ours", "ops (n/a at night)"])
def test_what_is_a_value_stays_one(tmp_path: Path, something: str):
    result = watched(tmp_path, f"watchers:\n  a: {{query: 'latency_seconds > 5', pages: '{something}'}}\n")
    assert only_item(result).facts["rules"][0]["route"] == something
    assert problems(result) == []


def test_a_word_that_the_map_knows_is_a_value(tmp_path: Path):
    fields = {**MAP["rows"]["fields"], "writes": [{"at": "Read/Write", "words": {"RW": True, "None": False}}]}
    content = HEAD + "ann;Person;auditor;none;yes;;;live\n"
    result = by_map(tmp_path, content, rows={**MAP["rows"], "fields": fields})
    assert only_item(result).facts["rows"][0]["writes"] is False
