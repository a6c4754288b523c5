"""Our wording of the 72 subcategories: complete, well formed, and nowhere the standard's own text."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tieout.domain.catalog import Automation, Catalog
from tieout.frameworks.catalog import load_catalog
from tieout.kernel.errors import ConfigError, UsageError

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "controls" / "nist-ai-rmf-1.0"
SHARED = ROOT.parent / "shared"

RUN = 6  # words: the longest stretch that terms of art alone can explain is five
#: Two statements hold more than thirty words can carry; dropping substance would be worse than length.
LONGER = {"MAP 1.1": 45, "MEASURE 2.6": 40}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(FOLDER)


@pytest.fixture(scope="module")
def nist() -> Path:
    folder = SHARED / "data" / "nist-ai-rmf"
    if not folder.is_dir():
        pytest.skip("NOT CHECKED against the official wording: ../shared/data/nist-ai-rmf is not here")
    return folder


def ours(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Every text of ours with the label that it belongs to."""
    for function in catalog.functions:
        yield function.label, function.title
    for category in catalog.categories():
        yield category.label, category.title
    for control in catalog.controls:
        yield control.label, control.title
        yield control.label, control.sentence


def official(folder: Path) -> list[tuple[str, str]]:
    """Every statement of both editions (and the web edition's variants), with its label."""
    core = json.loads((folder / "ai-rmf-core.json").read_text(encoding="utf-8"))
    texts = [
        (entry["id"], entry[edition])
        for level in ("functions", "categories", "subcategories")
        for entry in core[level]
        for edition in ("text", "text_html", "text_playbook")
        if edition in entry
    ]
    playbook = json.loads((folder / "playbook.json").read_text(encoding="utf-8"))
    return texts + [(entry["title"], entry["description"]) for entry in playbook]


