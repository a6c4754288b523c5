"""What a hostile or careless system must not bring into store, packet and messages: secrets, prompts, others' files."""

import json
import shutil
from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.program import fails, tieout
from support.systems import configuration, source, system

RUN = ("run", "--no-exit-codes", "--out", "../packet")
PERSON = "patient John Q. Public, born 1970-01-01"
LOG = {
    "version": 2,
    "status": "success",
    "eval": {
        "task": "triage",
        "model": "openai/gpt-4o-2024-11-20",
        "created": "2026-01-01T00:00:00+00:00",
        "dataset": {"location": "d.csv", "samples": 2},
        "task_args": {
            "api_key": "PLANTplainwords",
            "judge_password": "PLANThorse",
            "nested": {"client_secret": "PLANTdeep", "prompt_text": f"PLANTprompt {PERSON}"},
            "header": "X-Api-Key: PLANTheader",
        },
        "model_args": {"api_key": "PLANTargs"},
    },
    "plan": {"config": {"system_message": f"PLANTsystem {PERSON}", "temperature": 0.5}},
    "results": {"total_samples": 2, "completed_samples": 2, "scores": []},
    "stats": {"completed_at": "2026-01-01T00:00:00+00:00"},
}


def texts_below(*folders: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def in_store_and_packet(repository: Repository) -> dict[Path, bytes]:
    return texts_below(repository.folder / ".tieout", repository.folder.parent / "packet")


def collection(repository: Repository) -> dict:
    return json.loads((repository.folder / ".tieout" / "collection.json").read_bytes())


def problems(repository: Repository, name: str) -> list[tuple[str, str, int | None, str]]:
    (found,) = (one for one in collection(repository)["sources"] if one["name"] == name)
    return [(one["status"], one["place"]["path"], one["place"].get("line"), one["reason"]) for one in found["problems"]]


def test_secrets_and_prompts_of_a_test_log_reach_neither_store_nor_packet(tmp_path):
    config = configuration(source("tests", "results", "results", inside="application", format="inspect"))
    repository = system(tmp_path / "r", config, {"results/run.json": json.dumps(LOG)})
    assert tieout(*RUN, cwd=repository.folder).code == 0
    written = in_store_and_packet(repository)
    assert any(b"temperature" in data for data in written.values())
    for path, data in written.items():
        assert b"PLANT" not in data, path
        assert b"Public" not in data, path


def test_secrets_in_the_copies_of_configuration_and_records_are_masked_by_name(tmp_path):
    gateway = (
        "model_list:\n- model_name: m\n  litellm_params:\n    model: azure/gpt-4o-2024-11-20\n    api_key: PLANTone\n"
        "general_settings:\n  master_key: PLANTtwo\n  redis_password: |\n    PLANTthree\n    PLANTfour\n  list:\n"
        '    api_keys: [PLANTfive, "PL\\x41NTsix"]\n  "pass\\u0077ord": PLANTseven\n# token: PLANTeight\n'
    )
    policy = "---\nartefact: approved_record\nrecord_type: ai_policy\ntitle: P\nowner: Ada\n---\n# Policy\n\x1b[2J\n"
    config = configuration(
        source("gateway", "config", "gateway.yaml", "gateway_config", inside="application", format="litellm"),
        source("records", "records", "records", "approved_record/ai_policy", inside="application"),
    )
    repository = system(tmp_path / "r", config, {"gateway.yaml": gateway, "records/policy.md": policy})
    assert tieout(*RUN, cwd=repository.folder).code == 0
    for path, data in in_store_and_packet(repository).items():
        assert b"PLANT" not in data, path
        assert b"PL\\x41NT" not in data, path
        assert path.suffix == ".pdf" or path.parent.name == "salts" or b"\x1b" not in data, path
    copies = list((tmp_path / "packet").rglob("source.*"))
    (copy,) = [one for one in copies if b"model_list" in one.read_bytes()]
    assert copy.read_text().count("\n") == gateway.count("\n")
    assert "gpt-4o-2024-11-20" in copy.read_text()


@pytest.mark.parametrize(("path", "link"), [("link", "link"), ("sub/link/notes.md", "sub/link"), ("link/*.md", "link")])
def test_a_committed_link_out_of_the_repository_is_not_followed(tmp_path, path, link):
    secret = tmp_path / "secret"
    secret.mkdir()
    note = "---\nartefact: approved_record\nrecord_type: ai_policy\ntitle: T\nowner: O\n---\n# PLANTminutes\n"
    (secret / "notes.md").write_text(note)
    kind = "log" if "*" in path else "records"
    provides = "telemetry" if "*" in path else "approved_record/ai_policy"
    repository = system(tmp_path / "r", configuration(source("records", kind, path, provides)))
    (repository.folder / link).parent.mkdir(exist_ok=True)
    (repository.folder / link).symlink_to(secret)
    repository.commit("a link")
    assert tieout(*RUN, cwd=repository.folder).code == 0
    ((status, place, _, reason),) = problems(repository, "records")
    assert (status, place) == ("unreadable", link)
    assert "a link that leads out of this repository" in reason
    assert not [path for path, data in in_store_and_packet(repository).items() if b"PLANT" in data]


def test_a_folder_beside_that_is_spelt_openly_is_read(tmp_path):
    note = "---\nartefact: approved_record\nrecord_type: ai_policy\ntitle: T\nowner: O\n---\n# Minutes\n"
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "notes.md").write_text(note)
    repository = system(
        tmp_path / "r", configuration(source("records", "records", "../beside", "approved_record/ai_policy"))
    )
    assert tieout("collect", cwd=repository.folder).code == 0
    assert problems(repository, "records") == []


