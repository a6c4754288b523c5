"""Variables of Terraform that a module declares sensitive: what a file of values sets them to is a secret."""

from collections.abc import Callable, Iterable
from typing import Final

from tieout.collectors.hcl_sources import sensitive_among, sensitive_variables
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import parse
from tieout.kernel.reading.files import MAX_BYTES, View
from tieout.syntax.hcl_json import body_of

_DECLARING: Final = (".tf", ".tofu")
_DECLARING_JSON: Final = (".tf.json", ".tofu.json")


def sensitive_in(paths: Iterable[str], read: Callable[[str], bytes]) -> frozenset[str]:
    """Names of the sensitive variables of all modules in some files; a file of values may be of any of them.

    Args:
        paths: Of files of any kind.
        read: Gives the bytes of one.
    """
    names: frozenset[str] = frozenset()
    for path in paths:
        name = path.lower()
        if name.endswith((*_DECLARING, *_DECLARING_JSON)):
            try:
                data = read(path)
                if name.endswith(_DECLARING_JSON):
                    # An escape may stand for any letter of a name.
                    told = b"sensitive" in data or b"\\u" in data
                    names |= sensitive_among(body_of(parse(data, "json", where=path))) if told else frozenset()
                elif b"sensitive" in data:
                    names |= sensitive_variables(data.decode("utf-8", "replace"))
            except UnreadableError:
                continue
    return names


def sensitive_of(view: View) -> frozenset[str]:
    """The same of all that a view holds, not only of a source's part of it."""
    return sensitive_in((entry.path for entry in view.entries()), lambda path: view.read(path, max_bytes=MAX_BYTES))
