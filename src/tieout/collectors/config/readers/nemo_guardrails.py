"""NeMo Guardrails' config.yml -> guardrail_config: the flows that it runs on inputs, outputs, retrieval and tools.

A flow counts where the library or a Colang file of the source has it. Colang 2.x lists its rails in Colang files, which
are not read for that. Source: https://docs.nvidia.com/nemo/guardrails/ (configuration guide).
"""

from collections.abc import Sequence
from typing import Final

from tieout.collectors.config.documents_of import documents_of
from tieout.collectors.config.guarding import against
from tieout.collectors.config.guardrail_parts.checks import Checks
from tieout.collectors.config.guardrail_parts.flows import of_library
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.rows import Fact
from tieout.collectors.config.said_off import said_off
from tieout.kernel.reading.documents import Document, kind_of
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor
from tieout.syntax.rails import defined_in, flows, has_rails, plain_name

_STAGES: Final = {
    "input": ("input",),
    "output": ("output",),
    "retrieval": ("retrieval",),
    "tool_input": ("tool",),
    "tool_output": ("tool",),
}
_COLANG: Final = ".co"


def _suits(path: str) -> bool:
    return kind_of(path) == "yaml" or path.endswith(_COLANG)


def _recognises(file: ConfigFile) -> bool:
    return file.path.endswith(_COLANG) or any(
        has_rails(Cursor.top(document)) for document in documents_of(file, b"rails")
    )


def _read(file: ConfigFile, beside: Sequence[ConfigFile]) -> list[Found]:
    checks = Checks("NeMo Guardrails")
    for document in documents_of(file, b"rails"):
        top = Cursor.top(document)
        if has_rails(top):
            _take(top, checks, beside)
    return checks.rows.found()


def _take(top: Cursor, checks: Checks, beside: Sequence[ConfigFile]) -> None:
    version = top.down("colang_version")
    if str(version.value).startswith("2"):
        checks.rows.drop(version, "lists its rails in Colang 2.x files, which are not read for them")
    rails = top.down("rails")
    for side, flow in flows(top):
        if off := said_off(top, rails, rails.down(side)):
            checks.rows.drop(off[0], f"the flows of rails.{side} cannot be judged: {off[1]}")
        elif flow.text is None:
            checks.rows.drop(flow, f"a flow of rails.{side} cannot be judged: it is no text")
        else:
            _flow(flow, flow.text, _STAGES.get(side, ()), checks, beside)


def _flow(flow: Cursor, written: str, stages: tuple[str, ...], checks: Checks, beside: Sequence[ConfigFile]) -> None:
    name = plain_name(written)
    known = of_library(name)
    if known is not None:
        checks.add(flow, written, known.against, stages, action=known.action, always_on=not known.asked)
    elif defined := next((found for file in beside if (found := _defined(name, file))), None):
        checks.add(flow, written, against(name), stages, always_on=True, defined=defined)
    else:
        told = f"'{excerpt(written)}' is no flow of the library that is known here, and no Colang file of the source"
        checks.rows.note(flow, f"{told} defines it, so it does not count")


def _defined(name: str, file: ConfigFile) -> Fact | None:
    """Where a Colang file defines a flow."""
    if not file.path.endswith(_COLANG):
        return None
    line = defined_in(file.data.decode("utf-8", "replace")).get(name)
    return Fact(name, Cursor(Document(None, {"": line}), None), file.path) if line else None


READERS = (Reader("nemo-guardrails", "NeMo Guardrails", ("guardrail_config",), _suits, _recognises, _read),)
