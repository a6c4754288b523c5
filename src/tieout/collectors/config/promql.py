"""Finds the metric names in a PromQL expression, without judging the expression."""

_GROUPING = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_AGGREGATIONS = frozenset(
    {"sum", "min", "max", "avg", "group", "stddev", "stdvar", "count", "count_values", "bottomk", "topk", "quantile"}
)
_WORDS = _GROUPING | _AGGREGATIONS | {"and", "or", "unless", "bool", "offset", "inf", "nan", "start", "end", "atan2"}
#: These ask whether there is a metric at all, and for no value of it.
_ABSENCE = frozenset({"absent", "absent_over_time"})
_QUOTES = "\"'`"


def metric_names(expression: str) -> list[str]:
    """The metrics that an expression reads, each once, in the order of their first use.

    Strings, label selectors, ranges, grouping labels, functions and keywords are passed over, and what is only
    asked to be absent. One pass over the text: it may be hostile.
    """
    found: dict[str, None] = {}
    at, size = 0, len(expression)
    while at < size:
        character = expression[at]
        if character in _QUOTES:
            at = after_quote(expression, at)
        elif character == "#":
            at = _index(expression, "\n", at)
        elif character == "{":
            at = _after_bracket(expression, at, "}")
        elif character == "[":
            at = _after_bracket(expression, at, "]")
        elif character.isdigit():
            while at < size and (expression[at].isalnum() or expression[at] == "."):
                at += 1
        elif character.isalpha() or character in "_:":
            start = at
            while at < size and (expression[at].isalnum() or expression[at] in "_:"):
                at += 1
            at = _word(expression, start, at, found)
        else:
            at += 1
    return list(found)


def _word(expression: str, start: int, end: int, found: dict[str, None]) -> int:
    """Judge one word; returns where to go on."""
    word = expression[start:end]
    after = end
    while after < len(expression) and expression[after].isspace():
        after += 1
    opens = after < len(expression) and expression[after] == "("
    if word.lower() in _GROUPING and opens:
        return _after_bracket(expression, after, ")")
    if word.lower() in _ABSENCE and opens:
        return _after_arguments(expression, after)
    if word.lower() not in _WORDS and not opens:
        found[word] = None
    return end


def _after_bracket(expression: str, at: int, closing: str) -> int:
    at += 1
    while at < len(expression) and expression[at] != closing:
        at = after_quote(expression, at) if expression[at] in _QUOTES else at + 1
    return at + 1


def _after_arguments(expression: str, at: int) -> int:
    """Behind the bracket that closes the one at `at`, others within it aside."""
    depth = 0
    while at < len(expression):
        character = expression[at]
        if character in _QUOTES:
            at = after_quote(expression, at)
            continue
        if character == "#":
            at = _index(expression, "\n", at)
            continue
        depth += {"(": 1, ")": -1}.get(character, 0)
        at += 1
        if depth == 0:
            break
    return at


def after_quote(expression: str, at: int) -> int:
    """Where what follows a quoted text begins, from where its quote stands; PromQL and LogQL quote alike."""
    quote = expression[at]
    at += 1
    while at < len(expression) and expression[at] != quote:
        at += 2 if expression[at] == "\\" and quote != "`" else 1
    return at + 1


def _index(expression: str, wanted: str, at: int) -> int:
    found = expression.find(wanted, at)
    return len(expression) if found < 0 else found
