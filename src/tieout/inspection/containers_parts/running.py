"""How containers are held down while they run: hardening, limits of resources, and checks of their health."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tieout.domain.inspection import Answer, Fact, InspectedPlace, PlaceClass
from tieout.inspection.reading.containers.finding import dockerfiles
from tieout.inspection.reading.manifests.charts import chart_values
from tieout.inspection.reading.manifests.compose import Service, services
from tieout.inspection.reading.manifests.kubernetes import Container, Pod, pods
from tieout.inspection.reading.manifests.platforms import hosted
from tieout.inspection.repository import Repository, member
from tieout.inspection.topic import Topic
from tieout.inspection.wording import counted, named
from tieout.syntax.compose import forbids_new_privileges
from tieout.syntax.nodes import scalar

_ESCALATION: Final = "no new privileges"
_READ_ONLY: Final = "a read-only file system"
_DROPPED: Final = "all capabilities dropped"
_EACH: Final = (_ESCALATION, _READ_ONLY, _DROPPED)
_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_SOCKETS: Final = ("docker.sock", "containerd.sock", "crio.sock", "podman.sock")


@dataclass(slots=True)
class _Unit:
    """A container as something starts it.

    Attributes:
        name: For people.
        measures: What holds it down, with places.
        openings: What lets it out.
        nothing: The place to show where neither is there.
    """

    name: str
    nothing: InspectedPlace
    measures: dict[str, InspectedPlace] = field(default_factory=dict)
    openings: dict[str, InspectedPlace] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Limited:
    """What of a container is limited, and the places that say so, or that say nothing of it."""

    limits: set[str]
    places: list[InspectedPlace]


def hardening(topic: Topic, repository: Repository) -> Fact:
    """Answer whether containers are hardened beyond the user that they run as."""
    units = [*_hardened_pods(repository), *_hardened_services(repository), *_hardened_charts(repository)]
    if not units:
        return _nothing_deployed(topic, "hardening")
    whole = [unit for unit in units if set(_EACH) <= set(unit.measures) and not unit.openings]
    some = [unit for unit in units if unit.measures]
    open_ = [unit for unit in units if unit.openings]
    answer = Answer.YES if len(whole) == len(units) else Answer.PARTIAL if some else Answer.NO
    figures = {measure: sum(measure in unit.measures for unit in units) for measure in _EACH}
    told = ", ".join(f"{count} with {measure}" for measure, count in figures.items())
    statement = f"Of {counted(len(units), 'container')} in manifests: {told}."
    if open_:
        openings = named(f"{unit.name} has {opening}" for unit in open_ for opening in unit.openings)
        statement += f" Against it: {openings}."
    places = [place for unit in open_ for place in unit.openings.values()]
    places += [place for unit in some for place in unit.measures.values()]
    places += [unit.nothing for unit in units if not unit.measures and not unit.openings]
    values = {
        "containers": len(units),
        "no_new_privileges": figures[_ESCALATION],
        "read_only_file_system": figures[_READ_ONLY],
        "capabilities_dropped": figures[_DROPPED],
        "with_openings": len(open_),
    }
    return topic.fact("hardening", answer, statement, places=places, values=values)


def resource_limits(topic: Topic, repository: Repository) -> Fact:
    """Answer whether memory and processor of each container are limited."""
    found: dict[str, list[_Limited]] = {"both": [], "part": [], "none": []}
    for one in _limits(repository):
        found["both" if {"memory", "cpu"} <= one.limits else "part" if one.limits else "none"].append(one)
    limited, part, unlimited = found["both"], found["part"], found["none"]
    total = len(limited) + len(part) + len(unlimited)
    if not total:
        return _nothing_deployed(topic, "resource-limits")
    answer = Answer.YES if len(limited) == total else Answer.PARTIAL if limited or part else Answer.NO
    statement = (
        f"Of {counted(total, 'container')} in manifests: {len(limited)} with limits of memory and processor, "
        f"{len(part)} with one of the two or the name of a size, {len(unlimited)} with neither."
    )
    places = [place for one in (*limited, *part, *unlimited) for place in one.places]
    values = {"containers": total, "limited": len(limited), "partly": len(part), "unlimited": len(unlimited)}
    return topic.fact("resource-limits", answer, statement, places=places, values=values)


def health_checks(topic: Topic, repository: Repository) -> Fact:
    """Answer whether something asks containers for their health."""
    of_images = dict(_image_checks(repository))
    checked: list[InspectedPlace] = [place for place in of_images.values() if place.counts]
    unchecked: list[InspectedPlace] = []
    units = 0
    checks = [*_pod_checks(repository), *_service_checks(repository, of_images), *_hosted_checks(repository)]
    for place, nothing in checks:
        units += 1
        (checked if place else unchecked).append(place or nothing)
    if not units:
        units = len(of_images)
        unchecked = [place for place in of_images.values() if not place.counts]
    if not units:
        return _nothing_deployed(topic, "health-checks")
    answer = Answer.NO if not checked else Answer.PARTIAL if unchecked else Answer.YES
    statement = (
        f"Of {counted(units, 'container')} that Dockerfiles, Compose files, manifests and platforms describe, "
        f"{units - len(unchecked)} {'has' if units - len(unchecked) == 1 else 'have'} a health check."
    )
    places = [*checked, *(place.model_copy(update={"counts": True}) for place in unchecked)]
    values = {"containers": units, "unchecked": len(unchecked)}
    return topic.fact("health-checks", answer, statement, places=places, values=values)


def _nothing_deployed(topic: Topic, key: str) -> Fact:
    return topic.fact(key, Answer.NOT_APPLICABLE, "No Compose file, manifest or chart in use is there.")


def _live_pods(repository: Repository) -> Iterator[Pod]:
    """Pods in use; a patch that names no image says nothing of a container's other settings."""
    for pod in sorted(pods(repository), key=lambda pod: (pod.manifest.path.count("/"), pod.manifest.path)):
        if pod.manifest.path_class is PlaceClass.LIVE and any(one.image for one in pod.containers()):
            yield pod


