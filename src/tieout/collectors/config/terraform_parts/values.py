"""What expressions of Terraform come to, as far as the files say it; the rest is unknown, with what sets it.

Worked out are literals, `var.x` by its default, a file of values that is loaded by itself or the one call of its
module, `local.x`, lists and objects of those, and plain arithmetic. A condition or comparison is worked out only where
it decides whether something is made at all: as a value it is as often as not another one in production.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tieout.collectors.config.terraform_parts.folders import Folder, Folders
from tieout.syntax.hcl_model import (
    ANY,
    Attribute,
    Call,
    Choice,
    Expression,
    Items,
    Literal,
    Members,
    Operation,
    Other,
    Reference,
    Template,
)

#: Most values of one list or object, with all below it, and characters of one text, that are worked out.
_MOST_VALUES: Final = 1_000
_LONGEST_TEXT: Final = 10_000
#: How many names may lead from one to the next.
_LONGEST_CHAIN: Final = 20
_SAME: Final = frozenset({"nonsensitive", "sensitive", "tolist", "tomap", "toset"})
_ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "*": operator.mul,
    "+": operator.add,
    "-": operator.sub,
}
_COMPARED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBER_LIMIT: Final = 2**53
#: How what a condition decides is told.
CONDITION: Final = "a condition on "


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the files do not tell.

    Attributes:
        by: What sets it: `var.days`, `data.aws_kms_key.main`, "the function coalesce".
        is_made: Whether that is something which is made or looked up, so that there is a value.
    """

    by: str
    is_made: bool = False

    @property
    def words(self) -> str:
        """What is said of it."""
        return f"set by {self.by}; its value is not in this file"


@dataclass(frozen=True, slots=True)
class Env:
    """Where an expression stands.

    Attributes:
        folder: Whose names it uses.
        bound: What `each` and the names of dynamic blocks stand for.
        decides: Whether it decides if something is made.
        chain: Names that led to it.
    """

    folder: Folder
    bound: Mapping[str, Any] = field(default_factory=dict)
    decides: bool = False
    chain: tuple[tuple[str, str], ...] = ()

    def binding(self, name: str, value: Any) -> "Env":
        """The same where a name stands for a value."""
        return replace(self, bound={**self.bound, name: value})


