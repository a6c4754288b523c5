"""What workflows take from other repositories: actions and called workflows, and how firmly each is pinned."""

import re
from dataclasses import dataclass
from typing import Final

from tieout.syntax.pipelines.model import Ci, Run, Spot

_COMMIT = re.compile(r"\A[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_MOVING: Final = frozenset({"latest", "main", "master", "develop", "dev", "trunk", "head", "edge", "nightly", "stable"})
_VERSION = re.compile(r"\A[vV]?\d")
_DIGEST = "@sha256:"
#: Makers whose actions come with the forge itself.
_FORGE: Final = frozenset({"actions", "github"})
_SECRET = re.compile(r"\Ainherit\Z|secrets\.(?!GITHUB_TOKEN\b)\w+|\bssm\b|vault", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to an action or workflow of another repository.

    Attributes:
        name: Without its version.
        version: What stands after the "@"; "" where nothing does.
        spot: Its line.
        pin: "commit", "version" or "moving" (a branch, or a word such as latest).
        secrets: Whether the step is given a secret, or fetches one.
        federated: Whether the job may ask for an identity at a cloud.
    """

    name: str
    version: str
    spot: Spot
    pin: str
    secrets: bool
    federated: bool

    @property
    def of_the_forge(self) -> bool:
        """Whether the makers of the forge maintain it."""
        return self.name.partition("/")[0].lower() in _FORGE


def references(found: Ci) -> list[Reference]:
    """Every reference by the line that it stands on, the most doubtful first."""
    by_spot = {
        run.spot: _reference(run)
        for run in found.runs
        if run.what in {"action", "workflow"} and not run.words[0].startswith(("./", "../"))
    }
    return sorted(by_spot.values(), key=_doubt)


def _doubt(reference: Reference) -> tuple[object, ...]:
    order = ("moving", "version", "commit").index(reference.pin)
    exposed = not reference.secrets, not reference.federated
    return (order, *exposed, reference.of_the_forge, reference.spot.path, reference.spot.line or 0)


def _reference(run: Run) -> Reference:
    name, _, version = run.words[0].partition("@")
    if _DIGEST in run.words[0] or _COMMIT.match(version):
        pin = "commit"
    elif run.words[0].startswith("docker://"):
        pin = "version" if re.search(r":v?\d", run.words[0]) else "moving"
    else:
        pin = "version" if _VERSION.match(version) and version.lower() not in _MOVING else "moving"
    return Reference(name, version, run.spot, pin, _has_secret(run, name), _is_federated(run))


def _has_secret(run: Run, name: str) -> bool:
    env = run.step.env.values() if run.step is not None else ()
    given = (*run.inputs.values(), *env, *(run.job.secrets.values() if run.what == "workflow" else ()))
    return any(_SECRET.search(value) for value in given) or bool(re.search(r"secret|vault", name, re.IGNORECASE))


def _is_federated(run: Run) -> bool:
    stated = run.job.permissions or run.workflow.permissions
    return stated is not None and (stated.everything == "write-all" or "id-token" in stated.writes)
