"""Supply chain: pins, bills of materials, signatures, provenance, and how a release comes about."""

import json
from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Confidence, Fact

CI = ".github/workflows/release.yml"
SHA = "a" * 40
RELEASE = "on:\n  release: {types: [published]}\n"


def _workflow(*steps: str, on: str = RELEASE, job: str = "") -> str:
    lines = "".join(f"      - {step}\n" for step in steps)
    return f"{on}jobs:\n  ship:\n{job}    steps:\n{lines}"


def _facts(folder: Path, files: dict[str, str]) -> dict[str, Fact]:
    found = inspected(folder, files, "supply-chain")
    return {key.removeprefix("supply-chain/"): fact for key, fact in found.items()}


def test_a_repository_without_anything(tmp_path: Path) -> None:
    assert {key: fact.answer for key, fact in _facts(tmp_path, {"a.py": ""}).items()} == {
        "actions-pinned": Answer.NOT_APPLICABLE,
        "sbom": Answer.NO,
        "signing": Answer.NO,
        "provenance": Answer.NO,
        "release-publishing": Answer.NO,
    }


def test_pins_the_most_doubtful_first(tmp_path: Path) -> None:
    steps = (
        f"uses: actions/checkout@{SHA}",
        "uses: actions/setup-python@v5",
        "uses: org/tool@v2",
        "uses: org/deploy@v1\n        with: {key: '${{ secrets.KEY }}'}",
        "uses: org/fetch@latest",
        "uses: ./.github/actions/own",
        f"uses: docker://alpine@sha256:{'b' * 64}",
    )
    fact = _facts(tmp_path, {CI: _workflow(*steps)})["actions-pinned"]

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == [f"{CI}:11", f"{CI}:9", f"{CI}:8", f"{CI}:7", f"{CI}:13", f"{CI}:6"]
    assert fact.values == {
        "total": 6,
        "pinned": 2,
        "by_version": 3,
        "by_branch_or_latest": 1,
        "unpinned_with_secrets": 1,
        "of_others": 4,
        "of_others_pinned": 1,
    }


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        (f"org/tool@{SHA}", Answer.YES),
        ("org/tool@v1.2.3", Answer.NO),
        ("org/tool@main", Answer.NO),
        (f"org/tool@{SHA[:12]}", Answer.NO),
        ("./.github/actions/own", Answer.NOT_APPLICABLE),
    ],
)
def test_what_a_pin_is(tmp_path: Path, reference: str, answer: Answer) -> None:
    assert _facts(tmp_path, {CI: _workflow(f"uses: {reference}")})["actions-pinned"].answer is answer


def test_a_commented_reference_is_none(tmp_path: Path) -> None:
    text = _workflow(f"uses: org/tool@{SHA}") + "      # - uses: org/other@main\n"

    assert _facts(tmp_path, {CI: text})["actions-pinned"].values["total"] == 1


@pytest.mark.parametrize(
    ("step", "key"),
    [
        ("run: syft . -o cyclonedx-json", "sbom"),
        ("run: npx @cyclonedx/cyclonedx-npm", "sbom"),
        ("uses: anchore/sbom-action@v0", "sbom"),
        ("uses: docker/build-push-action@v6\n        with: {sbom: true}", "sbom"),
        ("run: cosign sign app", "signing"),
        ("run: gpg --detach-sign app.tar", "signing"),
        ("run: git tag -s v1", "signing"),
        ("uses: actions/attest-build-provenance@v2", "provenance"),
        ("run: npm publish --provenance", "provenance"),
        ("uses: docker/build-push-action@v6\n        with: {provenance: mode=max}", "provenance"),
    ],
)
def test_what_is_made_with_a_release(tmp_path: Path, step: str, key: str) -> None:
    facts = _facts(tmp_path, {CI: _workflow(step)})

    assert facts[key].answer is Answer.YES
    asked = [f"{CI}:7"] if "with:" in step else []  # the input itself goes first
    assert spots(facts[key]) == [*asked, f"{CI}:6", f"{CI}:2"]


@pytest.mark.parametrize(
    "step",
    [
        "uses: sigstore/cosign-installer@v3",
        "run: cosign verify app",
        "run: gpg --import key.asc",
        "run: git tag v1",
        "uses: docker/build-push-action@v6\n        with: {sbom: false, provenance: false}",
        "run: npm publish",
        "name: make an SBOM and sign it\n        run: ls",
    ],
)
def test_what_makes_nothing(tmp_path: Path, step: str) -> None:
    facts = _facts(tmp_path, {CI: _workflow(step)})

    assert {facts[key].answer for key in ("sbom", "signing", "provenance")} == {Answer.NO}


def test_a_kept_bill_of_materials_is_a_part(tmp_path: Path) -> None:
    bill = json.dumps({"bomFormat": "CycloneDX", "components": []})
    files = {"sbom.json": bill, "tests/data/bom.json": bill, "combomb.json": "{}"}
    fact = _facts(tmp_path, files)["sbom"]

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["sbom.json"]


def test_a_word_about_bills_of_materials_is_none(tmp_path: Path) -> None:
    fact = _facts(tmp_path, {"README.md": "# App\nAn SBOM is planned.\n", "sbom.json": "{}"})["sbom"]

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == ["README.md:2"]


