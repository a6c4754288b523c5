"""Checksums, formats that run code, and pinned revisions of models."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Fact

DIGEST = "af53814d71a48518c2d8c47eab8db9adf2ba40249d6f634b4f059268be750b8e"
CHECKED = """import hashlib

def download_model(url, path):
    expected_sha256 = url.split("/")[-2]
    data = open(path, "rb").read()
    if hashlib.sha256(data).hexdigest() != expected_sha256:
        raise RuntimeError("the checksum of the model differs")
    return data
"""


def facts(tmp_path: Path, files: dict[str, str | bytes]) -> dict[str, Fact]:
    """Facts of the topic by the question's key."""
    found = inspected(tmp_path / "r", files, "model-integrity")
    return {key.rpartition("/")[2]: fact for key, fact in found.items()}


def test_a_comparison_that_refuses_is_told_with_what_it_expects(tmp_path: Path) -> None:
    fact = facts(tmp_path, {"app/models.py": CHECKED})["weights-verified"]
    assert fact.answer is Answer.YES
    assert spots(fact) == ["app/models.py:4", "app/models.py:6", "app/models.py:7"]


def test_a_checksum_in_settings_stands_with_its_switch(tmp_path: Path) -> None:
    settings = f"model:\n  integrity:\n    enabled: true\n    checksums:\n      model: {DIGEST}\n"
    found = facts(tmp_path, {"app/models.py": CHECKED, "app/config.yaml": settings})
    assert found["weights-verified"].answer is Answer.YES
    assert spots(found["weights-verified"])[:2] == ["app/config.yaml:3", "app/config.yaml:5"]
    off = facts(tmp_path / "b", {"app/models.py": CHECKED, "app/config.yaml": settings.replace("true", "false")})
    assert off["weights-verified"].answer is Answer.NO


def test_checksums_that_nothing_compares_are_partial(tmp_path: Path) -> None:
    fact = facts(tmp_path, {"app/config.yaml": f"checksums:\n  model: {DIGEST}\n"})["weights-verified"]
    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["app/config.yaml:2"])


@pytest.mark.parametrize(
    "source",
    [
        "def same(a, b):\n    # model_file: sha256 == expected_sha256\n    return a\n",
        "def cache(model_name, f):\n    open(f)\n    if cache_key_hash == other_hash:\n        return model_name\n",
        "def login(model_user, open):\n    return password_hash == stored_hash\n",
    ],
)
def test_other_hashes_and_comments_are_no_check_of_a_model(tmp_path: Path, source: str) -> None:
    files: dict[str, str | bytes] = {"app/a.py": source, "app/b.py": "import torch\nm = torch.load(model_path)\n"}
    found = facts(tmp_path, files)
    assert found["weights-verified"].answer is Answer.NO
    assert found["check-bypass"].answer is Answer.NOT_APPLICABLE


def test_a_comparison_in_a_test_or_example_does_not_count(tmp_path: Path) -> None:
    found = facts(tmp_path, {"tests/test_models.py": CHECKED, "examples/models.py": CHECKED})
    assert found["weights-verified"].answer is Answer.NOT_APPLICABLE


def test_switches_are_told_by_name_with_the_document(tmp_path: Path) -> None:
    source = CHECKED + 'import os\nCHECK = os.getenv("DISABLE_SHA_VERIFICATION") != "true"\n'
    source += 'WANTED = os.environ.get("MODEL_SHA256", "")\nVERIFY = os.getenv("DISABLE_SSL_VERIFICATION")\n'
    readme = "# App\n\nexport DISABLE_SHA_VERIFICATION=true\n"
    fact = facts(tmp_path, {"app/models.py": source, "README.md": readme})["check-bypass"]
    assert fact.answer is Answer.YES
    assert spots(fact) == ["app/models.py:10", "app/models.py:11", "README.md:3"]
    assert fact.values["names"] == ("DISABLE_SHA_VERIFICATION", "MODEL_SHA256")


def test_a_check_without_a_switch_is_not_passed_by(tmp_path: Path) -> None:
    source = CHECKED.replace("import hashlib", "import hashlib  # not with DISABLE_SHA_VERIFICATION")
    assert facts(tmp_path, {"app/models.py": source})["check-bypass"].answer is Answer.NO