class Values:
    """Works out expressions of one file, with the names of all folders of its source; each named value once.

    Args:
        folders: Of the source.
        own: Path of the file.

    Attributes:
        trail: File and line of names that stand in other files, since it was cleared last.
        rests_on: The same of all that was worked out.
        unread: Line, resource and name of blocks that are set by something else than what a file writes out.
    """

    def __init__(self, folders: Folders, own: str = "") -> None:
        self.folders = folders
        self.own = own
        self.trail: dict[str, int] = {}
        self.rests_on: dict[str, int] = {}
        self.unread: dict[tuple[int, str, str], None] = {}
        self._known: dict[tuple[str, str, bool], tuple[Any, dict[str, int]]] = {}

    def touch(self, path: str, line: int) -> None:
        """Note that what is worked out rests on a line of another file."""
        if path != self.own:
            self.trail.setdefault(path, line)
            self.rests_on.setdefault(path, line)

    def of(self, expression: Expression, env: Env) -> Any:
        """A JSON value, in which `Unknown` stands for what is not told."""
        if isinstance(expression, Literal):
            return expression.value
        if isinstance(expression, Items):
            return _bounded([self.of(item, env) for item in expression.items[: _MOST_VALUES + 1]])
        if isinstance(expression, Members):
            return self._object(expression, env)
        if isinstance(expression, Reference):
            return self._named(expression, env)
        return self._worked_out(expression, env)

    def decides(self, attribute: Attribute, env: Env) -> Any:
        """The same of an expression that decides whether something is made."""
        return self.of(attribute.value, replace(env, decides=True))

    def _worked_out(self, expression: Template | Call | Choice | Operation | Other, env: Env) -> Any:
        if isinstance(expression, Template):
            return self._text(expression, env)
        if isinstance(expression, Operation):
            return self._operation(expression, env)
        if isinstance(expression, Choice):
            return self._choice(expression, env)
        if isinstance(expression, Call):
            if expression.name in _SAME and len(expression.arguments) == 1:
                return self.of(expression.arguments[0], env)
            return Unknown(f"the function {expression.name}")
        return Unknown(expression.what)

    def _object(self, expression: Members, env: Env) -> Any:
        found: dict[str, Any] = {}
        for key, value in expression.members[: _MOST_VALUES + 1]:
            name = self.of(key, env)
            if isinstance(name, Unknown):
                return name
            found[str(name)] = self.of(value, env)
        return _bounded(found)

    def _text(self, expression: Template, env: Env) -> Any:
        parts = [part if isinstance(part, str) else self.of(part, env) for part in expression.parts[: _MOST_VALUES + 1]]
        if len(parts) == 1:
            return parts[0]
        unknown = next((part for part in parts if isinstance(part, Unknown)), None)
        if unknown is not None:  # with words of its own around it there is a value, whatever it is
            return Unknown(unknown.by, is_made=any(isinstance(part, str) and part.strip() for part in parts))
        if len(parts) > _MOST_VALUES or any(isinstance(part, list | dict) or part is None for part in parts):
            return Unknown("a text that is put together")
        text = "".join(str(part).lower() if isinstance(part, bool) else str(part) for part in parts)
        return text if len(text) <= _LONGEST_TEXT else Unknown("a very long text")

    def _choice(self, expression: Choice, env: Env) -> Any:
        yes, no = self.of(expression.yes, env), self.of(expression.no, env)
        if yes == no and type(yes) is type(no):
            return yes
        if env.decides:
            condition = as_truth(self.of(expression.condition, env))
            if isinstance(condition, bool):
                return yes if condition else no
        condition = self.of(expression.condition, replace(env, decides=True))
        by = condition.by.removeprefix(CONDITION) if isinstance(condition, Unknown) else ""
        return Unknown(f"{CONDITION}{by}" if by else "a condition")

    def _operation(self, expression: Operation, env: Env) -> Any:
        first, *others = expression.operators
        operands = [self.of(operand, env) for operand in expression.operands]
        if len(operands) == 1:
            return _signed(first, operands[0], env)
        if first in {"&&", "||"}:
            return _logical(first, operands) if env.decides else Unknown("a comparison")
        unknown = next((value for value in operands if isinstance(value, Unknown)), None)
        if unknown is not None:
            return Unknown(unknown.by)
        if not others and first in {"==", "!=", *_COMPARED}:
            return _compared(first, operands) if env.decides else Unknown("a comparison")
        return _calculated(expression.operators, operands)

    def _named(self, expression: Reference, env: Env) -> Any:
        root, *steps = expression.path
        if root in env.bound:
            return _below(env.bound[root], steps, ".".join(expression.path))
        if root in {"var", "local"} and steps:
            return _below(self._of_name(root, steps[0], env), steps[1:], ".".join(expression.path))
        made = root not in {"module", "count", "each", "path", "terraform", "self"}
        # A resource is named with its type and name, a data source with one step more.
        shown = ".".join(part for part in expression.path[: 3 if root == "data" else 2] if part != ANY)
        return Unknown(shown, is_made=made and len(expression.path) > 1)

    def _of_name(self, root: str, name: str, env: Env) -> Any:
        key = (env.folder.path, f"{root}.{name}", env.decides)
        if key not in self._known:
            step = (env.folder.path, f"{root}.{name}")
            if step in env.chain or len(env.chain) >= _LONGEST_CHAIN:
                return Unknown(f"{root}.{name}, which leads to itself")
            if env.folder.is_refused(f"{'variable' if root == 'var' else root}.{name}"):
                self._at(env, f"{root}.{name}")
                return Unknown(f"{root}.{name}, which is declared twice")
            inner = Env(env.folder, decides=env.decides, chain=(*env.chain, step))
            outer, self.trail = self.trail, {}
            try:
                found = self._local(name, inner) if root == "local" else self._variable(name, inner)
            except RecursionError:  # each expression is capped in depth, a chain of them is not
                found = Unknown(f"{root}.{name}, which is nested too deeply")
            self._known[key] = (found, self.trail)
            self.trail = outer
        found, trail = self._known[key]
        for path, line in trail.items():
            self.touch(path, line)
        return found

    def _at(self, env: Env, name: str) -> None:
        if name in env.folder.places:
            self.touch(*env.folder.places[name])

    def _local(self, name: str, env: Env) -> Any:
        attribute = env.folder.names.get(name)
        self._at(env, f"local.{name}")
        return Unknown(f"local.{name}") if attribute is None else self.of(attribute.value, env)

    def _variable(self, name: str, env: Env) -> Any:
        """What a variable is: as its module is called, else as files of values say, else by its default."""
        folder = env.folder
        calls = self.folders.callers.get(folder.path, ())
        declared = folder.variables.get(name)
        default = declared.body.attributes.get("default") if declared is not None else None
        if calls:
            return self._of_calls(name, default, env)
        if name in folder.given and declared is not None and name not in folder.elsewhere:
            self._at(env, f"given.{name}")
            return self.of(folder.given[name].value, env)
        if name in folder.elsewhere:
            return Unknown(f"var.{name} (in {folder.elsewhere[name]}, which is used only where it is named)")
        self._at(env, f"var.{name}")
        return Unknown(f"var.{name}") if default is None else self.of(default.value, env)

    def _of_calls(self, name: str, default: Attribute | None, env: Env) -> Any:
        found: list[Any] = []
        for caller, path, call in self.folders.callers[env.folder.path][:_MOST_VALUES]:
            argument = call.body.attributes.get(name)
            there = Env(caller, decides=env.decides, chain=env.chain)
            self.touch(path, call.line if argument is None else argument.line)
            if argument is not None:
                found.append(self.of(argument.value, there))
            else:
                found.append(Unknown(f"var.{name}") if default is None else self.of(default.value, env))
        if all(value == found[0] and type(value) is type(found[0]) for value in found[1:]):
            return found[0]
        return Unknown(f"var.{name}, which calls of the module set differently")