def test_goreleaser_s_configuration_counts(tmp_path: Path) -> None:
    config = "version: 2\nsboms:\n  - artifacts: archive\nsigns:\n  - cmd: cosign\n"
    facts = _facts(tmp_path, {".goreleaser.yaml": config})

    assert [(facts[key].answer, spots(facts[key])) for key in ("sbom", "signing", "provenance")] == [
        (Answer.YES, [".goreleaser.yaml:2"]),
        (Answer.YES, [".goreleaser.yaml:4"]),
        (Answer.NO, []),
    ]


@pytest.mark.parametrize(
    ("reference", "inputs", "answer"),
    [
        (f"{SHA} # v1.14.2", "", Answer.YES),
        ("v1.12.0", "", Answer.YES),
        ("release/v1", "", Answer.YES),
        (f"{SHA} # v1.8.0", "", Answer.NO),
        ("v1.12.0", "\n        with: {attestations: false}", Answer.NO),
        ("v1.12.0", "\n        with: {password: '${{ secrets.TOKEN }}'}", Answer.NO),
    ],
)
def test_attestations_that_publishing_to_pypi_makes(
    tmp_path: Path, reference: str, inputs: str, answer: Answer
) -> None:
    step = f"uses: pypa/gh-action-pypi-publish@{reference}{inputs}"
    job = "    permissions: {id-token: write}\n"
    fact = _facts(tmp_path, {CI: _workflow(step, job=job)})["provenance"]

    assert fact.answer is answer
    if answer is Answer.YES:
        assert fact.confidence is Confidence.MODERATE


PUBLISH = """\
on:
  push:
    branches: [main]
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: org/regex-match@v2
        id: matched
        with:
          text: ${{ github.event.head_commit.message }}
          regex: '^Release ([^ ]+)'
      - if: ${{ steps.matched.outputs.match != '' }}
        env:
          TWINE_USERNAME: __token__
          TWINE_PASSWORD: ${{ secrets.PYPI_API_TOKEN }}
        run: |
          python -m build
          twine upload dist/*
"""


def test_a_release_that_a_message_starts_with_a_stored_secret(tmp_path: Path) -> None:
    fact = _facts(tmp_path, {CI: PUBLISH})["release-publishing"]

    assert fact.answer is Answer.YES
    assert spots(fact) == [f"{CI}:19", f"{CI}:12", f"{CI}:16", f"{CI}:2", f"{CI}:3", f"{CI}:13"]
    assert fact.values == {
        "publishes": ("Python package",),
        "started_by": ("push",),
        "stored_credentials": ("PYPI_API_TOKEN",),
        "federated_identity": False,
        "environment": (),
        "tests_before": False,
    }
    assert "^Release" in fact.statement
    assert "no tests stand before it" in fact.statement


def test_a_release_that_is_guarded(tmp_path: Path) -> None:
    text = (
        "on:\n  push: {tags: ['v*']}\njobs:\n  test:\n    steps:\n      - run: pytest\n"
        "  publish:\n    needs: test\n    environment: pypi\n    permissions:\n      id-token: write\n    steps:\n"
        "      - run: uv publish\n"
    )
    fact = _facts(tmp_path, {CI: text})["release-publishing"]

    assert fact.values["environment"] == ("pypi",)
    assert fact.values["federated_identity"] is True
    assert fact.values["stored_credentials"] == ()
    assert fact.values["tests_before"] is True
    assert spots(fact) == [f"{CI}:13", f"{CI}:2", f"{CI}:9", f"{CI}:11", f"{CI}:6"]
    assert "pushes of tags v*" in fact.statement


@pytest.mark.parametrize(
    ("test", "before"),
    [("pytest", True), ("pytest || true", False), ("ruff check", False)],
)
def test_a_test_that_cannot_fail_guards_nothing(tmp_path: Path, test: str, before: bool) -> None:
    fact = _facts(tmp_path, {CI: _workflow(f"run: {test}", "run: npm publish")})["release-publishing"]

    assert fact.values["tests_before"] is before


@pytest.mark.parametrize(
    ("step", "on"),
    [
        ("run: npm publish --dry-run", RELEASE),
        ("run: docker build -t app .", RELEASE),
        ("uses: docker/build-push-action@v6\n        with: {push: false}", RELEASE),
        ("run: npm publish", "on: pull_request\n"),
    ],
)
def test_what_publishes_nothing(tmp_path: Path, step: str, on: str) -> None:
    assert _facts(tmp_path, {CI: _workflow(step, on=on)})["release-publishing"].answer is Answer.NO


def test_publishing_by_hand_is_shown_and_is_no_workflow(tmp_path: Path) -> None:
    files = {"RELEASE.md": "# How\n\nBuild it, then `twine upload dist/*`.\n", CI: "on: push\njobs: {}\n"}
    fact = _facts(tmp_path, files)["release-publishing"]

    assert fact.answer is Answer.NO
    assert "by hand" in fact.statement
    assert spots(fact) == []
    assert spots(fact, counting=False) == ["RELEASE.md:3"]


def test_the_tags_that_start_a_release_are_shown(tmp_path: Path) -> None:
    text = "on:\n  push:\n    tags:\n      - 'v*'\n      - 'r*'\njobs:\n  out:\n    steps:\n      - run: uv publish\n"
    fact = _facts(tmp_path, {CI: text})["release-publishing"]

    assert fact.answer is Answer.YES
    assert [f"{CI}:{line}" for line in (9, 2, 4, 5)] == spots(fact)
