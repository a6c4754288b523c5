"""Code and settings by which whole bodies, messages and prompts are logged or stored as they came."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.source_code import Part, SourceCode, programs, searched, settings
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

_SAID: Final = (
    r"(?:prompts?|user_?prompt|system_?prompt|full_?prompt|messages|user_?messages?|tool_?messages?|chat_?history"
    r"|conversation|transcript|user_?input|user_?query|completion|raw_?response|(?:request|response)_?(?:body|payload|text"
    r"|content)|(?:req|request|response|res)\.(?:body|text|content)|body)"
)
#: A call that writes a line to the log, with a variable that holds what was said; a word in a message is none.
_LOGGED = compile_bytes(
    r"\b(?:log(?:ger|ging)?|_logger|console|tracing|slog|log4j)(?:\.|::)(?:info|debug|warn(?:ing)?|error|trace|log"
    r"|print(?:f|ln)?|infof|debugf|errorf|warnf)!?\("
    rf"(?:[^\n]*?(?:[({{,=?%&+]|\bf\"[^\"\n]*\{{) ?)?(?:self\.|ctx\.|this\.)?(?P<said>{_SAID})"
    r"(?:\)|\}|,|\.(?:to_string|model_dump|json|strip|clone)\b|[ \t]*$)"
    r"|\btracing::\w+!\([^\n]*[?%](?P<traced>message)\b",
    folded=True,
)
#: A record for a store of logs that is made of whole bodies.
_STORED = compile_bytes(
    r"\b\w*(?:log|audit|record)\w*(?:::|\.)?(?:new|create|write|put|save|insert|store|add|from)?\("
    r"[^()\n]{0,120}\b(?P<said>(?:request|response)_?(?:body|payload))(?P<traced>)\b",
    folded=True,
)
_DEFINES = re.compile(r"^(?:pub |async |export |static |public |private )*(?:def|fn|func|function|interface|class)\b")
#: Settings that ask for it.
_ASKED = compile_bytes(
    r"\b(?:log_(?:bodies|body|prompts?|messages|requests?_body|responses?_body|completions?|request_bodies)"
    r"|store_prompts_in_spend_logs|capture_(?:message_)?content|otel_instrumentation_genai_capture_message_content"
    r"|record_(?:inputs|outputs|prompts)|trace_content|send_default_pii)[\"']?[ \t]*[:=][ \t]*[\"']?(?:true|on|yes|1)\b"
    r"|\bturn_off_message_logging[\"']?[ \t]*[:=][ \t]*[\"']?false\b",
    folded=True,
)
_MOST: Final = 6
_PER_FILE: Final = 2
#: Named for a length, an amount or an error, a variable holds nothing that was said.
_HARMLESS = re.compile(
    r"\blen\(|\.length\b|\.len\(\)|\bcount\b|redact|mask|sanitiz|anonymi[sz]|\berror\.message", re.IGNORECASE
)


def logged_content(repository: Repository) -> list[InspectedPlace]:
    """Places of live code and settings that log or store what was said, as it came; a few of them."""
    return list(islice(_found(repository), _MOST))


def _found(repository: Repository) -> Iterator[InspectedPlace]:
    for source in searched(repository, settings(repository), _ASKED):
        yield from (source.text.place(hit.line, "asks that it is logged") for hit in source.hits(_ASKED))
    for pattern, shows in ((_STORED, "stores it as it came"), (_LOGGED, "logs it as it came")):
        for source in searched(repository, programs(repository), pattern):
            lines = (line for line in _lines(source, pattern) if _is_said(source.text.line(line)))
            yield from (source.text.place(line, shows) for line in islice(dict.fromkeys(lines), _PER_FILE))


def _is_said(line: str) -> bool:
    return not _HARMLESS.search(line) and not _DEFINES.match(line)


def _lines(source: SourceCode, pattern: Any) -> Iterator[int]:
    """Lines on which the variable stands in code, or in the braces of a string that is put together."""
    for match in pattern.finditer(source.stated):
        at = next(start for start in (*(match.start(index) for index in (1, 2)), match.start()) if start >= 0)
        if source.part_at(at) is not Part.STRING or source.stated[at - 1 : at] == b"{":
            yield source.text.line_at(at)
