"""The documents of an OSCAL set as tests look into them."""

import json
from typing import Any

from tieout.domain.packet import Contents
from tieout.oscal import vocabulary
from tieout.oscal.packet_set import FILES, oscal_set

Document = dict[str, Any]


def made(contents: Contents) -> dict[str, Document]:
    """The content below the root key of each document, by kind."""
    files = oscal_set(contents)
    return {kind: json.loads(files[name])[kind] for kind, name in FILES.items() if name in files}


def own(item: Document, name: str) -> list[str]:
    return [p["value"] for p in item.get("props", []) if (p["name"], p.get("ns")) == (name, vocabulary.OWN_NAMESPACE)]


def objects(value: Any) -> list[Document]:
    if isinstance(value, dict):
        return [value, *(found for item in value.values() for found in objects(item))]
    return [found for item in value for found in objects(item)] if isinstance(value, list) else []


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for item in value.values() for found in strings(item)]
    if isinstance(value, list):
        return [found for item in value for found in strings(item)]
    return [value] if isinstance(value, str) else []


# --- the system as its owners describe it ---------------------------------------------------------------------


def plan_of_system(contents: Contents) -> Document:
    return made(contents)["system-security-plan"]
