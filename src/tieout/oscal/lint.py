"""What no schema and no validator that we found checks: that OSCAL documents keep their word to each other.

Ten kinds of dangling reference passed every judge that we did not write, so they are looked for here, in
all documents of a packet together. A reference may be answered by its own document or by one that this
imports, directly or further on; where an import leads to another place in the world (an absolute URI), what
only that could answer is not reported.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from tieout.kernel.clock import parse_instant

Object = dict[str, Any]
Problem = tuple[str, str]

# Which arrays a reference may point into (OSCAL 1.2.3, the metaschemas' remarks on each of these flags).
_TARGETS: dict[str, tuple[str, ...]] = {
    "observation-uuid": ("observations",),
    "risk-uuid": ("risks",),
    "finding-uuid": ("findings",),
    "activity-uuid": ("activities",),
    "task-uuid": ("tasks",),
    "component-uuid": ("components",),
}
# For these two, the type beside the reference says which.
_TYPED_TARGETS: dict[str, dict[str, tuple[str, ...]]] = {
    "actor-uuid": {
        "tool": ("components",),
        "assessment-platform": ("assessment-platforms",),
        "party": ("parties",),
    },
    "subject-uuid": {
        "component": ("components",),
        "inventory-item": ("inventory-items",),
        "location": ("locations",),
        "party": ("parties",),
        "user": ("users",),
        "resource": ("resources",),
    },
}
_IMPORTS = ("import-profile", "import-ssp", "import-ap", "source-resource", "target-resource")
_IMPORT_LISTS = ("imports", "import-component-definitions")

# The set relationships of NIST IR 8477 as OSCAL's mapping model names them; another namespace has its own.
_RELATIONSHIPS = frozenset(
    {"equivalent-to", "equal-to", "subset-of", "superset-of", "intersects-with", "no-relationship"}
)
_OSCAL_NAMESPACE = "http://csrc.nist.gov/ns/oscal"
_MAPPED = {"control": ("controls",), "statement": ("parts",)}

_INSERT = re.compile(r"\{\{\s*insert:\s*param,\s*([^\s}]+)\s*\}\}")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_UUID_FRAGMENT = re.compile(r"#[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def lint(documents: Mapping[str, Object]) -> list[str]:
    """Broken promises within and between the documents of a packet.

    Args:
        documents: The documents (root key included, structurally valid) by the file names that they call
            each other by.

    Returns:
        One line a problem, `file#/json/pointer: what is wrong`, by file and then by place; empty where all
        is well.
    """
    parsed = {name: _Document(name, documents[name]) for name in sorted(documents)}
    return [
        f"{document.name}#{pointer}: {problem}"
        for document in parsed.values()
        for pointer, problem in _problems(document, parsed)
    ]


class _Document:
    """One document: every object in it, what it defines, and what it imports."""

    def __init__(self, name: str, content: Object) -> None:
        self.name = name
        self.objects = list(_walk(content, ""))
        self.defined: dict[str, set[str]] = defaultdict(set)
        self.imports: list[tuple[str, str]] = []
        self._places: dict[str, list[str]] = {}
        for pointer, item in self.objects:
            self.imports += _imports(pointer, item)
            for key, members in _lists(item):
                self.defined[key].update(m[k] for m in members for k in ("uuid", "id") if k in m)
                if key == "resources":
                    self._places |= {m["uuid"]: _resource_places(m) for m in members}

    def places(self, href: str) -> list[str]:
        """What an href leads to: itself, or the places of the back-matter resource that `#uuid` names."""
        return self._places.get(href[1:], []) if href.startswith("#") else [href]

    def owns(self, identifier: str) -> bool:
        """Whether anything in the document has this UUID or id."""
        return any(identifier in identifiers for identifiers in self.defined.values())


class _Reach:
    """Some documents and all that they import, directly or further on."""

    def __init__(self, documents: Mapping[str, _Document], importer: _Document, *hrefs: str) -> None:
        """Begin at the document itself or, where hrefs are given, at what those lead to."""
        self._all = documents
        self._open = False
        self.documents: list[_Document] = []
        if hrefs:
            self._follow(importer, hrefs)
        else:
            self.documents.append(importer)
        for reached in self.documents:  # grows as imports are followed
            self._follow(reached, [href for _, href in reached.imports])

    def _follow(self, importer: _Document, hrefs: "tuple[str, ...] | list[str]") -> None:
        for place in chain.from_iterable(importer.places(href) for href in hrefs):
            found = self._all.get(_file(place))
            if found is None:
                self._open = self._open or bool(_ABSOLUTE.match(place))
            elif found not in self.documents:
                self.documents.append(found)

    @property
    def leads_anywhere(self) -> bool:
        """Whether there is a document here, or there could be one in the world."""
        return self._open or bool(self.documents)

    def knows(self, identifier: str, arrays: tuple[str, ...]) -> bool:
        """Whether an identifier is defined here, or could be beyond an absolute URI."""
        return self._open or any(identifier in d.defined[array] for d in self.documents for array in arrays)


def _problems(document: _Document, documents: Mapping[str, _Document]) -> Iterator[Problem]:
    for pointer, href in document.imports:
        if not _Reach(documents, document, href).leads_anywhere:
            yield (
                pointer,
                f"imports '{href}', which is none of the documents and no resource that leads to one",
            )
    reach = _Reach(documents, document)
    for pointer, item in document.objects:
        for problem in chain(
            _dangling(item, reach),
            _unknown_parameters(item, reach),
            _unknown_resource(item, document),
            _backwards(item),
            _several_systems(item),
            _mapping(item, document, documents),
        ):
            yield pointer, problem


def _dangling(item: Object, reach: _Reach) -> Iterator[str]:
    for key, arrays in _TARGETS.items():
        if key in item and not reach.knows(item[key], arrays):
            yield f"{key} {item[key]} is not among the {arrays[0]}"
    for key, by_type in _TYPED_TARGETS.items():
        # A type that OSCAL does not name may point at anything.
        arrays = by_type.get(item.get("type", ""), tuple(name for names in by_type.values() for name in names))
        if key in item and not reach.knows(item[key], arrays):
            yield f"{key} {item[key]} is not among the {' or '.join(arrays)}"


def _unknown_parameters(item: Object, reach: _Reach) -> Iterator[str]:
    for key, value in item.items():
        for name in _INSERT.findall(value) if isinstance(value, str) else ():
            if not reach.knows(name, ("params",)):
                yield f"{key} inserts the parameter '{name}', which is not defined"


def _unknown_resource(item: Object, document: _Document) -> Iterator[str]:
    href = item.get("href", "")
    if _UUID_FRAGMENT.fullmatch(href) and not document.owns(href[1:]):
        yield f"'{href}' is not in this document"


def _backwards(item: Object) -> Iterator[str]:
    # Port ranges have a start and an end, too: numbers.
    start, end = item.get("start"), item.get("end")
    if isinstance(start, str) and isinstance(end, str) and parse_instant(end) < parse_instant(start):
        yield f"it ends ({end}) before it starts ({start})"


def _several_systems(item: Object) -> Iterator[str]:
    systems = [c["uuid"] for c in item.get("components", []) if c.get("type") == "this-system"]
    if len(systems) > 1:
        yield f"{len(systems)} components are 'this-system': {', '.join(systems)}"


def _mapping(item: Object, document: _Document, documents: Mapping[str, _Document]) -> Iterator[str]:
    if "source-resource" not in item or "maps" not in item:
        return
    for entry in item["maps"]:
        if entry.get("ns", _OSCAL_NAMESPACE) == _OSCAL_NAMESPACE and entry["relationship"] not in _RELATIONSHIPS:
            yield f"map {entry['uuid']}: '{entry['relationship']}' is not a relationship of OSCAL"
    for side in ("source", "target"):
        reach = _Reach(documents, document, item[f"{side}-resource"]["href"])
        for entry in item["maps"]:
            for member in entry[f"{side}s"]:
                if not reach.knows(member["id-ref"], _MAPPED[member["type"]]):
                    yield f"map {entry['uuid']}: the {side} has no {member['type']} '{member['id-ref']}'"


def _imports(pointer: str, item: Object) -> list[tuple[str, str]]:
    single = [(f"{pointer}/{key}", item[key]["href"]) for key in _IMPORTS if key in item]
    listed = [
        (f"{pointer}/{key}/{number}", member["href"])
        for key in _IMPORT_LISTS
        for number, member in enumerate(item.get(key, ()))
        if "href" in member
    ]
    return single + listed


def _lists(item: Object) -> Iterator[tuple[str, list[Object]]]:
    for key, value in item.items():
        if isinstance(value, list):
            yield key, [member for member in value if isinstance(member, dict)]


def _resource_places(resource: Object) -> list[str]:
    """Where a back-matter resource is; one that is carried inline is not opened and counts as elsewhere."""
    places = [link["href"] for link in resource.get("rlinks", [])]
    return [*places, "data:"] if "base64" in resource else places


def _file(place: str) -> str:
    return place.removeprefix("./").partition("#")[0]


def _walk(value: Any, pointer: str) -> Iterator[tuple[str, Object]]:
    if isinstance(value, dict):
        yield pointer, value
        for key, item in value.items():
            yield from _walk(item, f"{pointer}/{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _walk(item, f"{pointer}/{number}")
