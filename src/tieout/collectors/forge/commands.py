"""Which repository of GitHub a saved command asks about, so that it can be compared with what the answer speaks of."""

import re
import shlex
from collections.abc import Mapping
from typing import Final

from tieout.collectors.forge.forms import by_endpoint
from tieout.collectors.forge.graph_questions import question_in

#: A name as GitHub has them; `{owner}`, `:owner` and `$owner` stand for one that the command does not tell.
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_REPO: Final = frozenset({"-R", "--repo"})
#: Words of a command that are looked at for an endpoint.
_MOST_WORDS: Final = 100


def repository_of(command: str) -> Mapping[str, str]:
    """`owner` and `repo` as the command names them; empty where it names none, or not plainly.

    Args:
        command: As it was saved, such as `gh pr list -R acme/triage`.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        return {}
    if words[:1] != ["gh"]:
        return {}
    if words[1:2] != ["api"]:
        return _named(*_flagged(words).split("/")[-2:])
    if (question := question_in(command)) is not None:
        given = question.arguments("repository") or {}
        return _named(given.get("owner", ""), given.get("name", ""))
    known = next((found for word in words[2:_MOST_WORDS] if (found := by_endpoint(word)) is not None), None)
    return _named(known[1].get("owner", ""), known[1].get("repo", "")) if known is not None else {}


def _flagged(words: list[str]) -> str:
    """The value of the flag that names the repository; "" where it is not given."""
    for index, word in enumerate(words):
        flag, _, value = word.partition("=")
        if flag in _REPO:
            return value or next(iter(words[index + 1 : index + 2]), "")
    return ""


def _named(owner: str = "", repo: str = "") -> Mapping[str, str]:
    plain = _NAME.fullmatch(owner) is not None and _NAME.fullmatch(repo) is not None
    return {"owner": owner, "repo": repo} if plain else {}
