"""What a topic is made of: questions with stable keys, and facts that answer them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, Value
from tieout.inspection.repository import Repository
from tieout.inspection.wording import shortened

#: Places of a fact that are listed; the rest is counted.
MOST_PLACES: Final = 25


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a topic.

    Attributes:
        key: Stable for ever; with the topic's key it is the fact's id.
        text: The question in plain words, such that "yes" and "no" mean what they say.
        beyond: What a repository cannot show on it, said with every answer.
    """

    key: str
    text: str
    beyond: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: a key, a title, and its questions in the order in which they are told."""

    key: str
    title: str
    questions: tuple[Question, ...]

    def fact(
        self,
        key: str,
        answer: Answer,
        statement: str,
        *,
        places: Iterable[InspectedPlace] = (),
        values: Mapping[str, Value] | None = None,
        confidence: Confidence = Confidence.HIGH,
    ) -> Fact:
        """Answer one question.

        Args:
            key: Of the question.
            answer: The answer.
            statement: One or two sentences that name what the answer rests on; what a file calls something is cut in
                it where nobody would write so much.
            places: The most telling first; one stands once, and those past the first twenty-five are counted.
            values: Figures and names of the statement, for programs.
            confidence: High where a structure decides, moderate where a usual form of code does, low where words do.
        """
        question = next(question for question in self.questions if question.key == key)
        distinct = list(dict.fromkeys(places))
        return Fact(
            id=f"{self.key}/{key}",
            question=question.text,
            answer=answer,
            statement=shortened(statement),
            values={name: _short(value) for name, value in (values or {}).items()},
            confidence=confidence,
            places=tuple(distinct[:MOST_PLACES]),
            more_places=max(len(distinct) - MOST_PLACES, 0),
            beyond=question.beyond,
        )

    def unknown(self, key: str, reason: str, *, places: Iterable[InspectedPlace] = ()) -> Fact:
        """Say that a question cannot be answered from this repository, and why."""
        return self.fact(key, Answer.UNKNOWN, reason, places=places)


def _short(value: Value) -> Value:
    if isinstance(value, tuple):
        return tuple(shortened(one) if isinstance(one, str) else one for one in value)
    return shortened(value) if isinstance(value, str) else value


class Inspector(Protocol):
    """A topic's file: its description, and the function that answers every question of it once."""

    TOPIC: Topic

    def inspect(self, repository: Repository) -> Iterator[Fact]:
        """Answer the questions of the topic, each once."""
