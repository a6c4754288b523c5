"""Calls a collector that another package brings, so that its failing is told of its own source and ends no run."""

import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import PurePath
from types import SimpleNamespace
from typing import Any

from tieout.collectors.base import Gathered, Request
from tieout.domain.collection import Problem, SourceResult
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import ConfigError, StorageError, TerminatedError, UnreadableError, UsageError
from tieout.kernel.reading.text import display_path, excerpt


def parts_of(module: object) -> tuple[Any, Any, Any]:
    """KIND, VERSION and collect of a module or object, whatever they are; None of each that it lacks."""
    kind, version, collect = (getattr(module, name, None) for name in ("KIND", "VERSION", "collect"))
    return kind, version, collect


def guarded(origin: str, plugin: object) -> object:
    """A plugin whose collector always gives a result; one without a collector as it is.

    Args:
        origin: How messages name the plugin.
        plugin: A module or object with KIND, VERSION and collect.
    """
    kind, version, collect = parts_of(plugin)
    if not callable(collect):
        return plugin
    return SimpleNamespace(KIND=kind, VERSION=version, collect=partial(_collected, origin, collect))


def _collected(origin: str, collect: Callable[[Request], Any], request: Request) -> Gathered:
    """What a plugin gives; its failing is an unreadable source.

    Raises:
        ConfigError: The plugin says that its options are wrong.
        UsageError: It says that the call is wrong.
        UnreadableError: It says that what it reads cannot be read.
        StorageError: The disk said no. This and the two before it end the run, with the plugin's name in them.
    """
    try:
        given = collect(request)
    except (KeyboardInterrupt, TerminatedError, UnreadableError):
        raise
    except (UsageError, StorageError) as error:
        kind = next(one for one in (ConfigError, UsageError, StorageError) if isinstance(error, one))
        message = f"{origin}, source '{request.source.name}': {error.message}"
        raise kind(message, hint=error.hint, where=error.where) from error
    except BaseException as error:  # noqa: BLE001 - a stranger's code may raise anything; sys.exit(0) would end green
        return _failed(request, f"{origin} failed: {type(error).__name__}{_line(error)}")
    fault = _fault(given, request)
    return _failed(request, f"{origin} failed: {fault}") if fault else given


def _fault(given: object, request: Request) -> str:
    """What is wrong with what a plugin gave; "" if nothing."""
    if not isinstance(given, Gathered):
        return f"it gave {type(given).__name__} instead of what Gathering.finish() gives"
    parts: tuple[object, object] = (given.result, given.copies)  # a stranger's code is not bound by their types
    result, copies = parts
    if not isinstance(result, SourceResult) or not isinstance(copies, Mapping):
        return "its result or its copies are of another type than Gathering.finish() gives"
    if result.name != request.source.name:
        return f"its result is of the source '{excerpt(result.name)}', not of this one"
    for item in result.items:
        if item.copy_sha256 is not None:
            copy = copies.get(item.copy_sha256)
            if not isinstance(copy, bytes) or sha256_hex(copy) != item.copy_sha256:
                return f"it gave no copy that fits the item {item.id}"
    return ""


def _line(error: BaseException) -> str:
    """` at registry.py:12`: where it was raised. Its message stays out: it may hold a value of the file."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    return f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def _failed(request: Request, reason: str) -> Gathered:
    source = request.source
    place = request.place(display_path(source.path))
    problem = Problem(status="unreadable", types=source.declared, place=place, reason=reason)
    result = SourceResult(
        name=source.name, kind=source.kind, uri=request.view.uri, provides=source.declared, problems=(problem,)
    )
    return Gathered(result, {})