def _live_containers(repository: Repository) -> Iterator[Container]:
    for pod in _live_pods(repository):
        yield from (one for one in pod.containers() if one.image)


def _live_services(repository: Repository) -> Iterator[Service]:
    return (service for service in services(repository) if service.is_live)


def _hardened_pods(repository: Repository) -> Iterator[_Unit]:
    for one in _live_containers(repository):
        path = one.pod.manifest.path
        written = one.pod.manifest.line(*one.at, "securityContext") or one.pod.manifest.line(
            *one.pod.at, "securityContext"
        )
        name = scalar(one.data.get("name")) or one.pod.name
        shows = "a security context without any of these" if written else "no security context"
        unit = _Unit(name, repository.place(path, written or one.line, shows))
        for key, wanted, measure in (
            ("allowPrivilegeEscalation", False, _ESCALATION),
            ("readOnlyRootFilesystem", True, _READ_ONLY),
        ):
            value, line = one.security(key)
            if value is wanted:
                unit.measures[measure] = repository.place(path, line, measure)
        dropped, line = one.setting("securityContext", "capabilities", "drop")
        if isinstance(dropped, list) and any(str(each).upper() == "ALL" for each in dropped):
            unit.measures[_DROPPED] = repository.place(path, line, _DROPPED)
        privileged, line = one.setting("securityContext", "privileged")
        if privileged is True:
            unit.openings["all rights of the host"] = repository.place(path, line, "all rights of the host")
        for key in ("hostNetwork", "hostPID", "hostIPC"):
            if one.pod.spec.get(key) is True:
                line = one.pod.manifest.line(*one.pod.at, key)
                unit.openings[key] = repository.place(path, line, "shares this with the host")
        yield unit


def _hardened_services(repository: Repository) -> Iterator[_Unit]:
    for service in _live_services(repository):
        unit = _Unit(service.name, service.place(repository, shows="none of these is set for the service"))
        for index, option in enumerate(_listed(service.data.get("security_opt"))):
            if forbids_new_privileges(str(option)):
                unit.measures[_ESCALATION] = service.place(repository, "security_opt", index, shows=_ESCALATION)
        if service.data.get("read_only") is True:
            unit.measures[_READ_ONLY] = service.place(repository, "read_only", shows=_READ_ONLY)
        if any(str(each).upper() == "ALL" for each in _listed(service.data.get("cap_drop"))):
            unit.measures[_DROPPED] = service.place(repository, "cap_drop", shows=_DROPPED)
        if service.data.get("privileged") is True:
            shows = "all rights of the host"
            unit.openings[shows] = service.place(repository, "privileged", shows=shows)
        for index, volume in enumerate(_listed(service.data.get("volumes"))):
            source = volume if isinstance(volume, str) else member(volume, "source")
            if isinstance(source, str) and any(socket in source for socket in _SOCKETS):
                shows = "the socket of the container engine"
                unit.openings[shows] = service.place(repository, "volumes", index, shows=shows)
        yield unit


def _hardened_charts(repository: Repository) -> Iterator[_Unit]:
    """One unit for each component of a chart that has a security context among its values."""
    units: dict[tuple[str, tuple[str, ...]], _Unit] = {}
    for value in chart_values(repository):
        if not value.key.lower().endswith("securitycontext") or not isinstance(value.value, dict):
            continue
        place = repository.place(value.path, value.line, "security context of the chart's values")
        at = (value.path, value.within)
        unit = units.setdefault(at, _Unit(".".join(value.within) or value.path, place))
        if value.value.get("allowPrivilegeEscalation") is False:
            unit.measures[_ESCALATION] = place
        if value.value.get("readOnlyRootFilesystem") is True:
            unit.measures[_READ_ONLY] = place
        if "ALL" in [str(each).upper() for each in _listed(member(value.value, "capabilities", "drop"))]:
            unit.measures[_DROPPED] = place
        if value.value.get("privileged") is True:
            unit.openings["all rights of the host"] = place
    yield from units.values()


