"""How a source of results asks a tracking server of MLflow."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from support.collecting import checked
from tieout.collectors.asking.reach import Reach
from tieout.collectors.base import Gathered, Request
from tieout.collectors.results import collect_from_server
from tieout.config.kinds import ResultsOptions
from tieout.config.model import SourceSection
from tieout.domain.collection import Period
from tieout.kernel.reading.files import FolderView

AS_OF = datetime(2026, 11, 22, 12, tzinfo=UTC)  # an hour after the `Date` of the server on loopback
TOKEN = "mlflow-" + "S3cret" * 6
API = "/api/2.0/mlflow/"
TYPES = ("eval_results", "model_registry")


def request(folder: Path, *, as_of: datetime = AS_OF, provides: tuple[str, ...] = TYPES, **fields: Any) -> Request:
    """A request for what a tracking server holds."""
    section = SourceSection(name="tracking", kind="results", path=".", provides=provides, **fields)
    period = Period(start=as_of - timedelta(days=400), end=as_of)
    return Request(
        system_id="claims", source=section, view=FolderView(folder, "here"), prefix="", period=period, as_of=as_of
    )


def fetched(
    folder: Path, base: str, *, variables: Mapping[str, str] | None = None, as_of: datetime = AS_OF, **options: Any
) -> Gathered:
    """What a server gives; the environment vouches for it and holds a token."""
    usual = {"MLFLOW_TRACKING_URI": base, "MLFLOW_TRACKING_TOKEN": TOKEN}
    reach = Reach(environment=usual if variables is None else variables, pause=lambda _: None)
    asking = request(folder, as_of=as_of)
    return checked(collect_from_server(asking, ResultsOptions.model_validate({"api": base, **options}), reach))
