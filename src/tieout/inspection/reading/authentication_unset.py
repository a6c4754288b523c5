"""Sign-in that a program demands only where its client was set up, and settings in use that leave that empty."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.authentication import own_settings
from tieout.inspection.reading.names_read import pattern_of_names
from tieout.inspection.reading.source_code import Part, programs, searched
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

#: A condition that asks callers only where sign-in is enabled: `if (loginEnabled && !user)`.
_ONLY_WHERE: Final = compile_bytes(
    r"\b(?:if|elif)\b[ \t(]*(?:\w+\.){0,3}(?P<name>(?:is_?)?(?:log_?in|auth(?:entication)?|sso|oidc)_?(?:is_?)?"
    r"(?:enabled|required|configured))(?:\(\))?[ \t]*(?:&&|and)[ \t]*(?:!|not )",
    folded=True,
)
#: Variables of a client of single sign-on, without a value.
_EMPTY: Final = compile_bytes(
    r"(?m)^[ \t-]*(?:export )?[\"']?(?P<key>(?:[A-Z0-9]+_)*(?:OPENID|OIDC|OAUTH2?|SSO|SAML|AUTH)_"
    r"(?:[A-Z0-9]+_)*CLIENT_?ID)[\"']?[ \t]*(?:=[ \t]*(?:[\"']{2})?|:[ \t]*[\"']{2})[ \t\r]*(?:#[^\n]*)?$"
)
_MOST: Final = 3


def only_where_set_up(repository: Repository) -> list[InspectedPlace]:
    """Conditions by which callers are asked only where sign-in is set up, what decides it, and what is left empty."""
    names: set[str] = set()
    places: list[InspectedPlace] = []
    for source in searched(repository, programs(repository), _ONLY_WHERE):
        for hit in islice(source.hits(_ONLY_WHERE, within=source.code), _MOST):
            names.add(hit.groups["name"])
            places.append(source.text.place(hit.line, "asks callers only where sign-in is set up"))
    if not names:
        return []
    places += islice(_decided(repository, names), _MOST)
    for source in searched(repository, own_settings(repository), _EMPTY):
        for hit in islice(source.hits(_EMPTY), _MOST):
            places.append(source.text.place(hit.line, "left empty: nobody is asked to sign in", counts=False))
    return places


def _decided(repository: Repository, names: set[str]) -> Iterator[InspectedPlace]:
    """Where the name of such a condition gets its value."""
    given = pattern_of_names(names, after=r"[ \t]*(?::[^=\n]{1,40})?=[ \t]*[^=\s]")
    for source in searched(repository, programs(repository), given):
        for hit in source.hits(given):
            if source.part_at(hit.start) is Part.CODE:
                yield source.text.place(hit.line, "decides whether sign-in is set up")
