"""Which targets of a gateway another one stands in for, as the collectors read it: one meaning for both."""

from collections.abc import Mapping
from typing import Final

from tieout.collectors.config.interface import ConfigFile
from tieout.collectors.config.readers import readers
from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.source_code import settings
from tieout.inspection.remembered import once
from tieout.inspection.repository import Repository
from tieout.kernel.errors import UnreadableError
from tieout.kernel.pointers import part_of
from tieout.kernel.reading.documents import Document, kind_of
from tieout.kernel.reading.patterns import compile_bytes

_SIGNS: Final = compile_bytes(
    r"\"?strategy\"?[ \t]*:|_format_version|aigateway\.envoyproxy\.io|gateway\.envoyproxy\.io|konghq\.com"
)
_PRODUCTS: Final = frozenset({"envoy-ai-gateway", "kong", "portkey"})
_LARGEST: Final = 400_000
_CLASSES: Final = (PlaceClass.LIVE, PlaceClass.NON_PRODUCTION, PlaceClass.EXAMPLE, PlaceClass.TEMPLATE)


@once
def relieved_lines(repository: Repository) -> Mapping[str, frozenset[int]]:
    """Path -> lines of the targets that another one takes over from where their supplier fails."""
    found: dict[str, frozenset[int]] = {}
    for path_class in _CLASSES:
        files = [
            ConfigFile(text.path, text.data, kind_of(text.path), tuple(repository.documents(text.path)))
            for text in repository.texts(settings(repository, classes=(path_class,)))
            if kind_of(text.path) in {"yaml", "json"} and len(text.data) <= _LARGEST and _SIGNS.search(text.data)
        ]
        for reader in readers():
            if reader.name not in _PRODUCTS:
                continue
            own = [file for file in files if reader.recognises(file)]
            for file in own:
                try:
                    read = list(reader.read(file, own))
                except UnreadableError:
                    continue
                for one in read:
                    lines = (
                        one.lines.get(f"/routes/{index}")
                        for index, route in enumerate(one.facts.get("routes", ()))
                        if route.get("fallbacks")
                    )
                    found[file.path] = found.get(file.path, frozenset()) | {line for line in lines if line is not None}
    return found


def is_relieved(repository: Repository, path: str, document: Document, *keys: str | int) -> bool:
    """Whether another target takes over from one of those below a value.

    Args:
        repository: That is inspected.
        path: Of the file.
        document: Of the file.
        keys: From the top of the document to the value.
    """
    lines = relieved_lines(repository).get(path, frozenset())
    above = "".join(f"/{part_of(str(key))}" for key in keys)
    return any(line in lines for pointer, line in document.lines.items() if pointer.startswith(f"{above}/"))
