"""Every model that is written between stages can be read back when all its optional fields are empty."""

import types
from typing import Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from tieout.domain import assessment, collection, evidence, packet, retention, rules
from tieout.domain.artefacts import ARTEFACTS


def _models() -> list[type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}

    def add(kind: object) -> None:
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__qualname__ not in found:
            found[kind.__qualname__] = kind
            for field in kind.model_fields.values():
                add(field.annotation)
        for inner in get_args(kind):
            add(inner)

    for artefact in ARTEFACTS.values():
        add(artefact)
    for kind in (
        assessment.Assessment, collection.Collection, evidence.EvidenceItem, retention.RetentionBlock, rules.Rule,
        packet.Contents,
    ):  # fmt: skip
        add(kind)
    return list(found.values())


@pytest.mark.parametrize("model", _models(), ids=lambda model: model.__name__)
def test_a_field_that_may_be_none_may_be_left_out(model):
    # as_json leaves None out, so a required field that may be None could be written and never read again
    for name, field in model.model_fields.items():
        optional = get_origin(field.annotation) in (Union, types.UnionType) and type(None) in get_args(field.annotation)
        assert not (optional and field.is_required()), f"{model.__name__}.{name} may be None and has no default"
