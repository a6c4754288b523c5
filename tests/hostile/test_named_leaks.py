"""What people name on purpose may hold a secret, too: tags, who a packet is for, settings, the configuration itself.

What they write may also be made to be misread: no output holds a character that turns or hides what stands beside it.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.program import fails, tieout
from support.systems import configuration, source, system

TOKEN = "ghp_" + "Q3mZ7pLx9KvT2wRb8NcY4hJd6GfS1aUeW5oI"
KEY = "glpat-" + "Zq7Kd02mPq71LsdTw3Bv"
HIDDEN = "\u202e\u2066\u2069\u061c\u200f\u2028\x9b\x1b\U000e0041"
NAMED = f"Ann {HIDDEN}Ode"


def read(*folders: Path) -> dict[Path, bytes]:
    """Every file, the report also as the text that a reader copies out of it."""
    files = {path: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}
    for path in [path for path in files if path.suffix == ".pdf"]:
        if shutil.which("pdftotext"):
            text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout
            files[path.with_suffix(".txt")] = text
    return files


def holding(files: dict[Path, bytes], *plants: str) -> list[Path]:
    return [
        path
        for path, data in files.items()
        for plant in plants
        if plant.encode() in data or plant.encode() in data.replace(b"\n", b"").replace(b"<wbr>", b"")
    ]


def named_system(folder: Path) -> Repository:
    """A system in which each name that somebody chose holds a secret or the folder of a person."""
    config = configuration(
        source("settings", "config", "gateway.env", "runtime_settings", inside="application"),
        source("records", "records", "records", f"approved_record/{TOKEN}", inside="application"),
        retention={"record_series": f"series {TOKEN}", "custodian": "ann.ode@insurer.example"},
    )
    config["system"].update(
        name=f"Claims {KEY}",
        settings=["/var/home/annabel/acme/x", r"C:\Users\Annabel King\acme\x", r"\\files\annabel$\acme"],
        users=[f"https://{TOKEN[4:30]}@host/x"],
    )
    record = f"artefact: approved_record\nrecord_type: {TOKEN}\ntitle: x\n"
    files = {"gateway.env": f"MY_{TOKEN}=1\nAPI_BASE=x\n", "records/a.yaml": record}
    repository = system(folder / "r", config, files)
    repository.git("tag", f"v1-{TOKEN}")
    repository.git("checkout", "-q", "-b", f"wip/{TOKEN}")
    return repository


def test_no_name_brings_a_secret_out(tmp_path: Path):
    repository = named_system(tmp_path)
    named = ("--prepared-by", f"Ann {TOKEN}, ann.ode@insurer.example", "--prepared-for", f"at /home/annabel/x {KEY}")
    done = tieout("run", "--no-exit-codes", "--out", "../packet", *named, "--zip", cwd=repository.folder)
    assert done.code == 0, done.err
    calls = [
        ("run", "--dry-run"),
        ("run", "--dry-run", "--format", "json"),
        ("collect", "--at", f"wip/{TOKEN}", "--format", "json"),
        ("assess", "--format", "json"),
        ("explain", "GOVERN 1.2"),
        ("snapshot", "--release", f"v1-{TOKEN}", "--out", "../snapshot"),
        ("snapshot", "--release", f"v2-{TOKEN}", "--out", "../snapshot"),
        ("collect", "--at", f"no-{TOKEN}"),
    ]
    terminal = done.out + done.err
    for call in calls:
        answer = tieout(*call, cwd=repository.folder)
        terminal += answer.out + answer.err
    files = read(tmp_path / "packet", tmp_path / "snapshot", repository.folder / ".tieout")
    plants = (TOKEN[4:], KEY[6:], TOKEN[4:30], "annabel", "Annabel", "Annabel King", TOKEN.replace("_", " "))
    assert holding(files, *plants) == []
    assert [plant for plant in plants if plant in terminal] == []
    # The check can fail: what stands beside the secrets is told, and so is how the owners say to be reached.
    page = files[tmp_path / "packet" / "packet" / "data" / "index.html"].decode().replace("<wbr>", "")
    told = ("v1-‹redacted:github-token›", "Claims ‹redacted:gitlab-token›", "Ann ‹redacted:", "ann.ode@insurer.example")  # noqa: RUF001 - as the page writes them
    assert [words for words in told if words not in page.replace("&#39;", "'")] == []
    again = tieout("verify", "../packet", "--reperform", cwd=repository.folder)
    assert again.code == 0, again.err


def test_a_configuration_is_kept_without_the_folders_of_people_and_with_how_to_reach_them(tmp_path: Path):
    repository = named_system(tmp_path)
    assert tieout("run", "--no-exit-codes", "--out", "../packet", cwd=repository.folder).code == 0
    kept = (tmp_path / "packet/packet/data/inputs/configuration.yaml").read_text()
    assert "ann.ode@insurer.example" in kept
    assert kept.count("⟨redacted:folder-of-a-machine⟩") == 3
    assert "acme" in kept  # the last part of a path stays


@pytest.mark.parametrize("command", ["run", "snapshot"])
def test_no_output_holds_a_character_that_turns_or_hides_its_neighbours(tmp_path: Path, command: str):
    hidden = json.dumps(f"x {HIDDEN} y").replace("\\udb40\\udc41", "\\U000e0041")
    gateway = f"model_list:\n- model_name: {hidden}\n  litellm_params: {{model: {hidden}}}\n"
    flags = {"flags": {f"f{HIDDEN}": {"state": "ENABLED", "variants": {"a": True}, "defaultVariant": "a"}}}
    config = configuration(
        source("gateway", "config", "gateway.yaml", "gateway_config", inside="application", format="litellm"),
        source("flags", "config", "flags.json", "flag_config", inside="application", format="flagd"),
        retention={"record_series": f"CLM {HIDDEN}", "marking": f"internal {HIDDEN}"},
    )
    config["system"]["purpose"] = f"Sorts {HIDDEN} claims"
    files = {"gateway.yaml": gateway, "flags.json": json.dumps(flags), f"prompts/{HIDDEN[:2]}.md": "x"}
    repository = system(tmp_path / "r", config, files)
    repository.git("tag", "-a", "v1\u202e", "-m", HIDDEN[:5])
    call = (
        ("run", "--no-exit-codes", "--prepared-by", NAMED)
        if command == "run"
        else ("snapshot", "--release", "v1\u202e")
    )
    done = tieout(*call, "--out", "../packet", "--format", "json", cwd=repository.folder)
    assert done.code == 0, done.err
    assert done.out.isascii()
    written = read(tmp_path / "packet", repository.folder / ".tieout")
    texts = {
        path: data.decode() for path, data in written.items() if path.suffix in {".json", ".yaml", ".txt", ".html"}
    }
    assert len(texts) > 15
    assert [(path.name, hex(ord(sign))) for path, text in texts.items() for sign in HIDDEN if sign in text] == []
    facts = (tmp_path / "packet/packet/data/inputs/collection.json").read_text()
    assert "⟨U+202E⟩⟨U+2066⟩" in facts
    assert "⟨U+E0041⟩" in facts
    assert tieout("verify", "--reperform", "../packet", cwd=repository.folder).code == 0


def test_a_wrong_configuration_is_told_without_what_it_holds(tmp_path: Path):
    config = configuration()
    config["system"].update(phase=r"C:\Users\annabel\x", owner=["ann.ode@insurer.example"])
    repository = system(tmp_path / "r", config)
    told = tieout("run", cwd=repository.folder)
    assert told.code == 2
    assert "annabel" not in told.err
    assert "ann.ode" not in told.err
    key = "github_pat_" + "A1b2C3d4E5f6G7h8I9j0" * 4
    (repository.folder / "tieout.yaml").write_text(f'"{key}": 1\n"{key}": 2\n')
    assert key[11:40] not in fails(tieout("run", cwd=repository.folder), 2, "stands twice")