def _limits(repository: Repository) -> Iterator[_Limited]:
    """For each container what is limited, with the lines that say so, or the place to show where nothing is."""
    for one in _live_containers(repository):
        path = one.pod.manifest.path
        _, line = one.setting("resources")
        nothing = repository.place(path, line or one.line, "resources without limits" if line else "no limits")
        limits, at = one.setting("resources", "limits")
        yield _Limited(_of(limits), [repository.place(path, at, "limits of the container") if _of(limits) else nothing])
    for service in _live_services(repository):
        limits, at = service.setting("deploy", "resources", "limits")
        found = _of({"memory": member(limits, "memory"), "cpu": member(limits, "cpus")})
        key = "mem_limit" if service.data.get("mem_limit") else "cpus"
        found |= _of({"memory": service.data.get("mem_limit"), "cpu": service.data.get("cpus")})
        keys = (("deploy", "resources", "limits") if at else (key,)) if found else ()
        shows = "limits of the service" if found else "no limits for the service"
        places = [service.place(repository, *keys, shows=shows)]
        if not found and isinstance(service.setting("deploy", "resources")[0], Mapping):
            shows = "resources that are reserved or named, and not limited"
            places.append(service.place(repository, "deploy", "resources", shows=shows, counts=False))
        yield _Limited(found, places)
    for unit in hosted(repository):
        what = {"memory": "memory of the machine", "cpu": "processors of the machine", "plan": "the name of a size"}
        lines = [unit.place(repository, line, f"{unit.platform}: {what[key]}") for key, line in unit.limits.items()]
        nothing = unit.place(repository, unit.line, f"{unit.platform}: no size is set")
        yield _Limited(set(unit.limits), lines or [nothing])
    for value in chart_values(repository):
        if value.key == "resources" and isinstance(value.value, dict):
            place = repository.place(value.path, value.line, "resources of the chart's values")
            yield _Limited(_of(value.value.get("limits")), [place])


def _of(limits: Any) -> set[str]:
    return {key for key in ("memory", "cpu") if isinstance(limits, Mapping) and limits.get(key)}
    # Processors of other kinds are no limit of these two.


def _image_checks(repository: Repository) -> Iterator[tuple[str, InspectedPlace]]:
    """For each image in use the line of its health check, or its last stage where there is none."""
    for built in dockerfiles(repository):
        if not built.is_live:
            continue
        stage = built.dockerfile.stages[-1]
        check = next(
            (one for each in built.dockerfile.lineage(stage) if (one := each.last("HEALTHCHECK")) is not None), None
        )
        is_set = check is not None and check.value.upper() != "NONE"
        line = check.line if check is not None else stage.line
        shows = "the image checks its own health" if is_set else "no HEALTHCHECK in the stage that is built"
        yield built.file.path, repository.place(built.file.path, line, shows, counts=is_set)


def _pod_checks(repository: Repository) -> Iterator[tuple[InspectedPlace | None, InspectedPlace]]:
    for pod in _live_pods(repository):
        path = pod.manifest.path
        found = None
        first = None
        for one in pod.containers():
            first = first or one.line
            for probe in _PROBES:
                value, line = one.setting(probe)
                if found is None and isinstance(value, dict) and value:
                    found = repository.place(path, line, f"a probe of {pod.name}")
        yield found, repository.place(path, first, f"no probe in {pod.name}")


def _service_checks(
    repository: Repository, of_images: Mapping[str, InspectedPlace]
) -> Iterator[tuple[InspectedPlace | None, InspectedPlace]]:
    for service in _live_services(repository):
        check, _ = service.setting("healthcheck")
        test = member(check, "test")
        is_off = member(check, "disable") is True or test in ("NONE", ["NONE"])
        found = None
        if isinstance(check, dict) and test and not is_off:
            found = service.place(repository, "healthcheck", shows=f"a check of the service {service.name}")
        elif not is_off and (of_image := of_images.get(service.dockerfile or "")) is not None and of_image.counts:
            found = of_image
        yield found, service.place(repository, shows=f"no check of the service {service.name}")


def _hosted_checks(repository: Repository) -> Iterator[tuple[InspectedPlace | None, InspectedPlace]]:
    for unit in hosted(repository):
        found = unit.place(repository, unit.check, f"{unit.platform}: a check of its health") if unit.check else None
        yield found, unit.place(repository, unit.line, f"{unit.platform}: no check of its health")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
