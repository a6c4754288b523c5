"""Routes of services, and which of them ask callers who they are: FastAPI, Flask and Express in their usual forms."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.source_code import SourceCode, definition_above, programs, searched
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

_SCRIPTS: Final = (".js", ".ts", ".mjs", ".cjs", ".mts")
_ROUTE: Final = compile_bytes(
    r"(?m)^[ \t]*@(?P<var>\w+)\.(?P<verb>get|post|put|patch|delete|api_route|route|websocket)\("
    r"[ \t\n]*(?:path[ \t]*=[ \t]*)?[rf]?[\"'](?P<path>[^\"'\n]{0,200})[\"']"
)
_EXPRESS: Final = compile_bytes(
    r"\b(?P<var>app|api|server|\w*[rR]outer|\w*[rR]outes)\.(?P<verb>get|post|put|patch|delete|all)\("
    r"[ \t\n]*[\"'`](?P<path>/[^\"'`\n]{0,200})[\"'`],(?P<rest>(?:[^{};\n]|\n[ \t]){0,300})"
)
_FUNCTION: Final = re.compile(r"^[ \t]*(?:async )?def[ \t]+(\w+)[ \t]*\(", re.MULTILINE)
#: Names that say authentication; an author is none.
_WORDS: Final = (
    r"(?:\w*(?:auth(?:ent\w*|ori[sz]\w*|_\w*|z|n|ed|2\w*|user|guard|handler|middleware|check\w*|dep\w*|required)?"
    r"|(?:api_?key|current_(?:\w{1,20}_)?user|currentuser|(?:verify|check|validate|require)_?token|bearer"
    r"|login_?required|require_?(?:user|login)|signed_?in|jwt)\w*)\b)"
)
_NAMED: Final = re.compile(rf"\b{_WORDS}", re.IGNORECASE)
_ASKS: Final = re.compile(rf"\b(?:Depends|Security)\(\s*(?:\w+\.)*{_WORDS}", re.IGNORECASE)
_DEPENDS: Final = re.compile(r"\b(?:Depends|Security)\(\s*(?:\w+\.)*(\w+)")
_ANNOTATED: Final = re.compile(r":\s*(?:\w+\.)?(\w+)")
_GUARDED: Final = re.compile(rf"^[ \t]*@(?:\w+\.)*{_WORDS}(?!\.)", re.IGNORECASE | re.MULTILINE)
_ALIAS: Final = compile_bytes(r"(?m)^(?P<name>\w+)(?:[ \t]*:[ \t]*\w+)?[ \t]*=[ \t]*(?:\w+\.)?Annotated\[")
_DEFINES: Final = compile_bytes(r"(?m)^[ \t]*(?:async )?def[ \t]+(?P<name>\w+)[ \t]*\(")
#: What FastAPI takes proof of identity out of a request with; a function that depends on one asks callers who they are.
_SCHEMES: Final = compile_bytes(
    r"(?m)^[ \t]*(?P<name>\w+)(?:[ \t]*:[ \t]*\w+)?[ \t]*=[ \t]*(?:\w+\.)?"
    r"(?:HTTP(?:Bearer|Basic|Digest|AuthorizationCredentials)|OAuth2\w*(?:Bearer|Form)|APIKey(?:Header|Query|Cookie)"
    r"|OpenIdConnect)\("
)
_MAKES: Final = compile_bytes(
    r"(?m)^[ \t]*(?P<var>\w+)(?:[ \t]*:[ \t]*\w+)?[ \t]*=[ \t]*"
    r"(?:\w+\.)?(?:APIRouter|FastAPI)\("
)
_INCLUDES: Final = compile_bytes(r"\b(?P<var>\w+)\.include_router\([ \t\n]*(?P<what>[\w.]{1,100})")
_BEFORE: Final = compile_bytes(
    rf"(?i)@(?P<var>\w+)\.before_request\b(?:\(\))?[ \t]*\n[ \t]*(?:async )?def[ \t]+{_WORDS}"
)
_ANY: Final = compile_bytes(
    r"\b(?:APIRouter|FastAPI|Flask|Blueprint|Depends|Annotated|include_router)\b|\.route\(|\bexpress\b|[rR]outer\."
)
#: What answers about health, and what one signs in at, must be open.
_OPEN: Final = re.compile(
    r"(?:^|/)(?:health\w*|ready\w*|readiness|live|livez|liveness|ping|heartbeat|metrics|login|log-in|sign-?in|token"
    r"|callback|logout)(?:/|$)",
    re.IGNORECASE,
)
#: What takes a service's place on a developer's machine.
_STAND_IN: Final = re.compile(r"(?:^|/)(?:(?:mock|fake|stub)s?|local|dev)[/_]", re.IGNORECASE)
_LOCAL: Final = compile_bytes(
    r"(?m)^[ \t]*if[ \t][^\n]{0,80}\benv\w*[^\n]{0,20}(?:==|in)[^\n]{0,6}[\"']"
    r"(?:local\w*|dev\w*|test\w*)[\"'][^\n]{0,40}:",
    folded=True,
)
_RETURNS: Final = re.compile(rb"\breturn\b")
_ROUNDS: Final = 4
_LONGEST_HEAD: Final = 40


@dataclass(frozen=True, slots=True)
class Route:
    """A route of a service.

    Attributes:
        place: Its line.
        asks: Whether it, or the router that it belongs to, asks callers who they are.
        is_open: It answers about health, signs callers in, or stands in for a service on a developer's machine.
    """

    place: InspectedPlace
    asks: bool
    is_open: bool


def routes_of(repository: Repository) -> list[Route]:
    """The routes of all services of a repository, in the order of their files."""
    files = [file for file in programs(repository) if file.name.endswith((".py", *_SCRIPTS))]
    sources = list(searched(repository, files, _ANY))
    python = [source for source in sources if source.text.path.endswith(".py")]
    found = list(_Python.of(python).routes())
    for source in sources:
        if source.text.path.endswith(_SCRIPTS) and b"express" in source.stated:
            found.extend(_express(source))
    return sorted(found, key=lambda route: (route.place.path, route.place.line or 0))


def askers_of(repository: Repository) -> Iterator[InspectedPlace]:
    """Where it is decided who a caller is: schemes and functions that routes depend on, if only through others.

    A scheme that nothing depends on asks nobody, and is left out.
    """
    files = [file for file in programs(repository) if file.name.endswith(".py")]
    sources = list(searched(repository, files, _ANY))
    needed = _needed(sources)
    wanted = _wanted(sources)
    for _ in range(_ROUNDS):
        wanted |= {name for one in wanted for name in needed.get(one, ())}
    guards = _Python.of(sources).guards
    for source in sources:
        for pattern, shows in (
            (_SCHEMES, "what proof of identity is taken from"),
            (_ALIAS, "who the caller is, as routes ask for it"),
            (_DEFINES, "decides who the caller is"),
        ):
            for hit in source.hits(pattern, within=source.code):
                name = hit.groups["name"]
                if name in wanted and (name in guards or _NAMED.fullmatch(name)):
                    yield source.text.place(hit.line, shows)


def _needed(sources: list[SourceCode]) -> dict[str, set[str]]:
    """What functions and annotated types depend on, by their names."""
    needed: dict[str, set[str]] = {}
    for source in sources:
        for hit in source.hits(_DEFINES, within=source.code):
            written = source.arguments(hit.start).decode("utf-8", "replace")
            needed.setdefault(hit.groups["name"], set()).update(_DEPENDS.findall(written))
        for hit in source.hits(_ALIAS):
            opening = source.code.find(b"[", hit.start)
            written = source.stated[opening : opening + 300].decode("utf-8", "replace")
            needed.setdefault(hit.groups["name"], set()).update(_DEPENDS.findall(written[: _end_of_call(written, 1)]))
    return needed


def _wanted(sources: list[SourceCode]) -> set[str]:
    """Names of what routes and routers depend on, and of the kinds of their parameters."""
    wanted: set[str] = set()
    for source in sources:
        for hit in source.hits(_ROUTE):
            head = _head(source, hit.line)
            wanted.update((*_DEPENDS.findall(head), *_ANNOTATED.findall(head)))
        for hit in (*source.hits(_MAKES, within=source.code), *source.hits(_INCLUDES, within=source.code)):
            wanted.update(_DEPENDS.findall(source.arguments(hit.start).decode("utf-8", "replace")))
    return wanted


def let_in_locally(repository: Repository) -> Iterator[InspectedPlace]:
    """Conditions by which a function of authentication returns early where the environment is a developer's."""
    for source in searched(repository, programs(repository), _LOCAL):
        for hit in source.hits(_LOCAL):
            name = definition_above(source, hit.line)
            after = source.around(hit.line, 0, 3)
            if _RETURNS.search(after) and re.search(rf"{_WORDS}|user", name, re.IGNORECASE):
                yield source.text.place(hit.line, "lets callers in without it where the environment is a developer's")


