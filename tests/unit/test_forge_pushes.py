"""All changes of a branch: the commits of its first-parent line, and which of them no merged request brought."""

import pytest

from support.forges import commit, facts, item, pull, read, told, wrapped

TYPE = "change_reviews"
ROOT = "/repos/acme/triage"
OLD = commit("old", "2026-08-01T00:00:00Z", "older")


def counted(tmp_path, commits, pulls, *, each=None, whole=True, query="", options=None, **more):
    """The facts, for saved answers of commits and pull requests; `each` are the requests of single commits."""
    files = {
        "commits.json": wrapped(f"{ROOT}/commits{query}", commits, **more),
        "pulls.json": wrapped(f"{ROOT}/pulls?state=closed", pulls, whole=whole),
    }
    for sha, requests in (each or {}).items():
        files[f"of-{sha}.json"] = wrapped(f"{ROOT}/commits/{sha}/pulls", requests)
    return read(tmp_path, files, provides=(TYPE,), options=options or {})


def figures(gathered):
    found = facts(gathered, TYPE)
    return found.get("commits"), found.get("without_pull"), found.get("pull_unknown")


MERGED = "2026-10-10T12:00:00Z"
# Merge commit of #4 over a push of one commit; head4 came in by the merge and is no change of its own.
MERGE = [
    commit("merge4", MERGED, "pushed", "head4"),
    commit("head4", "2026-10-10T09:00:00Z", "old"),
    commit("pushed", "2026-10-10T10:00:00Z", "old"),
    OLD,
]


def test_a_push_without_a_request_is_told_apart_from_what_a_merge_brought(tmp_path):
    gathered = counted(tmp_path, MERGE, [pull(4, MERGED)])
    assert figures(gathered) == (2, 1, 0)
    assert facts(gathered, TYPE)["pushed"] == [{"commit": "pushed", "committed_at": "2026-10-10T10:00:00Z"}]
    place = item(gathered, TYPE).place("/pushed/0")
    assert (place.path, place.line is not None) == ("sources/commits.json", True)
    assert not told(gathered, TYPE)


def test_a_push_on_top_is_none_of_a_request(tmp_path):
    commits = [commit("top", "2026-10-12T12:00:00Z", "merge4"), *MERGE]
    assert figures(counted(tmp_path, commits, [pull(4, MERGED)])) == (3, 2, 0)


def test_below_a_merge_with_one_parent_nothing_tells_a_rebase_from_a_push(tmp_path):
    commits = [commit("merge4", MERGED, "first"), commit("first", "2026-10-10T11:59:59Z", "old"), OLD]
    assert figures(counted(tmp_path / "1", commits, [pull(4, MERGED)])) == (2, 0, 1)
    # Asked for by itself, the forge says whose it is.
    rebased = counted(tmp_path / "2", commits, [pull(4, MERGED)], each={"first": [pull(4, MERGED)]})
    assert figures(rebased) == (2, 0, 0)
    pushed = counted(tmp_path / "3", commits, [pull(4, MERGED)], each={"first": []})
    assert figures(pushed) == (2, 1, 0)
    closed = counted(tmp_path / "4", commits, [pull(4, MERGED)], each={"first": [pull(9, None)]})
    assert figures(closed) == (2, 1, 0)


def test_a_request_into_another_branch_decides_nothing_of_this_one(tmp_path):
    other = pull(9, MERGED, base={"ref": "experiment"})
    gathered = counted(
        tmp_path, MERGE, [pull(4, MERGED)], each={"pushed": [other]}, options={"branch": "main"}, query="?sha=main"
    )
    assert figures(gathered) == (2, 0, 1)


def test_requests_that_are_not_listed_to_the_end_leave_pushes_unknown(tmp_path):
    for whole in (False, None):
        more = {} if whole is None else {"whole": whole}
        files = {
            "commits.json": wrapped(f"{ROOT}/commits", MERGE),
            "pulls.json": wrapped(f"{ROOT}/pulls", [pull(4, MERGED)], **more),
        }
        assert figures(read(tmp_path / str(whole), files, provides=(TYPE,))) == (2, 0, 1)


def test_without_commits_there_is_no_figure_and_no_zero(tmp_path):
    found = facts(read(tmp_path, {"p.json": wrapped(f"{ROOT}/pulls", [pull(4, MERGED)])}, provides=(TYPE,)), TYPE)
    assert not {"commits", "without_pull", "pull_unknown"} & found.keys()
    assert found["pushed"] == []


