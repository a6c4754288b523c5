"""Containers that infrastructure code deploys: Terraform's resources that run one, and tasks of Nomad.

Blocks are found by their braces and read by their lines: expressions are not worked out, so an image whose name is
put together from variables stays one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from tieout.inspection.reading.source_code import SourceCode, searched
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

_FILES: Final = re.compile(r"\.(?:tf|nomad|nomad\.hcl)$|(?:^|/)nomad/[^/]+\.hcl$", re.IGNORECASE)
#: Longer blocks, and more of them in one file, are no work of a person.
_LONGEST_BLOCK: Final = 60_000
_MOST_BLOCKS: Final = 300
_RUNS: Final = {
    "aws_ecs_task_definition": "Amazon ECS",
    "aws_apprunner_service": "App Runner",
    "aws_batch_job_definition": "AWS Batch",
    "aws_lambda_function": "AWS Lambda",
    "aws_sagemaker_model": "SageMaker",
    "azurerm_container_app": "Azure Container Apps",
    "azurerm_container_app_job": "Azure Container Apps",
    "azurerm_container_group": "Azure Container Instances",
    "docker_container": "Docker",
    "fly_machine": "Fly",
    "google_cloud_run_service": "Cloud Run",
    "google_cloud_run_v2_job": "Cloud Run",
    "google_cloud_run_v2_service": "Cloud Run",
    "kubernetes_deployment": "Kubernetes",
    "kubernetes_deployment_v1": "Kubernetes",
    "kubernetes_stateful_set": "Kubernetes",
}
_HEAD = compile_bytes(
    rf"(?m)^[ \t]*(?:resource[ \t]+\"(?P<kind>{'|'.join(sorted(_RUNS))})\"[ \t]+\"[^\"\n]*\""
    r"|(?P<task>task)[ \t]+\"[^\"\n]*\")[ \t]*\{"
)
_IMAGE = compile_bytes(
    r"(?m)(?:^|[\s{,\"])(?:image|image_identifier|image_uri)\"?[ \t]*[:=][ \t]*"
    r"(?:\"(?P<written>[^\"\n]+)\"|(?P<named>(?:var|local|data|module|each|[a-z]+_[a-z_]+)\.[\w.\[\]\"]+))"
)
_LIMIT = compile_bytes(r"(?m)(?:^|[\s{,\"])(?P<what>cpu|memory|memory_size)\"?[ \t]*[:=][ \t]*[\"\w$]")
_CHECK = compile_bytes(
    r"(?m)(?:^|[\s{,\"])(?:healthCheck|health_check_configuration|healthcheck|liveness_probe|readiness_probe|startup_probe"
    r"|check)\"?[ \t]*(?:[:=][ \t]*)?\{"
)


@dataclass(frozen=True, slots=True)
class Block:
    """A resource or task that runs containers.

    Attributes:
        platform: What runs it.
        path: Of the file.
        images: Image and line of each container.
        limits: Lines of "memory" and "cpu", as far as they are set in the block.
        check: Line of what asks for its health; None without.
    """

    platform: str
    path: str
    images: tuple[tuple[str, int], ...]
    limits: Mapping[str, int]
    check: int | None


def blocks(repository: Repository) -> Iterator[Block]:
    """Every block in use that names an image, by path and place."""
    for source in searched(repository, (file for file in repository.matching(_FILES) if file.is_own), _HEAD):
        for hit in islice(source.hits(_HEAD), _MOST_BLOCKS):
            start, end = _extent(source, hit.start)
            images = tuple(_images(source, start, end))
            if images:
                yield Block(
                    platform=_RUNS.get(hit.groups.get("kind", ""), "Nomad"),
                    path=source.text.path,
                    images=images,
                    limits=dict(_limits(source, start, end)),
                    check=_first_line(source, start, end),
                )


def _extent(source: SourceCode, start: int) -> tuple[int, int]:
    """From the brace that opens a block to the one that closes it; where none does, as far as a block may be long."""
    opening = source.code.find(b"{", start)
    depth = 0
    end = min(opening + _LONGEST_BLOCK, len(source.code))
    for match in re.finditer(rb"[{}]", source.code[opening:end]):
        depth += 1 if match.group() == b"{" else -1
        if depth == 0:
            return opening, opening + match.start()
    return opening, end


def _images(source: SourceCode, start: int, end: int) -> Iterator[tuple[str, int]]:
    for match in _IMAGE.finditer(source.stated, start, end):
        written = match.group(match.re.groupindex[b"written"])
        named = match.group(match.re.groupindex[b"named"])
        image = written.decode("utf-8", "replace") if written else f"${{{named.decode('utf-8', 'replace')}}}"
        value = match.start(match.re.groupindex[b"written"]) if written else match.end()
        yield image, source.text.line_at(value)


def _limits(source: SourceCode, start: int, end: int) -> Iterator[tuple[str, int]]:
    told = set()
    for match in _LIMIT.finditer(source.stated, start, end):
        what = "cpu" if match.group(1) == b"cpu" else "memory"
        if what not in told:
            told.add(what)
            yield what, source.text.line_at(match.start(1))


def _first_line(source: SourceCode, start: int, end: int) -> int | None:
    match = _CHECK.search(source.stated, start, end)
    return source.text.line_at(match.end() - 1) if match else None
