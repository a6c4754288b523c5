"""What carries out a risk's response: evidence that the register names, and that was itself collected.

Words cannot show that a response is more than words (`Mitigate: the check was removed again in November`). So a risk
names its controls, and each is followed to an item of the same collection: a configuration that acts or watches, or a
text that somebody else than its owner has approved. That a control is the right one, and works, MANAGE 1.3 of AI RMF
1.0 asks.
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

from tieout.assess.approval import approval_doubts, approval_faults
from tieout.assess.context import Context
from tieout.assess.documents import form_faults, is_unclear, is_unversioned
from tieout.assess.wording import brief, listed, named
from tieout.domain.evidence import EvidenceItem

#: Artefacts that act on requests or watch them.
ACTING: Final = ("alert_rules", "flag_config", "gateway_config")
_KINDS: Final = "alert rules, switches, gateway configuration or approved text"
#: Artefacts that tell people what to do, once approved.
WRITTEN: Final = "approved_record"


class Controls:
    """The evidence of controls in a collection, by the names that registers use for it: paths and sources."""

    def __init__(self, context: Context, roster: Sequence[EvidenceItem]) -> None:
        """Read once what was collected.

        Args:
            context: The collection, as the rule sees it.
            roster: Where owner and approver of a text must stand.
        """
        self._by_name: dict[str, list[EvidenceItem]] = {}
        self._faults: dict[str, str] = {}
        self._torn: dict[str, str] = {}
        self._unread: dict[str, str] = {}
        for artefact in (*ACTING, WRITTEN):
            unread = context.unreadable(artefact)
            torn = {problem.place.path for problem in unread}
            for problem in unread:
                self._torn.setdefault(problem.place.source, str(problem.place))
                self._unread.setdefault(problem.place.path, str(problem.place))
                self._unread.setdefault(problem.place.source, str(problem.place))
            for item in context.supply(artefact).fresh:
                path = item.provenance.path
                for name in {path, item.provenance.uri, item.provenance.source}:
                    self._by_name.setdefault(name, []).append(item)
                if item.provenance.commit is None:
                    self._faults[item.id] = f"{path}, which is not under version control here"
                elif path in torn:
                    self._faults[item.id] = f"{path}, which could not be read as a whole"
                elif artefact == WRITTEN and (told := _unapproved(item, context, roster)):
                    self._faults[item.id] = f"{path}, which {listed(told)}"

    def of(self, risk: Mapping[str, Any]) -> list[EvidenceItem]:
        """What was collected of the controls that a risk names."""
        return [item for name in _names(risk) for item in self._by_name.get(name, ())]

    def doubt(self, risk: Mapping[str, Any]) -> str:
        """Why the controls that a risk names do not show that its response is in place; empty where they do."""
        names = _names(risk)
        if not names:
            return "names no control that was collected as evidence"
        if torn := [self._unread[name] for name in names if name in self._unread and name not in self._by_name]:
            return f"names as its control what could not be read ({named(torn)})"
        if lost := [brief(name) for name in names if name not in self._by_name]:
            return f"names as its control what no source gives as {_KINDS} ({named(lost)})"
        faults = [f"{name}, of which {self._torn[name]} could not be read" for name in names if name in self._torn]
        faults += [self._faults[item.id] for item in self.of(risk) if item.id in self._faults]
        return f"names as its control {faults[0]}" if faults else ""


def _unapproved(item: EvidenceItem, context: Context, roster: Sequence[EvidenceItem]) -> list[str]:
    """What keeps a text from telling people what to do: as a document, and in its approval."""
    faults = [*form_faults(item), *approval_faults(item, roster, context.as_of)]
    if is_unclear(item):
        faults.append(f"does not say that it is in force (status {item.facts['status']})")
    if is_unversioned(item):
        faults.append("is not under version control here")
    return faults or [told for told, _ in approval_doubts(item, roster, context.subject)]


def _names(risk: Mapping[str, Any]) -> list[str]:
    """The names that a risk gives, a path without `./`."""
    return [PurePosixPath(name.strip()).as_posix() for name in risk.get("controls") or () if name.strip()]
