"""Where programs in Kubernetes get their secrets from, and secrets that stand in manifests; no value goes anywhere."""

import re
from typing import Final

from tieout.collectors.config.kubernetes_parts.objects import called
from tieout.collectors.config.kubernetes_parts.workloads import subject_of
from tieout.collectors.config.secret_settings import held, written_within
from tieout.collectors.config.security_rows import SecurityRows
from tieout.kernel.reading.redaction_keys import Sense, sense_of
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor
from tieout.syntax.kubernetes import CONTAINER_LISTS, Container, Manifest, Pod

#: Objects that are filled in from a store of secrets, or that only the cluster can decrypt.
_FROM_A_STORE: Final = {
    "AzureKeyVaultSecret": "spv.no",
    "BitwardenSecret": "k8s.bitwarden.com",
    "ClusterExternalSecret": "external-secrets.io",
    "DopplerSecret": "secrets.doppler.com",
    "ExternalSecret": "external-secrets.io",
    "InfisicalSecret": "secrets.infisical.com",
    "OnePasswordItem": "onepassword.com",
    "SecretProviderClass": "secrets-store.csi.x-k8s.io",
    "VaultDynamicSecret": "secrets.hashicorp.com",
    "VaultPKISecret": "secrets.hashicorp.com",
    "VaultStaticSecret": "secrets.hashicorp.com",
}
_SEALED: Final = {"SealedSecret": "bitnami.com", "SopsSecret": "isindir.github.com"}
_ENCRYPTION: Final = ("EncryptionConfiguration", "apiserver.config.k8s.io")
#: Entries of a Secret that anybody may know.
_PUBLIC = re.compile(r"(?:\.(?:crt|cer|pub)|^ca(?:[._-]?(?:cert|bundle))?\.pem|^ca-?bundle)$", re.IGNORECASE)
#: Entries of a Secret that go with one and are none.
_BESIDE = re.compile(
    r"(?:^|[^a-z])(?:user(?:_?name)?|host(?:_?name)?|port|database|db(?:_?name)?|name|region|bucket|endpoint|e?mail)$",
    re.IGNORECASE,
)
_TEMPLATED = re.compile(r"\$\{|\$\(|\{\{|^<[^<>]*>$|^(?:vault|ref\+\w{1,30}):", re.IGNORECASE)
_MOST_NAMES: Final = 10


def is_of_secrets(manifest: Manifest) -> bool:
    """Whether an object holds or brings secrets; of settings in a ConfigMap only where one stands among them."""
    kind, group = manifest.kind, manifest.group
    if kind == "ConfigMap":
        return not group and bool(_secret_entries(manifest))
    known = {**_FROM_A_STORE, **_SEALED, "Secret": "", _ENCRYPTION[0]: _ENCRYPTION[1]}
    return known.get(kind) == group


def container_secret_rows(rows: SecurityRows, pods: list[Pod[Manifest]]) -> None:
    """Where the variables and files of containers come from that are secrets."""
    for pod in pods:
        for volume in pod.cursor("volumes").rows():
            _volume(rows, called(pod.manifest), volume)
        for one in pod.containers(*CONTAINER_LISTS):
            subject = subject_of(one)
            for variable in one.cursor("env").rows():
                _variable(rows, subject, variable)
            for whole in one.cursor("envFrom").rows():
                if isinstance(whole.down("secretRef").value, dict):
                    words = "its variables come from a Secret"
                    rows.add(subject, "secrets", words, whole.down("secretRef"), holds=True)
            _arguments(rows, subject, one)


def secret_rows(rows: SecurityRows, manifest: Manifest) -> None:
    """What an object that holds or brings secrets says of them."""
    kind, group = manifest.kind, manifest.group
    if kind == "Secret" and not group:
        _secret(rows, manifest)
    elif kind == "ConfigMap" and not group:
        for entry in _secret_entries(manifest):
            words = f"a secret stands in the entry {excerpt(entry.key)}"
            rows.add(called(manifest), "secrets", words, entry, holds=False)
    elif _FROM_A_STORE.get(kind) == group:
        words = "is filled in from a store of secrets"
        rows.add(called(manifest), "secrets", words, manifest.cursor("spec"), holds=True)
    elif _SEALED.get(kind) == group:
        told = manifest.cursor("spec", "encryptedData") if kind == "SealedSecret" else manifest.cursor("sops")
        words = "is encrypted in the file"
        rows.add(called(manifest), "secrets", words, told, holds=bool(told.value))
    elif (kind, group) == _ENCRYPTION:
        _encryption(rows, manifest)


