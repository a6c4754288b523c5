"""Retries and timeouts that programs put around what calls a model: decorators, arguments, clients of HTTP."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.call_arguments import calls
from tieout.inspection.reading.source_code import SourceCode, programs, searched
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

#: Files that are looked at closer.
_ANY: Final = compile_bytes(r"retry|retries|retrying|backoff|timeout|attempt|tries", folded=True)
#: A decorator, or a loop, that tries again.
_RETRY: Final = compile_bytes(
    r"(?m)^[ \t]*(?:@(?:\w+\.){0,3}\w*(?:retry|retries|retrying|backoff)\w*(?:\.on_(?:exception|predicate))?\b"
    r"|(?:async )?for \w+ in (?:\w+\.)?(?:(?:Async)?Retrying|retry_context)\("
    r"|(?P<counted>for \w*(?:attempt|retr(?:y|ies)|tr(?:y|ies))\w* in range\("
    r"|for \w+ in range\([^\n]{0,80}(?:attempt|retr(?:y|ies)|tries)\w*"
    r"|while [^\n]{0,80}\b\w*(?:attempt|retr(?:y|ies)|tries)\w*[ \t]*<))"
)
#: In a counted loop, and in a function that is tried again: what is caught, and that it is passed on.
_CATCHES: Final = re.compile(rb"^([ \t]*)except\b([^:\n]{0,200}):", re.MULTILINE)
_CATCHES_ALL: Final = re.compile(rb"^[ \t]*except(?:[ \t]+(?:Base)?Exception\b[^:\n]{0,40})?[ \t]*:", re.MULTILINE)
_PASSES_ON: Final = re.compile(rb"\braise\b")
#: Where the arguments of a decorator say how often, or how long.
_HOW_OFTEN: Final = re.compile(
    rb"\b(?:stop|stop_after_attempt|tries|max_tries|max_attempts|max_retries|attempts|total)\b"
)
#: Calls of a model in the words of suppliers' libraries, or of a receiver that is named for a model.
_CALLS_MODEL: Final = compile_bytes(
    r"\.completions\.create\(|\.(?:messages|responses)\.(?:create|stream|parse)\(|\.embeddings\.create\("
    r"|\.(?:transcriptions|translations)\.create\(|\bgenerate_content(?:_async|_stream)?\(|\.invoke_model\w*\("
    r"|\.converse(?:_stream)?\(|\blitellm\.a?(?:completion|embedding|transcription)\(|\.text_generation\("
    r"|\bcompletion_with_backoff\(|\bChatCompletion\.a?create\("
    r"|\b\w*(?:llm|model|chain|chatbot|adapter|generator|assistant|openai|anthropic|bedrock|gemini|ollama)\w*"
    r"\.(?:a?_?structured_)?a?_?(?:chat|invoke|generate|complete|completion|predict|call|stream|embed|ask|converse)"
    r"(?:_\w+)?\("
)
#: Addresses at which models answer.
_ADDRESS: Final = compile_bytes(
    r"/(?:chat/)?completions\b|/v1/(?:messages|embeddings|responses)\b|/audio/transcriptions\b|\bspeechtotext\b"
    r"|:(?:stream)?generatecontent\b|/api/(?:generate|chat|embed)\b|\bapi\.(?:openai|anthropic|mistral|cohere|groq)\."
    r"|\bapi-inference\.huggingface\.co\b|/invocations\b|/v2/models/|:predict\b|/v1/engines/",
    folded=True,
)
_SENDS: Final = compile_bytes(
    r"\.post\(|\bmethod[ \t]*=[ \t]*[\"']POST|\.request\([ \t\n]*[\"']POST|\.stream\([ \t\n]*[\"']POST"
)
_TIMED: Final = compile_bytes(
    r"\bhttpx\.Timeout\(|\bhttpx\.(?:Async)?Client\(|\baiohttp\.Client(?:Timeout|Session)\("
    r"|\b(?:requests|httpx|session|client|self\.\w{0,12}(?:client|session))\.(?:post|stream|request)\("
)
#: A helper named for trying again that is given the call of a model, to make it as often as is needed.
_HELPED: Final = compile_bytes(
    r"\b(?:self\.)?(?P<helper>\w*(?:retry|retries|retryer|retrying|backoff)\w*)\([ \t\n]*(?:\w+\.){0,6}"
    r"(?:completions\.create|messages\.create|responses\.create|embeddings\.create|a?completion|a?embedding"
    r"|chat_completion|generate_content|invoke_model|converse)[ \t\n]*[,)]"
)
_TIMEOUT: Final = ("timeout", "total")
#: Calls that are given a limit themselves.
_DIRECT: Final = compile_bytes(
    r"\.completions\.create\(|\.messages\.create\(|\.responses\.create\(|\.embeddings\.create\("
    r"|\.with_options\(|\.invoke_model\(|\bChatCompletion\.a?create\("
)
_LIMITS: Final = ("timeout", "request_timeout", "max_retries", "num_retries")
_NO_LIMIT: Final = frozenset({"None", "0", "False"})
#: The same in a script, where it stands among the options of a call of a model.
_OPTION: Final = compile_bytes(r"\bmaxRetries[ \t]*:[ \t]*[^\s;,]")
_AMONG: Final = compile_bytes(r"\b(?:maxOutputTokens|maxTokens|max_tokens|temperature|messages|prompt)[ \t]*[,:]")
_A_TYPE: Final = compile_bytes(r"\bmaxRetries[ \t]*:[ \t]*(?:number|string|z\.)|;[ \t]*$")
_ENDLESS: Final = compile_bytes(r"\btimeout[ \t]*=[ \t]*None\b")
_NEAR: Final = 10
_SCRIPTS: Final = (".ts", ".js", ".mjs", ".mts", ".tsx")
_MOST_OF_A_FILE: Final = 20
_LONGEST_FUNCTION: Final = 200
_DECORATOR: Final = 12

#: A line, and whether it tries a call again or limits it by itself.
Patience = tuple[InspectedPlace, bool]


def patience_around_calls(repository: Repository) -> Iterator[Patience]:
    """Lines by which programs try a call of a model again, or give it only so long.

    Yields:
        The line, and whether it is such an attempt or limit itself; the others tell more of one.
    """
    files = [file for file in programs(repository) if file.name.endswith(".py")]
    for source in searched(repository, files, _ANY):
        addressed = bool(_ADDRESS.search(source.stated)) and bool(_SENDS.search(source.stated))
        places = [*_retried(source, addressed=addressed), *_limited(source, _DIRECT, _LIMITS, "the call of a model")]
        for hit in islice(source.hits(_HELPED, within=source.code), _MOST_OF_A_FILE):
            places.append((source.text.place(hit.line, "tries the call of a model again"), True))
            places += _of_helper(source, hit.groups["helper"])
        if addressed:
            places += _limited(source, _TIMED, _TIMEOUT, "a request to a model")
        yield from sorted(dict.fromkeys(places), key=lambda found: found[0].line or 0)

    scripts = [file for file in programs(repository) if file.name.endswith(_SCRIPTS)]
    for source in searched(repository, scripts, _OPTION):
        for hit in islice(source.hits(_OPTION, within=source.code), _MOST_OF_A_FILE):
            if _AMONG.search(source.around(hit.line, _NEAR, _NEAR)) and not _A_TYPE.search(hit.text.encode()):
                yield source.text.place(hit.line, "tries the call of a model again"), True


def endless_requests(repository: Repository) -> Iterator[InspectedPlace]:
    """Lines by which a request to a model is told to wait without an end: a timeout of None."""
    files = [file for file in programs(repository) if file.name.endswith(".py")]
    for source in searched(repository, files, _ENDLESS):
        addressed = bool(_ADDRESS.search(source.stated)) and bool(_SENDS.search(source.stated))
        for pattern in (_DIRECT, _TIMED) if addressed else (_DIRECT,):
            for arguments in calls(source, pattern):
                found = arguments.get("timeout")
                if found is not None and found.written == "None":
                    yield source.text.place(found.line, "waits for a model without an end")


def _retried(source: SourceCode, *, addressed: bool) -> Iterator[Patience]:
    """Decorators and loops that try again, where what they hold calls a model."""
    for hit in islice(source.hits(_RETRY, within=source.code), _MOST_OF_A_FILE):
        body = _held(source, hit.line)
        if not (_CALLS_MODEL.search(body) or (addressed and _SENDS.search(body))):
            continue
        if _never_again(body, is_loop="counted" in hit.groups):
            if "counted" not in hit.groups:
                shows = "tries nothing again: what fails is caught inside"
                yield source.text.place(hit.line, shows, counts=False), False
            continue
        yield source.text.place(hit.line, "tries the call of a model again"), True
        yield from _how_often(source, hit.line, hit.text)


def _never_again(body: bytes, *, is_loop: bool) -> bool:
    """Whether a failure would not lead to another attempt: a loop that catches nothing, a function that catches all."""
    if is_loop:
        return _CATCHES.search(body) is None
    return _CATCHES_ALL.search(body) is not None and _PASSES_ON.search(body) is None


def _how_often(source: SourceCode, line: int, text: str) -> Iterator[Patience]:
    """The line below a decorator's head on which its arguments say how often, or how long."""
    if not text.startswith("@") or not text.rstrip().endswith("("):
        return
    for index, written in enumerate(source.around(line, 0, _DECORATOR).split(b"\n")[1:], start=1):
        if written.lstrip().startswith((b"def ", b"async def ", b"@")):
            return
        if _HOW_OFTEN.search(written):
            yield source.text.place(line + index, "how often, or how long"), False
            return


