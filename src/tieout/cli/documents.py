"""What commands print for programs: JSON documents, each naming its schema first (`json` is `json-v1`)."""

import json
from typing import TYPE_CHECKING, Any

from tieout.cli.console import write

if TYPE_CHECKING:
    from tieout.api import (
        Assessment,
        Collection,
        Packed,
        Planned,
        Verification,
    )
    from tieout.cli.explaining import Explained

SCHEMA = "https://tieout.dev/schema"


def print_json(kind: str, content: dict[str, Any]) -> None:
    """One JSON document on stdout, all in ASCII: any locale can print it, and it moves no terminal."""
    write(json.dumps(titled(kind, content), indent=2))


def titled(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """A document with the name of its schema before all else."""
    return {"schema": f"{SCHEMA}/{kind}-1.json", **content}


def plan(planned: "list[Planned]") -> dict[str, Any]:
    """What a collection would read."""
    return {
        "sources": [
            {
                "name": entry.name,
                "kind": entry.kind,
                "path": entry.path,
                "commit": entry.commit,
                "provides": list(entry.provides),
                "files": list(entry.paths),
                "problem": entry.problem,
            }
            for entry in planned
        ]
    }


def collection(collected: "Collection") -> dict[str, Any]:
    """What was collected."""
    return dict(collected.as_json())


def assessment(assessed: "Assessment") -> dict[str, Any]:
    """The assessment, with its counts."""
    return {
        "counts": {verdict.value: count for verdict, count in assessed.counts().items()},
        **assessed.as_json(),
    }


def explanation(told: "Explained") -> dict[str, Any]:
    """One control: what it asks, its verdict, and its rules with every check and what it asks."""
    control, assessment = told.control, told.assessment
    return {
        "asked": {"label": control.label, "title": control.title, "sentence": control.sentence},
        "subject": assessment.subject.as_json(),
        "as_of": assessment.as_json()["as_of"],
        "period": assessment.period.as_json(),
        "notes": list(told.notes),
        "control": told.result.as_json(),
        "rules": [
            {
                **rule.as_json(),
                "checks": [
                    {"asks": sentence, **check.as_json()}
                    for sentence, check in zip(told.asks(rule), rule.checks, strict=True)
                ],
            }
            for rule in told.rules
        ],
    }


def packet(packed: "Packed") -> dict[str, Any]:
    """Where a packet is, and the digest that names it."""
    return {
        "folder": str(packed.folder),
        "report": str(packed.report),
        "page": str(packed.page),
        "oscal": str(packed.oscal),
        "archive": str(packed.archive) if packed.archive else None,
        "tagmanifest_sha256": packed.digest,
    }


def verification(found: "Verification") -> dict[str, Any]:
    """What a verification found."""
    return {
        "verified": found.verified,
        "files": found.files,
        "problems": list(found.problems),
        "notes": list(found.notes),
        "parts": [
            {
                "part": part.name,
                "state": part.state,
                "asked": part.asked,
                "why": part.why,
                "items": part.items,
                "of": part.of,
                "not_done_again": [{"what": left.what, "items": left.items} for left in part.left],
            }
            for part in found.parts
        ],
        "tagmanifest_sha256": found.digest,
        "signature": "present, not checked" if found.signed else "none",
    }
