"""frameworks: loads what controls/ ships; its errors name file, line and field."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from tieout.domain.base import Model
from tieout.kernel.errors import ConfigError

ShippedModel = TypeVar("ShippedModel", bound=Model)


def read_shipped(path: Path, model: type[ShippedModel]) -> ShippedModel:
    """Read a YAML file of ours into its model.

    Only for files that ship with tieout or that its maintainers wrote: anything collected goes through
    kernel.reading, which caps and isolates the parser.

    Raises:
        ConfigError: The file is missing, is not YAML, repeats a key, or does not fit the model; `where` is
            its folder, name and line.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        message = f"cannot be read: {error.strerror or type(error).__name__}"
        raise ConfigError(message, hint="install tieout again, or restore the file", where=name) from error
    except UnicodeDecodeError as error:
        message = "is not UTF-8 text"
        raise ConfigError(message, hint="save the file as UTF-8", where=name) from error
    loader = yaml.CSafeLoader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            raise ConfigError("is empty", hint="restore the file", where=name)
        _refuse_repeats(root, name)
        data = loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        message = f"is not valid YAML: {error.problem or error.context}"
        raise ConfigError(message, hint="correct the line", where=f"{name}{line}") from error
    except ValueError as error:  # such as the day 2026-13-40
        message = f"has a value that YAML cannot read: {error}"
        raise ConfigError(message, hint="correct the value", where=name) from error
    finally:
        loader.dispose()
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _explained(error, root, name) from error


def _explained(error: ValidationError, root: yaml.Node, name: str) -> ConfigError:
    """The first fault, with its line and field, and how many more there are."""
    first, *others = error.errors(include_url=False)
    field = ".".join(str(part) for part in first["loc"]) or "the whole file"
    message = f"{field}: {first['msg'].removeprefix('Value error, ')}"
    hint = f"{len(others)} more after this one" if others else "correct this entry"
    return ConfigError(message, hint=hint, where=f"{name}:{_line(root, first['loc'])}")


def _line(root: yaml.Node, place: tuple[int | str, ...]) -> int:
    """1-based line of a place in the document; of its nearest parent where it is missing."""
    node = root
    line: int = root.start_mark.line
    for part in place:
        entry = _child(node, part)
        if entry is None:
            break
        line, node = entry
    return line + 1


def _child(node: yaml.Node, part: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line, node.value[part]
    return None


def _refuse_repeats(root: yaml.Node, name: str) -> None:
    """YAML keeps the last of two equal keys without a word; a schedule must not lose a line that way."""
    for mapping in _mappings(root):
        seen: set[str] = set()
        for key, _ in mapping.value:
            if key.value in seen:
                message = f"the key '{key.value}' is given twice"
                raise ConfigError(message, hint="keep one", where=f"{name}:{key.start_mark.line + 1}")
            seen.add(key.value)


def _mappings(node: yaml.Node) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from _mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _mappings(value)
