"""Answers of GraphQL: they do not hold the question, so that a list counts as whole only where both say that it is."""

import json
import shlex

import pytest

from support.forges import facts, read, told, wrapped
from tieout.collectors.forge.graph_questions import Question, lack_of, question_in

REVIEWS, RELEASES = "change_reviews", "forge_releases"
MERGED, BEFORE = "2026-10-10T12:00:00Z", "2026-10-10T11:00:00Z"
WHOLE = {"hasPreviousPage": False, "hasNextPage": False}


def asking(reviews="first: 50", pulls="states: MERGED, first: 100", **variables):
    """The command whose question has these arguments."""
    query = (
        'query($owner: String!) { repository(owner: $owner, name: "triage") { # reviews(states: APPROVED)\n'
        f" pullRequests({pulls}) {{ totalCount nodes {{ number reviews({reviews}) {{ totalCount nodes {{ state }} }}"
        " } } } }"
    )
    fields = "".join(f" -f {name}={shlex.quote(value)}" for name, value in variables.items())
    return f"gh api graphql -F owner=acme{fields} -f query={shlex.quote(query)}"


def graph(pulls, **connection):
    return {"data": {"repository": {"nameWithOwner": "acme/triage", "pullRequests": {"nodes": pulls, **connection}}}}


def node(number=4, reviews=(), connection=None, **changes):
    told_ = {"totalCount": len(reviews)} if connection is None else connection
    return {
        "number": number,
        "author": {"__typename": "User", "login": "ann"},
        "mergedAt": MERGED,
        "baseRefName": "main",
        "headRefOid": f"head{number}",
        "mergeCommit": {"oid": f"merge{number}"},
        "reviews": {**told_, "nodes": list(reviews)},
        **changes,
    }


def review(who="ben", kind="User", **more):
    return {
        "author": {"__typename": kind, "login": who},
        "state": "APPROVED",
        "submittedAt": BEFORE,
        "authorAssociation": "MEMBER",
        **more,
    }


def found(tmp_path, body, command=None, **options):
    """Facts of an answer that was saved with its command, or without."""
    files = {"g.json": body if command is None else wrapped(command, body)}
    gathered = read(tmp_path, files, provides=(REVIEWS,), options=options)
    return facts(gathered, REVIEWS), told(gathered, REVIEWS, "not-counted")


def test_persons_are_told_from_programs_and_what_was_looked_at_is_known(tmp_path):
    pulls = [
        node(1, [review(commit={"oid": "head1"})]),
        node(2, [review("copilot", "Bot")]),
        node(3, [review(commit={"oid": "older"})]),
    ]
    shown, reasons = found(tmp_path, graph(pulls, totalCount=3), asking())
    assert (shown["judged"], shown["reviewed"], shown["approved_at_head"]) == (3, 2, 1)
    assert (shown["repository"], shown["listed_whole"], reasons) == ("acme/triage", True, [])


@pytest.mark.parametrize(
    "command", [None, "graphql", "gh api graphql -F query=@q.graphql", "gh api graphql -f query='"]
)
def test_without_its_question_an_answer_shows_neither_reviews_nor_that_it_is_whole(tmp_path, command):
    shown, reasons = found(tmp_path, graph([node(1, [review()]), node(2)], totalCount=2), command)
    assert (shown["merged"], shown["judged"], shown["reviewed"]) == (2, 0, 0)
    assert shown.get("listed_whole") is not True
    assert {change["outcome"] for change in shown["changes"]} == {"unknown"}
    assert "without the question that was asked" in shown["changes"][0]["reason"]
    assert any("it is not known who reviewed the change" in reason for reason in reasons)


@pytest.mark.parametrize(
    ("connection", "known"),
    [
        ({"totalCount": 1}, True),
        ({"pageInfo": WHOLE}, True),
        ({"totalCount": 2}, False),  # reviews(first: 1) of two
        ({"totalCount": 0}, False),
        ({}, False),
        ({"pageInfo": {"hasNextPage": False}}, False),  # reviews(last: 1) of many
        ({"pageInfo": {"hasPreviousPage": False}}, False),
        ({"pageInfo": {"hasPreviousPage": False, "hasNextPage": True}}, False),
        ({"pageInfo": {"hasPreviousPage": False, "hasNextPage": None}}, False),
        ({"totalCount": True}, False),
        ({"totalCount": "1"}, False),
        ({"pageInfo": []}, False),
    ],
)
def test_a_list_of_reviews_counts_only_where_it_says_that_nothing_is_missing(tmp_path, connection, known):
    shown, reasons = found(tmp_path, graph([node(4, [review()], connection)], totalCount=1), asking("first: 1"))
    assert shown["changes"][0]["outcome"] == ("reviewed" if known else "unknown")
    assert bool(reasons) is not known


