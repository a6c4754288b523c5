"""Packets that were made anew as a whole, by tieout's own code, from evidence that contradicts its own copies."""

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import Run
from support.packets import Evidence, evidence_of, forge
from support.program import fails, tieout
from support.systems import PEOPLE, assessed, configuration, source, system
from tieout import api
from tieout.collectors.confidential import masked_source
from tieout.domain.collection import Collection
from tieout.domain.packet import copy_name
from tieout.pipeline.copies import copy_problem, digest_as
from tieout.pipeline.differences import unmasked
from tieout.pipeline.from_copies import Derived, derive


class Memory:
    """A bag that is only its copies and its configuration."""

    def __init__(self, evidence: Evidence) -> None:
        self.files = {"data/inputs/configuration.yaml": evidence.configuration}
        for item in evidence.items():
            if item["id"] in evidence.copies:
                name = copy_name(item["provenance"]["path"])
                self.files[f"data/evidence/{item['id']}/{name}"] = evidence.copies[item["id"]]

    def bytes(self, path: str) -> bytes | None:
        return self.files.get(path)

    def digest(self, path: str) -> str | None:
        raise NotImplementedError(path)


def derived(evidence: Evidence) -> Derived:
    evidence.settle()
    return derive(Collection.model_validate(evidence.collection), evidence.configuration, Memory(evidence))


def the(evidence: Evidence, type_: str, **facts: object) -> Any:
    return next(item for item in evidence.items(type_) if facts.items() <= item["facts"].items())


# --- a copy is the source that its item names


def another_copy(evidence: Evidence) -> None:
    item = the(evidence, "inventory")
    assert item["redactions"] == []
    evidence.copies[item["id"]] += b"\n# nothing of this stands in the repository\n"


def redacted_by_word_alone(evidence: Evidence) -> None:
    another_copy(evidence)
    the(evidence, "inventory")["redactions"] = [{"line": 1, "rule": "e-mail-address"}]


def redacted_beyond_its_end(evidence: Evidence) -> None:
    another_copy(evidence)
    the(evidence, "inventory")["redactions"] = [{"line": 10_000, "rule": "e-mail-address"}]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (another_copy, "source.yaml: nothing was redacted in it, and its digest is not gitblob:"),
        (redacted_by_word_alone, "source.yaml: its entry tells of a redaction in line 1, and there is no mark of one"),
        (redacted_beyond_its_end, "a redaction in line 10000, and there is no mark of one"),
    ],
)
def test_a_copy_that_is_not_its_source_is_told_without_doing_anything_again(
    packet: Path, change: Callable[[Evidence], None], told: str
) -> None:
    forge(packet, change)
    fails(tieout("verify", packet, "--digests-only", cwd=packet.parent), 5, told)


