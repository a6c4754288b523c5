"""Operators of HCL by how closely they bind, and numbers as they are written."""

from typing import Final

from tieout.kernel.reading.refusal import MAX_EXACT_INTEGER
from tieout.syntax.hcl_model import Expression, Operation

#: Operators by rank, the ones that bind closest first.
RANKS: Final = (("*", "/", "%"), ("+", "-"), ("<", "<=", ">", ">="), ("==", "!="), ("&&",), ("||",))
_LONGEST_NUMBER: Final = len("9007199254740991")


def joined(
    operands: list[Expression], operators: list[str], rank: tuple[str, ...]
) -> tuple[list[Expression], list[str]]:
    """Operands with those that operators of one rank stand between made one."""
    runs: list[tuple[list[Expression], list[str]]] = [([operands[0]], [])]
    left: list[str] = []
    for operator, operand in zip(operators, operands[1:], strict=True):
        if operator in rank:
            runs[-1][0].append(operand)
            runs[-1][1].append(operator)
        else:
            left.append(operator)
            runs.append(([operand], []))
    joined = [Operation(tuple(signs), tuple(run), run[0].line) if signs else run[0] for run, signs in runs]
    return joined, left


def number_of(digits: str) -> int | float | str:
    """A number; one that JSON cannot carry exactly keeps its digits as text."""
    if digits.isdigit():
        number = int(digits) if len(digits) <= _LONGEST_NUMBER else None
        return number if number is not None and number <= MAX_EXACT_INTEGER else digits
    value = float(digits)
    return value if abs(value) != float("inf") else digits
