"""The OSCAL documents of a packet, by file name: made, linted together, and listed in a small index."""

import json
from typing import TYPE_CHECKING, Any, Final

from tieout.kernel.canonical import pretty_bytes
from tieout.kernel.clock import rfc3339
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import TieoutError
from tieout.oscal.documents import DEFAULT_OSCAL_VERSION, Kind, serialise
from tieout.oscal.lint import lint

if TYPE_CHECKING:
    from tieout.domain.packet import Contents

INDEX_FILE: Final = "index.json"
FILES: Final[dict[Kind, str]] = {
    "catalog": "catalog.json",
    "system-security-plan": "system-security-plan.json",
    "assessment-plan": "assessment-plan.json",
    "assessment-results": "assessment-results.json",
    "plan-of-action-and-milestones": "plan-of-action-and-milestones.json",
}
NO_POAM: Final = (
    "No rule is open (gap, conflict, unreadable or waived), and OSCAL has no plan of action without an item. "
    "This does not say that everything is met: see the assessment results for what was not assessed."
)
_SHOWN_PROBLEMS: Final = 5


def oscal_set(contents: "Contents") -> dict[str, bytes]:
    """The documents of a packet and their index; the same bytes for the same contents.

    Args:
        contents: Everything that may be said.

    Returns:
        File name to bytes, by name. The plan of action is left out where it would have no item.

    Raises:
        TieoutError: A document would not be valid, or would refer to something that is not there. Nothing
            that was collected can bring this about: it is a fault of the program.
    """
    # The models take a quarter of a second to load, and importing this module must stay cheap.
    from tieout.oscal.write_all import documents  # noqa: PLC0415 - see above

    files = {FILES[kind]: serialise(document) for kind, document in documents(contents, FILES)}
    parsed: dict[str, dict[str, Any]] = {name: json.loads(data) for name, data in files.items()}
    problems = lint(parsed)
    if problems:
        message = f"the OSCAL documents contradict each other: {'; '.join(problems[:_SHOWN_PROBLEMS])}"
        raise TieoutError(message, hint="please report this; nothing was written")
    files[INDEX_FILE] = _index(contents, files, parsed)
    return dict(sorted(files.items()))


def _index(contents: "Contents", files: dict[str, bytes], parsed: dict[str, dict[str, Any]]) -> bytes:
    made = [
        {
            "file": FILES[kind],
            "kind": kind,
            "uuid": parsed[FILES[kind]][kind]["uuid"],
            "oscal-version": DEFAULT_OSCAL_VERSION,
            "sha256": sha256_hex(files[FILES[kind]]),
        }
        for kind in FILES
        if FILES[kind] in files
    ]
    left_out = [{"kind": kind, "reason": NO_POAM} for kind in FILES if FILES[kind] not in files]
    return pretty_bytes(
        {
            "schema": "https://tieout.dev/schema/oscal-index-1.json",
            "packet": contents.packet_id,
            "as_of": rfc3339(contents.assessment.as_of),
            "documents": made,
            "left_out": left_out,
        }
    )
