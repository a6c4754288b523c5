"""CycloneDX JSON (ECMA-424; 1.2 to 1.7) as `mlbom`, and its vulnerabilities, VEX included, as `security_scan`.

A digest of a file that a component can be downloaded as (`externalReferences`) says not which file is in use, so it
is counted apart from the component's own `hashes`. People who wrote a component are not named.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tieout.collectors.results.bills import MOST_NAMES, is_known, sums
from tieout.collectors.results.findings import kept, severity_of, severity_of_score, tally
from tieout.collectors.results.interface import Format, Found, Input, Told
from tieout.collectors.results.values import NOT_NAMED, instant, listed, member, number, objects, sha256, text, word
from tieout.domain.artefacts.components import Component, Mlbom, ModelCard
from tieout.domain.artefacts.scans import Finding, FindingState, SecurityScan, Severity
from tieout.domain.evidence import Effective
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import excerpt

_VERSIONS: Final = frozenset({"1.2", "1.3", "1.4", "1.5", "1.6", "1.7"})
_MODEL: Final = "machine-learning-model"
_STATES: Final[dict[str, FindingState]] = {
    "resolved": "fixed",
    "resolved_with_pedigree": "fixed",
    "exploitable": "open",
    "in_triage": "in_triage",
    "false_positive": "false_positive",
    "not_affected": "not_affected",
}
_SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "high", "medium", "low", "none")
_MOST_HASHES = 20
_MOST_TOLD = 20


def is_bom(data: Any) -> bool:
    """Whether a JSON document is one of CycloneDX, of any version."""
    return isinstance(data, dict) and data.get("bomFormat") == "CycloneDX"


def read(file: Input) -> Iterator[Found]:
    """The bill, and what it says of vulnerabilities, where it says anything.

    Raises:
        UnreadableError: Another version.
    """
    data: dict[str, Any] = file.document.data
    version = word(data.get("specVersion"))
    if version not in _VERSIONS:
        line = file.line("/specVersion")
        message = f"is CycloneDX of version {excerpt(version)}; versions 1.2 to 1.7 are read"
        raise UnreadableError(message, where=f"{file.path}:{line}" if line else file.path)
    has_parts, has_faults = isinstance(data.get("components"), list), isinstance(data.get("vulnerabilities"), list)
    found = list(_components(data))
    if has_parts or not has_faults:
        yield _bill(file, data, found)
    if has_faults:
        yield _scan(file, data, found)


def _components(data: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every component with its pointer, those within others after the one that holds them."""
    waiting = [(f"/components/{at}", one) for at, one in objects(data, "components")]
    waiting.reverse()
    while waiting:
        pointer, one = waiting.pop()
        yield pointer, one
        waiting += [(f"{pointer}/components/{at}", inner) for at, inner in reversed(objects(one, "components"))]


def _bill(file: Input, data: Mapping[str, Any], found: list[tuple[str, dict[str, Any]]]) -> Found:
    metadata = member(data, "metadata")
    components = [_component(one) for _, one in found]
    main = member(metadata, "component")
    tool, tool_version = _tool(metadata)
    made, zoned = instant(metadata.get("timestamp"))
    facts = Mlbom(
        tool=tool or NOT_NAMED,
        tool_version=tool_version,
        status="success" if components else "empty",
        completed_at=made,
        zone_recorded=zoned,
        form="cyclonedx",
        spec_version=str(data["specVersion"]),
        subject=_named(main),
        subject_sha256=_sha256(main),
        models=tuple(_card(one) for _, one in found if one.get("type") == _MODEL)[:MOST_NAMES],
        datasets=tuple(name for _, one in found if one.get("type") == "data" and (name := text(one.get("name"))))[
            :MOST_NAMES
        ],
        **sums(components),
    )
    places = {f"/components/{at}": pointer for at, (pointer, _) in enumerate(found)}
    models = [pointer for pointer, one in found if one.get("type") == _MODEL]
    places |= {f"/models/{at}": pointer for at, pointer in enumerate(models)}
    places |= {"/subject": "/metadata/component", "/completed_at": "/metadata/timestamp", "/tool": "/metadata/tools"}
    told = list(_unlike(file, found))
    if len(components) > len(facts.components):
        reason = f"lists {len(components):,} components, of which the first {len(facts.components):,} are kept"
        told.append(Told(reason, file.line("/components"), if_kept=True))
    return Found("mlbom", facts, _effective(facts), file.lines(places), told)


def _effective(facts: Mlbom | SecurityScan) -> Effective | None:
    zone = "" if facts.zone_recorded else ", written without a zone and taken as UTC"
    basis = f"metadata.timestamp of the bill{zone}"
    return Effective(end=facts.completed_at, basis=basis) if facts.completed_at else None


def _unlike(file: Input, found: list[tuple[str, dict[str, Any]]]) -> Iterator[Told]:
    """Components without a name, which nothing can be linked to."""
    nameless = [pointer for pointer, one in found if not text(one.get("name"))]
    for pointer in nameless[:_MOST_TOLD]:
        yield Told("lists a component without a name", file.line(pointer))


