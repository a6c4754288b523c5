"""Rows of guardrails as the readers find them."""

from collections.abc import Iterable
from typing import Final, Literal

from tieout.collectors.config.rows import Fact, Rows
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

Action = Literal["block", "mask", "flag"]
#: In the order in which a row lists them.
_STAGES: Final = ("input", "output", "retrieval", "tool")
_LONGEST: Final = 200


class Checks:
    """Guardrails of one file, as they are found.

    Args:
        product: Whose they are.
        part: Tells several of one file apart.
    """

    def __init__(self, product: str, part: str = "") -> None:
        self.rows = Rows("guardrail_config", "guardrails", product, part)

    def add(
        self,
        at: Cursor,
        name: str,
        kind: str,
        stages: Iterable[str],
        *,
        action: Action | None = None,
        always_on: bool | None = None,
        threshold: float | None = None,
        defined: Fact | None = None,
    ) -> None:
        """Add a guardrail; the arguments are the fields of `Guardrail`.

        Args:
            at: Where it is set.
            name: As the file calls it.
            kind: What it looks for.
            stages: Where it looks.
            action: What it does with a hit.
            always_on: Whether every request passes it.
            threshold: Score from which it acts.
            defined: Where another file defines it, without which it would not count.
        """
        looked = set(stages)
        facts = {
            "name": Fact(excerpt(name, _LONGEST)),
            "against": Fact(kind),
            "stages": Fact([stage for stage in _STAGES if stage in looked]),
            "action": Fact(action),
            "always_on": Fact(always_on),
            "threshold": Fact(threshold),
        }
        placed = {field: Fact(fact.value, at) for field, fact in facts.items()}
        if defined is not None:
            placed["against"] = Fact(kind, defined.at, defined.path)
        self.rows.add(at, placed)
