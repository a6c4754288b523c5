"""Where programs in Kubernetes get their secrets from; a secret that stands in a manifest is told and goes nowhere."""

from pathlib import Path

import pytest

from support.settings import gathered, items, line_of_setting, of, rows, settings

PLANTED = "qT7vXz91LkPw83mRb2Yd"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  volumes: [VOLUME]
  containers:
    - name: c
      image: a
      args: [ARGUMENT]
      envFrom: [FROM]
      env:
        - VARIABLE
"""


def pod(**parts: str) -> str:
    text = POD
    for name in ("VOLUME", "ARGUMENT", "FROM", "VARIABLE"):
        text = text.replace(name, parts.get(name.lower(), {"VARIABLE": "{name: X, value: y}"}.get(name, "")))
    return text


def of_secrets(result) -> dict[str, bool | None]:  # type: ignore[no-untyped-def]  # a result of collecting
    return {row["setting"]: row.get("holds") for row in rows(result, "security_config") if row["topic"] == "secrets"}


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("{name: API_KEY, valueFrom: {secretKeyRef: {name: s, key: k}}}", {"API_KEY comes from a Secret": True}),
        (
            "{name: DB_PASSWORD, valueFrom: {configMapKeyRef: {name: s, key: k}}}",
            {"DB_PASSWORD comes from a ConfigMap, which is for no secrets": False},
        ),
        ("{name: LOG_LEVEL, valueFrom: {configMapKeyRef: {name: s, key: k}}}", {}),
        (f"{{name: API_KEY, value: {PLANTED}}}", {"API_KEY stands in the file": False}),
        ("{name: DB_PASSWORD, value: changeme}", {"DB_PASSWORD stands in the file": False}),
        ("{name: DB_PASSWORD, value: 12345678}", {"DB_PASSWORD stands in the file": False}),
        ("{name: DB_PASSWORD, value: '$(DB_PASSWORD_OF_THE_DAY)'}", {"DB_PASSWORD is filled in elsewhere": None}),
        ("{name: DB_PASSWORD, value: ''}", {}),
        ("{name: DB_PASSWORD}", {}),
        ("{name: DB_PASSWORD_FILE, value: /run/secrets/db}", {}),
        ("{name: MAX_TOKENS, value: '4096'}", {}),
        ("{name: USE_TOKEN, value: 'true'}", {}),
        ("{name: DATABASE_URL, value: 'postgres://app:app@db:5432/x'}", {"DATABASE_URL stands in the file": False}),
        ("{name: DATABASE_URL, value: 'postgres://app:$(PASSWORD)@db:5432/x'}", {}),
        ("{name: [API_KEY], value: {a: b}}", {}),
        ("7", {}),
    ],
)
def test_a_variable_comes_from_a_secret_or_stands_in_the_file(
    tmp_path: Path, variable: str, expected: dict[str, bool | None]
) -> None:
    assert of_secrets(gathered(tmp_path, {"p.yaml": pod(variable=variable)})) == expected


@pytest.mark.parametrize(
    ("part", "text", "expected"),
    [
        ("from", "{secretRef: {name: s}}", {"its variables come from a Secret": True}),
        ("from", "{configMapRef: {name: s}}", {}),
        ("volume", "{name: v, secret: {secretName: s}}", {"its files come from a Secret": True}),
        ("volume", "{name: v, projected: {sources: [{secret: {name: s}}]}}", {"its files come from a Secret": True}),
        ("volume", "{name: v, csi: {driver: secrets-store.csi.k8s.io}}",
         {"its files come from a store of secrets": True}),
        ("volume", "{name: v, csi: {driver: ebs.csi.aws.com}}", {}),
        ("argument", f"--api-key={PLANTED}", {"the argument api-key is a secret that stands in the file": False}),
        ("argument", "--api-key=$(API_KEY)", {}),
        ("argument", "--api-key-file=/run/secrets/k", {}),
    ],
)  # fmt: skip
def test_files_variables_and_arguments(tmp_path: Path, part: str, text: str, expected: dict[str, bool]) -> None:
    result = gathered(tmp_path, {"p.yaml": pod(**{part: text})})
    assert of_secrets(result) == expected


OBJECTS = [
    ("v1", "Secret", "data: {password: aHVudGVyMg==, user: YXBw}", {"its content stands in the file": False}),
    ("v1", "Secret", "stringData: {token: abc-def-123}", {"its content stands in the file": False}),
    ("v1", "Secret", "stringData: {token: '${TOKEN}'}", {"is filled in elsewhere": None}),
    ("v1", "Secret", "stringData: {token: <path:kv/data/x#token>}", {"is filled in elsewhere": None}),
    ("v1", "Secret", "data: {tls.crt: TUlJ, ca.crt: TUlJ}", {}),
    ("v1", "Secret", "stringData: {username: app}", {}),
    ("v1", "Secret", "type: Opaque", {}),
    ("v1", "Secret", "data: [password]", {}),
    ("v1", "Secret", "data: {password: 'ENC[AES256_GCM,data:x]'}\nsops: {mac: x}", {"is encrypted in the file": True}),
    (
        "v1",
        "Secret",
        "data: {password: 'ENC[AES256_GCM,data:x]', token: c2VjcmV0}\nsops: {mac: x}",
        {"is encrypted in the file but for a part": False},
    ),
    ("external-secrets.io/v1", "ExternalSecret", "spec: {data: []}", {"is filled in from a store of secrets": True}),
    ("other.example.com/v1", "ExternalSecret", "spec: {data: []}", {}),
    ("bitnami.com/v1alpha1", "SealedSecret", "spec: {encryptedData: {a: AgB}}", {"is encrypted in the file": True}),
    ("bitnami.com/v1alpha1", "SealedSecret", "spec: {template: {}}", {"is encrypted in the file": False}),
    ("v1", "ConfigMap", f"data: {{api_key: {PLANTED}}}", {"a secret stands in the entry api_key": False}),
    ("v1", "ConfigMap", 'data: {log_level: info, credentials: "a\\nb"}', {}),
    (
        "v1",
        "ConfigMap",
        f"data:\n  app.yaml: |\n    level: info\n    openai_api_key: sk-{PLANTED}{PLANTED}",
        {"a secret stands in the entry app.yaml": False},
    ),
]


@pytest.mark.parametrize(("version", "kind", "spec", "expected"), OBJECTS)
def test_objects_that_hold_or_bring_secrets(
    tmp_path: Path, version: str, kind: str, spec: str, expected: dict[str, bool | None]
) -> None:
    result = gathered(tmp_path, {"s.yaml": f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: s}}\n{spec}\n"})
    assert of(result, f"{kind}/s") == expected


@pytest.mark.parametrize(
    ("providers", "holds"),
    [
        ("[{aescbc: {keys: [{name: k, secret: c2VjcmV0}]}}, {identity: {}}]", True),
        ("[{identity: {}}, {kms: {name: k}}]", False),
        ("[{rot13: {}}]", None),
        ("[]", "none"),
    ],
)
def test_whether_the_store_of_the_cluster_encrypts(tmp_path: Path, providers: str, holds: bool | str | None) -> None:
    text = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
    result = gathered(tmp_path, {"e.yaml": f"{text}  - {{resources: [secrets], providers: {providers}}}\n"})
    key = ("EncryptionConfiguration", "the cluster's store encrypts secrets")
    assert settings(result) == ({} if holds == "none" else {key: holds})


def test_no_secret_reaches_facts_or_copies(tmp_path: Path) -> None:
    texts = {
        "pod.yaml": pod(
            variable=f"{{name: OPENAI_API_KEY, value: sk-proj-{PLANTED}{PLANTED}}}", argument=f"--password={PLANTED}x"
        ),
        "secret.yaml": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{password: {PLANTED}}}\n",
        "map.yaml": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\ndata: {{db_password: {PLANTED}}}\n",
        "url.yaml": pod(variable=f"{{name: DATABASE_URL, value: 'postgres://app:{PLANTED}@db/x'}}"),
    }
    result = gathered(tmp_path, texts)
    assert len(items(result, "security_config")) == 4
    everything = result.result.model_dump_json().encode() + b"".join(result.copies.values())
    assert PLANTED.encode() not in everything
    assert line_of_setting(result, "Secret/s", "its content stands in the file") == 4