def _component(one: Mapping[str, Any]) -> Component:
    downloads = [
        digest
        for _, reference in objects(one, "externalReferences")
        if word(reference.get("type")) in {"distribution", "distribution-intake"}
        for digest in _hashes(reference)
    ]
    supplier = next(
        (told for key in ("supplier", "manufacturer") if is_known(told := text(member(one, key).get("name")))), None
    )
    return Component(
        name=text(one.get("name")) or NOT_NAMED,
        version=text(one.get("version")),
        type=text(one.get("type")),
        purl=_purl(one.get("purl")),
        licences=_licences(one),
        hashes=_hashes(one),
        download_hashes=len(downloads),
        supplier=supplier,
    )


def _licences(one: Mapping[str, Any]) -> tuple[str, ...]:
    told = []
    for _, choice in objects(one, "licenses"):
        licence = member(choice, "license")
        name = text(licence.get("id")) or text(choice.get("expression")) or text(licence.get("name"))
        if name is not None and is_known(name):
            # A licence's whole text may stand where its name should.
            told.append(name.strip().partition("\n")[0][:200])
    return tuple(dict.fromkeys(told))[:20]


def _hashes(one: Mapping[str, Any]) -> tuple[str, ...]:
    told = [
        f"{algorithm}:{digest}"
        for _, entry in objects(one, "hashes")
        if (algorithm := text(entry.get("alg"))) and (digest := text(entry.get("content")))
    ]
    return tuple(told[:_MOST_HASHES])


def _sha256(one: Mapping[str, Any]) -> str | None:
    digests = [sha256(entry.get("content")) for _, entry in objects(one, "hashes") if entry.get("alg") == "SHA-256"]
    return next((digest for digest in digests if digest), None)


def _named(one: Mapping[str, Any]) -> str | None:
    name, version = text(one.get("name")), text(one.get("version"))
    return f"{name} {version}" if name and version else name


def _purl(value: Any) -> str | None:
    """A package's address without its qualifiers, which may hold where it was downloaded with a password."""
    told = text(value)
    return told.partition("?")[0] if told else None


def _card(one: Mapping[str, Any]) -> ModelCard:
    card = member(one, "modelCard")
    limits = member(card, "considerations")
    parameters = member(card, "modelParameters")
    return ModelCard(
        name=text(one.get("name")) or NOT_NAMED,
        version=text(one.get("version")),
        task=text(parameters.get("task")),
        datasets=len(listed(parameters, "datasets")),
        metrics=len(listed(member(card, "quantitativeAnalysis"), "performanceMetrics")),
        limitations=any(text(said) for said in listed(limits, "technicalLimitations")),
        hashed=bool(_hashes(one)),
        licensed=bool(_licences(one)),
    )


def _tool(metadata: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The first tool, as versions up to 1.4 list them or as later ones hold them."""
    tools = metadata.get("tools")
    rows = (
        [one for _, one in objects(metadata, "tools")]
        if isinstance(tools, list)
        else [one for key in ("components", "services") for _, one in objects(tools, key)]
    )
    first = next((one for one in rows if text(one.get("name"))), {})
    return text(first.get("name")), text(first.get("version"))


def _scan(file: Input, data: Mapping[str, Any], found: list[tuple[str, dict[str, Any]]]) -> Found:
    names = {one["bom-ref"]: _named(one) for _, one in found if isinstance(one.get("bom-ref"), str)}
    faults = objects(data, "vulnerabilities")
    findings = [_finding(one, names) for _, one in faults]
    metadata = member(data, "metadata")
    tool, tool_version = _tool(metadata)
    made, zoned = instant(metadata.get("timestamp"))
    facts = SecurityScan(
        tool=tool or NOT_NAMED,
        tool_version=tool_version,
        # Nothing in the format says that somebody looked, at what, and that the looking came to its end.
        status="unknown",
        completed_at=made,
        zone_recorded=zoned,
        form="cyclonedx",
        subject=_named(member(metadata, "component")),
        subject_sha256=_sha256(member(metadata, "component")),
        **tally(findings),
    )
    told = []
    if not findings:
        reason = "lists no vulnerability, which does not show that any was looked for"
        told.append(Told(reason, file.line("/vulnerabilities"), if_kept=True))
    lines = {f"/findings/{at}": f"/vulnerabilities/{faults[index][0]}" for at, index in enumerate(kept(findings))}
    return Found("security_scan", facts, _effective(facts), file.lines(lines), told)


def _finding(one: Mapping[str, Any], names: Mapping[str, str | None]) -> Finding:
    rated: list[Severity] = []
    for _, rating in objects(one, "ratings"):
        level = severity_of(rating.get("severity"))
        level = level if level is not None else severity_of_score(number(rating.get("score")))
        rated += [level] if level is not None else []
    # Somebody's rating may be lower: the gravest counts.
    gravest = min(rated, key=_SEVERITIES.index, default=None)
    affected = [ref for _, target in objects(one, "affects") if isinstance(ref := target.get("ref"), str)]
    first = next((names[ref] for ref in affected if names.get(ref)), None)
    more = f" and {len(affected) - 1:,} more" if first and len(affected) > 1 else ""
    state = member(one, "analysis").get("state")
    return Finding(
        id=text(one.get("id")) or NOT_NAMED,
        severity=gravest,
        state=_STATES.get(state, "open") if isinstance(state, str) else "open",
        component=f"{first}{more}" if first else text(affected[0]) if affected else None,
        first_seen=instant(member(one, "analysis").get("firstIssued"))[0],
    )


FORMATS = (Format("cyclonedx", "a CycloneDX document", "json", ("mlbom", "security_scan"), is_bom, read),)
