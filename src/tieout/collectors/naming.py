"""Names under which a source declares artefacts: of an artefact, of an item, and as a sentence says them."""

from tieout.domain.artefacts import PLURAL_ARTEFACTS, title_of
from tieout.domain.base import Model
from tieout.domain.evidence import EvidenceItem


def declared_name(type_: str, artefact: Model) -> str:
    """How `provides` may name an artefact: its type, and of an approved record the record type."""
    record_type = getattr(artefact, "record_type", None)
    return f"{type_}/{record_type}" if record_type else type_


def name_of(item: EvidenceItem) -> str:
    """The declared name of an item that was made."""
    record_type = item.facts.get("record_type")
    return f"{item.type}/{record_type}" if isinstance(record_type, str) else item.type


def declares(name: str, given: frozenset[str] | set[str] | tuple[str, ...]) -> bool:
    """Whether one of the given names answers a declared one; `approved_record` takes every record type."""
    return name in given or any(other.startswith(f"{name}/") for other in given)


def is_or_are(name: str) -> str:
    """The verb of a declared name in words: `drill record is`, `acceptance criteria are`."""
    return "are" if name.partition("/")[0] in PLURAL_ARTEFACTS else "is"


def one(name: str) -> str:
    """A declared name in words with its article: `a drill record`, `an incident log`, `alert rules`."""
    title = title_of(name)
    if is_or_are(name) == "are":
        return title
    return f"{'an' if title[0].lower() in 'aeiou' else 'a'} {title}"
