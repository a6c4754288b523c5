"""Makes a signed statement of a person over committed files, and says how a stranger checks it."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from tieout.collectors.attested_words import says_nothing_at_all, text_fault
from tieout.collectors.base import Commit
from tieout.collectors.signed_by import signer_faults
from tieout.collectors.signers import Signers
from tieout.domain.artefacts.attestations import Fault
from tieout.domain.statements import (
    ATTESTATION_ENDING,
    MAX_STATEMENT_BYTES,
    MAX_SUBJECTS,
    NAMESPACE,
    REVOCATION_ENDING,
    SIGNATURE_ENDING,
    AttestationPredicate,
    AttestationStatement,
    Digests,
    RevocationPredicate,
    RevocationStatement,
    StatedPeriod,
    StatedSubject,
    Statement,
    plain_name,
)
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.git.worktree import find_repository
from tieout.kernel.reading.files import MAX_BYTES, Entry, FolderView
from tieout.kernel.reading.text import display_path, excerpt
from tieout.kernel.ssh.keys import weakness
from tieout.kernel.ssh.program import allowed_signer, sign, verifies
from tieout.kernel.ssh.signature import Signature, signature_of
from tieout.kernel.writing import made_whole
from tieout.pipeline.assessing import last_assessment, load_controls
from tieout.pipeline.days import stated_time
from tieout.pipeline.options import RunOptions
from tieout.pipeline.target import Target, open_target
from tieout.pipeline.workspace import Workspace

#: Where statements go, beside tieout.yaml, unless a records source takes them or another folder is named.
DEFAULT_FOLDER: Final = "attestations"
_TYPE: Final = "attestation"
#: What nobody signs by oversight, and what to do instead: the name of the configuration follows.
_NOT_OWN: Final = {
    "other-signer": "sign with your own key, or name the person who has this one in",
    "role-not-held": "name a role that you hold yourself with --role, as it stands under owners or roles in",
}


@dataclass(frozen=True, slots=True)
class Attesting:
    """What a person wants to sign.

    Attributes:
        text: What is attested, or why it is taken back.
        person: Who signs.
        role: In which role of the roster.
        key: The private key's file, or the `.pub` file of a key that ssh-agent holds.
        files: Files or folders of the assessed repository; without any, the evidence of the control.
        control: A control by any of its names.
        release: Tag of the release that it is for.
        period: First and last day of the period that it is for.
        expires: Last day on which it counts; needed but for a revocation.
        revokes: The file of an attestation that is taken back; then only text, person, role and key count.
        out: Folder for the two files.
        name: Their name before the ending; default: control and person.
    """

    text: str
    person: str
    role: str
    key: Path
    files: tuple[Path, ...] = ()
    control: str = ""
    release: str = ""
    period: tuple[date, date] | None = None
    expires: date | None = None
    revokes: Path | None = None
    out: Path | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attested:
    """What was signed and written.

    Attributes:
        statement: The statement.
        path: Its file; the signature stands beside it.
        signature: The signature's file.
        principal: Whom an allowed signers file of a stranger names.
        allowed_signer: The line of that file, without its end; empty where the roster has other keys of that person.
        fingerprint: Of the key.
        command: How a stranger verifies, in the folder of the two files.
        notes: What the signer should know: why it would not count, what was left out.
    """

    statement: Statement
    path: Path
    signature: Path
    principal: str
    allowed_signer: str
    fingerprint: str
    command: str
    notes: tuple[str, ...] = field(default=())


def attest(options: RunOptions, wanted: Attesting) -> Attested:
    """Sign a statement and write it with its signature.

    The time of the signature is the as-of time, SOURCE_DATE_EPOCH or the clock; that of the commit is not one.

    Raises:
        UsageError: What is to be signed is not there, not committed or not whole; the key did not sign; a file stands
            where one would be written.
        UnreadableError: Something could not be read.
    """
    _demand_text(wanted)
    with open_target(options) as target:
        notes: list[str] = []
        statement = _statement(options, wanted, target, notes)
        folder = wanted.out or _folder(target)
        is_attestation = isinstance(statement, AttestationStatement)
        ending = ATTESTATION_ENDING if is_attestation else REVOCATION_ENDING
        path = folder / f"{_file_name(wanted, statement)}{ending}"
        beside = path.with_name(f"{path.name}{SIGNATURE_ENDING}")
        for one in (path, beside):
            if os.path.lexists(one):
                raise UsageError("is there already", hint="give it another name with --name", where=str(one))
        signers = Signers(target.config.people)
        if not any(_TYPE in source.declared for source in target.config.sources if source.kind == "records"):
            notes.append(f"no records source provides '{_TYPE}', so it will not be collected")
    data = statement.signed_bytes()
    if len(data) > MAX_STATEMENT_BYTES:
        message = f"the statement would have {len(data):,} bytes; at most {MAX_STATEMENT_BYTES:,} are read again"
        raise UsageError(message, hint="name fewer files")
    armoured = sign(data, wanted.key, namespace=NAMESPACE)
    signature = _checked(armoured, data, wanted.key)
    faults = list(signer_faults(signature, statement, signers, came_in=None))
    _demand_own(faults, options.config.name)
    notes.extend(f"it {fault.reason}" for fault in faults)
    unknown = not signers.of_key(signature.key)
    if unknown:
        said = statement.predicate
        if role_fault := signers.role_fault(said.person, said.role, said.signed_at.date()):
            notes.append(f"it {role_fault} ({excerpt(said.role)})")
        notes.append(f"add this key to `public_keys` of {display_path(wanted.person)} in {options.config.name}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one, content in ((path, data), (beside, armoured)):
            with made_whole(one) as stream:
                stream.write(content)
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
        raise UsageError(message, hint="name another folder with --out", where=str(folder)) from error
    principal = plain_name(statement.predicate.person)
    # A line that binds a person whose keys are known to another key is one that a stranger must not be given.
    bound = not (unknown and signers.has_key(wanted.person))
    verify = f"ssh-keygen -Y verify -f allowed_signers -I {principal} -n {NAMESPACE} -s {beside.name} < {path.name}"
    return Attested(
        statement=statement,
        path=path,
        signature=beside,
        principal=principal,
        allowed_signer=allowed_signer(principal, signature.key, NAMESPACE).rstrip() if bound else "",
        fingerprint=signature.key.fingerprint,
        command=verify,
        notes=tuple(notes),
    )


def _demand_own(faults: Sequence[Fault], config: str) -> None:
    """See that who signs does so with their own key, in a role that they hold.

    Raises:
        UsageError: The key is another person's, or somebody else or nobody holds the role.
    """
    for fault in faults:
        if fault.standing in _NOT_OWN:
            raise UsageError(f"nothing was signed: it {fault.reason}", hint=f"{_NOT_OWN[fault.standing]} {config}")


def _demand_text(wanted: Attesting) -> None:
    """See that the text says something, and an attestation not the opposite.

    Raises:
        UsageError: It does not.
    """
    if says_nothing_at_all(wanted.text):
        raise UsageError("the text says nothing: it is blank, a mark or a promise", hint="say what you attest")
    if wanted.revokes is None and (fault := text_fault(wanted.text)) is not None:
        raise UsageError(f"the text {fault.reason}", hint="say what you attest, or sign nothing")


def _statement(options: RunOptions, wanted: Attesting, target: Target, notes: list[str]) -> Statement:
    common = {
        "system": target.subject.system_id,
        "text": wanted.text,
        "person": wanted.person,
        "role": wanted.role,
        "signed_at": stated_time(options),
    }
    try:
        if wanted.revokes is not None:
            return RevocationStatement(
                subject=(_revoked(wanted.revokes),), predicate=RevocationPredicate.model_validate(common)
            )
        control = load_controls()[0].control(wanted.control).label if wanted.control else None
        period = StatedPeriod(start=wanted.period[0], end=wanted.period[1]) if wanted.period else None
        more = {"control": control, "release": wanted.release or None, "period": period, "expires": wanted.expires}
        predicate = AttestationPredicate.model_validate({**common, **more})
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = str(fault["loc"][-1]) if fault["loc"] else "the statement"
        said = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
        raise UsageError(
            f"{name}: {said[:1].lower()}{said[1:]}", hint="`tieout attest --help` says what it takes"
        ) from None
    if predicate.expires < predicate.signed_at.date():
        message = f"expires on {predicate.expires.isoformat()}, before it is signed"
        raise UsageError(message, hint="give a later day with --expires")
    if predicate.release is not None:
        _note_release(target, predicate.release, notes)
    return AttestationStatement(subject=_subjects(options, wanted, target, control, notes), predicate=predicate)


def _note_release(target: Target, release: str, notes: list[str]) -> None:
    commit = _assessed(target)
    named = [tag for tag in commit.quarantine.tags() if tag.name == release]
    if not named:
        notes.append(f"the repository has no tag {display_path(release)} yet; it counts once that names the commit")
    elif named[0].target_commit != commit.id:
        notes.append(f"the tag {display_path(release)} names another commit than {commit.id[:12]}")


def _subjects(
    options: RunOptions, wanted: Attesting, target: Target, control: str | None, notes: list[str]
) -> tuple[StatedSubject, ...]:
    """The files that are signed, sorted by path; each as the assessed commit holds it."""
    commit = _assessed(target)
    entries = {entry.path: entry for entry in commit.quarantine.tree(commit.id).entries() if entry.kind == "file"}
    if wanted.files:
        paths = sorted({path for file in wanted.files for path in _committed(file, target, entries)})
    elif control is not None:
        paths = _of_control(options, control, commit, entries, notes)
    else:
        raise UsageError("nothing to sign is named", hint="name files, or a control with --control")
    if len(paths) > MAX_SUBJECTS:
        message = f"these are {len(paths):,} files; a statement is about {MAX_SUBJECTS:,} at most"
        raise UsageError(message, hint="name the files that you looked at")
    tree = commit.quarantine.tree(commit.id)
    tree.expect(paths)
    subjects = []
    for path in paths:
        blob = (entries[path].digest or "").removeprefix("gitblob:")
        # A larger file is told by its blob id alone, as the collector would not read it either.
        sha256 = sha256_hex(tree.read(path)) if entries[path].size <= MAX_BYTES else None
        subjects.append(StatedSubject(name=path, digest=Digests(git_blob=blob or None, sha256=sha256)))
    return tuple(subjects)


def _assessed(target: Target) -> Commit:
    name = target.config.assessed_repository
    if name is None:
        message = "no git source is configured, and what is signed is what a commit holds"
        raise UsageError(message, hint="add a git source to tieout.yaml")
    return target.commits[name]


def _committed(file: Path, target: Target, entries: dict[str, Entry]) -> list[str]:
    """Paths in the commit of a file, or of a folder with all that it holds, after seeing that none of it differs.

    Raises:
        UsageError: It is not in the commit, or reads otherwise here.
    """
    source = next(one for one in target.config.sources if one.name == target.config.assessed_repository)
    top = find_repository(target.folder / source.path)
    lying = Path(os.path.realpath(file.parent)) / file.name
    path = file.as_posix()
    if top is not None:
        relative = os.path.relpath(lying, os.path.realpath(top))
        path = Path(relative).as_posix() if os.path.lexists(file) else path
    found = [known for known in entries if path in {known, "."} or known.startswith(f"{path}/")]
    if not found:
        message = f"is not in the assessed commit ({_assessed(target).id[:12]})"
        raise UsageError(message, hint="commit it first; links are not followed", where=str(file))
    if os.path.lexists(file) and top is not None:
        _demand_same(found, Path(os.path.realpath(top)), target)
    return found


def _demand_same(paths: Sequence[str], top: Path, target: Target) -> None:
    commit = _assessed(target)
    tree, here = commit.quarantine.tree(commit.id), FolderView(top, "repository")
    for path in paths:
        try:
            same = here.read(path) == tree.read(path)
        except UnreadableError:
            same = False
        if not same:
            message = f"reads otherwise here than in the assessed commit ({commit.id[:12]})"
            raise UsageError(message, hint="commit it first, then sign what is committed", where=display_path(path))


def _of_control(
    options: RunOptions, control: str, commit: Commit, entries: dict[str, Entry], notes: list[str]
) -> list[str]:
    """The committed files that a control's verdict stands on, by the last assessment."""
    assessment, collection = last_assessment(Workspace(options.config))
    if assessment.subject.commit != commit.id:
        message = "the last assessment is of another commit"
        raise UsageError(message, hint="run `tieout run` again, or name the files")
    ids = set(assessment.control(control).evidence)
    paths, left = set(), []
    for item in collection.items:
        if item.id in ids:
            entry = entries.get(item.provenance.path)
            same = entry is not None and entry.digest == item.provenance.source_digest
            if same and item.provenance.commit == commit.id:
                paths.add(item.provenance.path)
            else:
                left.append(item.title)
    if not paths:
        message = f"{control} stands on no file of the assessed commit"
        raise UsageError(message, hint="name the files that you looked at")
    if left:
        notes.append(f"left out, since they are no files of the commit: {'; '.join(sorted(left))}")
    return sorted(paths)


