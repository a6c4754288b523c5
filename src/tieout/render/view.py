"""Builds the one view of a packet that the PDF and the HTML page show."""

from collections.abc import Iterator, Sequence

from tieout.assess.register import register_numbers
from tieout.assess.wording import capitalised
from tieout.domain.assessment import ControlResult, RuleResult
from tieout.domain.catalog import Control, ControlCategory, ControlFunction
from tieout.domain.packet import Contents
from tieout.domain.retention import RetentionBlock
from tieout.domain.rules import Rule
from tieout.domain.verdicts import Verdict
from tieout.kernel.clock import rfc3339
from tieout.render.conclusions import register_row
from tieout.render.control import document_control
from tieout.render.evidence import by_status, evidence_rows, kinds_in_words, packet_href, problem_rows
from tieout.render.extent import INDEXED, LISTED, PROBLEMS, head_of
from tieout.render.measures import criterion_rows
from tieout.render.model import (
    Block,
    Cell,
    Fact,
    FunctionRow,
    MachineFile,
    Omission,
    PacketView,
    RetentionRow,
    Section,
    SignOff,
    StateMeaning,
    Unasked,
    UnaskedGroup,
    VerdictCount,
)
from tieout.render.owners import Owners
from tieout.render.running import collector_rows, rule_runs
from tieout.render.scope import build_scope
from tieout.render.sections import anchor_of, build_section, index_of, shortened
from tieout.render.strip import strip_of
from tieout.render.words import (
    HOW_DATED,
    HOW_TESTED,
    KINDS,
    MEANINGS,
    NOT_RECORDED,
    SIGN_OFF,
    STATES,
    UNSIGNED,
    VERIFY_STEPS,
    footing,
    keeping,
    period_in_words,
    position_in_words,
)

_Place = tuple[ControlFunction, ControlCategory, Control]
#: Lines of the retention block that its table of rules tells one by one.
_OF_THE_RULES = frozenset({"Schedule", "Authority", "Trigger", "Period"})


def build_view(contents: Contents, files: Sequence[str] = ()) -> PacketView:
    """The view of a packet.

    Args:
        contents: Everything that the renderings may say.
        files: Paths below `data/` that the packet holds; only these are linked to.
    """
    return _Builder(contents, files).view()


