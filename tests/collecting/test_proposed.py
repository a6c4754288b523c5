"""`tieout init` proposes every format that a collector reads, by its content; and what it proposed loads and runs.

The inputs are those of the case files, so a new format is tested here by its own.
"""

from pathlib import Path

import pytest
import yaml

from collecting.case_files import Case, case_files
from support.collecting import write
from support.program import tieout
from support.systems import system
from tieout.config.load import read_config
from tieout.config.proposed import SOURCES
from tieout.pipeline.proposals import propose

#: Kinds whose files are told by what they hold.
KINDS = ("config", "forge", "results")
#: Read only where a source says so: a map of one's own, and the names in a file of any program.
DECLARED_ONLY = {"config/own-map", "config/runtime-settings"}
KNOWN = ("--phase", "pilot", "--risk-tier", "low", "--generative", "--no-third-party")


def first_good(of: str) -> Case:
    """The first case of a format that must give something."""
    return next(case for case in case_files()[of] if case.part == "good")


FORMATS = [of for of in case_files() if of.partition("/")[0] in KINDS and of not in DECLARED_ONLY]


def placed(case: Case, folder: str) -> dict[str, bytes]:
    """The files of a case in a folder of the repository, or at its top where that is where they are looked for."""
    below = "" if case.at_top else f"{folder}/"
    return {f"{below}{name}": content for name, content in case.files.items()}


@pytest.mark.parametrize("of", FORMATS)
def test_each_format_is_proposed_with_what_it_gives(of: str, tmp_path: Path) -> None:
    case = first_good(of)
    write(tmp_path, placed(case, "kept"))
    proposed = [one for places in propose(tmp_path).found.values() for one in places]
    of_kind = [one for one in proposed if SOURCES[one.part].kind == case.kind]
    given = {name for one in of_kind for name in one.provides}
    assert {str(item["type"]) for item in case.gives} <= given
    for one in of_kind:
        assert (tmp_path / one.path).exists()
        assert one.format in {"", of.partition("/")[2], *(other.partition("/")[2] for other in FORMATS)}


def test_a_file_that_only_lends_a_value_is_no_source_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, placed(first_good("config/terraform"), "infra"))
    write(tmp_path, placed(first_good("config/kubernetes"), "deploy"))
    assert list(propose(tmp_path).found) == ["containers", "infrastructure"]


@pytest.mark.parametrize("folder", ["tests/fixtures", "examples", "docs", "templates", "vendor", "third_party/x"])
def test_what_is_not_the_systems_own_is_not_proposed(folder: str, tmp_path: Path) -> None:
    for of in FORMATS:
        if not first_good(of).at_top:
            write(tmp_path, placed(first_good(of), f"{folder}/{of}"))
    assert propose(tmp_path).found == {}


def taken(text: str) -> str:
    """A configuration with the `#` taken away from each source that was found."""
    lines, meant = [], False
    for line in text.splitlines():
        if line.startswith("#  - name:"):
            meant = "found here" in line
        meant = meant and line.startswith("#    ") | line.startswith("#  - name:")
        lines.append(line[1:] if meant else line)
    return "\n".join(lines) + "\n"


def test_what_was_proposed_loads_gives_evidence_and_satisfies_nothing(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    for of in FORMATS:
        kind, _, name = of.partition("/")
        files |= placed(first_good(of), f"{kind}-{name}")
    files["lists/risks.csv"] = (
        b"id,title,likelihood,severity,score,owner,response,status\nR-1,Leaks a name,2,3,6,Ann,mitigate,open\n"
    )
    repository = system(tmp_path / "r", "version: 1\n", files)
    told = tieout("init", "--force", "--yes", *KNOWN, cwd=repository.folder)
    assert told.code == 0, told.err
    text = taken((repository.folder / "tieout.yaml").read_text())
    config, _ = read_config(text.encode(), where="tieout.yaml")
    assert len(text.splitlines()) < 320  # each format stands in a folder of its own here
    assert {source.kind for source in config.sources} == {"config", "forge", "git", "records", "results"}
    repository.commit("configured", {"tieout.yaml": text})
    ran = tieout("run", "--no-exit-codes", "--format", "json", cwd=repository.folder)
    assert ran.code == 0, ran.err
    assessed = ran.json()["assessment"]
    assert {one["verdict"] for one in assessed["controls"]} & {"satisfied", "waived", "not-applicable"} == set()
    collection = yaml.safe_load((repository.folder / ".tieout" / "collection.json").read_text())
    for source in collection["sources"][1:]:
        given = {item["type"] for item in source.get("items", ())}
        explained = {name for problem in source.get("problems", ()) for name in problem.get("types", ())}
        assert given or explained, source["name"]
        assert set(source["provides"]) <= given | explained, source["name"]
