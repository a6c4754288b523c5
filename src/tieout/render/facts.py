"""Fact sheets of the evidence as their models, for the parts of a packet that show them; broken ones are left out."""

from collections.abc import Iterator
from typing import TypeVar

from pydantic import ValidationError

from tieout.assess.context import SET_ASIDE
from tieout.domain.base import Model
from tieout.domain.collection import Collection
from tieout.domain.evidence import EvidenceItem

Sheet = TypeVar("Sheet", bound=Model)


def sheets(collection: Collection, type_: str, model: type[Sheet]) -> Iterator[tuple[EvidenceItem, Sheet]]:
    """Every item of an artefact type with its facts; examples, templates and tests do not count."""
    for item in collection.items:
        if item.type == type_ and item.provenance.path_class not in SET_ASIDE:
            try:
                yield item, model.model_validate(item.facts)
            except ValidationError:
                continue  # the checks that need it say so
