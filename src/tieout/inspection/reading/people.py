"""Whether a name is a person's or an organisation's, and whether an address is a person's or a function's."""

import re
from typing import Final

_WORD = re.compile(r"[^\W\d_][\w.'\u2019-]*")
#: Words that names of organisations, teams and functions hold, and names of people do not.
_ORGANISATION: Final = frozenset(
    {
        "agency", "ai", "api", "association", "authors", "bureau", "centre", "center", "collective", "committee",
        "commission", "community", "company", "contributors", "core", "corp", "corporation", "council", "department",
        "developers", "devs", "digital", "engineering", "engineers", "foundation", "gmbh", "government", "group",
        "inc", "initiative", "institute", "lab", "laboratory", "labs", "llc", "limited", "ltd", "maintainers",
        "ministry", "network", "office", "official", "open", "organisation", "organization", "owners", "platform",
        "policy", "product", "products", "project", "research", "science", "security", "service", "services",
        "society", "software", "solutions", "squad", "staff", "support", "systems", "team", "technologies",
        "technology", "tools", "university", "working", "and", "of", "for",
    }
)  # fmt: skip
#: What stands before @ where an address belongs to a function that several people or none may hold.
_FUNCTION = re.compile(
    r"(?:^|[-_.+])(?:abuse|admins?|all|ask|code|community|contact|conduct|devs?|devel|developers?|engineering|enquiries"
    r"|enquiry|feedback|github|hello|help|helpdesk|hi|hq|info|infosec|legal|lists?|mail|maintainers?|no-?reply|office"
    r"|open-?source|oss|owners?|platform|press|privacy|product|project|psirt|reports?|research|sales|secure|security"
    r"|services?|soc|support|sysadmin|team|tech|vulnerabilit(?:y|ies)|webmaster)(?:$|[-_.+])",
    re.IGNORECASE,
)
#: Nobody's: what a template or an example puts in the place of a name or address.
_PLACEHOLDER = re.compile(
    r"example\.|your[-_. ]?(?:name|email|org|team|user|company)"
    r"|^(?:name|author|todo|tbd|foo|john doe|jane doe|first last)$"
    r"|\$\{|\{\{|<[^<>]*>|\bxxx+\b|placeholder|changeme",
    re.IGNORECASE,
)
_FEWEST, _MOST = 2, 4


def is_person(name: str, known: frozenset[str] = frozenset()) -> bool:
    """Whether a name is a person's: written like one, or the name of somebody who wrote commits.

    Args:
        name: As written.
        known: Names of people in small letters that the history tells.
    """
    if is_placeholder(name):
        return False
    if name.strip().casefold() in known:
        return True
    words = name.replace(",", " ").split()
    if not _FEWEST <= len(words) <= _MOST or any(word.strip(".").casefold() in _ORGANISATION for word in words):
        return False
    return all(_WORD.fullmatch(word) for word in words) and words[0][0].isupper() and words[-1][0].isupper()


def is_function(address: str) -> bool:
    """Whether an address is that of a function, such as security@ or the-team@, and not a person's."""
    return _FUNCTION.search(address.partition("@")[0]) is not None


def is_placeholder(text: str) -> bool:
    """Whether a name or address stands in the place of one that nobody has filled in."""
    return _PLACEHOLDER.search(text.strip()) is not None
