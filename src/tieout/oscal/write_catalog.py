"""Writes the catalog: functions, categories and subcategories of the AI RMF with sentences of our own."""

from typing import Final

from tieout.domain.catalog import Control as OurControl
from tieout.domain.catalog import ControlCategory, ControlFunction
from tieout.oscal.metadata import metadata
from tieout.oscal.models.catalog import Catalog, Control, Document, Group, GroupWithControls
from tieout.oscal.models.control_common import Part
from tieout.oscal.models.metadata import Property
from tieout.oscal.packet_facts import PacketFacts
from tieout.oscal.text import line, prose

REMARKS: Final = (
    "Ids and class names follow the community's OSCAL catalog of the AI RMF, labels the standard. Titles and "
    "sentences are tieout's own words for what each subcategory asks; they are not the official statements, which "
    "can be imported and are then shown beside these in the report."
)


def catalog(facts: PacketFacts) -> Document:
    """The catalog that every other document of the packet leads to."""
    ours = facts.contents.catalog
    return Document(
        catalog=Catalog(
            uuid=facts.document_uuid("catalog"),
            metadata=metadata(facts, f"{ours.title} ({ours.publication})", remarks=[REMARKS]),
            groups=[_function(function) for function in ours.functions],
        )
    )


def statement_id(control_id: str) -> str:
    """Id of a control's statement: what a finding's target names, since it may not name a control."""
    return f"{control_id}_smt"


def _function(function: ControlFunction) -> Group:
    return Group(
        id=function.id,
        class_="ai-rmf-function",
        title=line(function.title),
        props=[_label(function.label)],
        groups=[_category(category) for category in function.categories],
    )


def _category(category: ControlCategory) -> GroupWithControls:
    return GroupWithControls(
        id=category.id,
        class_="ai-rmf-category",
        title=line(category.title),
        props=[_label(category.label)],
        controls=[_control(control) for control in category.controls],
    )


def _control(control: OurControl) -> Control:
    statement = Part(id=statement_id(control.id), name="statement", prose=prose(control.sentence))
    return Control(
        id=control.id,
        class_="ai-rmf-subcategory",
        title=line(control.title),
        props=[_label(control.label)],
        parts=[statement],
    )


def _label(label: str) -> Property:
    return Property(name="label", value=label)
