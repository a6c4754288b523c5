"""The base of the generated OSCAL models: immutable, and built only when first used."""

from pydantic import BaseModel, ConfigDict


class OscalModel(BaseModel):
    """An OSCAL object; field names are OSCAL's with `_` for `-`, unknown keys are refused.

    Validators are built at first use: a module defines dozens of classes, a document uses one tree of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)
