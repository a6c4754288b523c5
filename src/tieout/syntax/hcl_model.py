"""What a file of HCL holds: attributes, blocks, and expressions as they are written; nothing is evaluated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

#: Stands in a reference for "each" (`[*]`, `.*`) and for an index that is worked out.
ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it is written.

    Attributes:
        value: A whole number that JSON cannot carry exactly keeps its digits as text.
        line: 1-based.
        start: First character of what stands between the quotation marks, or of the value.
        end: The one after its last.
    """

    value: str | int | float | bool | None
    line: int
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Template:
    """A text with expressions in it, as `"arn:${var.partition}:s3"`; texts and expressions in turn."""

    parts: "tuple[str | Expression, ...]"
    line: int
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """A name and what is asked of it: `var.days`, `aws_s3_bucket.logs.id`, `module.keys["a"].arn`."""

    path: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list: `[a, b]`."""

    items: "tuple[Expression, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Members:
    """An object: `{a = 1}`; a name without quotation marks is a literal."""

    members: "tuple[tuple[Expression, Expression], ...]"
    line: int

    def get(self, name: str) -> "Expression | None":
        """The last member of a literal name, which is the one that counts; None without one."""
        found = [value for key, value in self.members if isinstance(key, Literal) and key.value == name]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    name: str
    arguments: "tuple[Expression, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A condition with what holds if it is true and if it is not."""

    condition: "Expression"
    yes: "Expression"
    no: "Expression"
    line: int


@dataclass(frozen=True, slots=True)
class Operation:
    """Operands with operators of one rank between them, from left to right; a lone operand has its sign before it."""

    operators: tuple[str, ...]
    operands: "tuple[Expression, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Other:
    """An expression that is not taken apart.

    Attributes:
        what: In words: "a for expression".
        line: 1-based.
    """

    what: str
    line: int


Expression: TypeAlias = Literal | Template | Reference | Items | Members | Call | Choice | Operation | Other


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name with its value, and the line of the name."""

    name: str
    value: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Body:
    """Attributes and blocks between two braces, or of a whole file."""

    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    blocks: "tuple[Block, ...]" = ()

    def of_type(self, *types: str) -> "Iterator[Block]":
        """Its blocks of any of these types, in their order."""
        return (block for block in self.blocks if block.type in types)


@dataclass(frozen=True, slots=True)
class Block:
    """A block: `resource "aws_s3_bucket" "logs" {…}` has the type `resource` and two labels."""

    type: str
    labels: tuple[str, ...]
    body: Body
    line: int
