"""What every reader of a bill of materials makes of its components: the counts, and those that are kept."""

from collections.abc import Sequence
from typing import Any, Final

from tieout.domain.artefacts.components import Component

MOST: Final = 5000
"""Components that are kept one by one; the counts are over all of them."""

MOST_NAMES: Final = 500
_UNKNOWN: Final = frozenset({"", "noassertion", "none", "unknown", "other"})


def sums(components: Sequence[Component]) -> dict[str, Any]:
    """The fields of a bill that count its components, and the first of them."""
    return {
        "total": len(components),
        "with_licence": sum(bool(one.licences) for one in components),
        "with_hash": sum(bool(one.hashes) for one in components),
        "with_supplier": sum(one.supplier is not None for one in components),
        "suppliers": tuple(sorted({one.supplier for one in components if one.supplier}))[:MOST_NAMES],
        "components": tuple(components[:MOST]),
    }


def is_known(word: str | None) -> bool:
    """Whether a licence or a supplier is named, and not said to be unknown."""
    return word is not None and word.strip().casefold() not in _UNKNOWN
