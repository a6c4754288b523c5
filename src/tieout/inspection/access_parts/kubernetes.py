"""Permissions by role and policies of the network in Kubernetes."""

import re
from collections.abc import Iterator
from typing import Any, Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass
from tieout.inspection.reading.manifests.kubernetes import Manifest, manifests, pods
from tieout.inspection.reading.source_code import groups_of, searched, settings
from tieout.inspection.repository import Repository, member
from tieout.inspection.topic import Topic
from tieout.inspection.wording import counted, named
from tieout.kernel.reading.patterns import compile_bytes

_ROLES: Final = frozenset({"Role", "ClusterRole"})
_BINDINGS: Final = frozenset({"RoleBinding", "ClusterRoleBinding"})
_POLICIES: Final = frozenset({
    "NetworkPolicy", "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "GlobalNetworkPolicy",
})  # fmt: skip
_FIELDS: Final = ("verbs", "resources", "apiGroups")
_TEMPLATES: Final = re.compile(r"(?:^|/)templates/.+\.ya?ml$")
_ROLE_IN_TEMPLATE: Final = compile_bytes(r"(?m)^kind:[ \t]*(?:Cluster)?Role\b")
_POLICY_IN_TEMPLATE: Final = compile_bytes(r"(?m)^kind:[ \t]*(?:Cilium)?NetworkPolicy\b")
#: The value of a chart that decides about its policy.
_CHOSEN: Final = compile_bytes(
    r"(?m)^[ \t]*network_?polic(?:y|ies):[ \t]*\n(?:[ \t]+[^\n]*\n){0,3}?[ \t]+(?:enabled|create):[ \t]*"
    r"(?P<value>true|false)\b",
    folded=True,
)
_MOST_TEMPTING: Final = 5
_LONGEST_BY_HAND: Final = 300_000


def rbac(topic: Topic, repository: Repository) -> Fact:
    """Answer whether permissions are given by role, and whether wildcards stand in them."""
    live = _live(repository)
    roles = [one for one in live if one.kind in _ROLES]
    wide = [place for role in roles for place in _wildcards(repository, role)]
    masters = [
        one.place(repository, "roleRef", shows="gives every permission there is")
        for one in live
        if one.kind in _BINDINGS and member(one.data, "roleRef", "name") == "cluster-admin"
    ]
    tempting = list(_in_templates(repository, _ROLE_IN_TEMPLATE, "a role in a chart's template, not filled in"))
    if not roles and not masters:
        if not _has_pods(repository):
            statement = "No manifest of Kubernetes in use is there."
            return topic.fact("rbac", Answer.NOT_APPLICABLE, statement, places=tempting)
        statement = "The manifests of Kubernetes give no permission by role."
        return topic.fact("rbac", Answer.NO, statement, places=tempting)
    values = {
        "roles": len(roles),
        "with_wildcards": len({place.path for place in wide}),
        "all_permissions": len(masters),
    }
    sentences = [f"{counted(len(roles), 'role')} give permissions in Kubernetes."]
    if wide:
        sentences.append(f"Wildcards stand at {counted(len(wide), 'place')}.")
    if masters:
        sentences.append(f"{counted(len(masters), 'binding')} give every permission there is.")
    if not wide and not masters:
        sentences.append("No wildcard stands in them.")
    answer = Answer.PARTIAL if roles and (wide or masters) else Answer.YES if roles else Answer.NO
    places = [
        *masters,
        *wide,
        *(one.place(repository, "kind", shows=f"the role {one.name}") for one in roles),
        *tempting,
    ]
    return topic.fact("rbac", answer, " ".join(sentences), places=places, values=values)


