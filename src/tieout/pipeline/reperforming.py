"""Does a packet again from its own inputs: assesses, writes OSCAL, page and report anew, and names what differs."""

import json
from collections.abc import Collection as Names
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import ValidationError

from tieout import __version__
from tieout.assess.engine import assess as run_rules
from tieout.domain.assessment import Assessment
from tieout.domain.collection import Collection
from tieout.domain.packet import Contents
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import TieoutError
from tieout.kernel.reading.text import display_path
from tieout.pipeline.assessing import load_controls
from tieout.pipeline.bag import info_bytes
from tieout.pipeline.contents import attached, bag_info, evidence_index, input_files, packet_contents, renderings
from tieout.pipeline.layout import Reading
from tieout.pipeline.report_process import ReportStoppedError, render_confined
from tieout.render.model import PacketView
from tieout.render.pdf import PangoMissingError

#: What can be done again, in this order.
PARTS: Final = ("assessment", "OSCAL", "page", "report")

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
class Part:
    """Whether one part of a packet was done again, and what came of it.

    Attributes:
        name: One of PARTS.
        state: "same" where it was done again with no difference.
        asked: Whether it was to be done again.
        why: What differs, or why it was not done; "" where it is the same.
    """

    name: str
    state: Literal["same", "differs", "not-done"]
    asked: bool
    why: str = ""


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


def reperform(read: Reading, sizes: Mapping[str, int], asked: Names[str], problems: list[str]) -> tuple[Part, ...]:
    """Do again what is asked, and compare.

    Args:
        read: Reads what the packet holds.
        sizes: Path of each file of the bag -> its size in bytes.
        asked: None of PARTS, the first, or all.
        problems: What is wrong with the packet so far; where nothing is, what differs is added.

    Returns:
        Every one of PARTS.
    """
    if problems:
        return _none("the packet is not whole", asked)
    problems.extend(_input_problems(read))
    if not asked:
        return _none("", asked)
    version = made_by(read)
    if version != __version__:
        return _none(f"made by version {display_path(str(version))}, and this is {__version__}", asked)
    again = do_again(read)
    if isinstance(again, str):
        problems.append(again)
        return _none("its inputs do not allow it", asked)
    payload = [path for path in sizes if path.startswith("data/")]
    differences = list(assessment_problems(again, read, [sizes[path] for path in payload]))
    parts = [_compared("assessment", differences)]
    if "report" in asked:
        others = tuple(path.removeprefix("data/") for path in payload if not path.startswith(_RENDERED))
        contents, files, view = renderings(again.contents, others)
        rendered = list(rendering_problems(files, read))
        parts.append(_compared("OSCAL", [told for told in rendered if told.startswith("data/oscal/")]))
        parts.append(_compared("page", [told for told in rendered if not told.startswith("data/oscal/")]))
        differences += rendered
        parts.append(
            Part("report", "not-done", asked=True, why="what it shows differs")
            if differences
            else _report(contents, view, files, read)
        )
    problems.extend(differences)
    return (*parts, *(part for part in _none("", asked) if part.name not in asked))


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
    except (PangoMissingError, ReportStoppedError) as error:
        return Part("report", "not-done", asked=True, why=error.message)
    if sha256_hex(report) == read.digest("data/report.pdf"):
        return Part("report", "same", asked=True)
    why = (
        "data/report.pdf is not the file that is made here: it was exchanged, or made with other versions of "
        "WeasyPrint, Pango or HarfBuzz; the page is what it should be, so read that"
    )
    return Part("report", "differs", asked=True, why=why)


def _input_problems(read: Reading) -> Iterator[str]:
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


def _none(why: str, asked: Names[str]) -> tuple[Part, ...]:
    return tuple(Part(name, "not-done", name in asked, why if name in asked else "not asked for") for name in PARTS)


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
