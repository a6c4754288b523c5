"""Very many rows of one file: each is looked at by itself, and what pairs make is bounded and told."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, problems, source, write
from tieout.collectors.base import Gathered
from tieout.collectors.config import collect
from tieout.collectors.config.kubernetes_parts import network


def gather(root: Path, data: Any, artefact: str) -> Gathered:
    write(root, {"deploy/many.json": json.dumps(data)})
    return in_folder(collect, root, source("config", "deploy", provides=(artefact,)))


def alerts(number: int) -> Any:
    rules = [
        {"alert": f"A{n}", "expr": f"errors_{n} > 1", "for": "5m", "labels": {"severity": "page"}}
        for n in range(number)
    ]
    return {"groups": [{"name": "all", "rules": rules}]}


def cluster(pods: int, policies: int, label: str = "{}") -> Any:
    one = {"containers": [{"name": "c", "image": "example/api:1"}]}
    made: list[Any] = []
    for n in range(pods):
        template = {"metadata": {"labels": {"app": label.format(n)}}, "spec": one}
        meta = {"name": f"d{n}", "namespace": "prod"}
        made.append({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": {"template": template}})
    for n in range(policies):
        spec = {"podSelector": {"matchLabels": {"app": label.format(n)}}, "policyTypes": ["Ingress"]}
        meta = {"name": f"p{n}", "namespace": "prod"}
        made.append({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": spec})
    return {"apiVersion": "v1", "kind": "List", "items": made}


def test_rules_of_one_group_take_time_as_they_are_many_and_not_as_their_square(tmp_path: Path):
    spent = []
    for number in (500, 4_000):
        start = time.process_time()
        (item,) = gather(tmp_path, alerts(number), "alert_rules").result.items
        spent.append(time.process_time() - start)
        assert len(item.facts["rules"]) == number
        assert item.facts["rules"][-1]["name"] == f"A{number - 1}"
    assert spent[1] < 24 * max(spent[0], 0.05)


def test_each_workload_gets_the_policy_that_chooses_it(tmp_path: Path):
    (item,) = gather(tmp_path, cluster(300, 300), "security_config").result.items
    chosen = [row["subject"] for row in item.facts["settings"] if row["setting"].endswith("by prod/NetworkPolicy/p7")]
    assert chosen == ["prod/Deployment/d7"]


def test_pairs_of_workloads_and_policies_are_bounded_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(network, "_MOST_CHOICES", 50)
    gathered = gather(tmp_path, cluster(10, 10, label="same"), "security_config")
    (told,) = problems(gathered, "unreadable")
    assert told.reason == "policies choose workloads more than 50 times; of the rest nothing is told"
    assert problems(gather(tmp_path, cluster(5, 10, label="same"), "security_config"), "unreadable") == []