def _of_helper(source: SourceCode, name: str) -> Iterator[Patience]:
    """What makes a function of the same file try again: its decorator."""
    for hit in islice(source.hits(_RETRY, within=source.code), _MOST_OF_A_FILE):
        body = _held(source, hit.line)
        if re.search(rf"\bdef {re.escape(name)}\b".encode(), body) and not _never_again(body, is_loop=False):
            yield source.text.place(hit.line, "makes the helper try again"), False
            yield from _how_often(source, hit.line, hit.text)


def _held(source: SourceCode, line: int) -> bytes:
    """A decorated function, or a loop: the lines below its head that stand deeper, as they are stated."""
    lines = source.around(line, 0, _LONGEST_FUNCTION).split(b"\n")
    depth = _depth(lines[0])
    is_loop = not lines[0].lstrip().startswith(b"@")
    started = is_loop
    held = [lines[0]]
    for written in lines[1:]:
        words = written.strip()
        if words and _depth(written) <= depth:
            if started and not words.startswith((b")", b"]")):
                break
            started = started or words.startswith((b"def ", b"async def "))
        held.append(written)
    return b"\n".join(held)


def _depth(line: bytes) -> int:
    return len(line) - len(line.lstrip())


def _limited(source: SourceCode, pattern: Any, names: tuple[str, ...], of: str) -> Iterator[Patience]:
    """Arguments by which calls get a limit, each by the line of its name."""
    for arguments in calls(source, pattern):
        for name in names:
            found = arguments.get(name)
            if found is not None and found.written not in _NO_LIMIT:
                yield source.text.place(found.line, f"a limit of {of}"), True
