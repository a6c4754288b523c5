"""Runs inside compliance-trestle's environment: load each document, run every registered validator.

Arguments: paths in one folder. Prints a JSON list of problems, `file: problem`.
"""
# ruff: noqa: T201 - what it prints is its verdict

import json
import logging
import os
import sys
import tempfile
from pathlib import Path
from shutil import copyfile

from pydantic import ValidationError
from trestle.common.err import TrestleError
from trestle.core.parser import root_key, to_full_model_name
from trestle.core.validator_factory import validator_factory


def main(paths):
    """Judge the documents in a workspace that holds them all, so that their imports resolve."""
    logging.disable(logging.CRITICAL)
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        (workspace / ".trestle").mkdir()
        for path in paths:
            copyfile(path, workspace / path.name)
        os.chdir(workspace)
        for path in paths:
            problems += [f"{path.name}: {problem}" for problem in judge(workspace / path.name, workspace)]
    print(json.dumps(problems))


def judge(path, workspace):
    """One document's problems."""
    module, _, name = to_full_model_name(root_key(json.loads(path.read_text("utf-8")))).rpartition(".")
    try:
        model = getattr(__import__(module, fromlist=[name]), name).oscal_read(path)
    except TrestleError as error:
        return [f"not loaded: {error}"]
    problems = []
    for validator in validator_factory.get_all():
        title = type(validator).__name__
        if title == "AllValidator":
            continue
        try:
            if not validator.model_is_valid(model, quiet=True, trestle_root=workspace):
                problems.append(f"{title}: {validator.error_msg()}")
        except (TrestleError, ValidationError) as error:
            problems.append(f"{title}: {error}")
    return problems


main([Path(argument).resolve() for argument in sys.argv[1:]])