def _express(source: SourceCode) -> Iterator[Route]:
    for hit in source.hits(_EXPRESS):
        # What stands last answers; what stands before it lets callers through or not.
        before = re.split(r"=>|\bfunction\b|\);", hit.groups.get("rest", ""))[0].rpartition(",")[0]
        asks = _NAMED.search(before) is not None
        yield Route(source.text.place(hit.line, "a route"), asks, _is_open(source, hit.groups["path"]))


def _is_open(source: SourceCode, path: str) -> bool:
    return _OPEN.search(path) is not None or _STAND_IN.search(source.text.path) is not None


@dataclass(frozen=True, slots=True)
class _Python:
    """What decides about routes in Python.

    Attributes:
        sources: The files.
        guards: Names of functions and of annotated types that ask for authentication.
        routers: (path, variable) of routers whose routes are all guarded.
    """

    sources: list[SourceCode]
    guards: frozenset[str]
    routers: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, sources: list[SourceCode]) -> "_Python":
        guards: frozenset[str] = frozenset()
        for _ in range(_ROUNDS):
            more = guards | frozenset(_guards(sources, guards))
            if more == guards:
                break
            guards = more
        return cls(sources, guards, frozenset(_routers(sources, guards)))

    def routes(self) -> Iterator[Route]:
        for source in self.sources:
            for hit in source.hits(_ROUTE):
                head = _head(source, hit.line)
                asks = (source.text.path, hit.groups["var"]) in self.routers or _asks(head, self.guards)
                yield Route(source.text.place(hit.line, "a route"), asks, _is_open(source, hit.groups["path"]))