def test_a_git_folder_that_points_elsewhere_gives_nothing_of_that_repository(tmp_path):
    other = Repository(tmp_path / "other")
    other.commit("private", {"gateway.yaml": "model_list:\n- model_name: PLANT\n  litellm_params: {model: a/b}\n"})
    config = configuration(
        source("others", "git", "sub", "git_history"),
        source("gateway", "config", "gateway.yaml", "gateway_config", inside="others", format="litellm"),
    )
    repository = system(tmp_path / "r", config)
    (repository.folder / "sub").mkdir()
    (repository.folder / "sub" / ".git").write_text(f"gitdir: {other.git_dir}\n")
    assert tieout(*RUN, cwd=repository.folder).code == 0
    for name in ("others", "gateway"):
        ((status, place, _, reason),) = problems(repository, name)
        assert (status, place) == ("unreadable", "sub")
        assert "does not record this folder" in reason
    assert not [path for path, data in in_store_and_packet(repository).items() if b"PLANT" in data]


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        ({"status": ["success"]}, 3, "unknown status"),
        ({"version": [2]}, 2, "format version"),
        ({"stats": {"completed_at": "0001-01-01T00:00:00+23:59"}}, 37, "leaves the calendar"),
        ({"stats": {"started_at": "9999-12-31T23:59:59-23:59"}}, 37, "leaves the calendar"),
    ],
)
def test_an_impossible_test_log_is_unreadable_at_its_line_and_the_rest_is_kept(tmp_path, change, line, reason):
    config = configuration(source("tests", "results", "results", inside="application", format="inspect"))
    files = {"results/bad.json": json.dumps({**LOG, **change}, indent=1), "results/good.json": json.dumps(LOG)}
    repository = system(tmp_path / "r", config, files)
    assert tieout("collect", cwd=repository.folder).code == 0
    (told,) = [one for one in problems(repository, "tests") if one[0] == "unreadable"]
    assert told[:3] == ("unreadable", "results/bad.json", line)
    assert reason in told[3]
    items = [item for one in collection(repository)["sources"] for item in one["items"]]
    assert "results/good.json" in {item["provenance"]["path"] for item in items}


def test_messages_show_no_secret_that_stands_where_a_name_or_a_choice_should(tmp_path):
    secret = "sk-ant-api03-" + "Zz9Yy8Xx7Ww6Vv5Uu4Tt3Ss2Rr1"
    for change in ({secret: 1}, {"risk_tier": secret}, {"risk_tier": "9f8e7d6c5b4a39281706f5e4d3c2b1a0"}):
        config = configuration()
        config["system"].update(change)
        repository = system(tmp_path / "r", config)
        told = fails(tieout(*RUN, cwd=repository.folder), 2, "tieout.yaml")
        assert secret[:20] not in told
        assert "9f8e7d6c5b4a" not in told
        shutil.rmtree(repository.folder)
