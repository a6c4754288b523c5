"""What commands print for people: plans, collections, assessments, packets."""

import re
import shlex
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from tieout.api import Verdict
from tieout.cli.console import errors, mark, output, rows, say
from tieout.cli.explaining import looked_up
from tieout.kernel.reading.text import display_path

if TYPE_CHECKING:
    from tieout.api import Assessment, Collection, Packed, Planned

_LISTED = 40
# A reason is made of sentences of ours; a name in one may hold a full stop, and so do initials and titles.
_SENTENCE = re.compile(
    r"""(?:(?<=[^\W\d_]{2})|(?<=[\d)%”"']))(?<!\b[DJMS]r)(?<!\bSt)(?<!\bMrs)(?<!\bProf)\.(?=\s+["'“(]*[A-Z\d])"""
)


def print_notes(notes: Iterable[str]) -> None:
    """Notes for the person who ran the command, on stderr."""
    from tieout.kernel.reading.redaction import redact

    for note in notes:
        errors().print(f"note: {display_path(redact(note).text)}", markup=False)


def print_waiting() -> None:
    """Why nothing happens for a while, on stderr."""
    print_notes(("another tieout works in this .tieout; waiting until it ends",))


def print_plan(planned: "list[Planned]") -> None:
    """What a collection would read: each source, then its files."""
    for entry in planned:
        at = f" at {entry.commit[:12]}" if entry.commit else ""
        say(Text(entry.name, style="bold"), f"  {entry.kind}  {entry.path}{at}")
        say(f"provides {', '.join(entry.provides)}", indent=4, style="dim")
        if entry.problem:
            say(f"cannot be read: {entry.problem}", indent=4)
        for path in entry.paths[:_LISTED]:
            say(path, indent=4)
        if len(entry.paths) > _LISTED:
            say(f"and {len(entry.paths) - _LISTED} more (--format json lists them all)", indent=4)


def print_collection(collection: "Collection") -> None:
    """What each source gave, and every problem with its place."""
    table = [
        (source.name, source.kind, f"{len(source.items)} items", _problems(len(source.problems)))
        for source in collection.sources
    ]
    rows(table, header=("Source", "Kind", "Evidence", "Problems"))
    for problem in collection.problems:
        place = problem.place.model_copy(update={"path": looked_up(problem.place, collection)})
        say(f"{problem.status}: {place}: {problem.reason}", indent=2)


def print_assessment(assessment: "Assessment", *, config: Path | None = None) -> None:
    """What was assessed, a line for each control that a rule judged, and how many of each verdict.

    Args:
        assessment: What to tell of.
        config: Configuration that was named in the call; the line that says where to read on names it, too.
    """
    subject = assessment.subject
    release = f" · release {subject.release}" if subject.release else ""
    commit = f"commit {subject.commit[:12]} · " if subject.commit else ""
    say(f"{subject.name}{release}", style="bold")
    say(f"{commit}as of {assessment.as_of:%Y-%m-%d %H:%M} UTC")
    output().print()
    judged = [control for control in assessment.controls if control.rules]
    rows(
        [(control.control, mark(control.verdict), first_sentence(control.reason)) for control in judged],
        header=("Control", "Verdict", "Why"),
        cut=True,
    )
    named = f" --config {shlex.quote(str(config))}" if config is not None else ""
    output().print()
    for control in judged[:1]:
        say("Each in full, with its evidence and what closes it:")
        output().print(Text(display_path(f"  {_program()} explain {control.control}{named}")))
        output().print()
    say(f"{len(assessment.controls)} subcategories:")
    unruled = len(assessment.controls) - len(judged)
    counted = [(verdict, count) for verdict, count in assessment.counts().items() if count]
    rows([(f"  {count:>3}", _total(verdict, count, unruled)) for verdict, count in counted])


def first_sentence(reason: str) -> str:
    """The first of the sentences that a reason is made of; a full stop after initials or in a name ends none."""
    end = _SENTENCE.search(reason)
    return reason[: end.end()] if end else reason


def _total(verdict: Verdict, count: int, unruled: int) -> Text:
    if verdict is not Verdict.NOT_ASSESSED or not unruled:
        return mark(verdict)
    which = "no rule" if unruled == count else f"{unruled} of them have no rule"
    return mark(verdict) + Text(f" ({which} in this version)")


def print_packet(packed: "Packed") -> None:
    """Where the packet is, and how to verify it."""
    output().print()
    lines = [
        ("Report", str(packed.report)),
        ("Page", str(packed.page)),
        ("OSCAL", str(packed.oscal)),
        *([("Archive", str(packed.archive))] if packed.archive is not None else []),
        ("Verify", f"{_program()} verify {shlex.quote(str(packed.folder))}"),
        ("By hand", str(packed.folder / "VERIFY.txt")),
        ("Digest", packed.digest),
    ]
    for name, value in lines:  # a path or digest is copied: it is never wrapped
        output().print(Text(f"{name:8} {display_path(value)}"))


def _program() -> str:
    """How tieout is called here, so that the line can be copied: `tieout` where a shell finds this very program."""
    called, found = sys.argv[0], shutil.which("tieout")
    if called.endswith("__main__.py"):
        return "python -m tieout"
    here = Path(shutil.which(called) or called).resolve()
    return "tieout" if found and Path(found).resolve() == here else called


def _problems(count: int) -> str:
    return "none" if count == 0 else str(count)