class _Builder:
    """Holds what several parts of a view look up."""

    def __init__(self, contents: Contents, files: Sequence[str]) -> None:
        self.contents = contents
        self.files = sorted(files)
        self.assessment = contents.assessment
        self.results = {result.control: result for result in contents.assessment.controls}
        self.owners = Owners.of(contents.collection)
        self.rules = {rule.id: rule for rule in contents.rules}
        self.places: dict[str, _Place] = {
            control.label: (function, category, control)
            for function in contents.catalog.functions
            for category in function.categories
            for control in category.controls
        }
        self.numbers = register_numbers(contents.assessment)

    def view(self) -> PacketView:
        contents, assessment = self.contents, self.assessment
        subject, retention = assessment.subject, contents.retention
        functions = tuple(self._functions())
        sections = tuple(self._sections(functions))
        # What a workpaper lists is listed here too: its references lead here.
        examined = {row.id for section in sections for row in section.evidence}
        ordered = sorted(contents.collection.items, key=lambda item: item.id not in examined)
        most = max(INDEXED, len(examined))
        indexed, more_items = head_of(ordered, most, "data/evidence/index.json")
        listed = {item.id for item in indexed}
        items = [item for item in contents.collection.items if item.id in listed]
        met = by_status(contents.collection.problems)
        problems, more_problems = head_of(met, PROBLEMS, "data/inputs/collection.json")
        asked = criterion_rows(
            contents.collection, assessment, self.rules, {label: self._cell(label) for label in self.places}
        )
        criteria, more_criteria = head_of(
            list(asked), LISTED, "data/inputs/collection.json", worst=lambda row: bool(row.measured_in)
        )
        return PacketView(
            title=f"Evidence packet: {subject.name}, {_release(subject.release)}",
            framework=contents.catalog.title,
            publication=contents.catalog.publication,
            system=subject.name,
            system_id=subject.system_id,
            release=_release(subject.release),
            commit=subject.commit or NOT_RECORDED,
            packet_id=contents.packet_id,
            record_id=retention.record_id,
            keeping=keeping(retention.floor_until),
            footing=footing(retention.record_id, keeping(retention.floor_until)),
            marking=retention.marking or "",
            unsigned=UNSIGNED,
            as_of=assessment.as_of,
            uncommitted=""
            if subject.configuration_committed
            else "The configuration that was used is not committed: nobody else can make this packet again.",
            identity=tuple(self._identity()),
            digests=tuple(self._digests()),
            controls_sha256=assessment.controls_sha256,
            evidence_index_sha256=contents.evidence_index_sha256,
            retention=tuple(
                Fact(name=name, value=value) for name, value in retention.lines() if name not in _OF_THE_RULES
            ),
            retention_rules=tuple(_retention_rules(retention)),
            counts=tuple(
                VerdictCount(verdict=verdict, count=count, meaning=MEANINGS[verdict])
                for verdict, count in assessment.counts().items()
            ),
            total=len(assessment.controls),
            coverage=self._coverage(),
            scope=build_scope(contents.collection),
            functions=functions,
            strip=strip_of(functions, columns=2),
            tall_strip=strip_of(functions, columns=1),
            sections=tuple(map(shortened, sections)),
            unasked=tuple(self._unasked()),
            omissions=tuple(self._omissions()),
            gaps=tuple(sorted(filter(None, map(register_row, sections)), key=lambda row: row.number)),
            problems=problem_rows(problems),
            more_problems=more_problems,
            criteria=criteria,
            more_criteria=more_criteria,
            states=tuple(StateMeaning(mark=mark, text=text, meaning=meaning) for mark, text, meaning in STATES),
            how_tested=HOW_TESTED,
            how_dated=HOW_DATED,
            rule_runs=tuple(rule_runs(contents.rules, assessment)),
            collectors=collector_rows(contents.collection),
            evidence=evidence_rows(items, self._users(), self.files),
            more_evidence=more_items,
            files=tuple(
                MachineFile(name=path, href=packet_href(path))
                for path in self.files
                if path.startswith(("oscal/", "inputs/")) or path == "evidence/index.json"
            ),
            verify_steps=tuple(Fact(name=command, value=shows, code=True) for shows, command in VERIFY_STEPS),
            control=document_control(contents, _release(subject.release)),
            sign_off=tuple(SignOff(role=role, text=text) for role, text in SIGN_OFF),
        )

    def _identity(self) -> Iterator[Fact]:
        assessment = self.assessment
        subject, period = assessment.subject, assessment.period
        yield Fact(name="System id", value=subject.system_id, code=True)
        yield Fact(name="Release", value=subject.release or NOT_RECORDED)
        yield Fact(name="Repository", value=subject.repository or NOT_RECORDED, code=bool(subject.repository))
        yield Fact(name="Commit", value=subject.commit or NOT_RECORDED, code=bool(subject.commit))
        if subject.committed_at:
            yield Fact(name="Committed", value=rfc3339(subject.committed_at))
        yield Fact(name="Period assessed", value=period_in_words(period))
        yield Fact(name="As of", value=rfc3339(assessment.as_of))
        yield Fact(name="Prepared by", value=self.contents.prepared_by)
        yield Fact(name="Prepared for", value=self.contents.prepared_for)
        yield Fact(name="Made with", value=f"tieout {assessment.tool_version}")
        yield Fact(name="Packet", value=self.contents.packet_id, code=True)

    def _digests(self) -> Iterator[Fact]:
        assessment = self.assessment
        for name, value in (
            ("Evidence index", self.contents.evidence_index_sha256),
            ("OSCAL set", self.contents.oscal_sha256 or "not made yet"),
            ("Controls and rules", assessment.controls_sha256),
            ("Configuration", assessment.configuration_sha256),
            ("Collection", assessment.collection_sha256),
        ):
            yield Fact(name=name, value=value, code=True)

    def _coverage(self) -> str:
        counts = self.assessment.counts()
        left, total = counts[Verdict.NOT_ASSESSED], len(self.assessment.controls)
        if not left:
            return f"All {total} subcategories were assessed."
        return (
            f"{left} of {total} subcategories were not assessed: no rule tests them yet, or no configured source "
            "could answer. Nothing in this packet says that they are met."
        )

    def _cell(self, label: str) -> Cell:
        function, _, control = self.places[label]
        result = self.results[label]
        return Cell(
            label=label,
            index=index_of(function, control),
            anchor=anchor_of(label),
            title=control.title,
            verdict=result.verdict,
            has_section=bool(result.rules),
        )

    def _functions(self) -> Iterator[FunctionRow]:
        for function in self.contents.catalog.functions:
            blocks = tuple(
                Block(
                    label=category.label,
                    title=category.title,
                    cells=tuple(self._cell(control.label) for control in category.controls),
                )
                for category in function.categories
            )
            yield FunctionRow(label=function.label, code=function.code, title=function.title, blocks=blocks)

    def _rules_of(self, result: ControlResult) -> list[tuple[Rule, RuleResult]]:
        return [(self.rules[rule_id], self.assessment.rule(rule_id)) for rule_id in result.rules]

    def _sections(self, functions: Sequence[FunctionRow]) -> Iterator[Section]:
        for label, place in self.places.items():
            result = self.results[label]
            if result.rules:
                yield build_section(
                    place,
                    result,
                    self._rules_of(result),
                    self.contents.collection,
                    owners=self.owners,
                    number=self.numbers.get(label, ""),
                    position=position_in_words(functions, label),
                )

    def _unasked(self) -> Iterator[UnaskedGroup]:
        for function in self.contents.catalog.functions:
            labels = [control.label for category in function.categories for control in category.controls]
            rows = tuple(self._unasked_row(label) for label in labels if not self.results[label].rules)
            if rows:
                yield UnaskedGroup(label=function.label, code=function.code, total=len(labels), rows=rows)

    def _unasked_row(self, label: str) -> Unasked:
        function, _, control = self.places[label]
        return Unasked(
            label=label,
            index=index_of(function, control),
            anchor=anchor_of(label),
            title=control.title,
            verdict=self.results[label].verdict,
            answer=kinds_in_words(control.expected),
            kinds=", ".join(KINDS[kind] for kind in control.evidence_kinds),
        )

    def _omissions(self) -> Iterator[Omission]:
        for label, (function, _, control) in self.places.items():
            parts = tuple(part for rule, _ in self._rules_of(self.results[label]) for part in rule.untested)
            if parts:
                yield Omission(index=index_of(function, control), anchor=anchor_of(label), parts=parts)

    def _users(self) -> dict[str, list[Cell]]:
        users: dict[str, list[Cell]] = {}
        for label in self.places:
            result = self.results[label]
            refs = {ref for _, outcome in self._rules_of(result) for ref in outcome.evidence} | set(result.evidence)
            for ref in sorted(refs):
                users.setdefault(ref, []).append(self._cell(label))
        return users


def _release(release: str | None) -> str:
    return f"release {release}" if release else "no release"


def _retention_rules(retention: RetentionBlock) -> Iterator[RetentionRow]:
    for row in retention.rule_rows():
        note = f" {capitalised(row.note)}" if row.note else ""
        yield RetentionRow(
            rule=row.rule,
            authority=row.authority,
            trigger=row.trigger,
            period=row.period,
            says=f"{row.says}.{note}",
        )
