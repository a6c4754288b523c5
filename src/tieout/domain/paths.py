"""What kind of place a path stands in; only live paths count as configuration or record."""

import re

from tieout.domain.evidence import PathClass

# Named after its test only where the file is source code: `drills/2026-09-alert-test.yaml` is a record.
_CODE = r"(?:py|pyi|[cm]?[jt]sx?|go|rs|java|kt|scala|rb|php|cs|c|cc|cpp|h|hpp|swift|dart|ex|exs|sh|bats|r|jl|lua)"
_TEST = re.compile(
    r"(^|/)(tests?|testing|__tests__|fixtures?|testdata|mocks?|specs?)(/|$)"
    rf"|(^|/)(test_[^/]*\.{_CODE}|[^/]*[._-](test|spec)\.{_CODE}|conftest\.py)$",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"(^|/)(examples?|samples?|demos?|cookbooks?)(/|$)|[._-](example|sample|dist|demo)([._-]|$)",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"(^|/)(templates?|skeletons?|boilerplate)(/|$)|[._-](template|tmpl|tpl)([._-]|$)|\.(j2|jinja2?|tmpl|tpl)$",
    re.IGNORECASE,
)
_DOCUMENTATION = re.compile(r"(^|/)(docs?|documentation|wiki|website)(/|$)", re.IGNORECASE)


def classify(path: str) -> PathClass:
    """The class of a path by its folders and its name, most doubtful first.

    A test fixture of an example is a test; what matches nothing is live.
    """
    for pattern, kind in (
        (_TEST, PathClass.TEST),
        (_EXAMPLE, PathClass.EXAMPLE),
        (_TEMPLATE, PathClass.TEMPLATE),
        (_DOCUMENTATION, PathClass.DOCUMENTATION),
    ):
        if pattern.search(path):
            return kind
    return PathClass.LIVE
