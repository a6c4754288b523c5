"""Whether a file holds values that are secrets by where they stand, whatever their names: no copy of it is kept.

These are Secrets of Kubernetes with values, the literals of a kustomization's `secretGenerator`, resources of
Terraform's JSON form that hold secrets, and values in JSON of variables that a module declares sensitive. Their names
say nothing (`url`, `config.yaml`), and what is packed in base64 looks like any other text.
"""

import re
from typing import Any, Final

from tieout.collectors.hcl_sources import HOLDING
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import kind_of, parse, parse_all

_KINDS: Final = frozenset({"Secret", "SecretGenerator", "SecretList"})
_VALUES: Final = ("data", "stringData")
#: As they are written in what is not parsed: a template, a text within a value, another language.
_WRITTEN_KIND = re.compile(
    r"kind[\"'\\]{0,4}[ \t]{0,20}[:=][ \t]{0,20}[\"'\\]{0,4}Secret(?:Generator|List)?(?![A-Za-z0-9])"
)
_WRITTEN_VALUES = re.compile(
    r"(?<![A-Za-z0-9])(?:data|stringData|literals)[\"'\\]{0,4}[ \t]{0,20}[:=]|/(?:data|stringData)/"
)
_TERRAFORM_JSON: Final = (".tf.json", ".tofu.json")
_VALUES_JSON: Final = ".tfvars.json"
_GENERATOR: Final = "secretGenerator"


def holds_secret_objects(text: str, path: str, sensitive: frozenset[str] = frozenset()) -> bool:
    """Whether such values stand in a file; where that cannot be told, they may.

    Args:
        text: The file.
        path: Its name says which kind of document it is: of Terraform's `.tf.json` and `.tfvars.json`, or another.
        sensitive: Variables of Terraform that are declared sensitive elsewhere.
    """
    if path.lower().endswith(_TERRAFORM_JSON) and any(f'"{name}"' in text for name in HOLDING):
        return True
    if path.lower().endswith(_VALUES_JSON) and any(f'"{name}"' in text for name in sensitive):
        return True
    kind = kind_of(path)
    if kind not in {"json", "yaml"}:
        return _is_written(text)
    if "Secret" not in text and _GENERATOR not in text and "\\" not in text:
        return False
    try:
        if kind == "yaml":
            documents = parse_all(text.encode("utf-8"), where=path)
        else:
            documents = [parse(text.encode("utf-8"), kind, where=path)]
    except UnreadableError:
        return _is_written(text)
    return any(_holds(document.data) for document in documents)


def _is_written(text: str) -> bool:
    if _WRITTEN_VALUES.search(text) is None:
        return False
    return _WRITTEN_KIND.search(text) is not None or _GENERATOR in text


def _holds(tree: Any) -> bool:
    """Whether a parsed document holds such values at any depth; depth is bounded by the parser."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if _is_secret(node):
                return True
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, str) and _is_written(node):
            return True
    return False


def _is_secret(node: dict[Any, Any]) -> bool:
    """Whether a mapping is a Secret, a list of Secrets, a generator or a patch of one, and holds values."""
    kind, target, generators = node.get("kind"), node.get("target"), node.get(_GENERATOR)
    if isinstance(kind, str) and kind in _KINDS:
        held = {"Secret": _VALUES, "SecretGenerator": ("literals",), "SecretList": ("items",)}[kind]
        if any(node.get(name) for name in held):
            return True
    if isinstance(target, dict) and target.get("kind") == "Secret" and node.get("patch"):
        return True
    each = generators if isinstance(generators, list) else [generators]
    return any(isinstance(one, dict) and bool(one.get("literals")) for one in each)
