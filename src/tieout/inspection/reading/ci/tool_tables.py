"""What a tool is for, and what a rule says that recognises one and tells when its findings fail a job.

What a tool does when it finds something is as its own documentation says; where that depends on the forge's or a
project's settings, it is left open.
"""

from dataclasses import dataclass
from typing import Final

#: What tools are for. The first four are checks of quality.
TESTS: Final = "tests"
FORMATTING: Final = "formatting"
LINTING: Final = "linting"
TYPES: Final = "types"
EVALUATION: Final = "evaluation"
CODE: Final = "code"
SECRETS: Final = "secrets"
DEPENDENCIES: Final = "dependencies"
CONTAINER: Final = "container"
INFRASTRUCTURE: Final = "infrastructure"
WORKFLOWS: Final = "workflows"
RUNNING: Final = "running service"
POSTURE: Final = "project practices"
SBOM: Final = "SBOM"
SIGNING: Final = "signing"
PROVENANCE: Final = "provenance"
PUBLISHING: Final = "publishing"
DEPLOYING: Final = "deploying"
#: Kinds that are a security scan.
SECURITY: Final = (CODE, SECRETS, DEPENDENCIES, CONTAINER, INFRASTRUCTURE, WORKFLOWS, RUNNING, POSTURE)


@dataclass(frozen=True, slots=True)
class Rule:
    """A tool, and how it is recognised and fails.

    Attributes:
        tool: Its name, as its makers write it.
        kind: What it is for.
        calls: Commands by their first words, "$" for the end; or a pattern for actions, hooks and templates.
        fails: Whether its findings fail the job; None where the file does not tell.
        must: It fails only with one of these among its arguments.
        soft: It never fails with one of these.
        not_with: With one of these it does something else.
        only_with: It is this only with one of these.
    """

    tool: str
    kind: str
    calls: str
    fails: bool | None = True
    must: tuple[str, ...] = ()
    soft: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()
    only_with: tuple[str, ...] = ()