@pytest.mark.parametrize("format_", ["sha1", "sha256"])
def test_a_blob_id_is_what_git_prints(tmp_path: Path, format_: str) -> None:
    subprocess.run(["git", "init", "-q", f"--object-format={format_}", tmp_path], check=True)
    (tmp_path / "a").write_bytes(b"one\r\ntwo\n")
    printed = subprocess.run(
        ["git", "hash-object", "a"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout.strip()
    data = (tmp_path / "a").read_bytes()
    assert digest_as(f"gitblob:{printed}", data) == f"gitblob:{printed}"
    assert copy_problem(data, f"gitblob:{printed}", []) is None
    assert copy_problem(data + b" ", f"gitblob:{printed}", []) is not None


@pytest.mark.parametrize("stated", ["", "sha256:", "gitblob:12", "gitcommit:" + "0" * 40, "md5:0", None, 7])
def test_a_digest_of_no_file_is_no_copys(stated: object) -> None:
    assert copy_problem(b"x", stated, []) is not None
    assert copy_problem(b"x", stated, None) is not None


def test_a_byte_order_mark_is_no_difference() -> None:
    data = b"name: x\n"
    assert copy_problem(data, digest_as("sha256:", b"\xef\xbb\xbf" + data), []) is None


SECRETS = [
    "token: ghp_0123456789abcdefghijABCDEFGHIJ012345\n",
    "call: +31 20 123 45 67\nmail: ann.ode@example.com, bo.chan@example.com\n",
    "path: /home/ann.ode/customers/acme/model.bin\n",
    "key: |\n  -----BEGIN PRIVATE KEY-----\n"
    + "  MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n" * 4
    + "  -----END PRIVATE KEY-----\n",
    "password: 'x7Kq-92mT!vRw4'\r\napi_key: 'x7Kq92mTvRw4x7Kq92mTvRw4'\r\n",
    "turned: \u202e\u202d\nname: ann.ode@example.com\u202e\n",
]


@pytest.mark.parametrize("text", SECRETS)
def test_what_was_redacted_honestly_has_a_mark_in_each_line_that_is_noted(text: str) -> None:
    kept = masked_source(f"artefact: x\n{text}", "a.yaml")
    notes = [{"line": hit.line, "rule": hit.rule} for hit in kept.hits]
    assert notes
    assert copy_problem(kept.text.encode(), "sha256:" + "0" * 64, notes) is None


# --- facts are those of the copy


def a_later_drill(evidence: Evidence) -> None:
    item = the(evidence, "drill_record", scenario="kill_switch")
    item["facts"]["date"] = "2026-11-01"
    item["effective"]["end"] = "2026-11-01T00:00:00Z"


def a_later_effect_alone(evidence: Evidence) -> None:
    the(evidence, "drill_record", scenario="kill_switch")["effective"]["end"] = "2026-11-01T00:00:00Z"


def a_claim_of_version_control(evidence: Evidence) -> None:
    """A date of the text itself is not passed off as that of a commit."""
    item = the(evidence, "drill_record", scenario="kill_switch")
    item["effective"] = {"basis": "last commit that changed the file", "end": "2026-11-01T00:00:00Z"}


def another_owner(evidence: Evidence) -> None:
    the(evidence, "roster")["facts"]["people"][0]["person"] = "Nobody Atall"


def one_more_owner(evidence: Evidence) -> None:
    the(evidence, "roster")["facts"]["people"].append({"role": "ai_officer", "person": "Nobody Atall"})


def a_milder_limit(evidence: Evidence) -> None:
    the(evidence, "acceptance_criteria")["facts"]["criteria"][0]["limit"] = 0.999


def another_purpose(evidence: Evidence) -> None:
    the(evidence, "system_profile")["facts"]["tier"] = "low"


def another_route(evidence: Evidence) -> None:
    the(evidence, "gateway_config")["facts"]["routes"][0]["model"] = "other"


def an_approval(evidence: Evidence) -> None:
    the(evidence, "approved_record")["facts"]["approval"]["approver"] = "Nobody Atall"


def a_card(evidence: Evidence) -> None:
    the(evidence, "system_card")["facts"]["limits"] = ["none"]


def a_name_of_a_setting(evidence: Evidence) -> None:
    """In a copy in which values were masked, the names are still there."""
    the(evidence, "runtime_settings")["facts"]["settings"] = []


def other_lines(evidence: Evidence) -> None:
    the(evidence, "inventory")["lines"]["/systems/0"] = 1


def another_file(evidence: Evidence) -> None:
    item = the(evidence, "drill_record", scenario="kill_switch")
    item["provenance"]["path"] = "policies/2026-04-kill-switch.yaml"


def another_repository(evidence: Evidence) -> None:
    for item in evidence.items("inventory"):
        item["provenance"]["uri"] = "../elsewhere"


def another_commit(evidence: Evidence) -> None:
    for item in evidence.items("gateway_config"):
        item["provenance"]["commit"] = "0" * 40


def no_commit(evidence: Evidence) -> None:
    for item in evidence.items("system_card", "dataset_card"):
        del item["provenance"]["commit"]


def no_such_record(evidence: Evidence) -> None:
    item = the(evidence, "drill_record", scenario="kill_switch")
    evidence.copies[item["id"]] = b"artefact: none\n"
    item["provenance"]["source_digest"] = digest_as("gitblob:" + "0" * 40, b"artefact: none\n")


def a_lack_left_out(evidence: Evidence) -> None:
    flags = evidence.source("flags")
    assert "is not enabled" in flags["problems"][0]["reason"]
    flags["problems"] = []


def fewer_promises(evidence: Evidence) -> None:
    records = evidence.source("records")
    records["provides"].remove("incident_log")


def a_source_left_out(evidence: Evidence) -> None:
    evidence.collection["sources"] = [one for one in evidence.collection["sources"] if one["name"] != "gateway-log"]


def another_system(evidence: Evidence) -> None:
    evidence.collection["subject"]["name"] = "Other system"


def another_configuration(evidence: Evidence) -> None:
    """The declared items follow the copy; what it was made of does not."""
    evidence.configuration = evidence.configuration.replace(b"Hanneke de Wit", b"Nobody Atall")
    for item in evidence.items("roster", "system_profile", "acceptance_criteria"):
        evidence.copies[item["id"]] = evidence.configuration
        item["provenance"]["source_digest"] = digest_as(item["provenance"]["source_digest"], evidence.configuration)
        item["facts"] = json.loads(json.dumps(item["facts"]).replace("Hanneke de Wit", "Nobody Atall"))


FORGED = [
    (a_later_drill, "source.yaml, line 3, does not give /date as its facts have it"),
    (a_later_effect_alone, "does not give the time that it speaks of"),
    (a_claim_of_version_control, "does not give the time that it speaks of"),
    (another_owner, "data/inputs/configuration.yaml, line "),
    (one_more_owner, "does not give /people/"),
    (a_milder_limit, "does not give /criteria/0/limit as its facts have it"),
    (another_purpose, "does not give /tier as its facts have it"),
    (another_route, "does not give /routes/0/model as its facts have it"),
    (an_approval, "source.md, does not give /approval/approver as its facts have it"),
    (a_card, "does not give /limits"),
    (other_lines, "does not give the lines that its entry has"),
    (another_file, "gives no drill record"),
    (another_repository, "is not of the source that its entry names"),
    (another_commit, "it is not of the assessed commit, as its source is"),
    (no_commit, "it is not of the assessed commit, as its source is"),
    (no_such_record, "gives no drill record"),
    (a_lack_left_out, "'assign-without-review' is not enabled, so it does not count, and data/inputs/collection.json"),
    (fewer_promises, "source records is not to provide what data/inputs/configuration.yaml declares"),
    (a_source_left_out, "its sources are not those that data/inputs/configuration.yaml declares"),
    (another_system, "its system is not the one that data/inputs/configuration.yaml declares"),
    (another_configuration, "nothing was redacted in it, and by its digest it is not the file that was used"),
]


@pytest.mark.parametrize(("change", "told"), FORGED, ids=[change.__name__ for change, _ in FORGED])
def test_evidence_that_contradicts_its_copies_is_told(
    example_packet: Run, change: Callable[[Evidence], None], told: str
) -> None:
    evidence = evidence_of(example_packet.folder)
    assert derived(evidence).problems == ()
    change(evidence)
    found = derived(evidence).problems
    assert any(told in problem for problem in found), found
    assert len(found) <= 3, "each change is told once or where it is seen, not over and over"


@pytest.mark.parametrize("change", [a_later_drill, another_owner])
def test_a_packet_that_was_forged_as_a_whole_passes_by_its_manifests_and_not_by_its_copies(
    packet: Path, change: Callable[[Evidence], None]
) -> None:
    forge(packet, change)
    plain = tieout("verify", packet, cwd=packet.parent)
    assert plain.code == 0, plain.err
    assert plain.out.startswith("● By the manifests: each of ")
    assert "only its assessment was done again" in plain.out
    assert "only compared with the manifests: facts, OSCAL, page and report." in plain.out
    answer = tieout("verify", packet, "--reperform", cwd=packet.parent)
    fails(answer, 5, "1 problem", "evidence EV-", "as its facts have it")
    assert "●" not in answer.out


def test_a_redacted_copy_is_compared_where_it_shows_no_mark(example_packet: Run) -> None:
    """Values of settings are masked, names are not: a fact that no mark explains is told."""
    evidence = evidence_of(example_packet.folder)
    a_name_of_a_setting(evidence)
    [told] = derived(evidence).problems
    assert "does not give /settings/0 as its facts have it" in told


def test_a_mark_frees_only_the_value_that_it_stands_in() -> None:
    facts = {"title": "x", "words": 9, "rows": [{"id": "a", "who": "Ann"}, {"id": "b", "who": "Ben"}]}
    given = {
        "title": "x",
        "words": 7,
        "rows": [{"id": "a", "who": "⟨redacted:email-address⟩"}, {"id": "b", "who": "Ben"}],
    }
    assert unmasked(facts, given) == facts
    for other in ({**facts, "title": "y"}, {**facts, "rows": [facts["rows"][0], {"id": "b", "who": "Eve"}]}):
        assert unmasked(other, given) != other
    assert unmasked({**facts, "rows": facts["rows"][:1]}, given)["rows"] == given["rows"]


def test_what_cannot_come_from_a_packet_is_counted_part_by_part(example_packet: Run) -> None:
    evidence = evidence_of(example_packet.folder)
    found = derived(evidence)
    left = {one.what: one.items for one in found.left}
    assert left["log populations"] == len(evidence.items("telemetry")) == 1
    assert left["results of test tools"] == len(evidence.items("eval_results")) == 3
    assert left["histories and file trees of repositories"] == 2
    assert left["code owners, which need the whole tree"] == 1
    assert found.items + sum(left.values()) - left["dates from version control"] == len(evidence.items())


# --- what was collected honestly is never told


RISKS = """artefact: risk_register
owner: Ann Ode
approver: Bo Chan
approved_on: 2026-05-04
{more}risks:
  - {{id: R-1, title: Answers are wrong, likelihood: 2, severity: 3, score: 6, owner: Ann Ode, status: open}}
"""
POLICY = (
    "---\nartefact: approved_record\nrecord_type: ai_policy\ntitle: Policy\napproved_on: 2026-05-04\n---\n# Aim\n\n"
)
FILES: dict[str, str | bytes] = {
    "records/plain.yaml": RISKS.format(more=""),
    "records/mark.yaml": b"\xef\xbb\xbf" + RISKS.format(more="").encode(),
    "records/lines.yaml": RISKS.format(more="").replace("\n", "\r\n"),
    "records/who.yaml": RISKS.format(more="# ask ann.ode@example.com\n"),
    "records/ann.ode@example.com/risks.yaml": RISKS.format(more=""),
    "records/turned\u202e.yaml": RISKS.format(more=""),
    "records/Prüfung/ä b.yaml": RISKS.format(more=""),
    "records/unfilled.yaml": RISKS.format(more="review_due: TO FILL IN\n"),
    "policy.md": POLICY + "We write to ann.ode@example.com.\n",
    "SYSTEM_CARD.md": "---\nversion: '1'\nlimits: none\n---\n# Card\n",
    "deploy/flags.json": json.dumps({"flags": {"a": {"state": "ENABLED", "variants": {"on": True}}}}),
}


def kept(workspace: api.Workspace) -> Evidence:
    """What a packet of a workspace would be made of."""
    collection = workspace.collection()
    with workspace.store() as store:
        copies = {item.id: store.get(item.copy_sha256) for item in collection.items if item.copy_sha256}
    return Evidence(collection.as_json(), copies, workspace.configuration(collection), {})


@pytest.mark.parametrize("committed", [True, False])
def test_what_was_collected_honestly_is_never_told(tmp_path: Path, *, committed: bool) -> None:
    """Marks, line ends, redactions and odd names, in a repository and beside it."""
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "risks.yaml").write_text(RISKS.format(more=""))
    config = configuration(
        source("records", "records", "records", "risk_register", inside="application"),
        source("policy", "records", "policy.md", "approved_record/ai_policy", inside="application"),
        source("flags", "config", "deploy", "flag_config", inside="application"),
        source("beside", "records", "../beside", "risk_register"),
        source("one", "records", "../beside/risks.yaml", "risk_register"),
        owners=PEOPLE,
    )
    text = "# ask ann.ode@example.com\n" + yaml.safe_dump(config, sort_keys=False)
    repository = system(tmp_path / "r", text, FILES)
    if not committed:
        (repository.folder / "tieout.yaml").write_text(text + "# later\n")
    assessed(repository.folder, as_of=datetime(2026, 6, 1, tzinfo=UTC), committed=committed)
    evidence = kept(api.Workspace(repository.folder / "tieout.yaml"))
    assert len(evidence.items("risk_register")) == 10
    found = derived(evidence)
    assert found.problems == ()
    assert found.items == len(evidence.items()) - 2, "all but the history and the tree"
    for item in evidence.items():
        copy = evidence.copies.get(item["id"])
        if copy is not None:
            assert copy_problem(copy, item["provenance"]["source_digest"], item["redactions"]) is None
