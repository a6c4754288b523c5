"""What a check asks, in one plain sentence with its limits: the same in the report, the page and OSCAL."""

from typing import Final

from pydantic import ValidationError

from tieout.assess.predicates import PREDICATES
from tieout.domain.rules import Check

#: Tests that the engine adds to those of a rule.
ADDED: Final = {
    "attested": "A person with the named role has signed the statement that only a person can make.",
    "extent": "The log is long and large enough, and each record stands in it once.",
    "none_later": "No record of this evidence is dated after the as-of time.",
    "one_truth": "Sources that describe the same thing say the same.",
    "released": "The assessed commit is the release of the go decision that evaluation runs are bound to.",
    "own_log": "The log names no other models than those that are configured, so that it may be this system's alone.",
    "readable": "Everything that was declared as evidence can be read.",
    "supplied": "Every source that was declared to provide this evidence does.",
    "undiverted": "No collected runtime setting is known to lead requests past the configured routes.",
    "untested": "What the full test also asks and this rule does not look at.",
}


def asked(predicate: str, check: Check | None = None) -> str:
    """What a test asks; in its predicate's general words where its arguments say nothing more.

    Args:
        predicate: Its name, as the result has it.
        check: As the rule gives it; None for a test that the engine added.
    """
    known = PREDICATES.get(check.predicate if check else predicate)
    if known is None:
        return ADDED.get(predicate) or f"{predicate.replace('_', ' ').capitalize()}."
    if check is None:
        return known.summary
    try:
        return known.arguments.model_validate(check.arguments).asks() or known.summary
    except ValidationError:
        return known.summary  # a rule from elsewhere may say it otherwise: the rules as they ran show how
