"""The JSON Schema of tieout.yaml, for editors and for people who ask what a field takes."""

from typing import Any

from tieout.config.kinds import KINDS, Kind
from tieout.config.model import ProjectConfig

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def config_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of tieout.yaml; what a source may say depends on its kind."""
    schema = ProjectConfig.model_json_schema(mode="validation")
    source = schema["$defs"]["SourceSection"]
    kind = source["properties"]["kind"]
    pattern = {"type": kind.pop("type"), "pattern": kind.pop("pattern"), "description": "a kind that a plugin reads"}
    kind["anyOf"] = [{"enum": sorted(KINDS)}, pattern]
    source["allOf"] = [_of_kind(name, entry, schema["$defs"]) for name, entry in KINDS.items()]
    return {
        "$schema": DRAFT,
        "$id": "https://tieout.dev/schema/config-1.json",
        **schema,
        "title": "tieout configuration",
    }


def _of_kind(name: str, kind: Kind, definitions: dict[str, Any]) -> dict[str, Any]:
    """What a source of one kind may say; models of its options are added to the definitions."""
    artefacts: dict[str, Any] = {"enum": list(kind.provides)}
    if "approved_record" in kind.provides:
        artefacts = {"anyOf": [artefacts, {"type": "string", "pattern": "^approved_record/."}]}
    options = kind.options.model_json_schema(mode="validation")
    options.pop("title", None)
    definitions.update(options.pop("$defs", {}))
    says: dict[str, Any] = {
        "provides": {"anyOf": [{"type": "array", "items": artefacts}, {"type": "null"}]},
        "options": options,
    }
    then: dict[str, Any] = {"properties": says}
    named = {"properties": {"format": {"enum": [*kind.formats, None]}}}
    if kind.own_format:
        own = {"properties": {"options": {"required": [kind.own_format]}}, "required": ["options"]}
        then["anyOf"] = [named, own]
    else:
        says.update(named["properties"])
    if not kind.default:
        then["required"] = ["provides"]
    return {"if": {"properties": {"kind": {"const": name}}, "required": ["kind"]}, "then": then}
