"""Takes a document in as it is: writes a sidecar with its digest beside it, and never reads what it says."""

import hashlib
import os
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from tieout.collectors.attached_documents import MAX_ATTACHED_BYTES, why_not_held
from tieout.collectors.signers import Signers
from tieout.config.load import read_config
from tieout.config.model import ProjectConfig
from tieout.domain.artefacts import ARTEFACTS
from tieout.domain.rules import Rule
from tieout.domain.sidecars import SIDECAR_ENDING, Sidecar, Span
from tieout.domain.statements import ATTESTATION_ENDING, REVOCATION_ENDING
from tieout.kernel.errors import ConfigError, UnreadableError, UsageError
from tieout.kernel.reading.documents import kind_of, parse
from tieout.kernel.reading.files import FolderView
from tieout.kernel.reading.media_types import SNIFFED_BYTES, media_type_of
from tieout.kernel.reading.text import display_path, excerpt
from tieout.kernel.writing import made_whole
from tieout.pipeline.assessing import load_controls
from tieout.pipeline.days import stated_time
from tieout.pipeline.options import RunOptions

_CHUNK: Final = 1 << 20
_APPROVED: Final = "approved_record/"
#: What no document can be handed in as: it says nothing of what the document is.
_NOT_A_TYPE: Final = frozenset({"approved_record", "attestation", "document"})