def _head(source: SourceCode, line: int) -> str:
    """Decorators of a function from one of them on, those above it too, and its parameters."""
    below = source.around(line, 0, _LONGEST_HEAD).decode("utf-8", "replace")
    defined = _FUNCTION.search(below)
    end = _end_of_call(below, defined.end() if defined is not None else below.find("(") + 1)
    above: list[str] = []
    for written in reversed(source.around(line, 6, 0).decode("utf-8", "replace").split("\n")[:-1]):
        if not written.lstrip().startswith("@"):
            break
        above.append(written)
    return "\n".join([*above, below[:end]])


def _end_of_call(text: str, start: int) -> int:
    depth = 1
    for at in range(start, len(text)):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth == 0:
            return at
    return len(text)


def _asks(written: str, guards: Iterable[str]) -> bool:
    """Whether the head of a function, or the arguments of a router, ask callers who they are."""
    if _ASKS.search(written) or _GUARDED.search(written):
        return True
    names = frozenset(guards)
    return any(name in names for name in _DEPENDS.findall(written)) or any(
        name in names for name in re.findall(r":\s*(?:\w+\.)?(\w+)", written)
    )


def _guards(sources: list[SourceCode], known: frozenset[str]) -> Iterator[str]:
    """Schemes of authentication, annotated types that depend on it, and functions whose own parameters do."""
    for source in sources:
        yield from (hit.groups["name"] for hit in source.hits(_SCHEMES, within=source.code))
        for hit in source.hits(_ALIAS):
            opening = source.code.find(b"[", hit.start)
            written = source.stated[opening : opening + 300].decode("utf-8", "replace")
            if _asks(written[: _end_of_call(written, 1)], known):
                yield hit.groups["name"]
        for hit in source.hits(_DEFINES, within=source.code):
            parameters = source.arguments(hit.start).decode("utf-8", "replace")
            if _asks(parameters, known):
                yield hit.groups["name"]


def _routers(sources: list[SourceCode], guards: frozenset[str]) -> set[tuple[str, str]]:
    """(path, variable) of guarded routers: made so, included so, or below one that is."""
    made: list[tuple[str, str]] = []
    guarded: set[tuple[str, str]] = set()
    edges: list[tuple[tuple[str, str], tuple[str, str], bool]] = []
    for source in sources:
        path = source.text.path
        for hit in source.hits(_MAKES, within=source.code):
            made.append((path, hit.groups["var"]))
            if _asks(source.arguments(hit.start).decode("utf-8", "replace"), guards):
                guarded.add((path, hit.groups["var"]))
        guarded.update((path, hit.groups["var"]) for hit in source.hits(_BEFORE))
    for source in sources:
        for hit in source.hits(_INCLUDES, within=source.code):
            written = source.arguments(hit.start).decode("utf-8", "replace")
            asks = _asks(written, guards)
            edges.extend(
                ((source.text.path, hit.groups["var"]), child, asks)
                for child in _meant(source, hit.groups["what"], made)
            )
    for _ in range(_ROUNDS):
        guarded |= {child for parent, child, asks in edges if asks or parent in guarded}
    return guarded


def _meant(source: SourceCode, what: str, made: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Routers that a name means in a file: its own, or the one of the module that it is imported from."""
    module, _, name = what.rpartition(".")
    if not module:
        own = (source.text.path, name)
        if own in made:
            return [own]
        imported = re.compile(
            rf"^[ \t]*from[ \t]+([\w.]{{1,200}})[ \t]+import\b[^\n]*?\b(\w+)[ \t]+as[ \t]+{re.escape(name)}\b",
            re.MULTILINE,
        ).search(source.code.decode("utf-8", "replace"))
        if imported is None:
            return [one for one in made if one[1] == name][:1] if sum(one[1] == name for one in made) == 1 else []
        module, name = imported[1], imported[2]
    stem = module.rpartition(".")[2]
    return [
        one for one in made if one[1] == name and re.search(rf"(?:^|/){re.escape(stem)}(?:\.py|/__init__\.py)$", one[0])
    ]
