"""Reviews of merged changes: the last word of each other person before the merge, and an honest denominator."""

import pytest

from support.forges import facts, item, pull, read, review, told, user, wrapped

TYPE = "change_reviews"
PULLS = "/repos/acme/triage/pulls"
MERGED = "2026-10-10T12:00:00Z"
BEFORE, EARLIER, AFTER = "2026-10-10T11:00:00Z", "2026-10-09T00:00:00Z", "2026-10-10T13:00:00Z"


def outcome(tmp_path, *reviews, author="ann", **changes):
    """What comes of one pull request with these reviews."""
    files = {
        "pulls.json": wrapped(PULLS, [pull(4, MERGED, author=author, **changes)], whole=True),
        "reviews.json": wrapped(f"{PULLS}/4/reviews", list(reviews)),
    }
    found = facts(read(tmp_path, files, provides=(TYPE,)), TYPE)
    [change] = found["changes"]
    assert found["merged"] == 1
    assert found["judged"] == (change["outcome"] != "unknown")
    assert found["reviewed"] == (change["outcome"] == "reviewed")
    return change["outcome"], change.get("reason"), found


@pytest.mark.parametrize(
    ("reviews", "expected"),
    [
        ([review(4, "ben", "APPROVED", BEFORE)], "reviewed"),
        ([], "not reviewed"),
        ([review(4, "ann", "APPROVED", BEFORE)], "not reviewed"),
        ([review(4, "Ann", "APPROVED", BEFORE)], "not reviewed"),
        ([review(4, "ben", "APPROVED", AFTER)], "not reviewed"),
        ([review(4, "ben", "COMMENTED", BEFORE)], "not reviewed"),
        ([review(4, "ben", "DISMISSED", BEFORE)], "not reviewed"),
        ([review(4, "ben", "PENDING", BEFORE)], "not reviewed"),
        ([review(4, "ben", "APPROVED", EARLIER), review(4, "ben", "CHANGES_REQUESTED", BEFORE)], "not reviewed"),
        ([review(4, "ben", "CHANGES_REQUESTED", EARLIER), review(4, "ben", "APPROVED", BEFORE)], "reviewed"),
        ([review(4, "ben", "APPROVED", EARLIER), review(4, "ben", "COMMENTED", BEFORE)], "reviewed"),
        ([review(4, "ben", "APPROVED", BEFORE), review(4, "ben", "CHANGES_REQUESTED", AFTER)], "reviewed"),
        ([review(4, "ben", "APPROVED", BEFORE), review(4, "ben", "DISMISSED", BEFORE)], "not reviewed"),
        ([review(4, "bot", "APPROVED", BEFORE, user=user("bot", type_="Bot"))], "not reviewed"),
        ([review(4, "ben", "APPROVED", BEFORE, user=None)], "unknown"),
        ([review(4, "ben", "APPROVED", MERGED)], "reviewed"),
    ],
)
def test_what_counts_as_a_review(tmp_path, reviews, expected):
    assert outcome(tmp_path, *reviews)[0] == expected


@pytest.mark.parametrize(("author", "reviewer"), [("Ann", "ann"), ("ann", "ANN")])
def test_an_author_is_the_same_in_any_spelling(tmp_path, author, reviewer):
    assert outcome(tmp_path, review(4, reviewer, "APPROVED", BEFORE), author=author)[0] == "not reviewed"


def test_each_reason_says_what_was_missing(tmp_path):
    reasons = [
        outcome(tmp_path / "1")[1],
        outcome(tmp_path / "2", review(4, "ann", "APPROVED", BEFORE))[1],
        outcome(tmp_path / "3", review(4, "ben", "APPROVED", AFTER))[1],
        outcome(tmp_path / "4", review(4, "ben", "CHANGES_REQUESTED", BEFORE))[1],
    ]
    assert reasons == [
        "nobody approved it",
        "only its author spoke for it",
        "what others said of it came after the merge",
        "the last word of each reviewer was not an approval",
    ]


def test_an_approval_over_anothers_objection_is_told(tmp_path):
    came, _, found = outcome(
        tmp_path, review(4, "ben", "APPROVED", BEFORE), review(4, "cy", "CHANGES_REQUESTED", EARLIER)
    )
    assert came == "reviewed"
    assert found["over_objection"] == 1


def test_an_approval_of_an_older_commit_is_told(tmp_path):
    _, _, found = outcome(tmp_path / "1", review(4, "ben", "APPROVED", BEFORE))
    assert found["approved_at_head"] == 1
    _, _, found = outcome(tmp_path / "2", review(4, "ben", "APPROVED", BEFORE, commit_id="older"))
    assert (found["reviewed"], found["approved_at_head"], found["changes"][0]["at_head"]) == (1, 0, False)


def test_an_author_who_is_gone_leaves_it_unknown(tmp_path):
    came, reason, _ = outcome(tmp_path, review(4, "ben", "APPROVED", BEFORE), user=None)
    assert came == "unknown"
    assert "author is not told" in reason


def test_a_program_as_author_stays_in_the_denominator(tmp_path):
    came, _, found = outcome(tmp_path, user=user("deps", type_="Bot"))
    assert came == "not reviewed"
    assert (found["judged"], found["by_programs"]) == (1, 1)


