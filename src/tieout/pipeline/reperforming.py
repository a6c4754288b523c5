"""Does a packet again from its own inputs: assesses, writes OSCAL, page and report anew, and names what differs."""

import json
from collections.abc import Collection as Names
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from tieout import __version__
from tieout.assess.engine import assess as run_rules
from tieout.domain.assessment import Assessment
from tieout.domain.collection import Collection
from tieout.domain.packet import Contents
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import StorageError, TieoutError
from tieout.pipeline.assessing import load_controls
from tieout.pipeline.bag import info_bytes
from tieout.pipeline.contents import attached, bag_info, evidence_index, input_files, packet_contents, renderings
from tieout.pipeline.layout import Reading
from tieout.pipeline.parts import PARTS, Part
from tieout.pipeline.report_process import ReportStoppedError, render_confined
from tieout.pipeline.signatures import key_problems
from tieout.render.model import PacketView
from tieout.render.pdf import PangoMissingError

_INPUTS = "data/inputs"
_NAMED = 3
_RENDERED = ("data/oscal/", "data/index.html", "data/report.pdf")
#: Which input names the digest of which other one; another version may name fewer.
_NAMES = (
    ("run.json", "collection_sha256", "collection.json"),
    ("run.json", "configuration_copy_sha256", "configuration.yaml"),
    ("run.json", "controls_sha256", "controls.json"),
    ("assessment.json", "collection_sha256", "collection.json"),
    ("assessment.json", "controls_sha256", "controls.json"),
)


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


def again(read: Reading, sizes: Mapping[str, int], asked: Names[str]) -> Iterator[tuple[Part, list[str]]]:
    """Do again what is asked of a packet that this version made, and compare.

    Args:
        read: Reads what the packet holds.
        sizes: Path of each file of the bag -> its size in bytes.
        asked: The first of PARTS, or all.

    Yields:
        Each part that is asked for, in the order of PARTS, as soon as it is done; and what is wrong with the packet
        by it.
    """
    done = do_again(read)
    if isinstance(done, str):
        for name in (part for part in PARTS if part in asked):
            yield (
                Part(name, "not-done", asked=True, why="its inputs do not allow it"),
                [done] if name == PARTS[0] else [],
            )
        return
    payload = [path for path in sizes if path.startswith("data/")]
    told = list(assessment_problems(done, read, [sizes[path] for path in payload]))
    differs = bool(told)
    yield _compared(PARTS[0], told), told
    if "report" not in asked:
        return
    part, told = _facts(done, read)
    differs = differs or bool(told)
    yield part, told
    others = tuple(path.removeprefix("data/") for path in payload if not path.startswith(_RENDERED))
    contents, files, view = renderings(done.contents, others)
    rendered = list(rendering_problems(files, read))
    told = [problem for problem in rendered if problem.startswith("data/oscal/")]
    yield _compared("OSCAL", told), told
    told = [problem for problem in rendered if not problem.startswith("data/oscal/")]
    yield _compared("page", told), told
    if differs or rendered:
        yield Part("report", "not-done", asked=True, why="what it shows differs"), []
    else:
        yield _report(contents, view, files, read), []


def made_by(read: Reading) -> str | None:
    """The version of tieout that made a packet, as its run.json says; None where it does not."""
    try:
        version = json.loads(read.bytes(f"{_INPUTS}/run.json") or b"")["tool"]["version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return version if isinstance(version, str) else None


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
        contents = packet_contents(assessment, collection, configuration, controls, names, paper=run["paper"])
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
    if sha256_hex(again.configuration) != contents.collection.configuration_copy_sha256:
        yield f"{_INPUTS}/configuration.yaml is not the configuration that the evidence was collected with"
    yield from key_problems(contents.collection.items, again.configuration)
    if withheld := _withheld(read):
        yield f"not re-performable: {withheld} items are withheld, and tieout {__version__} withholds none"
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


def rendering_problems(files: Mapping[str, bytes], read: Reading) -> Iterator[str]:
    """Where OSCAL or page are not what the assessment gives.

    Args:
        files: Path under data/ -> content as it is made again.
        read: Reads what the packet holds.
    """
    for path, data in sorted(files.items()):
        if read.digest(f"data/{path}") != sha256_hex(data):
            yield f"data/{path} is not what tieout {__version__} writes for this assessment"


def _report(contents: Contents, view: PacketView, files: Mapping[str, bytes], read: Reading) -> Part:
    """The report, compared byte for byte; another byte is no proof of tampering, as its makers' versions count, too."""
    payload = {**files, "evidence/index.json": evidence_index(contents.collection)}
    try:
        report = render_confined(view, contents.retention, attached(payload), paper=contents.paper)
    except (PangoMissingError, ReportStoppedError, StorageError) as error:
        return Part("report", "not-done", asked=True, why=error.message)
    if sha256_hex(report) == read.digest("data/report.pdf"):
        return Part("report", "same", asked=True)
    why = (
        "data/report.pdf is not the file that is made here: it was exchanged, or made with other versions of "
        "WeasyPrint, Pango or HarfBuzz; the page is what it should be, so read that"
    )
    return Part("report", "differs", asked=True, why=why)


def input_problems(read: Reading) -> Iterator[str]:
    """Where an input is not the one that another one names: told of packets of every version."""
    for name, key, other in _NAMES:
        try:
            stated = json.loads(read.bytes(f"{_INPUTS}/{name}") or b"").get(key)
        except (ValueError, AttributeError, RecursionError):
            continue  # told where it is needed
        if stated is not None and stated != read.digest(f"{_INPUTS}/{other}"):
            yield f"{_INPUTS}/{other} is not the one that {_INPUTS}/{name} names"


def _withheld(read: Reading) -> int:
    try:
        return len(json.loads(read.bytes("data/redactions.json") or b"")["withheld"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return 0  # then the file is not what is written here, and that is told


def _facts(done: Again, read: Reading) -> tuple[Part, list[str]]:
    """The facts of the items whose sources a packet has copies of; the others are counted."""
    from tieout.pipeline.from_copies import derive  # noqa: PLC0415 - collectors, which most verifications do not need

    try:
        derived = derive(done.contents.collection, done.configuration, read)
    except (TieoutError, ValueError, KeyError, TypeError, RecursionError) as error:
        why = error.message if isinstance(error, TieoutError) else "its inputs do not allow it"
        return Part("facts", "not-done", asked=True, why=why), []
    told = list(derived.problems)
    part = _compared("facts", told)
    if not told and not derived.items:
        part = Part("facts", "not-done", asked=True, why="the packet alone holds the source of no item")
    return replace(part, items=derived.items, of=len(done.contents.collection.items), left=derived.left), told


def _compared(name: str, differences: Sequence[str]) -> Part:
    return Part(name, "differs" if differences else "same", asked=True, why=differences[0] if differences else "")


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
