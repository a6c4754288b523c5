"""Whether base images and deployed images are named by digest."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tieout.domain.inspection import Answer, Fact, InspectedPlace, PlaceClass, Value
from tieout.inspection.reading.containers.finding import dockerfiles
from tieout.inspection.reading.manifests.charts import Value as ChartValue
from tieout.inspection.reading.manifests.charts import chart_values
from tieout.inspection.reading.manifests.compose import services
from tieout.inspection.reading.manifests.kubernetes import manifests, pods
from tieout.inspection.reading.manifests.platforms import hosted
from tieout.inspection.repository import Repository, member
from tieout.inspection.topic import Topic
from tieout.inspection.wording import named
from tieout.syntax.dockerfile import resolved
from tieout.syntax.images import Image, Pin, parse_image
from tieout.syntax.nodes import scalar

_WORDS = {
    Pin.NONE: "without a tag",
    Pin.LATEST: "by a tag that moves",
    Pin.VARIABLE: "by a variable",
    Pin.TAG: "by a tag",
    Pin.DIGEST: "by digest",
}
_WORST_FIRST = tuple(_WORDS)


@dataclass(frozen=True, slots=True)
class _Named:
    """An image that is named somewhere."""

    image: Image
    place: InspectedPlace


def base_pinned(topic: Topic, repository: Repository) -> Fact:
    """Answer whether base images are pinned by digest."""
    found = list(_bases(repository))
    if not found:
        statement = "No Dockerfile of an image in use starts from another image."
        return topic.fact("base-pinned", Answer.NOT_APPLICABLE, statement)
    by_digest = [one for one in found if one.image.pin is Pin.DIGEST]
    answer = Answer.YES if len(by_digest) == len(found) else Answer.PARTIAL if by_digest else Answer.NO
    statement = _sentence(found, "base image")
    places = [*_places(found), *_arguments(repository)]
    return topic.fact("base-pinned", answer, statement, places=places, values=_figures(found))


def _arguments(repository: Repository) -> Iterator[InspectedPlace]:
    """Build arguments whose default names a base image."""
    for built in dockerfiles(repository):
        wanted = {stage.base for stage in built.dockerfile.stages if "$" in stage.base} if built.is_live else set()
        for one in built.dockerfile.before:
            name = one.value.partition("=")[0].strip()
            if name and any(_names(base, name) for base in wanted):
                yield repository.place(built.file.path, one.line, "the default of what a base image is named by")


def _names(base: str, argument: str) -> bool:
    bare = base.rpartition("/")[2].split(":")
    return f"${{{argument}}}" in base or f"${{{argument}:" in base or f"${argument}" in bare


def deployed_images_pinned(topic: Topic, repository: Repository) -> Fact:
    """Answer whether the images that manifests deploy are pinned."""
    built: list[InspectedPlace] = []
    found = list(_deployed(repository, built))
    if not found:
        seen = "only images that are built here" if built else "no image"
        statement = f"Compose files, manifests, charts and settings of hosting platforms in use name {seen}."
        return topic.fact("deployed-images-pinned", Answer.NOT_APPLICABLE, statement, places=built)
    answer = _answer({one.image.pin for one in found})
    loose = [one for one in found if one.image.pin in {Pin.NONE, Pin.LATEST}]
    statement = _sentence(found, "deployed image")
    if loose:
        statement += f" Loosest: {named(_short(one.image) for one in loose)}."
    places = [*_places(found), *built]
    return topic.fact("deployed-images-pinned", answer, statement, places=places, values=_figures(found))


def _answer(pins: set[Pin]) -> Answer:
    if pins == {Pin.DIGEST}:
        return Answer.YES
    if pins == {Pin.VARIABLE}:
        return Answer.UNKNOWN
    if Pin.DIGEST in pins:
        return Answer.PARTIAL
    # A tag names a version, and can be moved to another image. What a variable stands for may be a digest.
    return Answer.PARTIAL if Pin.VARIABLE in pins and not pins & {Pin.NONE, Pin.LATEST} else Answer.NO


def _bases(repository: Repository) -> Iterator[_Named]:
    for built in dockerfiles(repository):
        if not built.is_live:
            continue
        dockerfile = built.dockerfile
        for stage in dockerfile.stages:
            base = dockerfile.base_of(stage)
            if dockerfile.parent(stage) is None and base != "scratch":
                image = parse_image(base)
                shows = f"the base {_short(image)} is named {_WORDS[image.pin]}"
                yield _Named(image, repository.place(dockerfile.path, stage.line, shows))


def _deployed(repository: Repository, built: list[InspectedPlace]) -> Iterator[_Named]:
    yield from _of_compose(repository, built)
    yield from _of_platforms(repository, built)
    replaced = set()
    for one, name in _kustomized(repository):
        replaced.add(name)
        yield one
    for pod in pods(repository):
        for container in pod.containers():
            image = parse_image(container.image)
            is_ours = container.image.startswith("ko://") or image.name in replaced
            if container.image and not is_ours and pod.manifest.path_class is PlaceClass.LIVE:
                yield _Named(image, repository.place(pod.manifest.path, container.line, _shows(image)))
    for value in chart_values(repository):
        if (of_chart := _of_chart(value)) is not None:
            yield _Named(of_chart, repository.place(value.path, value.line, _shows(of_chart)))


def _of_compose(repository: Repository, built: list[InspectedPlace]) -> Iterator[_Named]:
    for service in services(repository):
        if not service.is_live or not service.image:
            continue
        image = parse_image(resolved(service.image, {}))  # the defaults of its variables
        if service.is_built:
            shows = "the image is built here, and not fetched"
            built.append(service.place(repository, "image", shows=shows, counts=False))
        else:
            yield _Named(image, service.place(repository, "image", shows=_shows(image)))


def _of_platforms(repository: Repository, built: list[InspectedPlace]) -> Iterator[_Named]:
    for unit in hosted(repository):
        if unit.image:
            image = parse_image(unit.image)
            yield _Named(image, unit.place(repository, unit.image_line, f"{unit.platform}: {_shows(image)}"))
        else:
            shows = f"{unit.platform}: the image is built here, and not fetched"
            built.append(unit.place(repository, unit.image_line, shows, counts=False))


def _kustomized(repository: Repository) -> Iterator[tuple[_Named, str]]:
    """Images that a kustomization names in place of those in its objects."""
    for manifest in manifests(repository):
        images = manifest.data.get("images") if manifest.kind == "Kustomization" else None
        if manifest.path_class is not PlaceClass.LIVE or not isinstance(images, list):
            continue
        for index, one in enumerate(images):
            name = member(one, "name")
            if isinstance(name, str):
                new = scalar(member(one, "newName")) or name
                image = Image(new, scalar(member(one, "newTag")), _digest(member(one, "digest")))
                yield _Named(image, manifest.place(repository, "images", index, shows=_shows(image))), name


def _of_chart(value: ChartValue) -> Image | None:
    """The image of a chart's values: a mapping with a repository, which is asked for its tag and digest."""
    if not isinstance(value.value, dict) or "image" not in value.key.lower():
        return None
    repository = value.value.get("repository") or value.value.get("name")
    if not isinstance(repository, str) or not repository or not {"tag", "digest"} & set(value.value):
        return None
    # An empty tag is filled in with the chart's own version, by the usual form of a template.
    tag = scalar(value.value.get("tag")) or "appVersion"
    return Image(repository, tag, _digest(value.value.get("digest")))


