"""Whether containers run as another user than root, by the image and by the manifests that start it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass, Value
from tieout.inspection.reading.containers.finding import Built, dockerfiles
from tieout.inspection.reading.manifests.compose import services
from tieout.inspection.reading.manifests.kubernetes import Container, pods
from tieout.inspection.reading.mentions import guides, mentions
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Topic
from tieout.inspection.wording import counted, named
from tieout.kernel.reading.patterns import compile_bytes
from tieout.syntax.compose import forbids_new_privileges
from tieout.syntax.dockerfile import Stage
from tieout.syntax.dockerfile_user import RunsAs, is_root_user, runs_as
from tieout.syntax.nodes import scalar

_MOST_TEMPTING = 6
_MOST_SILENT = 6
_MAKES_USER = compile_bytes(r"\b(?:useradd|adduser)\b|\bchown +(?:-R +)?[a-z][\w-]*[: ]")
_UNIT = re.compile(r"\.service(?:\.in|\.j2)?$")
_UNIT_USER = compile_bytes(r"(?m)^[ \t]*User=[^\s#]+")
_DOCKER = compile_bytes(r"(?m)^#+ [^\n]*\bdocker\b|\bdocker (?:run|build|pull)\b", folded=True)


@dataclass(frozen=True, slots=True)
class _Image:
    """An image that is built here, and who it runs as."""

    path: str
    stage: Stage
    is_target: bool
    runs: RunsAs

    @property
    def name(self) -> str:
        return f"stage '{self.stage.name}' of {self.path}" if self.is_target else self.path


@dataclass(frozen=True, slots=True)
class _Demand:
    """What a manifest says about the user of a container: another than root, root, or nothing."""

    is_root: bool | None
    place: InspectedPlace


def non_root(topic: Topic, repository: Repository) -> Fact:
    """Answer whether the image runs as a user other than root."""
    found = dockerfiles(repository)
    images = sorted(_images(repository, found), key=lambda one: (one.path.count("/"), one.path, one.stage.line))
    of_pods = list(_of_pods(repository))
    tempting = list(_tempting(repository, found, images))
    if images:
        return _of_images(topic, repository, images, of_pods, tempting)
    if of_pods:
        return _of_manifests(topic, of_pods, tempting)
    seen = f"; {counted(len(found), 'Dockerfile')} of tests, examples or work benches are left out" if found else ""
    statement = f"No Dockerfile of an image in use is in the tree, and no manifest of Kubernetes{seen}."
    words = mentions(
        repository, guides(repository)[:1], _DOCKER, "a guide speaks of an image; none is made here", most=1
    )
    return topic.fact("non-root", Answer.NOT_APPLICABLE, statement, places=[*tempting, *words])


def _images(repository: Repository, found: tuple[Built, ...]) -> Iterator[_Image]:
    targets: dict[str, set[str]] = {}
    for service in services(repository):
        if service.is_live and service.target and service.dockerfile:
            targets.setdefault(service.dockerfile, set()).add(service.target)
    for built in found:
        if not built.is_live:
            continue
        dockerfile = built.dockerfile
        last = dockerfile.stages[-1]
        yield _Image(dockerfile.path, last, is_target=False, runs=runs_as(dockerfile, last))
        for target in sorted(targets.get(dockerfile.path, ())):
            stage = dockerfile.stage(target)
            if stage is not None and stage is not last:
                yield _Image(dockerfile.path, stage, is_target=True, runs=runs_as(dockerfile, stage))


def _of_images(
    topic: Topic, repository: Repository, images: list[_Image], of_pods: list[_Demand], tempting: list[InspectedPlace]
) -> Fact:
    demands = [*of_pods, *_of_services(repository)]
    root = [image for image in images if image.runs.is_root]
    open_ = [image for image in images if image.runs.is_root is None]
    other = [image for image in images if image.runs.is_root is False]
    as_root = [demand for demand in demands if demand.is_root]
    kept_off = [demand for demand in demands if demand.is_root is False]
    silent = [demand for demand in demands if demand.is_root is None]
    answer = _answer(root, open_, other, as_root)
    confidence = Confidence.HIGH
    if any(not image.runs.user for image in (*open_, *other)):
        confidence = Confidence.MODERATE  # what is commonly known of a base decides
    sentences = [*_sentences(root, open_, other)]
    # Only where every pod must not be root is it clear that these images are meant too.
    if answer is Answer.NO and of_pods and all(demand.is_root is False for demand in of_pods):
        answer = Answer.PARTIAL
        sentences.append("The manifests ask for another user than the image starts with.")
    if as_root:
        sentences.append(f"The manifests start {counted(len(as_root), 'container')} as root all the same.")
    kept_down = list(_no_new_privileges(repository))
    if kept_down and not root:
        sentences.append("Compose also forbids new privileges.")
    places = [
        *(_image_place(repository, image) for image in (*root, *open_, *other)),
        *kept_down,
        *(demand.place for demand in (*as_root, *kept_off, *silent[:_MOST_SILENT])),
        *tempting,
    ]
    values: dict[str, Value] = {
        "images": len(images),
        "other_than_root": len(other),
        "root": tuple(image.path for image in root),
        "not_told": tuple(image.path for image in open_),
    }
    return topic.fact("non-root", answer, " ".join(sentences), places=places, values=values, confidence=confidence)


def _answer(root: list[_Image], open_: list[_Image], other: list[_Image], as_root: list[_Demand]) -> Answer:
    if root or open_:
        if other:  # half of them as root is no part worth the name
            return Answer.PARTIAL if len(other) > len(root) + len(open_) else Answer.NO
        if any(image.runs.drops for image in root):
            return Answer.PARTIAL
        # Where a build argument decides nothing is shown; where a base does, it was looked for and not set.
        return Answer.UNKNOWN if open_ and not root and all(image.runs.user for image in open_) else Answer.NO
    return Answer.PARTIAL if as_root else Answer.YES


def _sentences(root: list[_Image], open_: list[_Image], other: list[_Image]) -> Iterator[str]:
    total = len(root) + len(open_) + len(other)
    if total == 1:
        yield _alone((*root, *open_, *other)[0])
        return
    yield f"{len(other)} of {total} images that are built here run as another user than root."
    if root:
        yield f"As root: {named(image.name for image in root)}."
    if open_:
        yield f"Not settled here: {named(image.name for image in open_)}."


def _alone(image: _Image) -> str:
    runs, path = image.runs, image.path
    if runs.user and runs.is_root is not None:
        who = "root" if runs.is_root else f"'{runs.user}'"
        told = f"The image of {path} runs as {who}, by the last USER of the stage that is built."
    elif runs.user:
        told = f"A build argument without a default decides who the image of {path} runs as."
    elif runs.is_root is False:
        told = f"The image of {path} sets no user; its base {runs.base} is one that does not start as root."
    elif runs.is_root:
        told = f"The final stage of {path} has no USER, and its base {runs.base} starts as root."
    else:
        told = f"The final stage of {path} has no USER; what its base {runs.base} sets is not in this repository."
    return f"{told} Its entry point goes on as another user." if runs.drops and runs.is_root else told


def _image_place(repository: Repository, image: _Image) -> InspectedPlace:
    runs = image.runs
    if runs.drops and runs.is_root:
        return repository.place(image.path, runs.drops, "the entry point gives root up")
    if runs.user:
        shows = "the last USER of the stage that is built"
    elif runs.is_root is False:
        shows = "a base that does not start as root"
    else:
        shows = "no USER follows in the stage that is built"
    return repository.place(image.path, runs.line, shows)


def _tempting(repository: Repository, found: tuple[Built, ...], images: list[_Image]) -> Iterator[InspectedPlace]:
    """Users of earlier stages, and Dockerfiles whose image nobody is served by."""
    counted_lines = {(image.path, image.runs.line) for image in images}
    shown = 0
    for image in images:
        for line in image.runs.earlier:
            if (image.path, line) not in counted_lines and shown < _MOST_TEMPTING:
                shown += 1
                yield repository.place(image.path, line, "a USER that a later one or stage replaces", counts=False)
    yield from _made_users(repository, images)
    for built in [one for one in found if not one.is_live][:_MOST_TEMPTING]:
        runs = runs_as(built.dockerfile, built.dockerfile.stages[-1])
        shows = "an image for tests, examples or the work bench"
        yield repository.place(built.file.path, runs.line, shows, counts=False)


def _made_users(repository: Repository, images: list[_Image]) -> Iterator[InspectedPlace]:
    """Lines that make a user or give files to one where nothing runs as it, and units of a machine that name one."""
    shown = 0
    for image in images:
        lines = [line for one in image.stage.instructions for line in (*one.lines, *one.heredoc)]
        made = next((number for number, text in lines if _MAKES_USER.search(text.encode("utf-8", "replace"))), None)
        if made is not None and not image.runs.user and shown < _MOST_TEMPTING:
            shown += 1
            yield repository.place(image.path, made, "makes a user that nothing runs as", counts=False)
    units = [file for file in repository.matching(_UNIT) if file.path_class is PlaceClass.LIVE][:_MOST_TEMPTING]
    for text in repository.texts(units):
        hit = text.first(_UNIT_USER)
        if hit is not None:
            yield text.place(hit.line, "a service of a machine, and no container, runs as this user", counts=False)


def _of_pods(repository: Repository) -> Iterator[_Demand]:
    for pod in pods(repository):
        if pod.manifest.path_class != "live":
            continue
        for container in pod.containers():
            if container.image:
                yield _of_container(repository, container)


def _of_container(repository: Repository, container: Container) -> _Demand:
    path = container.pod.manifest.path
    user, user_line = container.security("runAsUser")
    demanded, line = container.security("runAsNonRoot")
    if isinstance(user, int) and not isinstance(user, bool):
        place = repository.place(path, user_line, f"{container.pod.name} runs as user {user}")
        return _Demand(user == 0, place)
    if demanded is True:
        return _Demand(None if user else False, repository.place(path, line, "root is refused"))
    for at in ((*container.at, "securityContext"), (*container.pod.at, "securityContext")):
        if written := container.pod.manifest.line(*at):
            place = repository.place(path, written, "a security context that does not speak of the user")
            return _Demand(None, place)
    return _Demand(None, repository.place(path, container.line, "no security context"))


def _of_services(repository: Repository) -> Iterator[_Demand]:
    for service in services(repository):
        user = scalar(service.setting("user")[0])
        if not service.is_live or not service.is_built or not user or "$" in user:
            continue
        is_root = is_root_user(user)
        place = service.place(repository, "user", shows=f"the service {service.name} is started as this user")
        yield _Demand(is_root, place)


def _no_new_privileges(repository: Repository) -> Iterator[InspectedPlace]:
    for service in services(repository):
        options, _ = service.setting("security_opt")
        if service.is_live and service.is_built and isinstance(options, list):
            for index, option in enumerate(options):
                if isinstance(option, str) and forbids_new_privileges(option):
                    shows = f"the service {service.name} cannot gain privileges"
                    yield service.place(repository, "security_opt", index, shows=shows)


def _of_manifests(topic: Topic, demands: list[_Demand], tempting: list[InspectedPlace]) -> Fact:
    """No image is built here: what is left is what the manifests ask for."""
    root = [demand for demand in demands if demand.is_root]
    silent = [demand for demand in demands if demand.is_root is None]
    kept_off = [demand for demand in demands if demand.is_root is False]
    answer = Answer.NO if not kept_off else Answer.PARTIAL if root or silent else Answer.YES
    statement = (
        f"No image is built here. Of {counted(len(demands), 'container')} of the manifests of Kubernetes "
        f"{len(kept_off)} must not run as root, {len(root)} run as root, and {len(silent)} leave it to the image."
    )
    places = [demand.place for demand in (*root, *silent, *kept_off)]
    values = {"containers": len(demands), "other_than_root": len(kept_off), "root": len(root), "not_told": len(silent)}
    confidence = Confidence.HIGH if answer is Answer.YES else Confidence.MODERATE
    return topic.fact("non-root", answer, statement, places=[*places, *tempting], values=values, confidence=confidence)