def fingerprint(text: str) -> str:
    """SHA-256 of the text under the normalisation that the fingerprints file states."""
    for curly, plain in (("‘", "'"), ("’", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-")):  # noqa: RUF001 - the curly ones are what is straightened
        text = text.replace(curly, plain)
    text = " ".join(text.split()).rstrip(".").casefold()
    return hashlib.sha256(text.encode()).hexdigest()


def runs(text: str, length: int = RUN) -> set[tuple[str, ...]]:
    """All stretches of so many words, case folded, punctuation stripped, hyphens parting words."""
    text = text.casefold().replace("’", "").replace("'", "")  # noqa: RUF001 - the official text has curly ones
    words = re.sub(r"[^\w\s]", " ", text).split()
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def known_fingerprints(folder: Path) -> set[str]:
    items = json.loads((folder / "core-text-fingerprints.json").read_text(encoding="utf-8"))["items"]
    return {item[edition] for item in items for edition in ("pdf", "playbook") if edition in item}


def test_the_72_in_the_standards_order(catalog):
    assert [function.label for function in catalog.functions] == ["GOVERN", "MAP", "MEASURE", "MANAGE"]
    assert [function.code for function in catalog.functions] == ["GV", "MP", "MS", "MG"]
    assert Counter(control.function for control in catalog.controls) == {
        "GOVERN": 19,
        "MAP": 18,
        "MEASURE": 22,
        "MANAGE": 13,
    }
    assert len(list(catalog.categories())) == 19
    place = catalog.labels.index("MEASURE 2.9")
    assert catalog.labels[place : place + 2] == ("MEASURE 2.9", "MEASURE 2.10")  # numbers, not letters
    assert [catalog.position(label) for label in catalog.labels] == list(range(72))


def test_the_labels_are_those_of_the_standard(catalog, nist):
    core = json.loads((nist / "ai-rmf-core.json").read_text(encoding="utf-8"))
    assert catalog.labels == tuple(entry["id"] for entry in core["subcategories"])
    assert [category.label for category in catalog.categories()] == [c["id"] for c in core["categories"]]


def test_ids_are_the_community_catalogs(catalog, nist):
    fixture = json.loads((nist / "ai-rmf-1.0.oscal-catalog.fixture.json").read_text(encoding="utf-8"))
    theirs = {
        control["title"]: control["id"]
        for function in fixture["catalog"]["groups"]
        for category in function["groups"]
        for control in category["controls"]
    }
    assert {control.label: control.id for control in catalog.controls} == theirs


def test_sentences_are_one_plain_sentence(catalog):
    for control in catalog.controls:
        words = len(control.sentence.split())
        assert 10 <= words <= LONGER.get(control.label, 30), f"{control.label}: {words} words"
        assert re.fullmatch(r"[A-Z][^.?!]*\.", control.sentence), f"{control.label}: not one sentence"
        assert 2 <= len(control.title.split()) <= 6, f"{control.label}: title"
        assert not control.title.endswith("."), f"{control.label}: title"


def test_every_text_of_ours_is_said_once(catalog):
    repeated = [text for text, times in Counter(text.casefold() for _, text in ours(catalog)).items() if times > 1]
    assert repeated == []


def test_automation_counts(catalog):
    assert Counter(control.automation for control in catalog.controls) == {
        Automation.FULL: 14,
        Automation.PARTIAL: 49,
        Automation.ATTEST: 9,
    }


def test_evidence_follows_the_map(catalog):
    path = SHARED / "design" / "evidence_map.yaml"
    if not path.is_file():
        pytest.skip("NOT CHECKED against the evidence map: ../shared/design is not here")
    mapped = yaml.safe_load(path.read_text(encoding="utf-8"))["subcategories"]
    for control in catalog.controls:
        entry = mapped[control.label]
        assert control.automation == entry["automation"], control.label
        assert list(control.evidence_kinds) == entry["kinds"], control.label
        names = [re.sub(r"[^a-z0-9]+", "_", name.lower()) for name in entry["artefacts"]]
        assert list(control.expected) == names, control.label


def test_no_text_has_an_official_fingerprint(catalog, nist):
    known = known_fingerprints(nist)
    statements = official(nist)
    recognised = [fingerprint(text) in known for label, text in statements if " " in label]
    assert all(recognised), "our normalisation is not the file's: this test would prove nothing"
    assert len(recognised) > 150
    found = [label for label, text in ours(catalog) if fingerprint(text) in known]
    assert found == []


def test_no_six_words_in_a_row_are_the_standards(catalog, nist):
    theirs: dict[tuple[str, ...], str] = {}
    for label, text in official(nist):
        theirs.update(dict.fromkeys(runs(text), label))
    assert len(theirs) > 1500, "hardly any official text was read: this test would prove nothing"
    shared_runs = [
        f"{label} repeats {theirs[run]}: {' '.join(run)}"
        for label, text in ours(catalog)
        for run in sorted(runs(text))
        if run in theirs
    ]
    assert shared_runs == []


@pytest.mark.parametrize(
    "asked",
    ["GOVERN 2.1", "govern 2.1", "GV-2.1", "gv 2.1", "ai-rmf-gv-2.1", "AI-RMF-GV-2.1", "  GOVERN  2.1 "],
)
def test_a_control_by_the_names_people_use(catalog, asked):
    control = catalog.control(asked)
    assert (control.label, control.id) == ("GOVERN 2.1", "ai-rmf-gv-2.1")
    assert (control.function, control.category) == ("GOVERN", "GOVERN 2")


def test_every_control_is_found_by_each_of_its_names(catalog):
    codes = {function.label: function.code for function in catalog.functions}
    for control in catalog.controls:
        short = control.label.replace(f"{control.function} ", f"{codes[control.function]}-")
        assert [catalog.control(name) for name in (control.label, control.id, short)] == [control] * 3


@pytest.mark.parametrize(
    ("asked", "advice"),
    [
        ("GOVRN 2.1", "did you mean GOVERN 2.1?"),
        ("GOVERNANCE 2.1", "did you mean GOVERN 2.1?"),
        ("measure 210", "did you mean MEASURE 2.10?"),
        ("2.1", "did you mean GOVERN 2.1 or MAP 2.1 or MEASURE 2.1 or MANAGE 2.1?"),
        ("MP-1.9", "the controls of MAP 1 run from MAP 1.1 to MAP 1.6"),
        ("GOVERN 9.9", "the controls of GOVERN run from GOVERN 1.1 to GOVERN 6.2"),
        ("GV 2", "GOVERN 2 is a category; name one of GOVERN 2.1, GOVERN 2.2, GOVERN 2.3"),
        ("GOVERN 6", "GOVERN 6 is a category; name one of GOVERN 6.1, GOVERN 6.2"),
        ("ai-rmf-mg", "MANAGE is a function; its controls run from MANAGE 1.1 to MANAGE 4.3"),
        ("zzz", "labels run from GOVERN 1.1 to MANAGE 4.3"),
        ("zzz 2.1", "labels run from GOVERN 1.1 to MANAGE 4.3"),
        ("9.9", "labels run from GOVERN 1.1 to MANAGE 4.3"),
        ("", "labels run from GOVERN 1.1 to MANAGE 4.3"),
    ],
)
def test_an_unknown_control_is_refused_with_advice(catalog, asked, advice):
    with pytest.raises(UsageError) as caught:
        catalog.control(asked)
    assert caught.value.hint == advice
    assert f"'{asked}'" in caught.value.message


SMALL = """\
framework: small
title: A small one
publication: None
functions:
  - label: ACT
    id: s-ac
    code: AC
    title: Act
    categories:
      - label: ACT 1
        id: s-ac-1
        title: First
        controls:
          - label: ACT 1.1
            id: s-ac-1.1
            title: One thing
            sentence: It is so.
            automation: full
            evidence_kinds: [R]
            expected: [git_history]
"""


def written(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "catalog.yaml").write_text(text, encoding="utf-8")
    return folder


def test_another_framework_is_one_folder(tmp_path):
    assert load_catalog(written(tmp_path, SMALL)).control("ac-1.1").label == "ACT 1.1"


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ("label: ACT 1.1", "label: ACT 1.2", ":10", "'ACT 1.2' stands where 'ACT 1.1' was expected"),
        ("id: s-ac-1.1", "id: s-ac-1.7", ":10", "'s-ac-1.7' stands where 's-ac-1.1' was expected"),
        ("automation: full", "automation: mostly", ":18", "functions.0.categories.0.controls.0.automation"),
        ("sentence: It", "sentense: It", ":14", "sentence"),
        ("title: One thing", "title: One thing\n            title: Two", ":17", "'title' is given twice"),
        ("evidence_kinds: [R]", "evidence_kinds: [R", ":20", "is not valid YAML"),
        ("framework: small", "framework: large", "catalog.yaml", "does not name the folder"),
        (SMALL, "", "catalog.yaml", "is empty"),
        (SMALL, "- a list\n", ":1", "the whole file"),
    ],
)
def test_a_wrong_catalog_names_file_and_line(tmp_path, old, new, where, says):
    assert old in SMALL
    with pytest.raises(ConfigError) as caught:
        load_catalog(written(tmp_path, SMALL.replace(old, new, 1)))
    assert caught.value.where.startswith("small/catalog.yaml")
    assert caught.value.where.endswith(where)
    assert says in caught.value.message


def test_a_missing_catalog_is_a_clear_line(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere/catalog.yaml: cannot be read: No such file"):
        load_catalog(tmp_path / "nowhere")
