"""Recognises what other test tools wrote, so that a refusal can name it."""

import json
from pathlib import PurePosixPath
from typing import Any

_SAID = "is {}; only Inspect logs are read in this version"


def name_of_lines(path: str, head: bytes) -> str | None:
    """What a file of JSON lines is, by its first line; None where it is none.

    Args:
        path: The file.
        head: Its first bytes.
    """
    if PurePosixPath(path).suffix.lower() != ".jsonl":
        return None
    try:
        first = json.loads(head.split(b"\n", 1)[0])
    except (ValueError, RecursionError):
        first = None
    names = first.keys() if isinstance(first, dict) else set()
    if "entry_type" in names or head.startswith(b'{"entry_type"'):  # its first line is long
        return _SAID.format("a garak report")
    if {"doc_id", "resps"} <= names or {"doc_id", "filtered_resps"} <= names:
        return "holds samples of an lm-eval run; only Inspect logs are read in this version"
    return "is a file of JSON lines, not an Inspect log"


def name_of_json(data: Any) -> str | None:
    """What a JSON document is; None where it is not known."""
    names = data.keys() if isinstance(data, dict) else set()
    if {"evalId", "results"} <= names or {"results", "config", "shareableUrl"} <= names:
        return _SAID.format("a promptfoo result")
    if {"results", "configs"} <= names and names & {"n-shot", "versions", "lm_eval_version"}:
        return _SAID.format("an lm-eval result")
    return None
