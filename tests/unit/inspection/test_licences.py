"""Licences of code and weights, by files, metadata and sentences, and whether they agree."""

from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.inspecting import facts_of, inspected, spots
from tieout.domain.inspection import Answer, Fact

_MIT = "MIT License\n\nPermission is hereby granted, free of charge, to sublicense it.\n"
_APACHE = "\n    Apache License\n    Version 2.0\n"
_STRANGE = "\n=====\nYou may use this where it does good to people, and nowhere else, says the owner.\n"
_README = "# X\n\n## License\n\nThis is licensed under the MIT License.\n"
_CC0 = "Public domain.\n\nWe waive\nrights through the\nCC0 1.0 dedication.\n\n## CC0 1.0 Summary\n"


def _facts(folder: Path, files: dict[str, str]) -> dict[str, Fact]:
    return {key.rpartition("/")[2]: fact for key, fact in inspected(folder, files, "licences").items()}


def test_nothing_is_stated(tmp_path: Path) -> None:
    facts = _facts(tmp_path, {"a.py": "x = 1\n"})

    assert facts["code-licence"].answer is Answer.NO
    assert facts["weights-licence"].answer is Answer.NOT_APPLICABLE
    assert facts["licence-agreement"].answer is Answer.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("path", "text", "spdx", "line"),
    [
        ("LICENSE", _MIT, "MIT", 1),
        ("LICENSE", f"\n=====\n\n{_MIT}", "MIT", 4),
        ("LICENSE", _MIT.replace("MIT License", "Copyright Acme"), "MIT", 3),
        ("LICENCE", _MIT, "MIT", 1),
        ("LICENSE.md", _CC0, "CC0-1.0", 5),
        (".github/LICENSE", "Apache License, Version 2.0\n", "Apache-2.0", 1),
        ("LICENSE.txt", "Copyright Acme\n\nRedistribution and use in source and binary forms\n", "BSD-2-Clause", 3),
        ("LICENSE", "Copyright Acme\nSPDX-License-Identifier: EUPL-1.2\n", "EUPL-1.2", 2),
        ("LICENSE", "Copyright Acme. All rights reserved.\n", "LicenseRef-Proprietary", 1),
        ("LICENSE", f"{_MIT}\nParts are under the Apache License, Version 2.0.\n", "MIT", 1),
    ],
)
def test_a_licence_file_is_recognised_by_its_text(tmp_path: Path, path: str, text: str, spdx: str, line: int) -> None:
    fact = _facts(tmp_path, {path: text})["code-licence"]

    assert fact.answer is Answer.YES
    assert fact.values["spdx"] == (spdx,)
    assert spots(fact) == [f"{path}:{line}"]


@pytest.mark.parametrize(
    ("path", "text", "spdx", "lines"),
    [
        ("LICENSE", _APACHE, "Apache-2.0", (2, 3)),
        ("COPYING", "\nGNU GENERAL PUBLIC LICENSE\n\nVersion 3, 29 June 2007\n", "GPL-3.0", (2, 4)),
    ],
)
def test_a_licence_whose_version_stands_on_a_line_of_its_own(
    tmp_path: Path, path: str, text: str, spdx: str, lines: tuple[int, ...]
) -> None:
    fact = _facts(tmp_path, {path: text})["code-licence"]

    assert fact.values["spdx"] == (spdx,)
    assert spots(fact) == [f"{path}:{line}" for line in lines]


@pytest.mark.parametrize("text", ["", "\n", "TODO\n", "See the website.\n"])
def test_a_file_of_the_right_name_without_terms_states_nothing(tmp_path: Path, text: str) -> None:
    facts = _facts(tmp_path, {"LICENSE": text})

    assert facts["code-licence"].answer is Answer.NO
    assert spots(facts["code-licence"], counting=False) == ["LICENSE:1"]
    assert facts["licence-agreement"].answer is Answer.NOT_APPLICABLE


def test_a_sentence_on_the_software_says_nothing_of_weights(tmp_path: Path) -> None:
    fact = _facts(tmp_path, {"README.md": _README, "m.py": _LOADS})["weights-licence"]

    assert fact.answer is Answer.NO
    assert "README.md:5" in spots(fact, counting=False)
    assert spots(fact) == []


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"LICENSE": _STRANGE}, "LICENSE:3"),
        ({"LICENSE": "TODO\n", "README.md": _README}, "README.md:5"),
        ({"README.md": _README.replace("## L", "## \U0001f4c4 L")}, "README.md:5"),
        ({"package.json": '{\n "name": "x",\n "license": "MIT"\n}\n'}, "package.json:3"),
        ({"README.md": _README}, "README.md:5"),
    ],
)
def test_a_strange_text_or_a_word_alone_is_a_part(tmp_path: Path, files: dict[str, str], place: str) -> None:
    fact = _facts(tmp_path, files)["code-licence"]

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == [place]


@pytest.mark.parametrize("path", ["vendor/x/LICENSE", "tests/LICENSE", "LICENSES-3rd-party.txt", "src/license.py"])
def test_licences_of_others_are_not_its_own(tmp_path: Path, path: str) -> None:
    assert _facts(tmp_path, {path: _MIT})["code-licence"].answer is Answer.NO


