"""What commands print for people: plans, collections, assessments, packets."""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from tieout.api import Verdict
from tieout.cli.console import PARAGRAPH, errors, mark, output, rows, say
from tieout.kernel.reading.text import display_path

if TYPE_CHECKING:
    from tieout.api import Assessment, Collection, ControlResult, Packed, Planned, RuleResult

_LISTED = 40


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
        say(f"{problem.status}: {problem.place}: {problem.reason}", indent=2)


def print_assessment(assessment: "Assessment") -> None:
    """What was assessed, how many of each verdict, and every control: those with a rule in full."""
    subject = assessment.subject
    release = f" · release {subject.release}" if subject.release else ""
    commit = f"commit {subject.commit[:12]} · " if subject.commit else ""
    say(f"{subject.name}{release}", style="bold")
    say(f"{commit}as of {assessment.as_of:%Y-%m-%d %H:%M} UTC")
    say(f"{len(assessment.controls)} subcategories:")
    rows([(f"  {count:>3}", mark(verdict)) for verdict, count in assessment.counts().items() if count])
    output().print()
    rows(
        [
            (control.control, mark(control.verdict), why(assessment, control))
            for control in assessment.controls
            if control.rules
        ],
        header=("Control", "Verdict", "Why"),
    )
    _print_without_rule(assessment)


def why(assessment: "Assessment", control: "ControlResult") -> str:
    """A control's reason; of a partial one first what was shown, so that a reader sees how far it is."""
    if control.verdict is not Verdict.PARTIAL:
        return control.reason
    shown = passed(assessment.rule(name) for name in control.rules)
    return f"Shown: {' '.join(shown)}{PARAGRAPH}Open: {control.reason}" if shown else control.reason


def passed(rules: "Iterable[RuleResult]") -> list[str]:
    """Reasons of the checks that were satisfied, each once."""
    told = [check.reason for rule in rules for check in rule.checks if check.verdict is Verdict.SATISFIED]
    return list(dict.fromkeys(told))


def print_packet(packed: "Packed") -> None:
    """Where the packet is, and how to verify it."""
    output().print()
    lines = [
        ("Report", str(packed.report)),
        ("Page", str(packed.page)),
        ("OSCAL", str(packed.oscal)),
        *([("Archive", str(packed.archive))] if packed.archive is not None else []),
        ("Verify", f"{_program()} verify {packed.folder}"),
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


def _print_without_rule(assessment: "Assessment") -> None:
    groups: dict[str, list[str]] = {}
    for control in assessment.controls:
        if not control.rules:
            function, _, number = control.control.partition(" ")
            groups.setdefault(function, []).append(number)
    if groups:
        output().print()
        say(mark(Verdict.NOT_ASSESSED), ", because no rule tests them yet:")
        rows([(f"  {function}", " ".join(numbers)) for function, numbers in groups.items()])


def _problems(count: int) -> str:
    return "none" if count == 0 else str(count)
