"""Retries and timeouts that programs put around what calls a model: decorators, arguments, clients of HTTP."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.call_arguments import calls
from tieout.inspection.reading.source_code import SourceCode, programs, searched
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

#: Files that are looked at closer.
_ANY: Final = compile_bytes(r"retry|retries|retrying|backoff|timeout", folded=True)
#: A decorator, or a loop, that tries again.
_RETRY: Final = compile_bytes(
    r"(?m)^[ \t]*(?:@(?:\w+\.){0,3}\w*(?:retry|retries|retrying|backoff)\w*(?:\.on_(?:exception|predicate))?\b"
    r"|(?:async )?for \w+ in (?:\w+\.)?(?:(?:Async)?Retrying|retry_context)\()"
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
    r"\b(?:self\.)?\w*(?:retry|retries|retryer|retrying|backoff)\w*\([ \t\n]*(?:\w+\.){0,6}"
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


def patience_around_calls(repository: Repository) -> Iterator[InspectedPlace]:
    """Lines by which programs try a call of a model again, or give it only so long."""
    files = [file for file in programs(repository) if file.name.endswith(".py")]
    for source in searched(repository, files, _ANY):
        addressed = bool(_ADDRESS.search(source.stated)) and bool(_SENDS.search(source.stated))
        places = [*_retried(source, addressed=addressed), *_limited(source, _DIRECT, _LIMITS, "the call of a model")]
        helped = islice(source.hits(_HELPED, within=source.code), _MOST_OF_A_FILE)
        places += [source.text.place(hit.line, "tries the call of a model again") for hit in helped]
        if addressed:
            places += _limited(source, _TIMED, _TIMEOUT, "a request to a model")
        yield from sorted(dict.fromkeys(places), key=lambda place: place.line or 0)

    scripts = [file for file in programs(repository) if file.name.endswith(_SCRIPTS)]
    for source in searched(repository, scripts, _OPTION):
        for hit in islice(source.hits(_OPTION, within=source.code), _MOST_OF_A_FILE):
            if _AMONG.search(source.around(hit.line, _NEAR, _NEAR)) and not _A_TYPE.search(hit.text.encode()):
                yield source.text.place(hit.line, "tries the call of a model again")


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


def _retried(source: SourceCode, *, addressed: bool) -> Iterator[InspectedPlace]:
    """Decorators and loops that try again, where what they hold calls a model."""
    for hit in islice(source.hits(_RETRY, within=source.code), _MOST_OF_A_FILE):
        body = _held(source, hit.line)
        if _CALLS_MODEL.search(body) or (addressed and _SENDS.search(body)):
            yield source.text.place(hit.line, "tries the call of a model again")


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


def _limited(source: SourceCode, pattern: Any, names: tuple[str, ...], of: str) -> Iterator[InspectedPlace]:
    """Arguments by which calls get a limit, each by the line of its name."""
    for arguments in calls(source, pattern):
        for name in names:
            found = arguments.get(name)
            if found is not None and found.written not in _NO_LIMIT:
                yield source.text.place(found.line, f"a limit of {of}")