@pytest.mark.parametrize(
    ("reviews", "lack"),
    [
        ("first: 50", ""),
        ("last: 50, before: null", ""),
        ("first: 50, states: APPROVED", "'states'"),
        ("first: 50, states: [APPROVED, DISMISSED]", "'states'"),
        ('author: "ben", first: 5', "'author'"),
    ],
)
def test_a_filter_in_the_question_leaves_reviews_out(tmp_path, reviews, lack):
    shown, reasons = found(tmp_path, graph([node(4, [review()])], totalCount=1), asking(reviews))
    assert shown["changes"][0]["outcome"] == ("unknown" if lack else "reviewed")
    assert lack in " ".join(reasons)


@pytest.mark.parametrize(
    ("pulls", "variables", "is_whole"),
    [
        ("first: 100, states: MERGED", {}, True),
        ("first: 100", {}, True),
        ("states: [MERGED, CLOSED], orderBy: {field: UPDATED_AT, direction: DESC}", {}, True),
        ("states: OPEN", {}, False),
        ("states: $states", {}, False),
        ("states: $states", {"states": "MERGED"}, True),
        ('states: MERGED, labels: ["reviewed"]', {}, False),
        ('states: MERGED, headRefName: "x"', {}, False),
        ('baseRefName: "main"', {}, True),
        ("baseRefName: $branch", {"branch": "main"}, True),
        ("baseRefName: $branch", {"branch": "other"}, False),
        ("baseRefName: $branch", {}, False),
    ],
)
def test_a_filter_in_the_question_leaves_changes_out(tmp_path, pulls, variables, is_whole):
    command = asking(pulls=pulls, **variables)
    shown, reasons = found(tmp_path, graph([node()], totalCount=1), command, branch="main")
    assert shown["listed_whole"] is is_whole
    assert bool(reasons) is not is_whole


def test_pages_are_whole_by_their_count_or_by_what_the_only_page_says(tmp_path):
    pages = [graph([node(1)], totalCount=2), graph([node(2)], totalCount=2)]
    assert found(tmp_path / "1", pages, asking())[0]["listed_whole"] is True
    assert found(tmp_path / "2", pages[0], asking())[0]["listed_whole"] is False
    assert "listed_whole" not in found(tmp_path / "3", pages)[0]
    assert found(tmp_path / "4", graph([node(1)], pageInfo=WHOLE), asking())[0]["listed_whole"] is True
    cut = {"hasPreviousPage": False, "hasNextPage": True}
    assert "listed_whole" not in found(tmp_path / "5", graph([node(1)], pageInfo=cut), asking())[0]
    assert "listed_whole" not in found(tmp_path / "6", [graph([node(1)], pageInfo=WHOLE)] * 2, asking())[0]
    assert "listed_whole" not in found(tmp_path / "7", graph([node(1)]), asking())[0]


def test_a_part_beside_a_whole_answer_on_the_same_change_takes_nothing_away(tmp_path):
    files = {
        "part.json": graph([node(4, [review()])]),
        "whole.json": wrapped(asking(), graph([node(4, [review()])], totalCount=1)),
    }
    gathered = read(tmp_path, files, provides=(REVIEWS,))
    assert facts(gathered, REVIEWS)["changes"][0]["outcome"] == "reviewed"
    assert not told(gathered, REVIEWS, "not-counted")


def test_releases_of_graphql(tmp_path):
    row = {"tagName": "v1", "isDraft": False, "isPrerelease": False, "publishedAt": MERGED}
    body = {"data": {"repository": {"nameWithOwner": "acme/triage", "releases": {"totalCount": 1, "nodes": [row]}}}}
    query = '{repository(owner:"acme",name:"triage"){releases(first:9){totalCount nodes{tagName}}}}'
    command = f"gh api graphql -f query='{query}'"
    gathered = read(tmp_path, {"g.json": wrapped(command, body)}, provides=(RELEASES,))
    assert facts(gathered, RELEASES)["listed_whole"] is True
    bare = read(tmp_path / "2", {"g.json": body}, provides=(RELEASES,))
    assert "listed_whole" not in facts(bare, RELEASES)


