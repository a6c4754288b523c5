"""A guardrail of Amazon Bedrock, as its API gives it or takes it -> guardrail_config.

Policies: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetGuardrail.html. A guardrail acts on requests
that name it, which the file does not tell. Infrastructure in CloudFormation or Terraform is read by other readers.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from tieout.collectors.config.guardrail_parts.checks import Action, Checks
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

#: Policy -> the lists in it, in an answer of the API and in a request to it.
_POLICIES: Final = {
    "contentPolicy": ("filters", "filtersConfig"),
    "contextualGroundingPolicy": ("filters", "filtersConfig"),
    "sensitiveInformationPolicy": ("piiEntities", "piiEntitiesConfig", "regexes", "regexesConfig"),
    "topicPolicy": ("topics", "topicsConfig"),
    "wordPolicy": ("words", "wordsConfig", "managedWordLists", "managedWordListsConfig"),
}
_SIDES: Final = ("input", "output")
_ACTIONS: Final[dict[str, Action]] = {"ANONYMIZE": "mask", "BLOCK": "block", "NONE": "flag"}
_ATTACK: Final = "PROMPT_ATTACK"
_READY: Final = "READY"


def _suits(path: str) -> bool:
    return kind_of(path) in {"yaml", "json"}


def _recognises(file: ConfigFile) -> bool:
    return any(next(_guardrails(Cursor.top(document)), None) is not None for document in file.documents)


def _guardrails(top: Cursor) -> Iterator[Cursor]:
    """Guardrails, alone or in a list: named, with a policy of theirs."""
    for one in (top, top.down("guardrail"), *top.rows(), *top.down("guardrails").rows()):
        if isinstance(one.value, dict) and "name" in one.value and next(_lists(one), None) is not None:
            yield one


def _lists(guardrail: Cursor) -> Iterator[tuple[str, Cursor]]:
    for policy, names in _POLICIES.items():
        for written in (policy, f"{policy}Config"):
            for name in names:
                found = guardrail.down(written, name)
                if isinstance(found.value, list):
                    yield policy, found


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> list[Found]:
    checks = Checks("Amazon Bedrock")
    for document in file.documents:
        for guardrail in _guardrails(Cursor.top(document)):
            called = guardrail.down("name").text or "a guardrail"
            status = guardrail.down("status")
            if status.text not in {None, _READY}:
                checks.rows.note(status, f"'{excerpt(called)}' is not ready, so it does not count")
                continue
            for policy, rows in _lists(guardrail):
                for row in rows.elements():
                    _take(policy, row, called, checks)
    return checks.rows.found()


def _take(policy: str, row: Cursor, called: str, checks: Checks) -> None:
    if not isinstance(row.value, dict):
        checks.rows.drop(row, f"an entry of {policy} cannot be judged: it is no mapping")
        return
    name = row.first("name", "type", "text").text
    if not name:
        checks.rows.drop(row, f"an entry of {policy} cannot be judged: it has no name or type")
        return
    told = f"'{excerpt(name)}' of {policy}"
    stages = [side for side in _SIDES if _looks(policy, row, side)]
    if policy == "contextualGroundingPolicy":
        stages = ["output"] if row.down("enabled").truth is not False else []
    if not stages:
        checks.rows.note(row, f"{told} is switched off, so it does not count")
        return
    # Words of a list are what is looked for, and may be what nobody should read.
    shown = "words" if policy == "wordPolicy" and row.down("text").text else name
    checks.add(
        row,
        f"{called}: {shown}",
        _against(policy, name),
        stages,
        action=_action(row, policy, stages),
        threshold=row.down("threshold").number,
    )


def _looks(policy: str, row: Cursor, side: str) -> bool:
    """Whether an entry looks at one side: neither switched off there, nor of no strength."""
    if row.down(f"{side}Enabled").truth is False:
        return False
    if policy == "contentPolicy":
        return row.down(f"{side}Strength").text not in {None, "NONE"}
    return True


def _against(policy: str, name: str) -> str:
    if policy == "contentPolicy":
        return "prompt-injection" if name == _ATTACK else "harmful-content"
    if policy == "wordPolicy":
        return "harmful-content" if name == "PROFANITY" else "other"
    return {
        "contextualGroundingPolicy": "off-topic" if name == "RELEVANCE" else "ungrounded-answers",
        "sensitiveInformationPolicy": "personal-data",
        "topicPolicy": "off-topic",
    }[policy]


def _action(row: Cursor, policy: str, stages: list[str]) -> Action | None:
    """What is done with a hit; None where it is not told, or is not the same on both sides."""
    general = row.down("action").text or ("" if policy == "sensitiveInformationPolicy" else "BLOCK")
    told = {row.down(f"{side}Action").text or general for side in stages}
    return _ACTIONS.get(told.pop()) if len(told) == 1 else None


READERS = (Reader("bedrock-guardrail", "Amazon Bedrock Guardrails", ("guardrail_config",), _suits, _recognises, _read),)
