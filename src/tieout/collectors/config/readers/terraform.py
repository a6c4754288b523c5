"""Reads Terraform and OpenTofu (`.tf`, `.tf.json`, `.tfvars`): what protects or lays open, and how long stores keep."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.terraform_parts.aws import AWS
from tieout.collectors.config.terraform_parts.azure import AZURE
from tieout.collectors.config.terraform_parts.checks import Settings, apply, place
from tieout.collectors.config.terraform_parts.folders import (
    Folder,
    Folders,
    called_by,
    folders_of,
    is_code,
    is_override,
    is_values,
    source_of,
)
from tieout.collectors.config.terraform_parts.folders import body_in as body_of_file
from tieout.collectors.config.terraform_parts.google import GOOGLE
from tieout.collectors.config.terraform_parts.networks import apply_networks
from tieout.collectors.config.terraform_parts.policies import apply_policies
from tieout.collectors.config.terraform_parts.resources import Node, off_in, resources_in
from tieout.collectors.config.terraform_parts.secrets import apply_elsewhere, apply_secrets, apply_values
from tieout.collectors.config.terraform_parts.stores import Stores, apply_stores
from tieout.collectors.config.terraform_parts.values import Values
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import excerpt
from tieout.syntax.hcl_json import is_terraform_json
from tieout.syntax.hcl_model import Block, Body

_PRODUCT: Final = "Terraform"
_SECURITY, _RETENTION = "security_config", "retention_config"
_CHECKS: Final = {**AWS, **AZURE, **GOOGLE}
#: Modules of these providers make nothing outside (registry names end with the provider).
_NOTHING_MADE: Final = ("/null", "/random", "/template", "/external", "/time", "/local", "/utils", "/naming/azurerm")
MAX_ROWS: Final = 20_000
"""Most settings of one file; more are a program's work, or somebody's who wants to stop us."""
#: Resources that are switched off and told one by one.
_MOST_TOLD: Final = 20


def _suits(path: str) -> bool:
    return (is_code(path) or is_values(path)) and ".terraform" not in path.split("/")


def _recognises(file: ConfigFile) -> bool:
    if file.kind != "json":
        return True
    data = file.documents[0].data if file.documents else None
    return isinstance(data, dict) if is_values(file.path) else is_terraform_json(data)


def _read(file: ConfigFile, beside: Sequence[ConfigFile]) -> Iterable[Found]:
    folders = folders_of(beside)
    if file.path in folders.faults:
        raise folders.faults[file.path]
    values = Values(folders, file.path)
    folder = folders.by_path[file.path.rpartition("/")[0]]
    settings, stores = Settings(values, _PRODUCT), Stores(values, _PRODUCT)
    notes: list[tuple[int, str]] = []
    outside: list[tuple[int, str]] = []
    if is_values(file.path):
        apply_values(folder, body_of_file(file), values, settings)
    elif is_override(file.path):
        outside.append((1, "replaces settings of files beside it, which is not worked out"))
    elif folders.is_idle(folder):
        notes.append((1, "belongs to a module that nothing here calls, so it configures nothing"))
    else:
        _take(file.path, folder, values, settings, stores)
        notes.extend(_switched_off(file.path, folder, values))
        outside.extend(_unread(values, folder.files[file.path]))
        outside.extend(_outside(file.path, folder, folders, values))
        outside.extend(_twice(file.path, folder))
    for line, note in notes:
        settings.security.rows.note(place(line), note)
        stores.rows.note(place(line), note)
    for line, note in outside:
        settings.security.rows.drop(place(line), note)
        stores.rows.note(place(line), note)
    for found in (*settings.security.found(), *stores.rows.found()):
        if len(found.facts.get("settings", ())) + len(found.facts.get("stores", ())) > MAX_ROWS:
            raise UnreadableError(f"gives more than {MAX_ROWS:,} settings, which nobody wrote", where=file.path)
        _rest_elsewhere(found, values)
        yield found


def _rest_elsewhere(found: Found, values: Values) -> None:
    """Where anything was worked out from other files, the whole list rests on them: a copy alone does not give it."""
    if found.facts and values.rests_on and not found.files:
        path, line = min(values.rests_on.items())
        field = "settings" if found.artefact == _SECURITY else "stores"
        found.lines[f"/{field}"] = line
        found.files[f"/{field}"] = path


def _take(path: str, folder: Folder, values: Values, settings: Settings, stores: Stores) -> None:
    for resource in resources_in(folder, path, values):
        if folder.is_refused(f"resource.{resource.address}"):  # that is told, and nothing of it is in force
            continue
        take_resource(resource, settings, stores)
        apply_secrets(resource, settings)
    apply_elsewhere(folder, path, values, settings)


def take_resource(resource: Node, settings: Settings, stores: Stores) -> None:
    """Every row of one resource, secrets aside."""
    apply(_CHECKS, resource, settings)
    apply_networks(resource, settings)
    apply_policies(resource, settings)
    apply_stores(resource, stores)


def _switched_off(path: str, folder: Folder, values: Values) -> Iterator[tuple[int, str]]:
    found = list(off_in(folder, path, values))
    for line, address in islice(found, _MOST_TOLD):
        yield line, f"'{excerpt(address)}' is switched off, so it does not count"
    if len(found) > _MOST_TOLD:
        yield found[_MOST_TOLD][0], f"and {len(found) - _MOST_TOLD:,} more are switched off"


def _unread(values: Values, body: Body) -> Iterator[tuple[int, str]]:
    """Blocks that something else than the file writes out, and resources that are none as they are written."""
    found = [
        (line, f"'{name}' of '{excerpt(address)}' is not written out in this file, so what it sets is unknown")
        for line, address, name in values.unread
    ]
    found += [
        (block.line, "a resource is written without its type and name, so it cannot be judged")
        for block in body.of_type("resource")
        if len(block.labels) != len(("type", "name"))
    ]
    yield from found[:_MOST_TOLD]
    if len(found) > _MOST_TOLD:
        yield found[_MOST_TOLD][0], f"and {len(found) - _MOST_TOLD:,} more parts cannot be judged"


def _twice(path: str, folder: Folder) -> Iterator[tuple[int, str]]:
    """Blocks whose address another of the folder has: Terraform refuses the folder ("Duplicate resource")."""
    places = folder.declared()
    found = [
        (line, address, next(one for one in spots if one != (path, line)))
        for address, spots in places.items()
        if len(set(spots)) > 1
        for where, line in spots
        if where == path
    ]
    for line, address, (other, at) in sorted(found)[:_MOST_TOLD]:
        again = f"{excerpt(other)}:{at}"
        yield line, f"'{excerpt(address)}' is declared here and at {again}, which Terraform refuses: none is in force"
    if len(found) > _MOST_TOLD:
        yield sorted(found)[_MOST_TOLD][0], f"and {len(found) - _MOST_TOLD:,} more are declared twice"


def _outside(path: str, folder: Folder, folders: Folders, values: Values) -> Iterator[tuple[int, str]]:
    """Calls of modules that are not among the files of the source."""
    for block in folder.files[path].of_type("module"):
        source = source_of(block) or "a place that is worked out"
        here = called_by(folder.path, block)
        if here is not None and here in folders.by_path:
            values.touch(next(iter(folders.by_path[here].files), here), 1)
        elif not source.endswith(_NOTHING_MADE) and not _is_off(block, folder, values):
            name = excerpt(".".join((block.type, *block.labels)))
            yield block.line, f"'{name}' comes from {excerpt(source)}, which is not read; what it makes is unknown"


def _is_off(block: Block, folder: Folder, values: Values) -> bool:
    made = Block("resource", ("module", block.labels[0] if block.labels else ""), block.body, block.line)
    alone = Folder(folder.path, {"": type(block.body)({}, (made,))}, folder.variables, folder.names, folder.given)
    alone.take_declared(folder)
    return not list(resources_in(alone, "", values))


READERS: Final = (
    Reader(
        name="terraform",
        title="Terraform",
        artefacts=(_RETENTION, _SECURITY),
        suits=_suits,
        recognises=_recognises,
        read=_read,
    ),
)
