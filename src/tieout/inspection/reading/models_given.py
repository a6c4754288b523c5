"""Models that settings in use give a program by the variables that it reads: `TASK_MODEL: "maker/name"`."""

import re
from collections.abc import Iterator
from typing import Final

from tieout.domain.model_names import is_pinned
from tieout.inspection.reading.authentication import own_settings
from tieout.inspection.reading.model_calls import Named, patience_in_code
from tieout.inspection.reading.names_read import reads
from tieout.inspection.reading.source_code import searched
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

#: A variable that is named for a model, and the name of one with its maker before it.
_GIVEN: Final = compile_bytes(
    r"(?m)^[ \t-]*(?:export )?[\"']?(?P<key>(?:[A-Z0-9]+_){0,5}(?:MODEL|LLM)(?:_NAME|_ID)?)[\"']?[ \t]*"
    r"(?:=|:[ \t])[ \t]*[\"']?(?P<name>[A-Za-z][\w.-]{1,40}/[A-Za-z][\w.:@-]{1,80})[\"']?[ \t\r]*(?:#[^\n]*)?$"
)
#: A file, and no name of a model.
_FILE: Final = re.compile(
    r"\.(?:pt|pth|pkl|joblib|onnx|gguf|bin|h5|safetensors|json|ya?ml|tar|gz|zip|ckpt)$|^(?:models?|data|weights)/",
    re.IGNORECASE,
)
_MOST: Final = 12


def models_given(repository: Repository) -> list[Named]:
    """Models by such variables, of a program that calls models of suppliers; none where it makes no client of one."""
    if next(patience_in_code(repository), None) is None:
        return []
    found = list(_given(repository))
    if not found:
        return []
    known = {key for key, _, _ in reads(repository, {key for key, _ in found})}
    return [named for key, named in found if key in known][:_MOST]


def _given(repository: Repository) -> Iterator[tuple[str, Named]]:
    for source in searched(repository, own_settings(repository), _GIVEN):
        for hit in source.hits(_GIVEN):
            name = hit.groups["name"]
            if not _FILE.search(name):
                pinned = is_pinned(name)
                place = source.text.place(hit.line, "pinned" if pinned else "not pinned")
                yield hit.groups["key"], Named(place, name, pinned)