def as_truth(value: Any) -> Any:
    """True or false, written so or as text; Terraform takes both."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def as_number(value: Any) -> Any:
    """A number, written so or as text, as Terraform takes both."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= len(str(_NUMBER_LIMIT)):
        return int(value)
    return value


def is_number(value: Any) -> bool:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bounded(value: Any) -> Any:
    """A list or object, unknown where it is larger than any that people write."""
    left = _MOST_VALUES
    waiting: list[Iterable[Any]] = [value.values() if isinstance(value, dict) else value]
    while waiting:
        for element in waiting.pop():
            left -= 1
            if left < 0:
                return Unknown("a very long list")
            if isinstance(element, list | dict):
                waiting.append(element.values() if isinstance(element, dict) else element)
    return value


def _below(value: Any, steps: list[str], name: str) -> Any:
    """What the steps behind a name lead to."""
    for step in steps:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return value if isinstance(value, Unknown) else Unknown(name)
    return value


def _signed(signs: str, value: Any, env: Env) -> Any:
    if isinstance(value, Unknown):
        return value
    if set(signs) == {"-"} and is_number(value):
        return -value if len(signs) % 2 else value
    if set(signs) == {"!"} and isinstance(as_truth(value), bool):
        turned = as_truth(value) is (len(signs) % 2 == 0)
        return turned if env.decides else Unknown("a comparison")
    return Unknown("an expression")


def _logical(sign: str, operands: list[Any]) -> Any:
    values = [as_truth(value) for value in operands]
    deciding = sign == "||"
    if any(value is deciding for value in values):
        return deciding
    unknown = next((value for value in values if isinstance(value, Unknown)), None)
    return unknown if unknown is not None else not deciding


def _compared(sign: str, operands: list[Any]) -> Any:
    left, right = operands
    if sign in {"==", "!="}:
        # Text and number are never equal in HCL, nor are true and 1.
        equal = left == right and isinstance(left, bool) is isinstance(right, bool)
        return equal if sign == "==" else not equal
    if is_number(left) and is_number(right):
        return _COMPARED[sign](left, right)
    return Unknown("a comparison")


def _calculated(signs: tuple[str, ...], operands: list[Any]) -> Any:
    if not all(map(is_number, operands)) or not set(signs) <= _ARITHMETIC.keys():
        return Unknown("an expression")
    result = operands[0]
    for sign, operand in zip(signs, operands[1:], strict=True):
        result = _ARITHMETIC[sign](result, operand)
        if abs(result) > _NUMBER_LIMIT:
            return Unknown("a very large number")
    return result