GUARDED = """import hashlib

def check_model_file(path, expected_sha256):
    data = open(path, "rb").read()
    if hashlib.sha256(data).hexdigest() != expected_sha256:
        raise RuntimeError("the checksum of the model differs")

def load_model(self, name, file, checksum):
    {condition}
        check_model_file(file, checksum)
    return torch.load(file)
"""


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("if verify_hash:", Answer.YES),
        ("if not args.skip_verification:", Answer.YES),
        ("if checksum is not None:", Answer.PARTIAL),
        ('if name.startswith("acme"):', Answer.PARTIAL),
        ("if os.path.exists(file):", Answer.NO),
        ("for _ in range(3):", Answer.NO),
        ("with lock:  # if verify_hash:", Answer.NO),
    ],
)
def test_a_condition_around_the_check_passes_it_by(tmp_path: Path, condition: str, answer: Answer) -> None:
    fact = facts(tmp_path, {"app/models.py": GUARDED.replace("{condition}", condition)})["check-bypass"]
    assert fact.answer is answer
    assert spots(fact) == ([] if answer is Answer.NO else ["app/models.py:9"])


def test_a_switch_that_leaves_before_the_check(tmp_path: Path) -> None:
    source = CHECKED.replace("    data =", "    if not verify:\n        return path\n    data =")
    fact = facts(tmp_path, {"app/models.py": source})["check-bypass"]
    assert (fact.answer, spots(fact)) == (Answer.YES, ["app/models.py:5"])
    other = source.replace("if not verify:", "if not os.path.exists(path):")
    assert facts(tmp_path / "b", {"app/models.py": other})["check-bypass"].answer is Answer.NO


def test_a_comparison_that_asks_for_a_checksum_first_is_a_part(tmp_path: Path) -> None:
    source = CHECKED.replace("    if hashlib", "    if expected_sha256 and hashlib")
    fact = facts(tmp_path, {"app/models.py": source})["check-bypass"]
    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["app/models.py:6"])


def test_a_checksum_that_only_some_names_of_files_have(tmp_path: Path) -> None:
    source = GUARDED.replace("{condition}", "if name in self._checksums:")
    source += (
        "\ndef scan(self, folder):\n    for file in folder.iterdir():\n        if file.suffix == '.pt':\n"
        "            if '-' in file.stem:\n                self._checksums[file.stem] = file.stem.split('-')[1]\n"
    )
    fact = facts(tmp_path, {"app/models.py": source})["check-bypass"]
    assert (fact.answer, spots(fact)) == (Answer.YES, ["app/models.py:16", "app/models.py:9"])


def test_a_check_of_downloads_does_not_look_into_the_cache_again(tmp_path: Path) -> None:
    source = "import torch\nm = torch.hub.load_state_dict_from_url(model_url, check_hash=True)\n"
    found = facts(tmp_path, {"app/models.py": source})
    assert found["weights-verified"].answer is Answer.YES
    assert (found["check-bypass"].answer, spots(found["check-bypass"])) == (Answer.PARTIAL, ["app/models.py:2"])
    assert "cache" in found["check-bypass"].statement


def test_an_error_beside_a_checksum_does_not_stop_what_differs(tmp_path: Path) -> None:
    source = CHECKED.replace(
        "    return data\n", "    raise KeyError('no such model')\n    if checksum:\n        pass\n    return data\n"
    )
    fact = facts(tmp_path, {"app/models.py": source})["weights-verified"]
    assert spots(fact) == ["app/models.py:4", "app/models.py:6", "app/models.py:7"]


def test_a_pickle_that_documents_forbid_is_a_contradiction(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "app/load.py": '"""joblib.load is explained here."""\nimport joblib\nm = joblib.load(path)\n',
        "app/config.yaml": "model: a.onnx\nvectorizer: b.pkl\n",
        "README.md": "# App\n\nThe .pkl file is not appropriate for production.\n",
        "other/README.md": "Never use a pickle.\n",
    }
    fact = facts(tmp_path, files)["unsafe-format"]
    assert fact.answer is Answer.YES
    assert spots(fact) == ["app/config.yaml:2", "app/load.py:3", "README.md:3"]
    assert fact.values["contradicted"] is True


