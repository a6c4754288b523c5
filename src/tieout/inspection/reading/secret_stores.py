"""Where secrets come from: stores of forges and clouds, mounted secrets, the environment; names only, never values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.reading.source_code import programs, searched, settings
from tieout.inspection.repository import File, Repository
from tieout.kernel.reading.masking import sayable
from tieout.kernel.reading.patterns import compile_bytes

_WORKFLOW = re.compile(r"^\.github/(workflows|actions)/.*\.ya?ml$|(^|/)\.gitlab-ci\.ya?ml$|(^|/)action\.ya?ml$")
_SECRET_WORD = r"(?:SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY|ACCESS_KEY|MASTER_KEY|CREDENTIALS?|_DSN)"  # noqa: S105 - a pattern
_IN_WORKFLOW = compile_bytes(
    r"\bsecrets\.(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?m:^[ \t]*(?P<identity>id-token:[ \t]*write))"
    r"|(?m:^[ \t]*(?:-[ \t]+)?uses:[ \t]*[\"']?(?P<store>hashicorp/vault-action"
    r"|aws-actions/aws-secretsmanager-get-secrets"
    r"|google-github-actions/get-secretmanager-secrets|azure/get-keyvault-secrets|1password/load-secrets-action"
    r"|dopplerhq/secrets-fetch-action|infisical/secrets-action|bitwarden/sm-action)@)",
)
_SCHEMA = b"kind: CustomResourceDefinition"
_OF_FORGE = "GITHUB_TOKEN"
_IDENTITY = "id-token: write"
_ENVIRONMENT = compile_bytes(
    r"(?:os\.environ(?:\.get\(|\[)|os\.getenv\(|\bgetenv\(|os\.Getenv\(|os\.LookupEnv\(|ENV\.fetch\(|ENV\["
    r"|env(?:\.str)?\("
    r"|process\.env(?:\.|\[)|Deno\.env\.get\(|System\.getenv\(|std::env::var\()[ \t]*[\"'`]?"
    rf"(?P<name>[A-Za-z][A-Za-z0-9_]*{_SECRET_WORD}[A-Za-z0-9_]*|{_SECRET_WORD})"
)
_IN_SETTINGS = compile_bytes(
    r"(?P<mounted>\bsecretKeyRef:|\bsecretRef:|\bsecretName:)|(?P<external>kind:[ \t]*(?:ExternalSecret|SealedSecret"
    r"|SecretProviderClass|VaultStaticSecret))|(?P<cloud>\baws_secretsmanager_secret\b|\baws_ssm_parameter\b"
    r"|google_secret_manager_secret|azurerm_key_vault_secret|\bvault_(?:generic|kv)_secret|secretsmanager:[a-z]|ssm:/"
    r"|(?m:^[ \t]*-?[ \t]*task:[ \t]*AzureKeyVault@))"
    rf"|os\.environ/(?P<name>[A-Za-z0-9_]*)"
    rf"|[:=][ \t]*[\"']?\$\{{(?P<variable>[A-Za-z0-9_]*{_SECRET_WORD}[A-Za-z0-9_]*)(?::\?[^}}]*)?\}}"
)
_STORES: Final = {
    "mounted": "mounted secrets of the cluster",
    "external": "a store of secrets through the cluster",
    "cloud": "a store of secrets of the cloud",
    "name": "the environment",
    "variable": "the environment",
}
_MOST_AGAIN: Final = 6
_CLASSES: Final = frozenset({PlaceClass.LIVE, PlaceClass.NON_PRODUCTION})


@dataclass(frozen=True, slots=True)
class Taken:
    """One secret by its name, or one mount, where it is taken first.

    Attributes:
        kind: Where from, for people.
        place: The line.
        again: Further lines that take the same, the first few.
    """

    kind: str
    place: InspectedPlace
    again: tuple[InspectedPlace, ...] = ()


def taken_from_outside(repository: Repository) -> list[Taken]:
    """Each secret that workflows, settings or programs take from outside, once, workflows first."""
    found: dict[str, list[Taken]] = {}
    for name, taken in (*_by_workflows(repository), *_by_settings(repository), *_by_programs(repository)):
        found.setdefault(name, []).append(taken)
    return [replace(same[0], again=tuple(one.place for one in same[1:_MOST_AGAIN])) for same in found.values()]


def _by_workflows(repository: Repository) -> Iterator[tuple[str, Taken]]:
    for text in repository.texts(repository.matching(_WORKFLOW)):
        for hit in text.hits(_IN_WORKFLOW):
            if store := hit.groups.get("store"):
                yield store, Taken("a store of secrets of the cloud", text.place(hit.line, f"takes secrets by {store}"))
                continue
            name = hit.groups.get("name", _IDENTITY)
            if name == _OF_FORGE or hit.text.startswith("#"):
                continue
            if name == _IDENTITY:
                place = text.place(hit.line, "signs in by the forge's identity, without a key")
                yield name, Taken("the forge's identity", place)
            else:
                told = sayable(name)  # some put the key itself where its name belongs
                place = text.place(hit.line, f"takes {told} from the forge", quoted=told == name)
                yield name, Taken("the forge's store of secrets", place)


def _by_settings(repository: Repository) -> Iterator[tuple[str, Taken]]:
    own = (file for file in settings(repository, classes=_CLASSES) if _sets(file))
    for source in searched(repository, own, _IN_SETTINGS):
        for hit in source.hits(_IN_SETTINGS) if _SCHEMA not in source.text.data else ():
            kind = next(key for key in _STORES if key in hit.groups)
            name = hit.groups.get("name") or hit.groups.get("variable") or f"{kind} {source.text.path}"
            yield name, Taken(_STORES[kind], source.text.place(hit.line, f"taken from {_STORES[kind]}"))


def _by_programs(repository: Repository) -> Iterator[tuple[str, Taken]]:
    for source in searched(repository, programs(repository, classes=_CLASSES), _ENVIRONMENT):
        for hit in source.hits(_ENVIRONMENT):
            name = hit.groups["name"]
            yield name, Taken("the environment", source.text.place(hit.line, f"reads {sayable(name)}"))


def _sets(file: File) -> bool:
    return not file.name.endswith(".json") and not _WORKFLOW.search(file.path)
