"""The client against a server on loopback: where it goes, where the token goes, and what is kept for a later run."""

import json

import pytest

from support.collecting import problems
from support.forge_client import RELEASES, always, paged, release
from support.forges import TOKEN, Answered, Asked, facts, fetched, serving, told
from tieout.collectors.asking.reach import Reach
from tieout.kernel.errors import ConfigError

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


# --- where it may go


def test_a_move_on_the_same_server_is_followed_and_one_to_another_is_not(tmp_path):
    with serving(always(Answered([]))) as other:

        def play(asked: Asked) -> Answered:
            if asked.path.startswith("/repositories/"):
                return Answered([release(1)])
            target = f"{other.base}/x" if "teams" in asked.path else "/repositories/5/releases?per_page=100"
            return Answered({"message": "Moved"}, 301, {"Location": target})

        with serving(play) as server:
            gathered = fetched(tmp_path, server.base, provides=("forge_releases",))
            assert facts(gathered, "forge_releases")["total"] == 1
        with serving(lambda _: Answered(None, 302, {"Location": f"{other.base}/steal"})) as server:
            gathered = fetched(tmp_path / "2", server.base, provides=RELEASES)
        assert "is moved to another server" in told(gathered, "forge_releases", "unreadable")[0]
        with serving(lambda _: Answered(None, 302, {"Location": "/again"})) as server:
            gathered = fetched(tmp_path / "3", server.base, provides=RELEASES)
            assert len(server.asked) == 4
        assert "is moved more than 3 times" in told(gathered, "forge_releases", "unreadable")[0]
        assert other.asked == []


@pytest.mark.parametrize(
    ("api", "format_", "environment", "words"),
    [
        ("https://evil.example", "github", {"GITHUB_TOKEN": TOKEN}, "nothing outside the configuration vouches for"),
        ("http://127.0.0.1:9", "github", {"GITHUB_TOKEN": TOKEN}, "nothing outside the configuration vouches for"),
        ("https://api.github.com.evil.example", "github", {}, "vouches for"),
        ("https://gitlab.com/api/v4", "github", {}, "vouches for"),
        ("https://ghe.example/api", None, {"GH_HOST": "ghe.example"}, "does not tell whether GitHub or GitLab"),
        ("https://api.github.com", None, {"repository": None}, "options.repository is missing"),
        ("https://api.github.com", None, {"repository": "a/b/c"}, "is not OWNER/NAME"),
    ],
)
def test_a_configuration_alone_sends_a_token_nowhere(tmp_path, api, format_, environment, words):
    options = {"repository": environment.pop("repository")} if "repository" in environment else {}
    with pytest.raises(ConfigError) as caught:
        fetched(tmp_path, api, format=format_, environment=environment, **options)
    assert words in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_without_a_token_it_is_said_that_only_the_public_was_shown(tmp_path):
    with serving(always(Answered([release(1)]))) as server:
        gathered = fetched(tmp_path, server.base, provides=RELEASES, environment={"GITHUB_API_URL": server.base})
        assert "authorization" not in server.asked[0].headers
    assert "was asked without a token" in problems(gathered, "not-counted")[0].reason


def test_the_token_stands_in_nothing_that_is_kept_or_told(tmp_path, caplog):
    caplog.set_level("DEBUG")
    echo = {"message": f"bad token {TOKEN}"}
    with serving(always(Answered(echo, 403))) as server:
        gathered = fetched(tmp_path, server.base, reach=Reach(pause=lambda _: None, keep=tmp_path / "kept"))
    assert TOKEN not in gathered.result.model_dump_json()
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(Reach(environment={"GITHUB_TOKEN": TOKEN}))
    assert not any(TOKEN.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


# --- what is kept


def versioned(asked: Asked) -> Answered:
    if asked.headers.get("if-none-match") == '"one"':
        return Answered(b"", 304, {"ETag": '"one"'})
    return Answered([release(1)], headers={"ETag": '"one"'})


def keeping(folder) -> Reach:
    return Reach(pause=lambda _: None, keep=folder)


def test_an_answer_that_did_not_change_is_not_sent_again(tmp_path):
    with serving(versioned) as server:
        first = fetched(tmp_path, server.base, provides=RELEASES, reach=keeping(tmp_path / "kept"))
        second = fetched(tmp_path, server.base, provides=RELEASES, reach=keeping(tmp_path / "kept"))
        assert [asked.headers.get("if-none-match") for asked in server.asked] == [None, '"one"']
    assert first == second
    [kept] = (tmp_path / "kept").iterdir()
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("spoil", ["bytes", "name", "link", "token"])
def test_a_planted_or_spoiled_answer_is_none_of_ours(tmp_path, spoil):
    with serving(versioned) as server:
        fetched(tmp_path, server.base, provides=RELEASES, reach=keeping(tmp_path / "kept"))
        [kept] = (tmp_path / "kept").iterdir()
        environment = {"GITHUB_API_URL": server.base, "GITHUB_TOKEN": TOKEN}
        if spoil == "bytes":
            kept.write_bytes(kept.read_bytes().replace(b'"v1"', b'"v7"'))
        elif spoil == "name":
            other = tmp_path / "kept" / ("0" * 40 + ".answer")
            other.write_bytes(kept.read_bytes())
            kept.write_bytes(b"x" * 40 + b"\n\n")
        elif spoil == "link":
            kept.rename(tmp_path / "elsewhere")
            kept.symlink_to(tmp_path / "elsewhere")
        else:
            environment["GITHUB_TOKEN"] = "another-token-of-the-next-job"
        gathered = fetched(
            tmp_path, server.base, provides=RELEASES, reach=keeping(tmp_path / "kept"), environment=environment
        )
        assert server.asked[-1].headers.get("if-none-match") is None
    assert facts(gathered, "forge_releases")["releases"][0]["tag"] == "v1"


def test_what_was_kept_under_one_address_answers_no_other(tmp_path):
    with serving(versioned) as server:
        fetched(tmp_path, server.base, provides=RELEASES, reach=keeping(tmp_path / "kept"))
        fetched(tmp_path, server.base, provides=("rbac_export",), reach=keeping(tmp_path / "kept"))
        assert server.asked[-1].headers.get("if-none-match") is None


def test_two_runs_give_the_same_bytes(tmp_path):
    with serving(paged(3)) as server:
        runs = [fetched(tmp_path / str(turn), server.base, provides=RELEASES) for turn in range(2)]
    one, other = (json.dumps(run.result.as_json(), sort_keys=True) for run in runs)
    assert one == other
