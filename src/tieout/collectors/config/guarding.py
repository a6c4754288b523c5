"""What a check of prompts or answers looks for, as its name and type say; no guess where they do not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tieout.collectors.config.guardrail_parts.checks import Action, Checks
from tieout.collectors.config.interface import Found
from tieout.collectors.config.rows import Fact
from tieout.collectors.config.taking import Taking
from tieout.syntax.cursor import Cursor

#: In the order in which they are tried: `prompt injection` is that before it is anything else.
_AGAINST: Final = (
    ("prompt-injection", r"injection|jail.?break|prompt.?(?:guard|shield|security)|lakera|sydeguard"),
    ("personal-data", r"(?:^|[^a-z])p[ih]i(?:[^a-z]|$)|personal|sanitiz|anonymi|redact|presidio"),
    ("secrets", r"secret|credential|api.?key"),
    ("ungrounded-answers", r"hallucinat|ground|faithful"),
    ("harmful-content", r"toxic|moderat|harm|content.?safety|profan|nsfw|hate|(?:^|[^a-z])bias"),
    ("unsafe-code", r"contains?.?code|sql.?guard|code.?(?:injection|scan)"),
    ("malformed-output", r"json|schema|gibberish|valid.?urls?|well.?formed"),
    ("off-topic", r"topic|language"),
)  # fmt: skip
_PATTERNS: Final = tuple((name, re.compile(pattern)) for name, pattern in _AGAINST)
_LONGEST: Final = 200


def against(*names: str) -> str:
    """What a check looks for, by the first of its names that says so; `other` where none does."""
    for name in names:
        # camelCase is words too: detectPII, moderateContent.
        plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name[:_LONGEST]).casefold()
        for kind, pattern in _PATTERNS:
            if pattern.search(plain):
                return kind
    return "other"


@dataclass(frozen=True, slots=True)
class Check:
    """One check that a reader found.

    Attributes:
        at: Where it stands.
        name: For people.
        against: What it looks for.
        stages: Where it looks.
        action: What it does with a hit.
        always_on: Whether every request passes it.
        threshold: Score from which it acts.
        defined: Where another file makes it count.
    """

    at: Cursor
    name: str
    against: str
    stages: tuple[str, ...]
    action: Action | None = None
    always_on: bool | None = None
    threshold: float | None = None
    defined: Fact | None = None


def guardrails(product: str, found: Sequence[Check], taking: Taking, part: str = "") -> list[Found]:
    """The checks of one file as an artefact; nothing where there are none and nothing is to be told of them.

    Args:
        product: Whose they are.
        found: In the order of the file.
        taking: What was told on the way.
        part: Tells several of one file apart.
    """
    checks = Checks(product, part)
    for one in found:
        checks.add(
            one.at,
            one.name,
            one.against,
            one.stages,
            action=one.action,
            always_on=one.always_on,
            threshold=one.threshold,
            defined=one.defined,
        )
    made = checks.rows.found() or [Found("guardrail_config", {}, part=part)]
    made[0].notes += taking.notes
    made[0].dropped += taking.dropped
    return [one for one in made if one.facts or one.notes or one.dropped]
