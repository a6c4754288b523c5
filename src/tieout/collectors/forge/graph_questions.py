"""What a question in GraphQL asked of its lists: an answer does not say it, and a filter in it leaves rows out unseen.

The question stands in the command that is saved with the answer: `gh api graphql -f query='…'`. It is not understood,
only looked through for the arguments of `pullRequests(…)`, `releases(…)` and `reviews(…)`.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

#: Arguments that say only how many rows, from where and in which order.
PAGING: Final = frozenset({"after", "before", "first", "last", "orderBy"})
#: What a question that was not saved leaves open.
NOT_SAVED: Final = "was saved without the question that was asked in GraphQL, which may have left rows out"
UNCLEAR: Final = "was asked for in GraphQL in a way that does not tell what it leaves out"

_LONGEST: Final = 100_000
#: Lists of one name that are looked at; no question that is asked has so many.
_MOST: Final = 20
# A text that is not closed is all that follows, of its line or, where three quotation marks open it, at all.
_TOKEN: Final = re.compile(
    r'"""(?:\\"""|[\s\S])*?(?:"""|\Z)|"(?:[^"\\\n]|\\.)*"?|#[^\n]*|\$?[A-Za-z_][A-Za-z0-9_]*|[-+0-9.]+|[^\s,]'
)
_FIELDS: Final = frozenset({"-f", "-F", "--raw-field", "--field"})


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the values of its variables.

    Attributes:
        text: As it was asked.
        variables: Name -> value.
        words: Names, values and signs of the text, without its comments.
    """

    text: str
    variables: Mapping[str, str] = field(default_factory=dict)
    words: Sequence[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Take the text apart once."""
        words = [word for word in _TOKEN.findall(self.text) if not word.startswith("#")]
        object.__setattr__(self, "words", words)

    def arguments(self, name: str) -> dict[str, str] | None:
        """Arguments of a list; None where the question does not have it, has it in several ways, or renames another.

        Args:
            name: Of the list, as in `reviews`.
        """
        words = self.words
        found: list[dict[str, str]] = []
        depth = 0
        for index, word in enumerate(words):
            depth += (word == "(") - (word == ")")
            following = words[index + 1] if index + 1 < len(words) else ""
            if word != name or depth:
                continue
            if following == ":" or len(found) == _MOST:
                return None
            found.append(self._given(words, index + 2) if following == "(" else {})
        return found[0] if found and all(one == found[0] for one in found) else None

    def _given(self, words: Sequence[str], start: int) -> dict[str, str]:
        """The arguments from the first one to the bracket that closes them."""
        given: dict[str, list[str]] = {}
        name, depth = "", 0
        for index in range(start, len(words)):
            word = words[index]
            if word == ")" and not depth:
                break
            depth += (word in {"(", "[", "{"}) - (word in {")", "]", "}"})
            if not depth and words[index + 1 : index + 2] == [":"]:
                name = word
            elif word != ":" or depth:
                given.setdefault(name, []).append(self._value(word))
        return {name: " ".join(values) for name, values in given.items()}

    def _value(self, word: str) -> str:
        if word.startswith("$"):
            return self.variables.get(word[1:], word)
        return word.strip('"') if word.startswith('"') else word


def question_in(command: str) -> Question | None:
    """The question that a command asks; None where it holds none (`query=@file` says only where it stood)."""
    if len(command) > _LONGEST:
        return None
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    told: dict[str, str] = {}
    for index, word in enumerate(words):
        flag, _, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if flag in _FIELDS:
            name, _, text = (value or "".join(words[index + 1 : index + 2])).partition("=")
            told[name] = text
    query = told.pop("query", "")
    return Question(query, told) if query and not query.startswith("@") else None


def lack_of(question: Question | None, name: str, harmless: frozenset[str] = PAGING) -> str:
    """Why a list of a question does not hold all of its rows; "" where only its pages were chosen.

    Args:
        question: None where it was not saved.
        name: Of the list.
        harmless: Arguments that take no row out.
    """
    if question is None:
        return NOT_SAVED
    given = question.arguments(name)
    if given is None:
        return UNCLEAR
    others = sorted(given.keys() - harmless)
    return f"was asked for with '{others[0]}', which leaves rows out" if others else ""
