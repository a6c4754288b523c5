"""Other models than the named one that an Inspect run's own settings put into its requests."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tieout.domain.model_names import bare_model

#: Where settings stand that go into each request beside the model's name.
_HOLDERS: Final = (
    ("eval", "model_generate_config"),
    ("plan", "config"),
    ("eval", "model_args"),
)
#: Members of a request's body that say which model is to answer; the second is a list of ones to try.
_NAMES = ("model", "models")
_LONGEST = 500
_MOST_MODELS = 50


def models_asked(data: Mapping[str, Any], model: str | None) -> dict[str, str]:
    """Each other model that the settings ask for -> the JSON pointer of where they do, in the order of its name.

    What stands in `extra_body` replaces the members of the request that the tool wrote, so that another model
    answers than the one that the log names and counts the use of. Read are the settings of the run, of its plan and
    of its model, and those of each call that the samples record.

    Args:
        data: The parsed log.
        model: The model that the run names.
    """
    own = bare_model(model or "")
    found: dict[str, str] = {}
    for pointer, name in (*_of_run(data), *_of_calls(data)):
        if name and bare_model(name) != own:
            found.setdefault(name[:_LONGEST], pointer)
    return {name: found[name] for name in sorted(found)[:_MOST_MODELS]}


def _of_run(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for holder, part in _HOLDERS:
        settings = _member(data.get(holder), part)
        yield from _named(_member(settings, "extra_body"), f"/{holder}/{part}/extra_body")
    yield from _named(_member(data.get("eval"), "model_args"), "/eval/model_args")


def _of_calls(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for at, sample in enumerate(_list(data.get("samples"))):
        for number, event in enumerate(_list(_member(sample, "events"))):
            if _member(event, "event") == "model":
                body = _member(_member(event, "config"), "extra_body")
                yield from _named(body, f"/samples/{at}/events/{number}/config/extra_body")


def _named(body: Any, pointer: str) -> Iterator[tuple[str, str]]:
    for key in _NAMES:
        told = _member(body, key)
        for name in told if isinstance(told, list) else [told]:
            if isinstance(name, str):
                yield f"{pointer}/{key}", name.strip()


def _member(holder: Any, name: str) -> Any:
    return holder.get(name) if isinstance(holder, dict) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
