"""What a command does with the lock when it installs packages, by the documentation of each package manager."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Keeping(StrEnum):
    """What an installation does with the lock."""

    KEEPS = "installs what the lock says, or fails"
    MAY_CHANGE = "may install something else than the lock says"
    PASSES = "passes the lock by"


@dataclass(frozen=True, slots=True)
class Install:
    """A command that installs what the project asks for.

    Attributes:
        ecosystem: Of the packages.
        keeping: What it does with the lock.
        lists: Lists of requirements that it names, as written: with hashes in them it keeps to the list.
    """

    ecosystem: str
    keeping: Keeping
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A command with what its answer depends on.

    Attributes:
        words: Program and arguments.
        environment: Variables that are set for it, as far as known.
        is_ci: It runs in continuous integration, where some package managers keep to the lock by themselves.
        is_new_yarn: The lock is of Yarn 2 or later.
    """

    words: tuple[str, ...]
    environment: Mapping[str, str]
    is_ci: bool
    is_new_yarn: bool = False

    @property
    def arguments(self) -> tuple[str, ...]:
        """What stands after the program."""
        return self.words[1:]

    def has(self, *options: str) -> bool:
        """Whether one of the options stands in it."""
        return any(word in options for word in self.words)

    def is_on(self, *names: str) -> bool:
        """Whether one of the variables is set to yes."""
        return any(self.environment.get(name, "").strip().lower() in {"1", "true", "yes", "on"} for name in names)

    def plain(self, valued: frozenset[str] = frozenset()) -> list[str]:
        """Arguments that are neither options nor their values."""
        found, skip = [], False
        for word in self.arguments:
            if skip:
                skip = False
            elif word.startswith("-"):
                skip = word in valued
            else:
                found.append(word)
        return found


_NODE_VALUED: Final = frozenset({
    "--prefix", "-C", "--dir", "--filter", "-F", "--workspace", "-w", "--registry", "--cwd", "--cache", "--loglevel",
})  # fmt: skip
_PIP_VALUED: Final = frozenset({
    "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-t", "--target", "-c", "--constraint", "--python",
    "--platform", "--prefix", "--root", "--timeout", "--retries", "--trusted-host", "-p", "--cache-dir", "--no-binary",
    "--only-binary", "--progress-bar", "--python-version", "--index-strategy", "--torch-backend", "--proxy",
})  # fmt: skip
_POETRY_VALUED: Final = frozenset({
    "-C", "--directory", "-P", "--project", "--only", "--with", "--without", "-E", "--extras",
})  # fmt: skip
_CARGO_VALUED: Final = frozenset({"--path", "--manifest-path", "-C", "-Z", "--config", "--color", "--target-dir"})
#: Commands of Cargo that resolve what the project uses, and write the lock anew where it does not fit.
_CARGO_RESOLVES: Final = ("build", "b", "test", "t", "run", "r", "fetch", "check", "c", "bench", "clippy", "doc")
_LISTS: Final = frozenset({"-r", "--requirement", "--requirements"})
_GLOBAL: Final = ("-g", "--global", "--location=global")


def install_of(call: Call) -> Install | None:
    """What a command installs; None where it installs nothing, or only a tool that no list asks for."""
    judge = _JUDGES.get(call.words[0].rpartition("/")[2]) if call.words else None
    return judge(call) if judge is not None else None


def _kept(ecosystem: str, *, is_kept: bool) -> Install:
    return Install(ecosystem, Keeping.KEEPS if is_kept else Keeping.MAY_CHANGE)


def _npm(call: Call) -> Install | None:
    plain = call.plain(_NODE_VALUED)
    if not plain or call.has(*_GLOBAL):
        return None
    if plain[0] in {"ci", "clean-install", "install-clean", "cit", "install-ci-test"}:
        return Install("npm", Keeping.KEEPS)
    if plain not in (["install"], ["i"]):
        return None
    is_unlocked = call.has("--no-package-lock", "--package-lock=false")
    return Install("npm", Keeping.PASSES if is_unlocked else Keeping.MAY_CHANGE)


def _pnpm(call: Call) -> Install | None:
    plain = call.plain(_NODE_VALUED)
    if not plain or call.has(*_GLOBAL):
        return None
    if plain[0] in {"fetch", "ci"}:
        return Install("npm", Keeping.KEEPS)
    if plain not in (["install"], ["i"]):
        return None
    if call.has("--no-frozen-lockfile", "--frozen-lockfile=false", "--no-lockfile", "--lockfile=false"):
        return Install("npm", Keeping.MAY_CHANGE)
    is_frozen = call.has("--frozen-lockfile", "--frozen-lockfile=true")
    return _kept("npm", is_kept=is_frozen or call.is_ci or call.is_on("CI"))


def _yarn(call: Call) -> Install | None:
    plain = call.plain(_NODE_VALUED)
    if plain not in ([], ["install"]) or call.has("--version", "-v", "--help"):
        return None
    if call.has("--no-immutable", "--no-lockfile"):
        return Install("npm", Keeping.PASSES)
    is_frozen = call.has("--frozen-lockfile", "--immutable") or call.is_on("YARN_ENABLE_IMMUTABLE_INSTALLS")
    return _kept("npm", is_kept=is_frozen or (call.is_new_yarn and (call.is_ci or call.is_on("CI"))))


