"""How a sentence names what a selector reaches: `the 3 systems of the AI inventory`, `the system card`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tieout.assess.wording import conditions, listed, number, part, plain
from tieout.domain.artefacts import ARTEFACT_TITLES, PLURAL_ARTEFACTS, spoken

_IRREGULAR = {"criteria": "criterion", "people": "person"}


@dataclass(frozen=True, slots=True)
class Population:
    """What a selector of rows or of whole documents reaches, in words.

    Attributes:
        one: One element: `system of the AI inventory`, `system card`.
        many: Several.
        alone: A sole element with its article: `the one system of the AI inventory`, `the system card`.
    """

    one: str
    many: str
    alone: str

    def each(self, count: int) -> str:
        """Every one of so many, as the subject of a verb in the singular."""
        return f"Each of the {number(count)} {self.many}" if count > 1 else f"T{self.alone[1:]}"

    def some(self, count: int, out_of: int) -> str:
        """So many of them: `2 of the 3 systems`, `The system card`."""
        return f"T{self.alone[1:]}" if out_of == 1 else part(count, out_of, self.one, self.many)


def population(selector: str, where: Mapping[str, Any] | None = None) -> Population:
    """The rows or the documents that a selector reaches, and of which kind."""
    artefact, _, path = selector.partition(".")
    title = ARTEFACT_TITLES[artefact]
    kind = f" ({conditions(where)})" if where else ""
    if not path:
        several = title if artefact in PLURAL_ARTEFACTS else _plural(title)
        return Population(f"{title}{kind}", f"{several}{kind}", f"the {title}{kind}")
    rows, of = spoken(path), f" of the {title}"
    one = f"{_singular(rows)}{kind}{of}"
    return Population(one, f"{rows}{kind}{of}", f"the one {one}")


def demanded(has: tuple[str, ...] | str, equals: Mapping[str, Any]) -> str:
    """What each element must have and be: `has owner, tier and models`, `is pinned`."""
    fields = (has,) if isinstance(has, str) else has
    told = [f"has {listed(spoken(field) for field in fields)}"] if fields else []
    return listed([*told, *(_is(field, value) for field, value in equals.items())])


def _is(field: str, value: Any) -> str:
    if isinstance(value, bool):
        return f"is {'' if value else 'not '}{spoken(field)}"
    return f"has {spoken(field)} {plain(value)}"


def _singular(words: str) -> str:
    last = words.rpartition(" ")[2]
    ending = _IRREGULAR.get(last) or (f"{last[:-3]}y" if last.endswith("ies") else last.removesuffix("s"))
    return words.removesuffix(last) + ending


def _plural(words: str) -> str:
    head, of, rest = words.partition(" of ")
    return (f"{head[:-1]}ies" if head.endswith("y") else f"{head}s") + of + rest
