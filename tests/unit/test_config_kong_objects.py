"""Kong's AI plugins as objects of Kubernetes: one counts where another one names it, also in another file."""

from pathlib import Path

import pytest
import yaml

from support.odd_places import collected, routes, survives_each_odd_value, told

OBJECTS = """\
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: chat, namespace: ai}
plugin: ai-proxy
config:
  route_type: llm/v1/chat
  model: {provider: mistral, name: mistral-large-2411}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: chat
  namespace: ai
  annotations: {konghq.com/plugins: "chat, other"}
spec: {}
"""


def test_an_object_counts_where_another_one_names_it(tmp_path: Path) -> None:
    first, second = OBJECTS.split("---\n")
    together = collected(tmp_path / "a", {"kong.yaml": OBJECTS})
    apart = collected(tmp_path / "b", {"plugin.yaml": first, "ingress.yaml": second})
    alone = collected(tmp_path / "c", {"plugin.yaml": first})
    other = collected(tmp_path / "d", {"kong.yaml": OBJECTS.replace("namespace: ai\n", "namespace: web\n")})
    assert list(routes(together)) == list(routes(apart)) == ["route 'ai/chat'"]
    assert not routes(alone)
    assert not routes(other)
    assert any("is attached to nothing here" in reason for _, reason in told(alone))


@pytest.mark.parametrize(
    ("change", "count"),
    [
        (("kind: KongPlugin", "kind: KongPlugin\ndisabled: true"), 0),
        (("plugin: ai-proxy", "plugin: ai-proxy\nconfigFrom: {secretKeyRef: {name: a, key: b}}"), 0),
        (("kind: KongPlugin\nmetadata: {name: chat,", "kind: KongClusterPlugin\nmetadata: {name: chat,"), 1),
        (
            (
                "kind: KongPlugin\nmetadata: {name: chat,",
                'kind: KongClusterPlugin\nmetadata: {name: x, labels: {global: "true"},',
            ),
            1,
        ),
    ],
)
def test_an_object_that_is_off_or_has_its_settings_in_a_secret_gives_no_route(
    tmp_path: Path, change: tuple[str, str], count: int
) -> None:
    gathered = collected(tmp_path, {"kong.yaml": OBJECTS.replace(*change, 1)}, format="kong")
    assert len(routes(gathered)) == count
    assert bool(told(gathered) or told(gathered, "unreadable")) is (count == 0)


def test_what_another_file_attaches_names_that_file(tmp_path: Path) -> None:
    first, second = OBJECTS.split("---\n")
    guard = first.replace("ai-proxy", "ai-lakera-guard").replace("{name: chat,", "{name: other,")
    files: dict[str, str | bytes] = {"plugins.yaml": f"{first}---\n{guard}", "ingress.yaml": second}
    gathered = collected(tmp_path, files, format="kong")
    named = {item.type: (item.files, item.lines) for item in gathered.result.items}
    told_by, lines = named["gateway_config"]
    assert (told_by, lines["/routes/0/name"]) == ({"/routes/0/name": "ingress.yaml"}, 6)
    told_by, lines = named["guardrail_config"]
    assert (told_by, lines["/guardrails/0/against"]) == ({"/guardrails/0/against": "ingress.yaml"}, 6)


def test_odd_values_at_each_place_of_an_object_are_told(tmp_path: Path) -> None:
    assert survives_each_odd_value(tmp_path, list(yaml.safe_load_all(OBJECTS)), "kong.yaml") > 50
