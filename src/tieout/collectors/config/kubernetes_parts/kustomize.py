"""What a kustomization changes of the objects that it takes in: images, secrets, and patches, which are not read."""

import re
from typing import Final

from tieout.collectors.config.container_words import pinned
from tieout.collectors.config.rows import Fact, Rows
from tieout.collectors.config.secret_settings import held
from tieout.collectors.config.security_rows import SecurityRows
from tieout.kernel.reading.text import excerpt
from tieout.syntax.images import Image
from tieout.syntax.kubernetes import Manifest

_KINDS: Final = frozenset({"Component", "Kustomization"})
_GROUP: Final = "kustomize.config.k8s.io"
_REMOTE = re.compile(r"^[a-z+]+://|^git@|^github\.com/|^oci:", re.IGNORECASE)
#: A patch that sets one of these may change what is told of an object.
_TOUCHES = re.compile(
    r"(?:^|[\s/\"'])(?:securityContext|privileged|host(?:Network|PID|IPC|Path)|runAs\w{1,20}|capabilities|image|env|envFrom"
    r"|automountServiceAccountToken|secretKeyRef|stringData|rules|subjects|roleRef|policyTypes|ingress|egress|mtls)"
    r"(?:[:\"']|/|\s*$)",
    re.MULTILINE,
)
#: Neither settings in texts, nor an object that is taken out, unless it is one that protects.
_HARMLESS = re.compile(r"^kind:\s*[\"']?ConfigMap\b|^\$patch:\s*delete\b", re.MULTILINE)
_PROTECTS = re.compile(r"^kind:\s*[\"']?(?:\w*NetworkPolicy|AuthorizationPolicy|PeerAuthentication)\b", re.MULTILINE)


def is_kustomize(manifest: Manifest) -> bool:
    """Whether an object is a kustomization."""
    return manifest.kind in _KINDS and manifest.group in {"", _GROUP}


def kustomize_rows(settings: SecurityRows, images: Rows, manifest: Manifest) -> None:
    """Images that it puts in place of others, secrets that it makes, and what of it is not read."""
    for one in manifest.cursor("images").rows():
        name = one.down("name")
        if name.text is None:
            continue
        new, tag, digest = one.down("newName").text, one.down("newTag"), one.down("digest")
        told = str(tag.value) if isinstance(tag.value, int | float | str) and not isinstance(tag.value, bool) else ""
        image = Image(new or name.text, told, digest.text or "")
        written = image.name + (f":{image.tag}" if image.tag else "") + (f"@{image.digest}" if image.digest else "")
        facts = {
            "name": Fact(f"image {excerpt(name.text, 200)}", name),
            "image": Fact(excerpt(written, 300), digest if digest.text else tag if told else one),
            "pinned": Fact(pinned(written), digest if digest.text else tag),
        }
        if told or digest.text:
            images.add(one, facts)
    for one in manifest.cursor("secretGenerator").rows():
        subject = f"secretGenerator/{excerpt(one.down('name').text or one.key, 100)}"
        for literal in one.down("literals").elements():
            name_, equals, value = (literal.text or "").partition("=")
            if equals and value and held("secret", value) == "written":
                words = f"{excerpt(name_)} stands in the file"
                settings.add(subject, "secrets", words, literal, holds=False)
    _unread(settings.rows, images, manifest)


def _unread(settings: Rows, images: Rows, manifest: Manifest) -> None:
    """Tell of what changes objects, or brings others, and is not read here."""
    told = [
        (one, f"'{excerpt(one.text)}' takes in objects from elsewhere, which are not read here")
        for field in ("resources", "bases", "components")
        for one in manifest.cursor(field).elements()
        if one.text is not None and _REMOTE.search(one.text)
    ]
    charts = (manifest.cursor(field) for field in ("helmCharts", "helmChartInflationGenerator"))
    told += [(at, f"'{at.key}' takes in the objects of a chart, which are not read here") for at in charts if at.value]
    inline = [one.down("patch") for one in manifest.cursor("patches").rows()]
    inline += [one for one in manifest.cursor("patchesStrategicMerge").elements() if "\n" in (one.text or "")]
    touching = (one for one in inline if one.text is not None and _may_matter(one.text))
    told += [(one, "changes objects by a patch within this file, which is not read") for one in touching]
    for at, sentence in told:
        settings.drop(at, sentence)
        images.drop(at, sentence)


def _may_matter(patch: str) -> bool:
    if _HARMLESS.search(patch):
        return patch.find("$patch") >= 0 and _PROTECTS.search(patch) is not None
    return _TOUCHES.search(patch) is not None
