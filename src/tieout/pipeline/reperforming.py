"""Does a packet again from its own inputs: assesses, writes OSCAL and page anew, and names every difference."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from tieout import __version__
from tieout.assess.engine import assess as run_rules
from tieout.domain.assessment import Assessment
from tieout.domain.collection import Collection
from tieout.domain.packet import Contents
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import TieoutError
from tieout.pipeline.assessing import load_controls
from tieout.pipeline.bag import info_bytes
from tieout.pipeline.contents import bag_info, input_files, packet_contents, renderings
from tieout.pipeline.layout import Reading

_INPUTS = "data/inputs"
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Again:
    """What a packet should hold.

    Attributes:
        contents: All that its renderings may say, from its own inputs.
        configuration: The configuration as it stands in the packet.
        recorded: The assessment as it stands in the packet.
    """

    contents: Contents
    configuration: bytes
    recorded: Assessment


def made_by(read: Reading) -> str | None:
    """The version of tieout that made a packet, as its run.json says; None where it does not."""
    try:
        version = json.loads(read.bytes(f"{_INPUTS}/run.json") or b"")["tool"]["version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return version if isinstance(version, str) else None


def withheld(read: Reading) -> int:
    """How many items were left out of a packet, so that it cannot be done again."""
    try:
        return len(json.loads(read.bytes("data/redactions.json") or b"")["withheld"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return 0


def do_again(read: Reading) -> Again | str:
    """Assess the packet's collection with the shipped rules; a sentence where its inputs do not allow it."""
    try:
        collection = Collection.model_validate_json(read.bytes(f"{_INPUTS}/collection.json") or b"")
        recorded = Assessment.model_validate_json(read.bytes(f"{_INPUTS}/assessment.json") or b"")
        run: Any = json.loads(read.bytes(f"{_INPUTS}/run.json") or b"")
        names = (str(run["prepared_by"]), str(run["prepared_for"]))
        configuration = read.bytes(f"{_INPUTS}/configuration.yaml") or b""
        controls = load_controls()
        assessment = run_rules(collection, *controls)
        contents = packet_contents(assessment, collection, configuration, controls, names)
    except (ValidationError, ValueError, KeyError, TypeError, RecursionError):
        return f"{_INPUTS} does not hold what tieout {__version__} needs to assess again"
    except TieoutError as error:
        return f"{_INPUTS} cannot be assessed again: {error.message}"
    return Again(contents, configuration, recorded)


def assessment_problems(again: Again, read: Reading, payload: Sequence[int]) -> Iterator[str]:
    """Where verdicts, inputs, index or bag-info.txt are not what the packet's own collection gives.

    Args:
        again: The packet, done again.
        read: Reads what it holds.
        payload: Sizes of its payload files in bytes.
    """
    contents = again.contents
    if again.recorded != contents.assessment:
        yield from _verdicts(again.recorded, contents.assessment)
    for path, data in input_files(contents, again.configuration).items():
        if read.digest(f"data/{path}") != sha256_hex(data):
            yield f"data/{path} is not what tieout {__version__} writes for the packet's collection and rules"
    if read.digest("data/evidence/index.json") != contents.evidence_index_sha256:
        yield "data/evidence/index.json does not name the items that were assessed"
    for item in contents.collection.items:
        if sha256_hex(canonical_bytes(item.facts)) != item.stored_sha256:
            yield f"evidence {item.id}: the facts that were assessed are not those of its artefact"
    if read.bytes("bag-info.txt") != info_bytes(bag_info(contents), sum(payload), len(payload)):
        yield f"bag-info.txt is not what tieout {__version__} writes for this packet"


def rendering_problems(again: Again, read: Reading, others: Sequence[str]) -> Iterator[str]:
    """Where OSCAL or page are not what the assessment gives.

    Args:
        again: The packet, done again.
        read: Reads what it holds.
        others: Paths of its evidence and inputs under data/.
    """
    _, files, _ = renderings(again.contents, others)
    for path, data in sorted(files.items()):
        if read.digest(f"data/{path}") != sha256_hex(data):
            yield f"data/{path} is not what tieout {__version__} writes for this assessment"


def _verdicts(recorded: Assessment, found: Assessment) -> Iterator[str]:
    stated = {control.control: control.verdict for control in recorded.controls}
    other = [
        f"{control.control} is {stated[control.control].value if control.control in stated else 'not there'}, "
        f"and {control.verdict.value} when assessed again"
        for control in found.controls
        if stated.get(control.control) != control.verdict
    ]
    if other:
        more = f"; and {len(other) - _NAMED} more" if len(other) > _NAMED else ""
        yield f"{_INPUTS}/assessment.json: {'; '.join(other[:_NAMED])}{more}"
