"""Which files build or run containers, told by their names and a few words, without being parsed."""

import re
from typing import Final

from tieout.collectors.config.products import Told
from tieout.kernel.reading.patterns import compile_bytes
from tieout.syntax.container_files import is_compose_file, is_dockerfile, is_for_work

_ARTEFACT: Final = "container_config"
_DATA = re.compile(r"\.(?:ya?ml|json)$", re.IGNORECASE)
_FROM = compile_bytes(r"(?m)^[ \t]*FROM[ \t]+\S", folded=True)
_SERVICES = compile_bytes(r"(?m)^services:")
_WORKLOAD = compile_bytes(
    r"(?m)^[ \t-]{0,8}\"?kind\"?:[ \t]*[\"']?(?:CronJob|DaemonSet|Deployment|Job|Pod|ReplicaSet|StatefulSet)\b"
)
_CONTAINERS = compile_bytes(r"(?m)^[ \t-]*\"?containers\"?:")
#: A chart's template is no manifest before it is filled in.
_TEMPLATED = compile_bytes(r"(?m)^[ \t]*\{\{")


def of_containers(path: str, data: bytes) -> Told | None:
    """What a file is that builds or runs containers; None for any other, and for those of people's work and tests."""
    if is_dockerfile(path):
        product, format_, is_one = "Docker", "dockerfile", _FROM.search(data)
    elif is_compose_file(path):
        product, format_, is_one = "Compose", "compose", _SERVICES.search(data)
    elif _DATA.search(path) and not _TEMPLATED.search(data):
        product, format_, is_one = "Kubernetes", "kubernetes", _WORKLOAD.search(data) and _CONTAINERS.search(data)
    else:
        return None
    return Told(_ARTEFACT, product, format_) if is_one and not is_for_work(path) else None