def test_a_part_under_another_licence_is_told(tmp_path: Path) -> None:
    text = f'Content of "ee/" is under "ee/LICENSE".\n\n{_MIT}'
    facts = _facts(tmp_path, {"LICENSE": text, "ee/LICENSE": "Acme terms\n", "ee/a.ts": "1\n"})

    assert facts["code-licence"].answer is Answer.YES
    assert spots(facts["code-licence"]) == ["LICENSE:3", "LICENSE:1"]
    assert "ee/LICENSE" in facts["code-licence"].statement
    assert spots(facts["code-licence"], counting=False) == ["ee/LICENSE:1"]


_LOADS = "import joblib\n\nmodel = joblib.load(path)\n"


@pytest.mark.parametrize(
    ("text", "answer", "spdx"),
    [
        ("Our code and model weights are released under the MIT License.", Answer.YES, ("MIT",)),
        ("The code is under Apache 2.0; the weights are released under CC-BY-NC 4.0.", Answer.YES, ("CC-BY-NC-4.0",)),
        ("The model is licensed under the [Apache 2.0 license](LICENSE).", Answer.YES, ("Apache-2.0",)),
        ("The weights are not released under the MIT License.", Answer.NO, ()),
        ("This project is licensed under the MIT License.", Answer.NO, ()),
    ],
)
def test_sentences_on_weights(tmp_path: Path, text: str, answer: Answer, spdx: tuple[str, ...]) -> None:
    fact = _facts(tmp_path, {"README.md": f"# X\n\n{text}\n", "m.py": _LOADS})["weights-licence"]

    assert fact.answer is answer
    assert fact.values["spdx"] == spdx
    assert spots(fact) == (["README.md:3"] if spdx else [])


def test_front_matter_of_a_model(tmp_path: Path) -> None:
    card = (
        "---\nlicense: apache-2.0\npipeline_tag: text-classification\n---\n# Model\n\n## Intended use\n\nTo sort.\n"
        "\n## Limitations\n\nIt fails on poems of all kinds.\n\n## Training data\n\nTen thousand letters of clerks.\n"
    )
    fact = _facts(tmp_path, {"README.md": card})["weights-licence"]

    assert fact.answer is Answer.YES
    assert spots(fact) == ["README.md:2"]


@pytest.mark.parametrize("path", ["models/net.safetensors", "net.onnx"])
def test_weights_without_a_word(tmp_path: Path, path: str) -> None:
    fact = _facts(tmp_path, {path: "x", "LICENSE": _MIT})["weights-licence"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == [path]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("package.json", '{"name": "x",\n"license": "ISC"}\n', 2),
        ("pyproject.toml", '[project]\nname = "x"\nlicense = {text = "GPL-3.0-only"}\n', 3),
        ("api.py", 'from fastapi import FastAPI\napp = FastAPI(\n  license_info={"name": "CCO 1.0"},\n)\n', 3),
        ("README.md", "# X\n\n## Licence\n\nReleased under the Apache License 2.0.\n", 5),
    ],
)
def test_statements_that_disagree(tmp_path: Path, path: str, text: str, line: int) -> None:
    fact = _facts(tmp_path, {"LICENSE": _MIT, path: text})["licence-agreement"]

    assert fact.answer is Answer.NO
    assert spots(fact) == ["LICENSE:1", f"{path}:{line}"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package.json", '{"name": "x", "license": "MIT"}\n'),
        ("pyproject.toml", '[project]\nname = "x"\nclassifiers = ["License :: OSI Approved :: MIT License"]\n'),
        ("package.json", '{"name": "x", "license": "(MIT OR Apache-2.0)"}\n'),
        ("README.md", "# X\n\n## License\n\nMIT License\n"),
    ],
)
def test_statements_that_agree(tmp_path: Path, path: str, text: str) -> None:
    fact = _facts(tmp_path, {"LICENSE": _MIT, path: text})["licence-agreement"]

    assert fact.answer is Answer.YES
    assert len(spots(fact)) == 2


def test_a_family_agrees_with_its_members(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\nclassifiers = ["License :: OSI Approved :: BSD License"]\n'
    bsd = "Redistribution and use in source and binary forms. To endorse or promote needs leave.\n"
    fact = _facts(tmp_path, {"LICENSE": bsd, "pyproject.toml": text})["licence-agreement"]

    assert fact.answer is Answer.YES


def test_a_part_with_its_own_licence_speaks_for_itself(tmp_path: Path) -> None:
    files = {"LICENSE": _MIT, "sub/LICENSE": _APACHE, "sub/package.json": '{"name": "s", "license": "Apache-2.0"}'}
    assert _facts(tmp_path, files)["licence-agreement"].answer is Answer.NOT_APPLICABLE


def test_a_licence_that_cannot_be_read_is_not_absent(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    (tmp_path / "LICENSE").symlink_to("../LICENSE")
    made.commit("one", {"a.txt": "1\n"})

    assert facts_of(made.folder, "licences")["licences/code-licence"].answer is Answer.UNKNOWN