def _revoked(file: Path) -> StatedSubject:
    if not file.name.endswith(ATTESTATION_ENDING):
        message = f"is no attestation: its name does not end with {ATTESTATION_ENDING}"
        raise UsageError(message, where=str(file))
    try:
        data = FolderView(file, file.name).read(file.name, max_bytes=MAX_STATEMENT_BYTES)
    except UnreadableError as error:
        raise UsageError(error.message, hint=error.hint, where=str(file)) from error
    return StatedSubject(name=file.name, digest=Digests(sha256=sha256_hex(data)))


def _checked(armoured: bytes, data: bytes, key: Path) -> Signature:
    """The signature just made, after seeing that it fits and that its key may sign."""
    signature = signature_of(armoured, where=key.name)
    if weak := weakness(signature.key):
        hint = "make one with `ssh-keygen -t ed25519`, and add it to the roster"
        raise UsageError(f"this key is refused (weak-key): {weak}", hint=hint, where=key.name)
    if not verifies(signature, data, signature.key, namespace=NAMESPACE, where=key.name):
        raise UsageError("ssh-keygen gave a signature that does not fit", hint="sign again", where=key.name)
    return signature


def _folder(target: Target) -> Path:
    """The folder of the first records source that takes attestations; else one beside tieout.yaml."""
    for source in target.config.sources:
        if source.kind == "records" and _TYPE in source.declared and not re.search(r"[*?\[]", source.path):
            inside = next((one.path for one in target.config.sources if one.name == source.inside), "")
            folder = target.folder / inside / source.path
            if folder.is_dir():
                return folder
    return target.folder / DEFAULT_FOLDER


def _file_name(wanted: Attesting, statement: Statement) -> str:
    if wanted.name:
        if wanted.name != Path(wanted.name).name or wanted.name.startswith("."):
            raise UsageError(f"'{wanted.name}' is not a name for a file", hint="give a plain name with --name")
        return wanted.name
    if wanted.revokes is not None:
        return wanted.revokes.name.removesuffix(ATTESTATION_ENDING)
    control = getattr(statement.predicate, "control", None)
    parts = (control, wanted.release, statement.predicate.person, statement.predicate.signed_at.date().isoformat())
    return "-".join(plain_name(part) for part in parts if part)
