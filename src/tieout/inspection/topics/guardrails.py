"""Whether checks on prompts and answers are attached, or only offered."""

from collections.abc import Iterator
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact
from tieout.inspection.reading.guards import Guard, examples, guards, offered_models
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted

_BEYOND = "Guardrails of a gateway or supplier that is configured elsewhere."
TOPIC = Topic(
    key="guardrails",
    title="Guardrails",
    questions=(
        Question("configured", "Are guardrails attached?", beyond=_BEYOND),
        Question("prompt-injection", "Is a check against prompt injection attached?", beyond=_BEYOND),
        Question("output-moderation", "Is what the model answers checked?", beyond=_BEYOND),
    ),
)
_MOST_EXAMPLES: Final = 5
_MOST_CALLED: Final = 12


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic, each once."""
    found, offered = list(guards(repository)), list(examples(repository))
    yield _fact("configured", found, offered or list(offered_models(repository)), "guardrail")
    injection = [guard for guard in found if guard.is_against_injection]
    yield _fact(
        "prompt-injection", injection, [guard for guard in offered if guard.is_against_injection], "check of prompts"
    )
    output = [guard for guard in found if guard.is_of_output]
    yield _fact("output-moderation", output, [guard for guard in offered if guard.is_of_output], "check of answers")


def _fact(key: str, found: list[Guard], offered: list[Guard], noun: str) -> Fact:
    attached = [guard for guard in found if guard.bond == "attached"]
    called = [guard for guard in found if guard.bond == "called"]
    loadable = [guard for guard in found if guard.bond == "offered"]
    tempting = [guard.place.model_copy(update={"counts": False}) for guard in offered[:_MOST_EXAMPLES]]
    values = {"attached": len(attached), "called": len(called), "offered": len(loadable), "examples": len(offered)}
    places = [guard.place for guard in (*attached, *loadable, *called[:_MOST_CALLED])]
    if attached:
        verb = "is" if len(attached) == 1 else "are"
        statement = f"{_count(attached, noun)} {verb} attached, in settings or as steps of the program."
        return TOPIC.fact(
            key, Answer.YES, statement, places=[*places, *tempting], values=values, confidence=Confidence.MODERATE
        )
    if called or loadable:
        told = []
        if loadable:
            told.append(f"{_count(loadable, 'setting')} {'offers' if len(loadable) == 1 else 'offer'} one")
        if called:
            told.append(f"code calls one in {_count(called, 'place')}")
        statement = f"No {noun} is attached to all requests; {', and '.join(told)}."
        return TOPIC.fact(
            key, Answer.PARTIAL, statement, places=[*places, *tempting], values=values, confidence=Confidence.MODERATE
        )
    statement = f"No {noun} was found."
    if offered:
        is_listed = all(guard.bond == "listed" for guard in offered)
        statement += (
            " A model that judges safety is only among those that are offered."
            if is_listed
            else " Only examples or templates have one."
        )
    return TOPIC.fact(key, Answer.NO, statement, places=tempting, values=values, confidence=Confidence.MODERATE)


def _count(found: list[Guard], noun: str) -> str:
    first, _, rest = noun.partition(" ")
    return counted(len(found), noun, f"{first}s {rest}".rstrip())