def _bun(call: Call) -> Install | None:
    plain = call.plain(_NODE_VALUED)
    if plain not in (["install"], ["i"], ["ci"]) or call.has(*_GLOBAL):
        return None
    return _kept("npm", is_kept=plain == ["ci"] or call.has("--frozen-lockfile"))


def _pip(call: Call) -> Install | None:
    plain = call.plain(_PIP_VALUED | _LISTS)
    if plain[:1] == ["sync"]:
        lists = tuple(plain[1:])
    elif plain[:1] == ["install"]:
        lists = tuple(_lists(call))
    else:
        return None
    is_strict = call.has("--require-hashes") or call.is_on("PIP_REQUIRE_HASHES", "UV_REQUIRE_HASHES")
    if lists:
        return Install("python", Keeping.KEEPS if is_strict else Keeping.PASSES, lists)
    is_own = any(_is_project(word) for word in plain[1:]) and not call.has("--no-deps")
    return Install("python", Keeping.PASSES) if is_own else None


def _lists(call: Call) -> Iterator[str]:
    """The lists of requirements that stand after `-r` in any of its forms."""
    for word, following in zip(call.arguments, [*call.arguments[1:], ""], strict=True):
        if word in _LISTS:
            yield following
        elif word.startswith("--requirement="):
            yield word.partition("=")[2]
        elif word.startswith("-r") and len(word) > len("-r"):
            yield word[len("-r") :]


def _is_project(word: str) -> bool:
    """Whether an argument is the project itself, whose list is then resolved anew."""
    path = word.partition("[")[0]
    return (path in {".", ".."} or path.startswith(("./", "../"))) and not path.endswith((".whl", ".gz", ".zip"))


def _uv(call: Call) -> Install | None:
    if call.arguments[:1] == ("pip",):
        return _pip(Call(call.arguments, call.environment, call.is_ci))
    if call.arguments[:1] != ("sync",):
        return None
    return _kept("python", is_kept=call.has("--locked", "--frozen") or call.is_on("UV_LOCKED", "UV_FROZEN"))


def _poetry(call: Call) -> Install | None:
    plain = call.plain(_POETRY_VALUED)
    if plain[:1] in (["install"], ["sync"], ["bundle"]):
        return Install("python", Keeping.KEEPS)  # it refuses when the lock does not fit the list
    return Install("python", Keeping.PASSES) if plain[:1] == ["update"] else None


def _pipenv(call: Call) -> Install | None:
    plain = call.plain(_PIP_VALUED)
    if plain not in (["sync"], ["install"]):
        return None
    return _kept("python", is_kept=plain == ["sync"] or call.has("--deploy", "--ignore-pipfile"))


def _pdm(call: Call) -> Install | None:
    plain = call.plain()
    if plain not in (["sync"], ["install"]):
        return None
    return _kept("python", is_kept=plain == ["sync"] or call.has("--frozen-lockfile", "--check", "--no-lock"))


def _bundle(call: Call) -> Install | None:
    if call.plain() not in ([], ["install"]):
        return None
    is_frozen = call.has("--frozen", "--deployment") or call.is_on("BUNDLE_FROZEN", "BUNDLE_DEPLOYMENT")
    return _kept("bundler", is_kept=is_frozen)


def _go(call: Call) -> Install | None:
    if call.arguments[:1] == ("get",) and call.has("-u", "-u=patch"):
        return Install("go", Keeping.PASSES)
    if call.arguments[:2] != ("mod", "download") and call.arguments[:1] != ("build",):
        return None
    flags = {*call.words, *call.environment.get("GOFLAGS", "").split()}
    is_free = (
        "-mod=mod" in flags or call.environment.get("GONOSUMDB") == "*" or call.environment.get("GOSUMDB") == "off"
    )
    return _kept("go", is_kept=not is_free)


def _cargo(call: Call) -> Install | None:
    words = [word for word in call.plain(_CARGO_VALUED) if not word.startswith("+")]  # `+stable` names a toolchain
    is_own = (
        words[:1] in [[name] for name in _CARGO_RESOLVES]
        or words[:2] in (["chef", "cook"], ["nextest", "run"])
        or (words[:1] == ["install"] and call.has("--path"))
    )
    return _kept("cargo", is_kept=call.has("--locked", "--frozen")) if is_own else None


def _composer(call: Call) -> Install | None:
    plain = call.plain()
    if plain == ["install"]:
        return Install("composer", Keeping.KEEPS)
    return Install("composer", Keeping.PASSES) if plain[:1] == ["update"] else None


def _mix(call: Call) -> Install | None:
    return _kept("mix", is_kept=call.has("--check-locked")) if call.plain()[:1] == ["deps.get"] else None


def _dotnet(call: Call) -> Install | None:
    return _kept("nuget", is_kept=call.has("--locked-mode")) if call.plain()[:1] == ["restore"] else None


def _pip_sync(call: Call) -> Install | None:
    return _pip(Call(("pip", "sync", *call.arguments), call.environment, call.is_ci))


_JUDGES: Final[Mapping[str, Callable[[Call], Install | None]]] = {
    "npm": _npm, "pnpm": _pnpm, "yarn": _yarn, "yarnpkg": _yarn, "bun": _bun,
    "pip": _pip, "pip3": _pip, "pip-sync": _pip_sync, "uv": _uv, "poetry": _poetry, "pipenv": _pipenv, "pdm": _pdm,
    "bundle": _bundle, "bundler": _bundle, "go": _go, "cargo": _cargo, "composer": _composer, "mix": _mix,
    "dotnet": _dotnet,
}  # fmt: skip
