"""Judges of our OSCAL output that we did not write: the official schema, trestle, oscal-validate, oscal-pydantic.

Each function takes what was written and returns what is wrong with it; the last three run in environments of
their own under .venvs/, made when first asked for (tools/venvs.py; the packages come by pip).
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema_rs

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PROGRAMS = Path(__file__).resolve().parent / "judge_programs"

# The modules of oscal-pydantic 2023.3.21; it has none for mapping-collection, which is younger.
OSCAL_PYDANTIC_MODULES = {
    "catalog": "catalog",
    "profile": "profile",
    "component-definition": "component",
    "system-security-plan": "ssp",
    "assessment-plan": "assessment_plan",
    "assessment-results": "assessment_results",
    "plan-of-action-and-milestones": "poam",
}


@cache
def tool(name: str) -> ModuleType:
    """A program of tools/ as a module."""
    spec = spec_from_file_location(name, REPOSITORY / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def schema_errors(kind: str, data: bytes) -> list[str]:
    """What the official OSCAL 1.2.3 JSON schema refuses, `/pointer: message`."""
    value = json.loads(data)
    if set(value) - {"$schema"} != {kind}:
        return [f"/: the root is {sorted(value)}, not {kind}"]
    errors = _validator(kind).iter_errors(value)
    return [f"/{'/'.join(str(part) for part in error.instance_path)}: {error.message}" for error in errors]


def trestle_errors(*paths: Path) -> list[str]:
    """What compliance-trestle 5.2.0 cannot load, or one of its validators refuses, in documents of one folder.

    Give all the documents that import each other: trestle resolves a plan's profile and its catalog.
    """
    return list(_run("trestle", str(PROGRAMS / "trestle_judge.py"), *map(str, paths)))


def oscal_pydantic_result(kind: str, path: Path) -> str | None:
    """What oscal-pydantic 2023.3.21 (OSCAL of its day) refuses of a document; None where it loads it."""
    module = OSCAL_PYDANTIC_MODULES.get(kind)
    if module is None:
        return f"oscal-pydantic has no models for {kind}"
    refused: str | None = _run("oscal-pydantic", str(PROGRAMS / "oscal_pydantic_judge.py"), module, str(path))
    return refused


def oscal_validate_errors(paths: Sequence[Path]) -> list[str]:
    """The errors and warnings of oscal-validate 0.5.0 for documents that may import each other.

    Left out is its remark that a document names an older OSCAL than the one it judges by.
    """
    found = []
    for path in paths:
        others = [part for other in paths if other != path for part in ("--resolve", str(other))]
        program = ["-m", "oscal_validate", "--format", "json", *others, str(path)]
        report = _run("oscal-validate", *program, accept=(0, 1))
        found += [
            f"{path.name}#{finding['location']}: {finding['code']}: {finding['message']}"
            for finding in report["findings"]
            if finding["severity"] in {"ERROR", "WARNING"} and finding["code"] != "OSCAL_VERSION_DIFFERS"
        ]
    return found


@cache
def _validator(kind: str) -> jsonschema_rs.Draft7Validator:
    schema = json.loads(tool("generate_oscal_models").official_schema())
    # One branch, picked by the root key: errors then say what is wrong and not which branches did not match.
    branch = next(root for root in schema.pop("oneOf") if kind in root["required"])
    return jsonschema_rs.Draft7Validator({**schema, **branch}, validate_formats=True)


def _run(judge: str, *arguments: str, accept: tuple[int, ...] = (0,)) -> Any:
    """The JSON that a judge prints; anything but a verdict is an error of the judge, never a pass."""
    python = tool("venvs").ensure(judge)
    done = subprocess.run([python, *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in accept:
        sys.stderr.write(done.stderr)
        message = f"the judge {judge} failed with exit code {done.returncode}"
        raise RuntimeError(message)
    return json.loads(done.stdout)