def test_only_changes_that_were_merged_in_the_period_count(tmp_path):
    pulls = [
        pull(1, None),  # closed
        pull(2, "2026-08-23T23:59:59Z"),  # before the period
        pull(3, "2026-08-24T00:00:00Z"),
        pull(4, "2026-11-22T11:30:00Z"),  # after the list was fetched: it cannot be in it
        pull(5, "not a time"),
    ]
    found = facts(read(tmp_path, {"p.json": wrapped(PULLS, pulls)}, provides=(TYPE,)), TYPE)
    assert [change["number"] for change in found["changes"]] == [3]
    assert found["end"] == "2026-11-22T11:00:00Z"


def test_changes_whose_reviews_are_missing_are_unknown_and_in_no_denominator(tmp_path):
    pulls = [pull(number, MERGED) for number in (1, 2, 3)]
    files = {
        "p.json": wrapped(PULLS, pulls),
        "r.json": wrapped(f"{PULLS}/1/reviews", [review(1, "ben", "APPROVED", BEFORE)]),
        "s.json": wrapped(f"{PULLS}/2/reviews", []),
    }
    gathered = read(tmp_path, files, provides=(TYPE,))
    found = facts(gathered, TYPE)
    assert (found["merged"], found["judged"], found["reviewed"]) == (3, 2, 1)
    assert [(change["number"], change["outcome"]) for change in found["changes"]] == [
        (2, "not reviewed"),
        (3, "unknown"),
        (1, "reviewed"),
    ]
    assert "listed_whole" not in found
    assert item(gathered, TYPE).place("/changes/0").path == "sources/p.json"


def test_bare_reviews_say_themselves_of_what_they_are(tmp_path):
    files = {"p.json": [pull(4, MERGED)], "r.json": [review(4, "ben", "APPROVED", BEFORE)]}
    gathered = read(tmp_path, files, provides=(TYPE,))
    found = facts(gathered, TYPE)
    assert (found["judged"], found["reviewed"]) == (1, 1)
    assert found["end"] == MERGED  # a bare list reaches as far as the newest time in it
    assert item(gathered, TYPE).effective.basis == "newest time in the list"


def test_only_the_named_branch_counts(tmp_path):
    pulls = [pull(1, MERGED), pull(2, MERGED, base={"ref": "experiment"})]
    files = {"p.json": wrapped(PULLS, pulls)}
    assert facts(read(tmp_path / "1", files, provides=(TYPE,)), TYPE)["branches"] == ["experiment", "main"]
    found = facts(read(tmp_path / "2", files, provides=(TYPE,), options={"branch": "main"}), TYPE)
    assert (found["merged"], found["branches"]) == (1, ["main"])


def test_a_change_on_two_pages_counts_once(tmp_path):
    files = {
        "1.json": wrapped(f"{PULLS}?page=1", [pull(1, MERGED), pull(2, MERGED)]),
        "2.json": wrapped(f"{PULLS}?page=2", [pull(2, MERGED)], fetched_at="2026-11-22T11:00:05Z"),
    }
    assert facts(read(tmp_path, files, provides=(TYPE,)), TYPE)["merged"] == 2


def test_a_refused_list_is_unreadable_and_no_zero(tmp_path):
    refused = wrapped(PULLS, {"message": "Resource not accessible by integration"}, status=403)
    gathered = read(tmp_path, {"p.json": refused}, provides=(TYPE,))
    assert not gathered.result.items
    [reason] = told(gathered, TYPE)
    assert reason == (
        "the forge refuses to show it to this token ('Resource not accessible by integration'); it needs "
        "'Pull requests: read'"
    )


# --- GitLab


def request_(number: int, merged_at: str = MERGED, **changes: object) -> dict[str, object]:
    return {
        "iid": number,
        "state": "merged",
        "merged_at": merged_at,
        "author": {"username": "ann"},
        "target_branch": "main",
        "source_branch": "work",
        "web_url": f"https://gitlab.example/acme/triage/-/merge_requests/{number}",
        **changes,
    }


@pytest.mark.parametrize(
    ("approved_by", "expected"),
    [
        ([{"user": {"username": "ben"}, "approved_at": BEFORE}], "reviewed"),
        ([{"user": {"username": "ben"}, "approved_at": AFTER}], "not reviewed"),
        ([{"user": {"username": "ann"}, "approved_at": BEFORE}], "not reviewed"),
        ([{"user": {"username": "ben"}}], "unknown"),
        ([], "not reviewed"),
    ],
)
def test_approvals_of_merge_requests(tmp_path, approved_by, expected):
    root = "/projects/acme%2Ftriage/merge_requests"
    files = {
        "m.json": wrapped(root, [request_(3)]),
        "a.json": wrapped(f"{root}/3/approvals", {"approved_by": approved_by, "approvals_required": 1}),
    }
    found = facts(read(tmp_path, files, provides=(TYPE,)), TYPE)
    assert found["repository"] == "acme/triage"
    assert found["changes"][0]["outcome"] == expected
