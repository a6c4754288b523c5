"""Tells a query of logs (LogQL) from one of metrics (PromQL): rules of both stand in files of one shape.

Loki's ruler reads the files that Prometheus reads. A query of logs judged as one of metrics would be given metrics
that it does not have. Grammar: https://grafana.com/docs/loki/latest/query/.
"""

from typing import Final

from tieout.collectors.config.promql import after_quote

_QUOTES: Final = "\"'`"
#: A filter of lines, as the first pipe, stands right behind a selector; between metrics `!=` is a comparison, and never
#: with a text.
_FILTERS: Final = ("!=", "!~")


def is_log_query(expression: str) -> bool:
    """Whether an expression pipes or filters lines, which no query of metrics does; one pass over the text.

    A query of logs that does neither, such as `rate({app="x"}[5m]) > 1`, means the same in both languages.
    """
    at, size = 0, len(expression)
    behind_selector = False
    while at < size:
        character = expression[at]
        if character == "|" and behind_selector:
            return True
        if character in _QUOTES:
            at = after_quote(expression, at)
        elif character == "#":
            end = expression.find("\n", at)
            at = size if end < 0 else end
            continue
        elif behind_selector and expression.startswith(_FILTERS, at):
            after = at + 2
            while after < size and expression[after].isspace():
                after += 1
            if after < size and expression[after] in _QUOTES:
                return True
            at = after
        else:
            at += 1
            if character.isspace():
                continue
        behind_selector = character == "}"
    return False
