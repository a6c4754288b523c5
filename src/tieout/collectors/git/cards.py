"""System and dataset cards: what their front matter claims, and nothing that it does not say."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tieout.collectors.base import Commit
from tieout.collectors.copied import COPIED, is_example
from tieout.collectors.fitting import Filled, approval_lines, approval_of, dated, filled, fit, pointer, split_approval
from tieout.collectors.gathering import Gathering, SourceFile
from tieout.collectors.placeholders import marks
from tieout.collectors.scope import NOT_LIVE
from tieout.collectors.standing import not_in_force
from tieout.collectors.versions import Texts
from tieout.domain.artefacts.repository import DatasetCard, SystemCard
from tieout.domain.base import Model
from tieout.domain.evidence import Effective, PathClass
from tieout.domain.paths import classify
from tieout.kernel.clock import parse_instant
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.history import Dating
from tieout.kernel.reading.documents import parse
from tieout.kernel.reading.files import Entry
from tieout.kernel.reading.text import decode_text

_SYSTEM_CARD = re.compile(r"(?:^|/)(?:model|system)[-_ ]?card\.(?:md|markdown)$", re.IGNORECASE)
_DATASET_CARD = re.compile(r"(?:^|/)(?:dataset|data)[-_ ]?card\.(?:md|markdown)$", re.IGNORECASE)
_DATA_README = re.compile(r"(?:^|/)data/(?:.*/)?README\.md$", re.IGNORECASE)
_STATED = re.compile(rb"""(?m)^["']?artefact["']?[ \t]*:[ \t]*["']?dataset_card\b""")
_TEMPLATE_BRACES = re.compile(r"\{\{|\{%")
_AS_LISTS = frozenset({"models", "tasks", "limits", "metrics", "residual_risks"})


def gather_system_cards(gathering: Gathering, commit: Commit) -> None:
    """Add every live model or system card; one without front matter is no more than a text.

    Raises:
        UnreadableError: The tree or the history cannot be read.
    """
    entries = [entry for entry in gathering.request.entries() if _SYSTEM_CARD.search(entry.path)]
    _gather(gathering, commit, entries, "system_card", SystemCard)


def gather_dataset_cards(gathering: Gathering, commit: Commit) -> None:
    """Add every live dataset card; a README under `data` is one where its front matter says so.

    Raises:
        UnreadableError: The tree or the history cannot be read.
    """
    entries = gathering.request.entries()
    named = [entry for entry in entries if _DATASET_CARD.search(entry.path)]
    readmes = [
        entry
        for entry in entries
        if entry.kind == "file" and _DATA_README.search(entry.path) and _says_dataset_card(gathering, entry)
    ]
    _gather(gathering, commit, [*named, *readmes], "dataset_card", DatasetCard)


def _gather(gathering: Gathering, commit: Commit, entries: Sequence[Entry], type_: str, model: type[Model]) -> None:
    live = []
    for entry in entries:
        kind = classify(entry.path.removeprefix("docs/"))  # cards may stand in the documentation
        if kind in {PathClass.LIVE, PathClass.NON_PRODUCTION}:  # `evals/dev` is a part of the data
            live.append(entry)
        else:
            gathering.problem("not-counted", entry.path, f"is {NOT_LIVE[kind]}, not a card", types=(type_,))
    paths = [entry.path for entry in live]
    changes = commit.changes(paths) if paths else {}
    texts = Texts(commit)
    for entry in live:
        try:
            _card(gathering, entry, changes.get(entry.path), type_, model, texts=texts)
        except UnreadableError as error:
            gathering.unreadable(error, entry.path, types=(type_,))


def _card(
    gathering: Gathering, entry: Entry, change: Dating | None, type_: str, model: type[Model], *, texts: Texts
) -> None:
    file = gathering.read(entry)
    text = decode_text(file.data, file.path)
    if not text.strip():
        gathering.problem("absent", file.path, "is empty", types=(type_,))
        return
    front = _front_matter(gathering, file, text, type_)
    if front is None:
        return
    stated = front.data.get("artefact", type_)
    if stated != type_:
        reason = "says that it is another artefact"
        gathering.problem("not-counted", file.path, reason, line=front.lines.get("/artefact"), types=(type_,))
        return
    approval_keys, own = split_approval(front.data)
    approval = approval_of(approval_keys, front.lines, file.path)
    since, recorded = texts.since(entry.path, "front-matter", approved_on=approval.approved_on, change=change)
    approval = dated(approval, text=since, recorded=recorded)
    fields = {
        key: _listed(value) if key in _AS_LISTS else value
        for key, value in own.items()
        if key in model.model_fields and key != "approval"
    }
    if model is DatasetCard and not isinstance(fields.get("name"), str):
        gathering.problem("not-counted", file.path, "does not name its data set", types=(type_,))
        return
    card = fit(model, fields, front.lines, file.path).model_copy(update={"approval": approval})
    end = parse_instant(approval.approved_on.isoformat()) if approval.approved_on is not None else None
    effective: Effective | None = None
    if end is not None and end <= gathering.request.as_of:
        effective = Effective(end=end, basis="front matter: approved_on")
    elif change is not None:  # an approval on a day that has not come dates nothing; it is seen and judged
        future = ", its approved_on is in the future" if end is not None else ""
        effective = Effective(end=change.at, basis=f"last commit that changed the file{future}")
    gathering.add(
        type_,
        card,
        path=file.path,
        digest=file.digest,
        effective=effective,
        lines={**_lines_of(fields, front.lines), **approval_lines(approval_keys, front.lines)},
        file=file,
        change=change,
    )


def _front_matter(gathering: Gathering, file: SourceFile, text: str, type_: str) -> Filled | None:
    """What the front matter says; None, with a problem, where there is none or nobody filled it in.

    Raises:
        UnreadableError: It is broken.
    """
    try:
        document = parse(file.data, "front-matter", where=file.path)
    except UnreadableError:
        if not _TEMPLATE_BRACES.search(text):
            raise
        reason = "is an unfilled template: nothing in it counts"
        gathering.problem("not-counted", file.path, reason, types=(type_,))
        return None
    if document.data is None:
        reason = "has no front matter (fields between two lines of ---), and no more than that is read of a card"
        gathering.problem("not-counted", file.path, reason, types=(type_,))
        return None
    front = filled(document.data, document.lines)
    if is_example(type_, front.data, document.body):
        line = front.lines.get("/artefact")
        gathering.problem("not-counted", file.path, COPIED, line=line, types=(type_,))
        return None
    if ended := not_in_force(front.data, document.body, gathering.request.as_of, source=text):
        line = front.lines.get(pointer((ended.field,)))
        if ended.line is not None:
            line = ended.line if ended.in_comment else document.body_line + ended.line - 1
        gathering.problem("not-counted", file.path, ended.reason, line=line, types=(type_,))
        return None
    for name, line in front.unfilled:
        gathering.problem("not-counted", file.path, f"field '{name}' is not filled in", line=line, types=(type_,))
    unfilled = len(marks(document.body))
    if unfilled:
        reason = f"has {unfilled} unfilled template marks below its front matter"
        gathering.problem("not-counted", file.path, reason, types=(type_,))
    return front


def _says_dataset_card(gathering: Gathering, entry: Entry) -> bool:
    try:
        content = gathering.request.view.read(entry.path)
    except UnreadableError:
        return True  # it may be one: why it cannot be read is told with its place
    try:
        data = parse(content, "front-matter", where=entry.path).data
    except UnreadableError:
        return _STATED.search(content) is not None  # broken, it is told as the card that it says to be
    return isinstance(data, dict) and data.get("artefact") == "dataset_card"


def _listed(value: Any) -> Any:
    """One text where a list is wanted is a list of one."""
    return [value] if isinstance(value, str) else value


def _lines_of(fields: Mapping[str, Any], lines: Mapping[str, int]) -> dict[str, int]:
    """Lines of the card's own fields and of what is below them."""
    return {at: line for at, line in sorted(lines.items()) if at.split("/")[1:2] and at.split("/")[1] in fields}
