"""Which branches a ruleset leaves to be protected, by its patterns."""

import pytest

from support.forges import facts, read, ruleset, told, wrapped

ROOT, TYPE = "/repos/acme/triage", "branch_protection"


def rule(tmp_path, include, exclude, *, default=None, **fields):
    """Whether a ruleset holds, and what is told of it."""
    names = {"ref_name": {"include": include, "exclude": exclude}}
    files = {"r.json": wrapped(f"{ROOT}/rulesets/7", ruleset(conditions=names))}
    if default is not None:
        body = {"full_name": "acme/triage", "default_branch": default, "owner": {"login": "acme"}}
        files["o.json"] = wrapped(ROOT, body)
    gathered = read(tmp_path, files, provides=(TYPE,), **fields)
    [found] = facts(gathered, TYPE)["rules"]
    return found["enforced"], told(gathered, TYPE, "not-counted")


@pytest.mark.parametrize(
    ("include", "exclude", "enforced"),
    [
        ("refs/heads/main", "refs/heads/*", False),
        ("refs/heads/main", "refs/heads/**/*", False),
        ("refs/heads/main", "refs/heads/m[a-c]in", False),
        ("refs/heads/main", "refs/heads/ma?n", False),
        ("refs/heads/main", "refs/heads/[!a]ain", False),
        ("refs/heads/main", "~DEFAULT_BRANCH", False),
        ("refs/heads/main", "refs/heads/*/main", True),
        ("refs/heads/main", "refs/heads/[!m]ain", True),
        ("refs/heads/main", "refs/heads/[z-a]", True),
        ("refs/heads/main", "refs/heads/[", True),
        ("refs/heads/main", "refs/heads/mai", True),
        ("refs/heads/main", "refs/heads/m.in", True),
        ("refs/heads/team/main", "refs/heads/*", True),
        ("refs/heads/team/main", "refs/heads/**/*", False),
        ("refs/heads/release/*", "refs/heads/release/**/*", False),
        ("refs/heads/release/*", "refs/heads/release/1*", True),
        ("refs/heads/release/*", "refs/heads/release/?", True),
        ("refs/heads/release/**/*", "refs/heads/release/*", True),
        ("~ALL", "refs/heads/**", False),
        ("~ALL", "refs/heads/**/*", False),
        ("~ALL", "refs/heads/tmp/**", True),
        ("~DEFAULT_BRANCH", "refs/heads/**", False),
        ("~DEFAULT_BRANCH", "refs/heads/main", False),
        ("~DEFAULT_BRANCH", "refs/heads/trunk", False),  # nobody excludes of one branch what is not that one
        ("~DEFAULT_BRANCH", "refs/heads/tmp/*", True),
    ],
)
def test_what_is_excluded_again_is_not_protected(tmp_path, include, exclude, enforced):
    came, reasons = rule(tmp_path, [include], [exclude])
    assert came is enforced
    assert any("is of no branch" in reason for reason in reasons) is not enforced
    # Another branch that stays keeps the ruleset alive.
    if include != "~ALL" and exclude != "refs/heads/**":
        assert rule(tmp_path / "2", [include, "refs/tags-of-mine"], [exclude])[0] is True


@pytest.mark.parametrize(("default", "enforced"), [("main", False), ("trunk", True)])
def test_the_default_branch_is_the_one_that_the_forge_tells(tmp_path, default, enforced):
    assert rule(tmp_path, ["~DEFAULT_BRANCH"], ["refs/heads/main"], default=default)[0] is enforced


def test_a_ruleset_that_leaves_out_the_main_branch_alone_is_told(tmp_path):
    came, [reason] = rule(tmp_path, ["~ALL"], ["refs/heads/*"])
    assert (came, "excludes the branch 'main' again" in reason) == (True, True)
    assert rule(tmp_path / "1", ["~ALL"], ["refs/heads/main"], default="trunk") == (True, [])
    came, [reason] = rule(tmp_path / "2", ["~ALL"], ["refs/heads/next"], options={"branch": "next"})
    assert (came, "'next'" in reason) == (True, True)


def test_patterns_without_end_are_not_taken_for_protection(tmp_path):
    many = [f"refs/heads/{number}" for number in range(200)]
    came, reasons = rule(tmp_path, many, [f"{one}x" for one in many])
    assert came is False
    assert any("too many patterns" in reason for reason in reasons)
    assert rule(tmp_path / "long", ["refs/heads/main"], ["*" * 5_000])[0] is True
    assert rule(tmp_path / "stars", ["refs/heads/" + "a" * 90], ["refs/heads/" + "*a" * 40 + "b"])[0] is True
