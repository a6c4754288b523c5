"""What a check does, in words: the predicate's own sentence and the arguments that the rule gives it."""

import json
from typing import Any, Final

from tieout.assess.predicates import PREDICATES
from tieout.domain.rules import Check

#: Tests that the engine adds to a rule's own.
ADDED: Final = {
    "attested": "A person with the named role has signed the statement that only a person can make.",
    "readable": "Everything that was declared as evidence can be read.",
    "untested": "What the full test also asks and this rule does not look at.",
}


def check_words(predicate: str, check: Check | None = None) -> str:
    """One line on a check.

    Args:
        predicate: Its name.
        check: As the rule gives it; None for a test that the engine added.
    """
    known = PREDICATES.get(predicate)
    words = ADDED.get(predicate) or (known.summary if known else predicate.replace("_", " "))
    if check is None or not check.arguments:
        return words
    asked = "; ".join(f"{name}: {_plain(argument)}" for name, argument in check.arguments.items())
    return f"{words} Here: {asked}"


def _plain(argument: Any) -> str:
    return argument if isinstance(argument, str) else json.dumps(argument, ensure_ascii=False, sort_keys=True)