def _digest(value: Any) -> str:
    """A digest as images have one; "" for whatever else stands there."""
    text = scalar(value)
    return text if text.startswith(("sha256:", "sha512:")) else ""


def _shows(image: Image) -> str:
    return f"{_short(image)} is named {_WORDS[image.pin]}"


def _short(image: Image) -> str:
    return image.name.rpartition("/")[2] + (f":{image.tag}" if image.tag else "")


def _sentence(found: list[_Named], what: str) -> str:
    if len(found) == 1:
        return f"The one {what}, {_short(found[0].image)}, is named {_WORDS[found[0].image.pin]}."
    figures = Counter(one.image.pin for one in found)
    told = ", ".join(
        f"{figures[pin]} {'is' if figures[pin] == 1 else 'are'} named {_WORDS[pin]}"
        for pin in reversed(_WORST_FIRST)
        if figures[pin]
    )
    return f"Of {len(found):,} {what}s, {told}."


def _places(found: list[_Named]) -> list[InspectedPlace]:
    ordered = sorted(found, key=lambda one: (_WORST_FIRST.index(one.image.pin), one.place.path.count("/")))
    return [one.place for one in ordered]


def _figures(found: list[_Named]) -> dict[str, Value]:
    figures = Counter(one.image.pin for one in found)
    return {"images": len(found), **{pin.value: figures[pin] for pin in _WORST_FIRST}}
