"""Which repository an answer speaks of: by its endpoint, else by the addresses in it."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tieout.collectors.forge.answers import Answer, Row
from tieout.collectors.forge.values import text, whole

_GITHUB: Final = re.compile(r"https?://[^/]+(?:/api/v3)?/repos/([^/]+/[^/]+)(?:/|\Z)")
_GITLAB: Final = re.compile(r"https?://[^/]+/([^?#]+?)/-/")
#: A commit's requests can be those of the repository that it was copied from.
_OF_OTHERS_TOO: Final = frozenset({"github-commit-pulls"})
_ADDRESSES: Final = ("url", "pull_request_url", "run_url", "web_url")


def spoken_of(answers: Iterable[Answer]) -> dict[int, frozenset[str]]:
    """Place of an answer in the order -> the repositories it names; none where it names none.

    A project that GitLab's endpoints name by its number is known where the project itself is among the answers.
    """
    listed = list(answers)
    numbers = {
        str(whole(row.data, "id")): text(row.data, "path_with_namespace")
        for answer in listed
        if answer.form.name == "gitlab-project"
        for row in answer.rows
    }
    return {index: frozenset(_names(answer, numbers)) for index, answer in enumerate(listed)}


def other_name(answer: Answer) -> str | None:
    """What the rows of an answer call their repository, where it is not the one that was asked about.

    A renamed repository answers under its old name too. Addresses of GitLab may begin with a folder of its server, so
    that only a project's own path is compared.
    """
    slots = answer.slots
    if "owner" in slots and answer.form.name not in _OF_OTHERS_TOO:
        asked = f"{slots['owner']}/{slots['repo']}"
        names = (_named(answer, row) for row in answer.rows)
    elif "project" in slots and not slots["project"].isdecimal():
        asked = slots["project"]
        names = (text(row.data, "path_with_namespace") for row in answer.rows)
    else:
        return None
    return next((name for name in names if name is not None and name.casefold() != asked.casefold()), None)


def _names(answer: Answer, numbers: dict[str, str | None]) -> Iterator[str]:
    slots = answer.slots
    if "owner" in slots:
        yield f"{slots['owner']}/{slots['repo']}"
    elif "project" in slots:
        name = numbers.get(slots["project"]) if slots["project"].isdecimal() else slots["project"]
        if name:
            yield name
    else:
        for row in answer.rows:
            if name := _named(answer, row):
                yield name


def _named(answer: Answer, row: Row) -> str | None:
    name = text(row.data, "full_name") or text(row.data, "path_with_namespace")
    if name is None and text(row.data, "source_type") == "Repository":
        name = text(row.data, "source")
    if name is not None:
        return name
    pattern = _GITHUB if answer.form.forge == "github" else _GITLAB
    for member in _ADDRESSES:
        if found := pattern.match(text(row.data, member) or ""):
            return found[1]
    return None
