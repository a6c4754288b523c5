"""Reads what `terraform show -json` prints: a plan (what is meant to be) or a state (what Terraform saw last).

The same checks judge it as Terraform's own files; here modules, variables and functions are worked out. No copy of
such a file is kept: Terraform writes every secret into it in clear.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from tieout.collectors.config.access_parts.values import instant
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.readers.terraform import MAX_ROWS, take_resource
from tieout.collectors.config.terraform_parts.checks import Settings
from tieout.collectors.config.terraform_parts.folders import Folders
from tieout.collectors.config.terraform_parts.shown import Shown, shown
from tieout.collectors.config.terraform_parts.stores import Stores
from tieout.collectors.config.terraform_parts.values import Values
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_PLAN, _STATE = "Terraform (plan)", "Terraform (state)"
#: Most broken parts that are told one by one.
_MOST_TOLD: Final = 20


def _product(data: Any) -> str | None:
    """Whether a document is a plan or a state as Terraform prints it."""
    if not isinstance(data, dict) or not isinstance(data.get("format_version"), str):
        return None
    if "planned_values" in data or ("resource_changes" in data and "terraform_version" in data):
        return _PLAN
    return _STATE if "values" in data and "terraform_version" in data else None


def _is_stored(data: Any) -> bool:
    """Whether a document is the file in which Terraform itself keeps a state."""
    keys = {"lineage", "resources", "serial", "terraform_version", "version"}
    return isinstance(data, dict) and data.keys() >= keys


def _recognises(file: ConfigFile) -> bool:
    data = file.documents[0].data if len(file.documents) == 1 else None
    return _product(data) is not None or _is_stored(data)


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> Iterable[Found]:
    top = Cursor.top(file.documents[0])
    product = _product(top.value)
    if product is None:
        message = "is the file in which Terraform keeps its state, in a form that is its own"
        hint = "`terraform show -json` prints it in the documented form, which is read"
        raise UnreadableError(message, hint=hint, where=file.path)
    holder = top.down("planned_values" if product == _PLAN else "values")
    values = Values(Folders())
    settings, stores = Settings(values, product), Stores(values, product)
    found = shown(holder.down("root_module"), top.down("resource_changes"), values)
    for resource in found.resources:
        take_resource(resource, settings, stores)
    for rows in (settings.security.rows, stores.rows):
        for at, sentence in _missing(top, holder, found):
            rows.drop(at, sentence)
        for at, sentence in _told(top, found, product):
            rows.note(at, sentence)
        if len(rows) > MAX_ROWS:
            raise UnreadableError(f"gives more than {MAX_ROWS:,} settings, which nobody wrote", where=file.path)
    for one in (*settings.security.found(), *stores.rows.found()):
        one.exported, one.uncopied = True, True
        one.made = instant(top.down("timestamp")).value or ""
        yield one


def _missing(top: Cursor, holder: Cursor, found: Shown) -> Iterator[tuple[Cursor, str]]:
    """What keeps the file from showing everything."""
    if top.down("errored").value not in (None, False):
        yield top.down("errored"), "is of a plan that ended in an error: what is missing in it, it does not show"
    if top.down("complete").value not in (None, True):
        yield top.down("complete"), "is a part of a plan: what is left out of it, it does not show"
    deferred = top.down("deferred_changes")
    if deferred.value not in (None, []):
        yield deferred, "defers changes to a later plan, which this one does not show"
    if not isinstance(holder.down("root_module").value, dict) and holder.value != {}:
        yield holder, f"'{holder.key}' has no root module: no resource is shown"
    for at in found.broken[:_MOST_TOLD]:
        yield at, "a resource or module cannot be read: it is not as Terraform prints one"
    if len(found.broken) > _MOST_TOLD:
        yield found.broken[_MOST_TOLD], f"and {len(found.broken) - _MOST_TOLD:,} more cannot be read"


def _told(top: Cursor, found: Shown, product: str) -> Iterator[tuple[Cursor, str]]:
    if product == _PLAN:
        yield top, "is a plan: it says what is meant to be, and not that it was applied"
    else:
        yield top, "is a state: it says what Terraform saw last, and not what was changed by hand since"
    if found.deleted:
        first, more = excerpt(found.deleted[0]), len(found.deleted) - 1
        others = f" and {more:,} more" if more else ""
        yield top.down("resource_changes"), f"'{first}'{others} will be deleted, so it does not count"
    if found.sensitive:
        told = f"{len(found.sensitive):,} of its resources hold values that are marked as sensitive"
        yield top, f"{told}, which are not looked at; no copy of the file is kept"


READERS: Final = (
    Reader(
        name="terraform-show",
        title="what `terraform show -json` prints",
        artefacts=("retention_config", "security_config"),
        suits=lambda path: path.lower().endswith(".json"),
        recognises=_recognises,
        read=_read,
    ),
)
