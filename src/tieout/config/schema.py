"""The JSON Schema of tieout.yaml, for editors and for people who ask what a field takes."""

from typing import Any

from tieout.config.model import ProjectConfig


def config_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of tieout.yaml."""
    schema = ProjectConfig.model_json_schema(mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://tieout.dev/schema/config-1.json",
        **schema,
        "title": "tieout configuration",
    }
