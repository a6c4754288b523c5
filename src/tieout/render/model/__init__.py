"""The view-model, part by part: what the PDF and the HTML page show, word for word, and nothing else."""

from tieout.render.model.charts import (
    Bar,
    Freshness,
    FreshRow,
    LimitChart,
    Strip,
    StripLabel,
    StripPath,
    StripSpot,
    Tick,
)
from tieout.render.model.cover import DocumentControl, Edition, Fact, MachineFile, RetentionRow, SignOff, VerdictCount
from tieout.render.model.index import CheckRun, CollectorRow, Digest, EvidenceRow, RuleRun, StateMeaning
from tieout.render.model.overview import Block, Cell, FunctionRow
from tieout.render.model.packet import PacketView
from tieout.render.model.register import CriterionRow, Omission, ProblemRow, RegisterRow, Unasked, UnaskedGroup
from tieout.render.model.scope import LogSheet, ModelRow, OwnerRow, Scope, SourceRow
from tieout.render.model.workpaper import CheckRow, ExaminedRow, HumanRow, MeasureRow, OpenPoint, RuleNote, Section

__all__ = [
    "Bar",
    "Block",
    "Cell",
    "CheckRow",
    "CheckRun",
    "CollectorRow",
    "CriterionRow",
    "Digest",
    "DocumentControl",
    "Edition",
    "EvidenceRow",
    "ExaminedRow",
    "Fact",
    "FreshRow",
    "Freshness",
    "FunctionRow",
    "HumanRow",
    "LimitChart",
    "LogSheet",
    "MachineFile",
    "MeasureRow",
    "ModelRow",
    "Omission",
    "OpenPoint",
    "OwnerRow",
    "PacketView",
    "ProblemRow",
    "RegisterRow",
    "RetentionRow",
    "RuleNote",
    "RuleRun",
    "Scope",
    "Section",
    "SignOff",
    "SourceRow",
    "StateMeaning",
    "Strip",
    "StripLabel",
    "StripPath",
    "StripSpot",
    "Tick",
    "Unasked",
    "UnaskedGroup",
    "VerdictCount",
]