def network_policy(topic: Topic, repository: Repository) -> Fact:
    """Answer whether network policies say which parts may talk to each other."""
    policies = [one for one in _live(repository) if one.kind in _POLICIES]
    tempting = list(_in_templates(repository, _POLICY_IN_TEMPLATE, "a policy in a chart's template, not filled in"))
    if not policies:
        if tempting and (chosen := list(_chosen(repository))):
            return _of_a_chart(topic, chosen, tempting)
        if not _has_pods(repository):
            statement = "No manifest of Kubernetes in use is there."
            return topic.fact("network-policy", Answer.NOT_APPLICABLE, statement, places=tempting)
        statement = "The manifests of Kubernetes hold no network policy."
        return topic.fact("network-policy", Answer.NO, statement, places=tempting)
    opening = [one for one in policies if _lets_all_in(one)]
    denying = [one for one in policies if _denies_all(one)]
    answer = Answer.PARTIAL if opening else Answer.YES
    statement = f"{counted(len(policies), 'network policy', 'network policies')} stand in the manifests"
    statement += f"; {named(one.name for one in denying)} deny what nothing else allows." if denying else "."
    if opening:
        statement += f" {named(one.name for one in opening)} let everybody in."
    places = [
        *(one.place(repository, "spec", "ingress", shows="everybody may call") for one in opening),
        *(one.place(repository, "kind", shows=f"the policy {one.name}") for one in policies),
        *tempting,
    ]
    values = {"policies": len(policies), "deny_by_default": len(denying), "open": len(opening)}
    return topic.fact("network-policy", answer, statement, places=places, values=values)


def _chosen(repository: Repository) -> Iterator[tuple[bool, InspectedPlace]]:
    """(whether it is on, place) of values in use that say whether a chart makes its policy."""
    for source in searched(repository, settings(repository), _CHOSEN):
        for match in _CHOSEN.finditer(source.stated):
            is_on = groups_of(match)["value"].lower() == "true"
            shows = "a value makes the chart's policy" if is_on else "the chart's policy is off"
            yield is_on, source.text.place(source.text.line_at(match.end() - 1), shows)


def _of_a_chart(topic: Topic, chosen: list[tuple[bool, InspectedPlace]], templates: list[InspectedPlace]) -> Fact:
    """A policy that a chart makes where its values say so."""
    is_on = any(on for on, _ in chosen)
    statement = (
        "A chart has a network policy, and values in use switch it on; what it allows stands in the template."
        if is_on
        else "A chart has a network policy, and its values leave it off."
    )
    places = [*(place for on, place in chosen if on), *(place for on, place in chosen if not on), *templates]
    answer = Answer.PARTIAL if is_on else Answer.NO
    return topic.fact("network-policy", answer, statement, places=places, confidence=Confidence.MODERATE)


def _live(repository: Repository) -> list[Manifest]:
    found = [one for one in manifests(repository) if one.path_class is PlaceClass.LIVE]
    return sorted(found, key=lambda one: (one.path.count("/"), one.path, one.line("kind") or 0))


def _has_pods(repository: Repository) -> bool:
    return any(pod.manifest.path_class is PlaceClass.LIVE for pod in pods(repository))


def _wildcards(repository: Repository, role: Manifest) -> Iterator[InspectedPlace]:
    rules = role.data.get("rules")
    for index, rule in enumerate(rules if isinstance(rules, list) else []):
        for field in _FIELDS:
            values = member(rule, field)
            for number, value in enumerate(values if isinstance(values, list) else []):
                if value == "*":
                    line = role.line("rules", index, field, number) or role.line("rules", index, field)
                    yield repository.place(role.path, line, f"any of the {_WORDS[field]}, in the role {role.name}")


_WORDS: Final = {"verbs": "verbs", "resources": "resources", "apiGroups": "groups of the API"}


def _lets_all_in(policy: Manifest) -> bool:
    """Whether it has a rule without a condition for what comes in: an empty rule allows everything."""
    ingress: Any = member(policy.data, "spec", "ingress")
    return isinstance(ingress, list) and any(rule in ({}, None) for rule in ingress)


def _denies_all(policy: Manifest) -> bool:
    """Whether it chooses every pod and allows nothing in."""
    spec: Any = policy.data.get("spec")
    return (
        isinstance(spec, dict)
        and spec.get("podSelector") in ({}, None)
        and "podSelector" in spec
        and not spec.get("ingress")
        and "Ingress" in (spec.get("policyTypes") or ["Ingress"])
    )


def _in_templates(repository: Repository, pattern: Any, shows: str) -> Iterator[InspectedPlace]:
    shown = 0
    files = [file for file in repository.matching(_TEMPLATES) if file.size <= _LONGEST_BY_HAND]
    for text in repository.texts(files):
        first = text.first(pattern)
        if first is not None and shown < _MOST_TEMPTING:
            shown += 1
            yield text.place(first.line, shows, counts=False)
