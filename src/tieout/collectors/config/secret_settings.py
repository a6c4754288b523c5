"""Whether a setting holds a secret itself or says where one is kept, by its name and value; the value goes nowhere."""

import re
from typing import Any, Final, Literal

from tieout.kernel.reading.redaction import redact
from tieout.kernel.reading.redaction_data import rule_of
from tieout.kernel.reading.redaction_keys import Sense, sense_of

Held = Literal["written", "variable"]

_VARIABLE = re.compile(
    r"\$[A-Za-z_{(]|\{\{|\}\}|^<[^<>]*>$|^%\(|^(?:vault|ref\+\w{1,30}|op|secretref|arn|projects|keyvault)[:/]",
    re.IGNORECASE,
)
#: Passwords that everybody tries first: what stands there is what is set, however much it looks like a placeholder.
_FIRST_TRIED = re.compile(
    r"(?:change[_ -]?(?:me|it|this)!?|(?:my|the|your)?[_ -]?(?:key|password|passwd|secret|token)|default|dummy|example"
    r"|admin|root|test|string|text)[0-9!]{0,4}",
    re.IGNORECASE,
)
#: An address with the password in it, the name itself too where that is the password.
_IN_ADDRESS = re.compile(r"://[^:@/\s$]{0,200}:[^@/\s$<>{}]{1,200}@")
#: What stands in a packet's copy where a secret stood: facts that are taken of the copy again say the same of it.
_MASKED = re.compile(r"⟨redacted:(?!email-|phone-|folder-)[a-z0-9-]{1,80}(?<!-documented-example)⟩")
_PLAIN_SECRETS: Final = frozenset({Sense.PASSWORD, Sense.SECRET})
_LONGEST: Final = 20_000


def held(name: str, value: Any) -> Held | None:
    """What a setting holds: a secret as it is written, or a variable in the place of one; None where it is no secret.

    Args:
        name: Of the setting.
        value: As parsed; a number or text.
    """
    sense = sense_of(name)
    if value is None or isinstance(value, bool | dict | list) or value == "":
        return None
    text = str(value)[:_LONGEST] if not isinstance(value, int) else None
    if text is None:
        return "written" if rule_of(value, sense) else None
    if not text.strip():
        return None
    is_variable = _VARIABLE.search(text.strip()) is not None
    if sense in _PLAIN_SECRETS and is_variable:
        return "variable"
    if (
        _MASKED.search(text)
        or rule_of(text, sense)
        or (sense in _PLAIN_SECRETS and _FIRST_TRIED.fullmatch(text.strip()))
    ):
        return "written"
    return "written" if _IN_ADDRESS.search(text) or (not is_variable and written_within(text)) else None


def written_within(text: str) -> bool:
    """Whether a secret stands in a text, by its look alone; keys that documentation prints are none."""
    hits = redact(text).hits
    return (
        _MASKED.search(text) is not None
        or _IN_ADDRESS.search(text) is not None
        or any(not hit.rule.endswith("-documented-example") for hit in hits)
    )