def _variable(rows: SecurityRows, subject: str, variable: Cursor) -> None:
    name = variable.down("name").text
    if name is None:
        return
    short, source = excerpt(name), variable.down("valueFrom")
    if isinstance(source.down("secretKeyRef").value, dict):
        rows.add(subject, "secrets", f"{short} comes from a Secret", source.down("secretKeyRef"), holds=True)
    elif isinstance(source.down("configMapKeyRef").value, dict) and sense_of(name) in {Sense.SECRET, Sense.PASSWORD}:
        words = f"{short} comes from a ConfigMap, which is for no secrets"
        rows.add(subject, "secrets", words, source.down("configMapKeyRef"), holds=False)
    else:
        _told(rows, subject, short, variable.down("value"), held(name, variable.down("value").value))


def _told(rows: SecurityRows, subject: str, name: str, at: Cursor, what: str | None) -> None:
    if what == "written":
        rows.add(subject, "secrets", f"{name} stands in the file", at, holds=False)
    elif what == "variable":
        rows.add(subject, "secrets", f"{name} is filled in elsewhere", at, holds=None)


def _arguments(rows: SecurityRows, subject: str, one: Container[Manifest]) -> None:
    """Arguments such as --api-key=…; the one after a name is left to masking."""
    for field in ("command", "args"):
        for argument in one.cursor(field).elements():
            name, equals, value = (argument.text or "").partition("=")
            if equals and name.startswith("-") and held(name, value) == "written":
                words = f"the argument {excerpt(name.lstrip('-'))} is a secret that stands in the file"
                rows.add(subject, "secrets", words, argument, holds=False)


def _volume(rows: SecurityRows, subject: str, volume: Cursor) -> None:
    csi = volume.down("csi")
    if csi.down("driver").text == "secrets-store.csi.k8s.io":
        rows.add(subject, "secrets", "its files come from a store of secrets", csi, holds=True)
    projected = [one.down("secret") for one in volume.down("projected", "sources").rows()]
    for source in (volume.down("secret"), *projected):
        if isinstance(source.value, dict):
            rows.add(subject, "secrets", "its files come from a Secret", source, holds=True)


def _secret(rows: SecurityRows, manifest: Manifest) -> None:
    """A Secret whose content stands in the file: base64 hides nothing."""
    entries = [*manifest.cursor("data").members(), *manifest.cursor("stringData").members()]
    texts = [(one, one.text) for one in entries if not _PUBLIC.search(one.key) and not _BESIDE.search(one.key)]
    if not any(text for _, text in texts):
        return
    subject = called(manifest)
    if isinstance(manifest.data.get("sops"), dict):
        open_ = [one for one, text in texts if text and not text.startswith("ENC[")]
        words = "is encrypted in the file" if not open_ else "is encrypted in the file but for a part"
        rows.add(subject, "secrets", words, open_[0] if open_ else manifest.cursor("sops"), holds=not open_)
        return
    written = [one for one, text in texts if text and not _TEMPLATED.search(text)]
    if written:
        names = ", ".join(excerpt(one.key) for one in written[:_MOST_NAMES])
        rows.add(subject, "secrets", "its content stands in the file", written[0], holds=False, value=names)
    else:
        at = next(one for one, text in texts if text)
        rows.add(subject, "secrets", "is filled in elsewhere", at, holds=None)


def _secret_entries(manifest: Manifest) -> list[Cursor]:
    return [entry for entry in manifest.cursor("data").members() if _holds_secret(entry)]


def _holds_secret(entry: Cursor) -> bool:
    """Whether an entry of a ConfigMap is a secret, or a file in which one is told by its look."""
    text = entry.text
    if text is None:
        return False
    return written_within(text) if "\n" in text else held(entry.key, text) == "written"


def _encryption(rows: SecurityRows, manifest: Manifest) -> None:
    """Whether the cluster's own store encrypts: what is written uses the first provider."""
    for resource in manifest.cursor("resources").rows():
        first = next(resource.down("providers").rows(), None)
        if first is None:
            continue
        provider = next(iter(first.members()), first)
        what = ", ".join(excerpt(one, 40) for one in resource.down("resources").texts[:5]) or "resources"
        words = f"the cluster's store encrypts {what}"
        known = provider.key in {"aescbc", "aesgcm", "identity", "kms", "secretbox"}
        holds = provider.key != "identity" if known else None
        rows.add(called(manifest), "encryption-at-rest", words, provider, holds=holds, value=provider.key)
