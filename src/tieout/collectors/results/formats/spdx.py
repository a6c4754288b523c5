"""SPDX JSON as `mlbom`: 2.2 and 2.3 (packages), and 3.0 JSON-LD (packages of software, models and data sets)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tieout.collectors.results.bills import MOST_NAMES, is_known, sums
from tieout.collectors.results.interface import Format, Found, Input
from tieout.collectors.results.values import NOT_NAMED, instant, listed, member, objects, sha256, text, word
from tieout.domain.artefacts.components import Component, Mlbom, ModelCard
from tieout.domain.evidence import Effective
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import excerpt

_VERSIONS: Final = frozenset({"SPDX-2.2", "SPDX-2.3"})
_PACKAGES: Final = {
    "software_Package": "library",
    "ai_AIPackage": "machine-learning-model",
    "dataset_DatasetPackage": "data",
}
_LICENCE_LINKS: Final = frozenset({"hasConcludedLicense", "hasDeclaredLicense"})
_MOST_HASHES = 20


def is_spdx(data: Any) -> bool:
    """Whether a JSON document is one of SPDX, of any version."""
    if not isinstance(data, dict):
        return False
    context = data.get("@context")
    contexts = context if isinstance(context, list) else [context]
    is_linked = any(isinstance(one, str) and "spdx.org/rdf/" in one for one in contexts)
    return isinstance(data.get("spdxVersion"), str) or (is_linked and "@graph" in data)


def read(file: Input) -> Iterator[Found]:
    """The bill.

    Raises:
        UnreadableError: Another version.
    """
    data: dict[str, Any] = file.document.data
    if "@graph" in data:
        yield _linked(file, data)
        return
    version = data["spdxVersion"]
    if version not in _VERSIONS:
        line = file.line("/spdxVersion")
        message = f"is {excerpt(version)}; SPDX 2.2, 2.3 and 3.0 are read"
        raise UnreadableError(message, where=f"{file.path}:{line}" if line else file.path)
    yield _flat(file, data)


# --- 2.2 and 2.3


def _flat(file: Input, data: Mapping[str, Any]) -> Found:
    made = member(data, "creationInfo")
    tool, version = _flat_tool(made)
    described = {one for one in listed(data, "documentDescribes") if isinstance(one, str)} | {
        link.get("relatedSpdxElement")
        for _, link in objects(data, "relationships")
        if link.get("relationshipType") == "DESCRIBES" and isinstance(link.get("relatedSpdxElement"), str)
    }
    rows = [(at, one) for at, one in objects(data, "packages")]
    about = [one for _, one in rows if word(one.get("SPDXID")) in described] if len(described) == 1 else []
    # What the bill is about is no part of itself.
    rows = [(at, one) for at, one in rows if one not in about] if len(rows) > 1 else rows
    places = {f"/components/{index}": f"/packages/{at}" for index, (at, _) in enumerate(rows)}
    subject = _named(text(about[0].get("name")), text(about[0].get("versionInfo"))) if about else None
    return _bill(
        file,
        [_flat_component(one) for _, one in rows],
        places | {"/completed_at": "/creationInfo/created"},
        created=made.get("created"),
        tool=(tool, version),
        spec_version=str(data["spdxVersion"]).removeprefix("SPDX-"),
        subject=subject,
        subject_sha256=_sha256(_flat_component(about[0])) if about else None,
    )


def _flat_tool(made: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """`Tool: syft-1.4.1` is a name and, behind the last dash, a version that begins with a digit."""
    for one in listed(made, "creators"):
        if isinstance(one, str) and one.startswith("Tool:"):
            told = one.removeprefix("Tool:").strip()
            name, dash, version = told.rpartition("-")
            if (dash and version[:1].isdecimal()) or (version[:1] == "v" and version[1:2].isdecimal()):
                return text(name), text(version)
            return text(told), None
    return None, None


def _flat_component(one: Mapping[str, Any]) -> Component:
    licences = [text(one.get(key)) for key in ("licenseConcluded", "licenseDeclared")]
    purl = next(
        (
            text(reference.get("referenceLocator"))
            for _, reference in objects(one, "externalRefs")
            if reference.get("referenceType") == "purl"
        ),
        None,
    )
    hashes = [
        f"{algorithm}:{digest}"
        for _, entry in objects(one, "checksums")
        if (algorithm := text(entry.get("algorithm"))) and (digest := text(entry.get("checksumValue")))
    ]
    told_supplier = text(one.get("supplier")) or ""
    is_organisation = told_supplier.startswith("Organization:")
    supplier = told_supplier.removeprefix("Organization:").strip().partition(" (")[0] if is_organisation else None
    return Component(
        name=text(one.get("name")) or NOT_NAMED,
        version=text(one.get("versionInfo")),
        type=(text(one.get("primaryPackagePurpose")) or "").lower() or None,
        purl=purl.partition("?")[0] if purl else None,
        licences=tuple(dict.fromkeys(told for told in licences if told and is_known(told))),
        hashes=tuple(hashes[:_MOST_HASHES]),
        supplier=supplier if is_known(supplier) else None,
    )


# --- 3.0


def _linked(file: Input, data: Mapping[str, Any]) -> Found:
    rows = objects(data, "@graph")
    known = {id_: one for _, one in rows if isinstance(id_ := one.get("spdxId", one.get("@id")), str)}
    licences = _linked_licences(rows, known)
    packages = [(at, one) for at, one in rows if _type(one) in _PACKAGES]
    documents = [one for _, one in rows if _type(one) in {"SpdxDocument", "software_Sbom", "Bom"}]
    roots = {ref for one in documents for ref in listed(one, "rootElement") if isinstance(ref, str)}
    subjects = [known[ref] for ref in sorted(roots) if ref in known and _type(known[ref]) in _PACKAGES]
    if len(packages) > 1:  # what the bill is about is no part of itself
        packages = [(at, one) for at, one in packages if one not in subjects[:1]]
    made = _creation(rows, known, documents)
    tools = [known[ref] for ref in listed(made, "createdUsing") if isinstance(ref, str) and ref in known]
    components = [_linked_component(one, known, licences) for _, one in packages]
    models = [(at, one) for at, one in rows if _type(one) == "ai_AIPackage"]
    places = {f"/components/{index}": f"/@graph/{at}" for index, (at, _) in enumerate(packages)}
    places |= {f"/models/{index}": f"/@graph/{at}" for index, (at, _) in enumerate(models)}
    subject = (
        _named(text(subjects[0].get("name")), text(subjects[0].get("software_packageVersion"))) if subjects else None
    )
    return _bill(
        file,
        components,
        places,
        created=made.get("created"),
        tool=(next((told for one in tools if (told := text(one.get("name")))), None), None),
        spec_version=text(made.get("specVersion")) or "3.0",
        subject=subject,
        subject_sha256=_sha256(_linked_component(subjects[0], known, licences)) if subjects else None,
        models=tuple(_card(one, licences) for _, one in models),
        datasets=tuple(
            name for _, one in packages if _type(one) == "dataset_DatasetPackage" and (name := text(one.get("name")))
        ),
    )


def _type(one: Mapping[str, Any]) -> str:
    told = one.get("type", one.get("@type"))
    return told if isinstance(told, str) else ""


def _creation(
    rows: list[tuple[int, dict[str, Any]]], known: Mapping[str, dict[str, Any]], documents: list[dict[str, Any]]
) -> dict[str, Any]:
    """How the document came to be: held in it, named by it, or else the first that the graph has."""
    for one in documents:
        told = one.get("creationInfo")
        if isinstance(told, dict):
            return told
        if isinstance(told, str) and told in known:
            return known[told]
    held = (told for _, one in rows if isinstance(told := one.get("creationInfo"), dict))
    return next((one for _, one in rows if _type(one) == "CreationInfo"), next(held, {}))


def _linked_licences(
    rows: list[tuple[int, dict[str, Any]]], known: Mapping[str, dict[str, Any]]
) -> dict[str, list[str]]:
    """Package -> licences that relationships give it."""
    found: dict[str, list[str]] = {}
    for _, one in rows:
        if word(one.get("relationshipType")) not in _LICENCE_LINKS or not isinstance(one.get("from"), str):
            continue
        for ref in listed(one, "to"):
            target = known.get(ref, {}) if isinstance(ref, str) else {}
            told = text(target.get("simplelicensing_licenseExpression")) or text(target.get("name"))
            if told is not None and is_known(told):
                found.setdefault(one["from"], []).append(told)
    return found


def _linked_component(
    one: Mapping[str, Any], known: Mapping[str, dict[str, Any]], licences: Mapping[str, list[str]]
) -> Component:
    ref = one.get("suppliedBy")
    agent = known.get(ref, {}) if isinstance(ref, str) else {}
    supplier = text(agent.get("name")) if _type(agent) == "Organization" else None
    purl = text(one.get("software_packageUrl"))
    return Component(
        name=text(one.get("name")) or NOT_NAMED,
        version=text(one.get("software_packageVersion")),
        type=_PACKAGES[_type(one)],
        purl=purl.partition("?")[0] if purl else None,
        licences=tuple(dict.fromkeys(licences.get(_id(one), ()))),
        hashes=_linked_hashes(one),
        supplier=supplier,
    )


def _id(one: Mapping[str, Any]) -> str:
    told = one.get("spdxId", one.get("@id"))
    return told if isinstance(told, str) else ""


def _linked_hashes(one: Mapping[str, Any]) -> tuple[str, ...]:
    told = [
        f"{algorithm}:{digest}"
        for _, entry in objects(one, "verifiedUsing")
        if (algorithm := text(entry.get("algorithm"))) and (digest := text(entry.get("hashValue")))
    ]
    return tuple(told[:_MOST_HASHES])


def _card(one: Mapping[str, Any], licences: Mapping[str, list[str]]) -> ModelCard:
    return ModelCard(
        name=text(one.get("name")) or NOT_NAMED,
        version=text(one.get("software_packageVersion")),
        task=next((told for word in listed(one, "ai_domain") if (told := text(word))), None),
        metrics=len(listed(one, "ai_metric")),
        limitations=text(one.get("ai_limitation")) is not None,
        hashed=bool(_linked_hashes(one)),
        licensed=bool(licences.get(_id(one))),
    )


# --- both


def _bill(
    file: Input,
    components: list[Component],
    places: dict[str, str],
    *,
    created: Any,
    tool: tuple[str | None, str | None],
    spec_version: str,
    subject: str | None,
    subject_sha256: str | None,
    models: tuple[ModelCard, ...] = (),
    datasets: tuple[str, ...] = (),
) -> Found:
    made, zoned = instant(created)
    facts = Mlbom(
        tool=tool[0] or NOT_NAMED,
        tool_version=tool[1],
        status="success" if components else "empty",
        completed_at=made,
        zone_recorded=zoned,
        form="spdx",
        spec_version=spec_version,
        subject=subject,
        subject_sha256=subject_sha256,
        models=models[:MOST_NAMES],
        datasets=datasets[:MOST_NAMES],
        **sums(components),
    )
    effective = Effective(end=made, basis="creation time of the document") if made else None
    return Found("mlbom", facts, effective, file.lines(places))


def _sha256(one: Component) -> str | None:
    """The SHA-256 of what a bill is about; None where it has none, or several."""
    told = [entry.partition(":") for entry in one.hashes]
    digests = {digest for name, _, value in told if name.upper() == "SHA256" and (digest := sha256(value))}
    return digests.pop() if len(digests) == 1 else None


def _named(name: str | None, version: str | None) -> str | None:
    return f"{name} {version}" if name and version else name


FORMATS = (Format("spdx", "an SPDX document", "json", ("mlbom",), is_spdx, read),)