@pytest.mark.parametrize(
    ("call", "unsafe", "restricted"),
    [
        ("torch.load(f)", Answer.YES, Answer.NO),
        ("torch.load(f, weights_only=False)", Answer.YES, Answer.NO),
        ("torch.load(f, weights_only=True)", Answer.PARTIAL, Answer.YES),
        ("torch.load(f, weights_only=args.safe)", Answer.YES, Answer.PARTIAL),
        ("torch.hub.load_state_dict_from_url(u, check_hash=True)", Answer.YES, Answer.NO),
        ("torch.hub.load_state_dict_from_url(u, weights_only=True)", Answer.PARTIAL, Answer.YES),
        ("pickle.load(f)", Answer.YES, Answer.NO),
        ("np.load(f)", Answer.NO, Answer.NOT_APPLICABLE),
        ("np.load(f, allow_pickle=True)", Answer.YES, Answer.NO),
        ("load_file(f)", Answer.NO, Answer.NOT_APPLICABLE),
        ('print("pickle.load(f)")', Answer.NO, Answer.NOT_APPLICABLE),
    ],
)
def test_calls_are_judged_by_their_arguments(tmp_path: Path, call: str, unsafe: Answer, restricted: Answer) -> None:
    found = facts(tmp_path, {"app/load.py": f"import torch\nx = {call}\n"})
    assert found["unsafe-format"].answer is unsafe
    assert found["unpickling-restricted"].answer is restricted
    if restricted is not Answer.NOT_APPLICABLE:
        assert spots(found["unpickling-restricted"]) == ["app/load.py:2"]


def test_a_restriction_by_versions_compared_as_text_is_partial(tmp_path: Path) -> None:
    source = (
        "import torch\ndef load(fp):\n"
        '    kwargs = {"weights_only": True} if torch.__version__ >= "1.13" else {}\n'
        "    return torch.load(fp, **kwargs)\n"
    )
    fact = facts(tmp_path, {"app/load.py": source})["unpickling-restricted"]
    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["app/load.py:3", "app/load.py:4"]
    assert "compares versions as text" in fact.statement


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        (['AutoModel.from_pretrained("org/m", revision="5d3f1a2b9c8e7d6f5a4b3c2d1e0f9a8b7c6d5e4f")'], Answer.YES),
        (['AutoModel.from_pretrained("org/m", revision="main")'], Answer.PARTIAL),
        (['AutoModel.from_pretrained("org/m")', 'SentenceTransformer("a")'], Answer.NO),
        (['AutoModel.from_pretrained("./local")'], Answer.UNKNOWN),
        (["# AutoModel.from_pretrained('org/m')"], Answer.UNKNOWN),
    ],
)
def test_revisions_of_a_hub(tmp_path: Path, calls: list[str], expected: Answer) -> None:
    fact = facts(tmp_path, {"app/hub.py": "\n".join(calls) + "\n"})["revision-pinned"]
    assert fact.answer is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('m = AutoModel.from_pretrained("o/m", trust_remote_code=True)', Answer.YES),
        ('m = AutoModel.from_pretrained("o/m", trust_remote_code=args.trust)', Answer.PARTIAL),
        ('m = AutoModel.from_pretrained("o/m", trust_remote_code=False)', Answer.NO),
        ('m = AutoModel.from_pretrained("o/m")  # trust_remote_code=True', Answer.NO),
        ('m = torch.hub.load("o/r", "m")', Answer.YES),
        ("x = 1", Answer.NOT_APPLICABLE),
    ],
)
def test_code_that_comes_with_a_model(tmp_path: Path, source: str, expected: Answer) -> None:
    fact = facts(tmp_path, {"app/hub.py": source + "\n"})["remote-code"]
    assert fact.answer is expected
    if expected in {Answer.YES, Answer.PARTIAL}:
        assert spots(fact) == ["app/hub.py:1"]


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("x = 1\n", Answer.NOT_APPLICABLE),
        ("run('git', 'clone', '-b', 'main', CATALOGUE_OF_MODELS)\n", Answer.UNKNOWN),
    ],
)
def test_models_that_come_in_no_known_way_are_not_taken_for_none(tmp_path: Path, code: str, answer: Answer) -> None:
    found = facts(tmp_path, {"app/get.py": code})

    for key in ("weights-verified", "revision-pinned", "remote-code"):
        assert found[key].answer is answer, key
        assert spots(found[key], counting=False) == ([] if answer is Answer.NOT_APPLICABLE else ["app/get.py:1"])