def test_errors_beside_an_answer_make_it_unreadable(tmp_path):
    for name, body in [("1", graph([node()])), ("2", {"data": None}), ("3", {"data": {"repository": None}})]:
        gathered = read(tmp_path / name, {"g.json": {**body, "errors": [{"type": "FORBIDDEN"}]}}, provides=(REVIEWS,))
        assert not gathered.result.items
        assert "errors of the forge" in told(gathered, REVIEWS, "unreadable")[0]


# --- the question itself


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("{ pull { reviews { nodes } } }", {}),
        ("{ reviews(first: 5) { nodes } }", {"first": "5"}),
        ('{ reviews(author: "a) {", first: 1) { nodes } }', {"author": "a) {", "first": "1"}),
        ("{ a: reviews(first: 5) { n } b: reviews(first: 5) { n } }", {"first": "5"}),
        ("{ reviews(first: 5) { n } b: reviews(states: APPROVED) { n } }", None),
        ("{ reviews: latestReviews(first: 5) { n } }", None),
        ("{ latestReviews(first: 5) { n } }", None),
        ("{ x(by: {reviews: 1}) { reviews(first: 5) { n } } }", {"first": "5"}),
        ("{ reviews(orderBy: {field: AT, by: X}, first: 5) }", {"orderBy": "{ field : AT by : X }", "first": "5"}),
        ("# reviews(first: 5)", None),
        ("{ reviews(", {}),
        ("{ reviews", {}),
        ("", None),
        ('{ a(text: "reviews(states: APPROVED)\n) reviews(first: 3) }', {"first": "3"}),  # to its line's end
        ('{ a(b: """one\nreviews(states: APPROVED) \\""" two""") { reviews(first: 3) } }', {"first": "3"}),
        ('{ reviews(branch: """main""") }', {"branch": "main"}),
        ("reviews(first: 5) " * 20, {"first": "5"}),
        ("reviews(first: 5) " * 21, None),
    ],
)  # fmt: skip
def test_arguments_are_found_where_they_stand(text, given):
    assert Question(text).arguments("reviews") == given


def test_a_question_that_renames_another_list_shows_nothing_of_this_one():
    assert "does not tell what it leaves out" in lack_of(Question("{ reviews: latestReviews(first: 5) }"), "reviews")


def test_a_huge_or_broken_command_is_no_question():
    assert question_in("gh api graphql -f query='" + "{ reviews(" * 20_000 + "'") is None
    assert question_in("gh api graphql -f query='{") is None
    assert question_in("gh api graphql --raw-field=query={x}") == Question("{x}", {})
    deep = Question("(" * 40_000 + "reviews" + '"' * 40_001)
    assert deep.arguments("reviews") is None
    assert list(Question('"' + '\\"' * 49_000).words) == ['"' + '\\"' * 49_000]
    assert len(Question('"""\\' * 25_000).words) == 1
    assert Question("reviews([) " * 9_000).arguments("reviews") is None


ODD = [None, True, -7, 1.5, "", "text", [], [[]], [None], [1], {}, {"a": 1}, {"nodes": 3}, {"login": []}, "9" * 5000]


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("command", [None, asking()], ids=["bare", "asked"])
def test_odd_answers_are_no_crash(tmp_path, odd, command):
    bodies = [
        {"data": odd},
        {"data": {"repository": odd}},
        graph(odd),
        graph([odd]),
        graph([node()], totalCount=odd),
        graph([node()], pageInfo=odd),
        graph([node(connection={"pageInfo": odd, "totalCount": odd})]),
        graph([{**node(), "reviews": odd}]),
        graph([node(), odd]),
        [graph([node()]), odd],
    ]
    for index, body in enumerate(bodies):
        saved = body if command is None else wrapped(command, body)
        gathered = read(tmp_path / str(index), {"x.json": json.dumps(saved)}, provides=(REVIEWS,))
        assert gathered.result.items or gathered.result.problems