@dataclass(frozen=True, slots=True)
class Adding:
    """A document that somebody hands in.

    Attributes:
        file: The document.
        type: What it is handed in as: an artefact, `approved_record/TYPE`, or such a type alone.
        days: First and last day of the time that it speaks of.
        owner: Who hands it in.
        title: Of the document; default: its file name.
        into: Folder to copy it into; None leaves it where it is.
        note: What else there is to say.
    """

    file: Path
    type: str
    days: tuple[date, date]
    owner: str
    title: str = ""
    into: Path | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What was written.

    Attributes:
        document: The document, or its copy.
        path: Its sidecar.
        sidecar: What that says.
        is_shown: Whether a packet holds the document as it is; else its digest only.
        notes: What whoever handed it in should know.
    """

    document: Path
    path: Path
    sidecar: Sidecar
    is_shown: bool
    notes: tuple[str, ...] = field(default=())


def add_evidence(options: RunOptions, wanted: Adding) -> Added:
    """Write the sidecar of a document, after copying the document where that is asked for.

    An owner who is not in the roster is a note and no refusal: the roster may be changed in the same commit.

    Raises:
        UsageError: The file is none that can be handed in, was handed in already, or the type is unknown.
    """
    stated = _configuration(options.config)
    type_ = _known_type(wanted.type, stated)
    _demand_document(wanted.file)
    place = wanted.file if wanted.into is None else wanted.into / wanted.file.name
    path = place.with_name(f"{place.name}{SIDECAR_ENDING}")
    try:
        view = FolderView(_without_links(wanted.file), wanted.file.name)
        sha256, size, content = _hashed(view, wanted.file.name)
        start = content[:SNIFFED_BYTES]
        _demand_new(path, sha256)
        sidecar = _sidecar(options, wanted, type_, (sha256, size, media_type_of(start)))
        refused = why_not_held(wanted.file.name, content, size)
        told = (f"the packet will hold its digest only, and not the document: {refused}",) if refused else ()
        notes = (*_notes(options.config, stated, wanted, place), *told)
        if wanted.into is not None:
            _copy(view, wanted.file.name, place, sha256)
        with made_whole(path) as stream:
            stream.write(sidecar.as_yaml().encode())
    except UnreadableError as error:
        raise UsageError(error.message, hint=error.hint, where=str(wanted.file)) from error
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
        raise UsageError(message, hint="name another folder with --into", where=str(path.parent)) from error
    return Added(place, path, sidecar, refused is None, notes)


def _known_type(text: str, stated: ProjectConfig | None) -> str:
    """The type that is meant: an artefact, or an approved document that a rule asks for or a source declares.

    Raises:
        UsageError: None is called so.
    """
    declared = (name for source in (stated.sources if stated else ()) for name in source.declared)
    records = _record_types(load_controls()[1]) | {name for name in declared if name.startswith(_APPROVED)}
    name = f"{_APPROVED}{text}" if f"{_APPROVED}{text}" in records else text
    if name in records or (name in ARTEFACTS and name not in _NOT_A_TYPE):
        return name
    known = sorted({*records, *(set(ARTEFACTS) - _NOT_A_TYPE)})
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    advice = f"is '{near[0]}' meant?" if near else f"known: {', '.join(known)}"
    if name.startswith(_APPROVED):
        advice += "; a type of your own is known once a source in tieout.yaml declares it"
    raise UsageError(f"'{excerpt(text)}' is no type of evidence", hint=advice)


def _record_types(rules: tuple[Rule, ...]) -> frozenset[str]:
    """The approved documents that rules ask for, as a source declares them."""
    types = (need.where.get("record_type") for rule in rules for need in rule.needs.values())
    return frozenset(f"{_APPROVED}{name}" for name in types if isinstance(name, str))


def _demand_document(file: Path) -> None:
    name = file.name
    if file.is_dir():
        raise UsageError("is a folder, not a document", hint="add each document by itself", where=str(file))
    if name.endswith((SIDECAR_ENDING, ATTESTATION_ENDING, REVOCATION_ENDING)):
        raise UsageError("is written by tieout and no document", hint="name the document itself", where=str(file))
    if kind_of(name) in {"yaml", "json", "front-matter"}:
        message = "is read as a record, so that it needs no sidecar"
        hint = "say in it what it is; `tieout schema approved_record --example` prints one"
        raise UsageError(message, hint=hint, where=str(file))


def _without_links(file: Path) -> Path:
    """The path of a file whose folder may be reached through links; the file itself may be none."""
    return Path(os.path.realpath(file.parent)) / file.name


def _hashed(view: FolderView, name: str) -> tuple[str, int, bytes]:
    """SHA-256, size and content of a document, after seeing that it is one and at rest.

    Of one that is too large to stand in a packet, the content is its first bytes.

    Raises:
        UnreadableError: It is no regular file, empty, or changed meanwhile.
    """
    digest, size, content = hashlib.sha256(), 0, bytearray()
    with view.open_stream(name) as stream:
        while piece := stream.read(_CHUNK):
            digest.update(piece)
            size += len(piece)
            if size <= MAX_ATTACHED_BYTES:
                content += piece
    if not size:
        raise UnreadableError("is empty", hint="name the document itself")
    return digest.hexdigest(), size, bytes(content)


def _demand_new(path: Path, sha256: str) -> None:
    if not os.path.lexists(path):
        return
    try:
        document = parse(FolderView(path, path.name).read(path.name), "yaml", where=path.name)
    except UnreadableError as error:
        raise UsageError(f"stands there and {error.message}", hint="remove it first", where=str(path)) from error
    if isinstance(document.data, dict) and document.data.get("sha256") == sha256:
        raise UsageError("is added already", hint="remove its sidecar to say something else of it", where=str(path))
    message = "was added with another content, and the document changed since"
    raise UsageError(message, hint="keep the old one and give the new one another name", where=str(path))


def _sidecar(options: RunOptions, wanted: Adding, type_: str, found: tuple[str, int, str]) -> Sidecar:
    sha256, size, media_type = found
    try:
        return Sidecar(
            type=type_,
            title=wanted.title or display_path(wanted.file.name),
            sha256=sha256,
            size=size,
            media_type=media_type,
            effective=Span(start=wanted.days[0], end=wanted.days[1]),
            owner=wanted.owner,
            added_on=stated_time(options).date(),
            note=wanted.note or None,
        )
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        said = fault["msg"].removeprefix("Input ")
        raise UsageError(f"{fault['loc'][0]}: {said}", hint="`tieout evidence add --help` says what it takes") from None


def _notes(config: Path, stated: ProjectConfig | None, wanted: Adding, place: Path) -> tuple[str, ...]:
    """What may keep the document from being collected."""
    if stated is None:
        return (f"there is no {config.name} that can be read here, so the owner was not looked up",)
    notes = []
    if not Signers(stated.people).names(wanted.owner):
        notes.append(f"{excerpt(wanted.owner)} is not in the roster; add them to owners or roles in {config.name}")
    here = os.path.realpath(place.parent)
    records = [source for source in stated.sources if source.kind == "records"]
    if not any(
        "document" in source.declared and _is_in(here, config, stated, source.inside, source.path) for source in records
    ):
        notes.append(f"no records source of {config.name} that provides 'document' has this folder")
    return tuple(notes)


def _configuration(config: Path) -> ProjectConfig | None:
    try:
        data = FolderView(config, config.name).read(config.name)
        return read_config(data, where=config.name, plugged=None)[0]
    except (ConfigError, UnreadableError):
        return None


def _is_in(folder: str, config: Path, stated: ProjectConfig, inside: str | None, path: str) -> bool:
    """Whether a folder is that of a source, or below it."""
    base = next((source.path for source in stated.sources if source.name == inside), "")
    root = os.path.realpath(config.parent / base / path)
    return folder == root or folder.startswith(root + os.sep)


def _copy(view: FolderView, name: str, place: Path, sha256: str) -> None:
    """Copy the document, and see that the copy is what was hashed.

    Raises:
        UnreadableError: It changed between the two.
        UsageError: Another file of that name is there.
    """
    if os.path.lexists(place):
        raise UsageError("is there already", hint="give the document another name", where=str(place))
    place.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with view.open_stream(name) as stream, made_whole(place) as copy:
        while piece := stream.read(_CHUNK):
            digest.update(piece)
            copy.write(piece)
        if digest.hexdigest() != sha256:
            raise UnreadableError("changed while it was read", hint="read a copy at rest")