@pytest.mark.parametrize(
    ("commits", "query", "options", "reason"),
    [
        (MERGE, "?author=ann", {}, "was asked for with 'author', which leaves commits out"),
        (MERGE, "?path=src", {}, "was asked for with 'path', which leaves commits out"),
        (MERGE, "?since=2026-10-01T00:00:00Z", {}, "begins later than the period"),
        (MERGE, "?since=yesterday", {}, "`since` that is no time"),
        (MERGE, "?sha=experiment", {"branch": "main"}, "is of another branch"),
        (MERGE[:3], "", {}, "ends before the period begins, or does not say"),
        ([], "", {}, "ends before the period begins, or does not say"),
        ([*MERGE, commit("lone", MERGED, "x")], "", {}, "several of them are the newest"),
        ([commit("else", MERGED, "old"), OLD], "", {}, "shows none of the merged changes"),
    ],
)
def test_a_list_that_is_not_all_of_the_branch_is_not_counted_and_says_why(tmp_path, commits, query, options, reason):
    gathered = counted(tmp_path, commits, [pull(4, MERGED)], query=query, options=options)
    assert figures(gathered) == (None, None, None)
    [problem] = told(gathered, TYPE, "not-counted")
    assert reason in problem
    assert facts(gathered, TYPE)["merged"] == 1  # what is known of reviews stays


def test_a_list_that_says_that_it_is_whole_counts(tmp_path):
    files = {
        "commits.json": wrapped(f"{ROOT}/commits?sha=main&since=2026-08-24T00:00:00Z", MERGE[:3], whole=True),
        "pulls.json": wrapped(f"{ROOT}/pulls?base=main", [pull(4, MERGED)], whole=True),
    }
    assert figures(read(tmp_path / "2", files, provides=(TYPE,))) == (2, 1, 0)


def test_a_list_of_commits_from_days_before_is_not_held_against_later_requests(tmp_path):
    gathered = counted(tmp_path, MERGE, [pull(4, MERGED)], fetched_at="2026-11-01T00:00:00Z")
    assert figures(gathered) == (None, None, None)
    assert "more than a day before" in told(gathered, TYPE)[0]


def test_refused_commits_leave_the_reviews_as_they_are(tmp_path):
    files = {
        "commits.json": wrapped(f"{ROOT}/commits", {"message": "Not Found"}, status=404),
        "pulls.json": wrapped(f"{ROOT}/pulls", [pull(4, MERGED)], whole=True),
    }
    gathered = read(tmp_path, files, provides=(TYPE,))
    assert facts(gathered, TYPE)["merged"] == 1
    [reason] = told(gathered, TYPE, "not-counted")
    assert "'Contents: read'" in reason


ODD = [None, True, 7, 1.5, "text", "\ud800", [], [[]], {}, {"a": 1}, "9" * 5000, [None], {"sha": []}]


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("member", ["sha", "commit", "parents", "committer", "date", "merged_at", "merge_commit_sha"])
def test_odd_values_anywhere_are_no_crash(tmp_path, member, odd):
    one, change = commit("merge4", MERGED, "pushed"), pull(4, MERGED)
    if member in {"merged_at", "merge_commit_sha"}:
        change[member] = odd
    elif member in {"committer", "date"}:
        holder = one["commit"] if member == "committer" else one["commit"]["committer"]
        holder[member] = odd
    else:
        one[member] = odd
    if odd == "\ud800":
        odd = None
    counted(tmp_path, [one, *MERGE[2:]], [change])


def test_commits_in_a_circle_end(tmp_path):
    circle = [commit("a", MERGED, "b"), commit("b", MERGED, "c"), commit("c", MERGED, "b")]
    assert figures(counted(tmp_path, circle, [pull(4, MERGED)])) == (None, None, None)


# --- GitLab


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"merge_commit_sha": "top"}, (2, 1, 0)),
        ({"merge_commit_sha": None, "squash_commit_sha": "top"}, (2, 1, 0)),
        ({"sha": "top"}, (2, 1, 0)),
        ({"sha": "elsewhere"}, (None, None, None)),
    ],
)
@pytest.mark.parametrize("parents", [["under", "side"]])
def test_a_request_of_gitlab_came_in_by_its_merge_its_squash_or_its_own_commit(tmp_path, request_, expected, parents):
    def row(sha, at, parents):
        return {"id": sha, "short_id": sha, "parent_ids": parents, "committed_date": at}

    root = "/projects/acme%2Ftriage"
    commits = [
        row("top", MERGED, parents),
        row("under", "2026-10-09T00:00:00Z", ["old"]),
        row("old", "2026-08-01T00:00:00Z", []),
    ]
    merged = {
        "iid": 3,
        "state": "merged",
        "merged_at": MERGED,
        "author": {"username": "ann"},
        "target_branch": "main",
        "source_branch": "w",
        **request_,
    }
    files = {
        "c.json": wrapped(f"{root}/repository/commits?ref_name=main&first_parent=true", commits),
        "m.json": wrapped(f"{root}/merge_requests", [merged], whole=True),
    }
    assert figures(read(tmp_path, files, provides=(TYPE,))) == expected
