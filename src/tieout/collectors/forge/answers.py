"""Answers of a forge as they were saved: bare as the endpoint or a program gave them, or in our wrapper with its time.

The wrapper is one object: `{"endpoint": "/repos/o/r/pulls?state=closed", "fetched_at": "2026-11-20T08:00:00Z",
"body": …}`; `status` (of HTTP, 200 where left out) and `whole` (whether the list went to its end) may stand in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

from tieout.collectors.forge.commands import repository_of
from tieout.collectors.forge.exports import form_of_command, is_of_program, parts_of
from tieout.collectors.forge.forms import Form, by_endpoint, by_members, members, question_of
from tieout.collectors.forge.graph_questions import question_in
from tieout.collectors.forge.values import flag, instant, text, whole
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.masking import sayable

_WRAPPER: Final = frozenset({"endpoint", "fetched_at", "body"})
_ALSO: Final = frozenset({"status", "whole"})
_OK, _REFUSED = 200, 400
#: Characters of an endpoint or command that are read.
_LONGEST: Final = 100_000
#: What a forge says of a branch without protection, where the token may see it; any other refusal tells nothing.
UNPROTECTED: Final = "Branch not protected"


@dataclass(frozen=True, slots=True)
class Row:
    """One object of an answer.

    Attributes:
        data: The object.
        pointer: Where it stands in its file.
    """

    data: dict[str, Any]
    pointer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes:
        form: What it is.
        path: File, safe to print, or the endpoint it was fetched from.
        digest: `gitblob:…` or `sha256:…` of the bytes as read.
        rows: Its objects; none for an empty list or a refusal.
        lines: JSON pointer in the file -> line.
        slots: What its endpoint names: `owner`, `branch`, `number`.
        fetched_at: When the forge gave it, where that was saved with it.
        status: Of HTTP.
        message: What a refusal says.
        whole: Whether a list is known to have gone to its end.
        total: How many rows the forge says there are.
        question: What was asked, whatever the page: answers to one question replace each other.
        asked: The endpoint or command as it was saved with the answer; "" where it was not.
        lack: Why it does not hold all rows that count; "" where nothing in its question takes any out.
    """

    form: Form
    path: str
    digest: str
    rows: tuple[Row, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    slots: Mapping[str, str] = field(default_factory=dict)
    fetched_at: datetime | None = None
    status: int = _OK
    message: str = ""
    whole: bool | None = None
    total: int | None = None
    question: str = ""
    asked: str = ""
    lack: str = ""

    @property
    def refused(self) -> bool:
        """Whether the forge gave no answer but an error."""
        return self.status >= _REFUSED

    def line(self, pointer: str) -> int | None:
        """The line of a value of the file."""
        return self.lines.get(pointer)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of an answer besides its body."""

    endpoint: str | None = None
    fetched_at: datetime | None = None
    status: int = _OK
    whole: bool | None = None


def rows_held(answers: Iterable[Answer]) -> int:
    """How many rows answers hold; one that stands in several, by its number or tag, counts once."""
    return len({_identity(answer, row) for answer in answers for row in answer.rows})


def _identity(answer: Answer, row: Row) -> tuple[object, ...]:
    for name in ("id", "number", "tag_name"):
        if (value := whole(row.data, name) or text(row.data, name)) is not None:
            return name, value
    return answer.path, row.pointer


def is_wrapped(data: Any) -> bool:
    """Whether a document is our wrapper."""
    return isinstance(data, dict) and _WRAPPER <= set(data) <= _WRAPPER | _ALSO


def saved_answers(document: Document, path: str, digest: str) -> tuple[Answer, ...]:
    """The answers in a file; none where it holds none of GitHub or GitLab.

    Raises:
        UnreadableError: It is one, and cannot be used as it was saved.
    """
    if not is_wrapped(document.data):
        return _exported(document, Envelope(), path, digest) or _only(answer_of(document, Envelope(), path, digest))
    data = document.data
    # A command can hold a whole question, so that it is not cut as a name would be.
    told = data["endpoint"]
    endpoint = told.strip()[:_LONGEST] if text(data, "endpoint") is not None else None
    fetched_at = instant(data, "fetched_at")
    if endpoint is None or fetched_at is None:
        line = document.lines.get("/fetched_at" if endpoint else "/endpoint")
        message = "is a saved answer whose endpoint is no text or whose `fetched_at` is no time with its zone"
        raise UnreadableError(
            message, hint="write it as 2026-11-20T08:00:00Z", where=f"{path}:{line}" if line else path
        )
    envelope = Envelope(endpoint, fetched_at, whole(data, "status") or _OK, flag(data, "whole"))
    answers = _wrapped(document, envelope, endpoint, path, digest)
    named = repository_of(endpoint) if is_of_program(endpoint) else {}
    return tuple(replace(answer, asked=endpoint, slots={**named, **answer.slots}) for answer in answers)


def _wrapped(document: Document, envelope: Envelope, endpoint: str, path: str, digest: str) -> tuple[Answer, ...]:
    """The answers in a wrapper.

    Raises:
        UnreadableError: As for any saved answer.
    """
    if not is_of_program(endpoint):
        return _only(answer_of(document, envelope, path, digest, base="/body"))
    form = form_of_command(endpoint)
    if document.data["body"] == [] and form is not None:
        fetched_at = envelope.fetched_at
        return (Answer(form, path, digest, lines=document.lines, fetched_at=fetched_at, whole=envelope.whole),)
    bare = replace(envelope, endpoint=None)
    found = _exported(document, bare, path, digest, base="/body", asked=endpoint)
    return found or _only(answer_of(document, bare, path, digest, base="/body"))


def _only(answer: Answer | None) -> tuple[Answer, ...]:
    return () if answer is None else (answer,)


def _exported(
    document: Document, envelope: Envelope, path: str, digest: str, *, base: str = "", asked: str = ""
) -> tuple[Answer, ...]:
    """The answers in an export of `gh` or of GraphQL; none where it is no export."""
    body = document.data if not base else document.data["body"]
    found = []
    question = question_in(asked) if asked else None
    for part in parts_of(body, where=path, question=question):
        misfit = next((pointer for pointer, row in part.rows if not part.form.fits(row)), None)
        if misfit is not None:
            line = document.lines.get(base + misfit)
            message = "does not hold what `gh` writes of " + part.form.name.removeprefix("github-")
            raise UnreadableError(message, where=f"{path}:{line}" if line else path)
        answer = Answer(
            form=part.form,
            path=path,
            digest=digest,
            rows=tuple(Row(row, base + pointer) for pointer, row in part.rows),
            lines=document.lines,
            slots=part.slots,
            fetched_at=envelope.fetched_at,
            # What a wrapper says of its list is not said of the reviews within.
            whole=part.whole if part.whole is not None else envelope.whole,
            total=part.total,
            lack=part.lack,
        )
        found.append(answer)
    return tuple(found)


def answer_of(document: Document, envelope: Envelope, path: str, digest: str, *, base: str = "") -> Answer | None:
    """The answer that a body is, by its endpoint where that is known, else by its members.

    Args:
        document: Parsed.
        envelope: What is known besides.
        path: File or endpoint, safe to print.
        digest: Of the bytes.
        base: Pointer to the body.

    Raises:
        UnreadableError: The endpoint gives another form, or nothing says what an empty list is of.
    """
    body = document.data if not base else document.data["body"]
    known = by_endpoint(envelope.endpoint) if envelope.endpoint else None
    if envelope.endpoint and known is None:
        return None
    form, slots = known or (None, dict[str, str]())
    told: dict[str, Any] = {
        "path": path,
        "digest": digest,
        "lines": document.lines,
        "slots": {name: unquote(value) for name, value in slots.items()},
        "fetched_at": envelope.fetched_at,
        "question": question_of(envelope.endpoint) if envelope.endpoint else "",
    }
    if envelope.status >= _REFUSED or _is_refusal(body):
        return _refusal(body, envelope, form, told)
    found, member, single = _rows(body, base, form)
    if form is None:
        form = by_members([row for _, row in found], member=member, single=single)
        if form is None:
            _refuse_empty(body, path)
            return None
    misfit = next((at for at, row in found if not form.fits(row)), None)
    if misfit is not None or form.single != single or form.member != member:
        line = document.lines.get(misfit or base)
        message = f"does not hold what {form.endpoint} gives"
        raise UnreadableError(
            message, hint="save the whole answer as it came", where=f"{path}:{line}" if line else path
        )
    if not told["question"] and form.single:
        told["question"] = _own_question(form, body)
    return Answer(
        form=form,
        rows=tuple(Row(row, at) for at, row in found),
        whole=envelope.whole,
        total=whole(body, "total_count"),
        **told,
    )


def _is_refusal(body: Any) -> bool:
    """Whether a body is an error as the forges write it."""
    return (
        isinstance(body, dict)
        and ("message" in body or "error" in body)
        and set(body) <= {"message", "documentation_url", "status", "errors", "error", "error_description", "block"}
    )


def _refusal(body: Any, envelope: Envelope, form: Form | None, told: dict[str, Any]) -> Answer:
    """An error that was saved instead of an answer.

    Raises:
        UnreadableError: Nothing says what was asked for.
    """
    message = text(body, "message") or text(body, "error_description") or text(body, "error") or ""
    if form is None:
        said = f" ('{sayable(message)}')" if message else ""
        reason = f"is a refusal of the forge{said}, and nothing says what was asked for"
        raise UnreadableError(reason, hint="save the answer that a token with the right gets", where=told["path"])
    status = text(body, "status") or ""
    code = envelope.status if envelope.status >= _REFUSED else int(status) if status.isdecimal() else 404
    return Answer(form=form, status=code, message=message, **told)


def _rows(body: Any, base: str, form: Form | None) -> tuple[list[tuple[str, Any]], str, bool]:
    """(pointer, row) of a body, the member they stood under, and whether the body is one object.

    Pages that were put into one list (`--slurp`) are read as one.
    """
    found: list[tuple[str, Any]] = [(base, body)]
    if isinstance(body, list):
        found = [(f"{base}/{index}", row) for index, row in enumerate(body)]
        if body and all(isinstance(page, list) for page in body):
            return [(f"{at}/{index}", row) for at, page in found for index, row in enumerate(page)], "", False
    for name in (form.member,) if form is not None and form.member else sorted(members()):
        if found and all(_is_page(page, name) for _, page in found):
            return [(f"{at}/{name}/{i}", row) for at, page in found for i, row in enumerate(page[name])], name, False
    return found, "", isinstance(body, dict)


def _is_page(page: Any, name: str) -> bool:
    return isinstance(page, dict) and isinstance(page.get(name), list) and "total_count" in page


def _own_question(form: Form, body: Any) -> str:
    """What a bare object answers, by what it says of itself."""
    if (address := text(body, "url")) is not None:
        return question_of(address)
    number = whole(body, "iid") if "iid" in body else whole(body, "id")
    return f"{form.name} {number}" if number is not None else ""


def _refuse_empty(body: Any, path: str) -> None:
    if body == []:
        message = "is an empty list, and nothing says of what"
        hint = 'save it as {"endpoint": "/repos/OWNER/NAME/…", "fetched_at": "2026-11-20T08:00:00Z", "body": []}'
        raise UnreadableError(message, hint=hint, where=path)
