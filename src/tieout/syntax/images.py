"""Names of container images: what tag or digest pins them, and what is known of the user that some start as."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Pin(StrEnum):
    """How firmly a reference names one image; a tag can be moved to another, a digest cannot."""

    DIGEST = "digest"
    TAG = "tag"
    LATEST = "latest"
    NONE = "none"
    VARIABLE = "variable"


@dataclass(frozen=True, slots=True)
class Image:
    """A reference to an image.

    Attributes:
        name: With its registry, without tag and digest.
        tag: "" without.
        digest: "" without.
    """

    name: str
    tag: str
    digest: str

    @property
    def pin(self) -> Pin:
        """How firmly it names one image."""
        if self.digest:
            return Pin.DIGEST
        if "$" in self.tag or "{{" in self.tag or (not self.tag and ("$" in self.name or "{{" in self.name)):
            return Pin.VARIABLE
        if not self.tag:
            return Pin.NONE
        return Pin.LATEST if self.tag.lower() in _MOVING else Pin.TAG


#: Tags that by their meaning name another image tomorrow.
_MOVING = frozenset({"latest", "main", "master", "edge", "nightly", "dev", "develop", "head", "stable", "canary"})
_DIGEST = re.compile(r"@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$")

#: Bases whose makers let them start as another user than root.
_NOT_ROOT = re.compile(
    r"(^|/)distroless/[\w.-]+:(?:[\w.-]*-)?nonroot\b|^(?:docker\.io/)?nginxinc/nginx-unprivileged\b"
    r"|^(?:docker\.io/|public\.ecr\.aws/)?bitnami(?:legacy|secure)?/|^(?:docker\.io/)?jupyter/|^quay\.io/jupyter/"
    r"|^mcr\.microsoft\.com/dotnet/[\w./-]+:[\w.-]*chiseled"
)
#: Images that Docker maintains have one-part names, and start as root unless they say otherwise.
_OFFICIAL = re.compile(r"^(?:docker\.io/(?:library/)?|library/|public\.ecr\.aws/docker/library/)?[a-z0-9._-]+$")
_ROOT = re.compile(
    r"(^|/)(?:nvidia/(?:cuda|pytorch|tritonserver)|pytorch/pytorch|tensorflow/tensorflow|distroless/[\w.-]+)$"
    r"|^mcr\.microsoft\.com/(?:devcontainers|dotnet|playwright|azure-functions)/?|^ghcr\.io/astral-sh/uv$"
    r"|^continuumio/|^condaforge/|^public\.ecr\.aws/lambda/|^registry\.access\.redhat\.com/ubi\d+/ubi"
    r"|^amazon/aws-|^vllm/|^rocm/|^huggingface/|^denoland/|^oven/"
)
#: Official images that start as somebody else.
_OFFICIAL_NOT_ROOT = frozenset({"solr", "kibana", "logstash", "sonarqube", "haproxy", "memcached"})


def parse_image(reference: str) -> Image:
    """Take a reference apart; a port of a registry is no tag."""
    text = reference.strip().strip("\"'").removeprefix("docker://").removeprefix("oci://")
    digest = _DIGEST.search(text)
    if digest:
        text = text[: digest.start()]
    # A variable may hold a colon of its own: `${VERSION:-17}`.
    masked = re.sub(r"\$\{[^{}]{0,200}\}", lambda match: "$" * len(match[0]), text)
    colon = masked.rfind(":")
    has_tag = colon > masked.rfind("/")
    return Image(text[:colon] if has_tag else text, text[colon + 1 :] if has_tag else "", digest[1] if digest else "")


def starts_as_root(reference: str) -> bool | None:
    """Whether an image starts as root when nothing says otherwise; None where that is not commonly known."""
    if reference == "scratch":
        return True
    image = parse_image(reference)
    if _NOT_ROOT.search(f"{image.name}:{image.tag}") or _bare(image.name) in _OFFICIAL_NOT_ROOT:
        return False
    if _OFFICIAL.match(image.name) or _ROOT.search(image.name):
        return True
    return None


def _bare(name: str) -> str:
    return name.rpartition("/")[2] if _OFFICIAL.match(name) else name
