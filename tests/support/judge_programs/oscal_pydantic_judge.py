"""Runs inside oscal-pydantic's environment: load one document into its models.

Arguments: the module of its models, the path. Prints JSON: null, or what the models refused.
"""
# ruff: noqa: T201 - what it prints is its verdict

import json
import sys
from importlib import import_module
from pathlib import Path

from pydantic import ValidationError

module, path = sys.argv[1:]
try:
    import_module(f"oscal_pydantic.{module}").Model.parse_raw(Path(path).read_bytes())
except ValidationError as refused:
    lines = [f"/{'/'.join(str(part) for part in error['loc'])}: {error['msg']}" for error in refused.errors()]
    print(json.dumps("; ".join(lines)))
else:
    print("null")
