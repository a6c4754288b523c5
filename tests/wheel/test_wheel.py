"""The wheel, installed with nothing but its own locked dependencies, does the whole job outside the clone."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT, Example, Run
from support.program import AS_OF, Answer, environment, fails, tieout

UV = Path(sys.executable).parent / "uv"


def uv(*arguments: str | Path) -> None:
    """Run uv: first from its cache alone, then with the index; neither is what these tests are about."""
    command = [UV, *arguments]
    offline = subprocess.run(
        [*command, "--offline"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    if offline.returncode != 0:
        online = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
        assert online.returncode == 0, offline.stderr + online.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from what a clone has: files that git ignores stay out."""
    folder = tmp_path_factory.mktemp("wheel")
    # With the build tool of the lock, so that neither an index nor another version decides what is built.
    uv("build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in an environment that holds the wheel and requirements/runtime.txt, and nothing of ours."""
    place = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True, timeout=60)
    python = place / "bin" / "python"
    lock = ROOT / "requirements" / "runtime.txt"
    uv("pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", lock)
    uv("pip", "install", "--quiet", "--python", python, "--no-deps", wheel)
    return place / "bin" / "tieout"


@pytest.fixture(scope="module")
def job(installed: Path, example: Example, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    """The whole job by the installed program; the packet folder and what was told."""
    copy = example.copy(tmp_path_factory.mktemp("job") / "of the wheel")
    folder = copy.root / "packet"
    arguments = ("run", "--as-of", AS_OF, "--no-exit-codes", "--out", folder)
    return folder, tieout(*arguments, cwd=copy.repository, program=installed)


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def tracked(*below: str) -> set[str]:
    """Files of these folders that a clone has: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *below],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {path for path in listed.stdout.splitlines() if (ROOT / path).is_file()}


def test_every_data_file_is_in_the_wheel_and_nothing_else(wheel: Path) -> None:
    """Each file of src, controls and templates once, in its place; beside them only the wheel's own papers."""
    wanted = {path.replace("src/tieout/", "tieout/", 1) for path in tracked("src/tieout")}
    wanted |= {f"tieout/_bundle/{path}" for path in tracked("controls", "templates")}
    shipped = {name for name in names(wheel) if ".dist-info/" not in name}
    assert shipped == wanted
    for part in ("controls/nist-ai-rmf-1.0/catalog.yaml", "controls/retention/rules.yaml", "templates/packet/page.css"):
        assert f"tieout/_bundle/{part}" in shipped
    for part in ("tieout/collectors/config/formats/litellm.yaml", "tieout/analytics/formats/litellm.yaml"):
        assert part in shipped


def test_neither_tests_nor_evidence_nor_notes_are_in_the_wheel(wheel: Path) -> None:
    assert {name.split("/")[0] for name in names(wheel)} == {"tieout", "tieout-0.1.0.dist-info"}
    assert [name for name in names(wheel) if re.search(r"(^|/)(tests|evidence|build|\.tieout)/|\.pyc$", name)] == []


def test_the_licence_and_the_notice_are_in_the_wheel(wheel: Path) -> None:
    papers = {name.rpartition("/")[2] for name in names(wheel) if ".dist-info/" in name}
    assert {"LICENSE", "NOTICE", "METADATA", "entry_points.txt"} <= papers


def test_the_wheel_is_the_same_bytes_each_time(wheel: Path, tmp_path: Path) -> None:
    uv("build", "--quiet", "--wheel", "--out-dir", tmp_path, ROOT)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_installed_program_reads_its_own_data(installed: Path, tmp_path: Path) -> None:
    code = "import tieout, tieout.kernel.bundle as b; print(tieout.__file__); print(b.bundled('controls'))"
    found = subprocess.run(
        [installed.with_name("python"), "-c", code],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.splitlines()
    assert all(Path(path).is_relative_to(installed.parents[1]) for path in found), found
    doctor = tieout("doctor", cwd=tmp_path, program=installed)
    assert doctor.code == 0, doctor.out


def test_it_does_the_whole_job_with_the_same_bytes_as_the_clone(job: tuple[Path, Answer], example_packet: Run) -> None:
    folder, answer = job
    assert answer.code == 0, answer.err
    there = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    here = {
        path.relative_to(example_packet.folder): path.read_bytes()
        for path in example_packet.folder.rglob("*")
        if path.is_file()
    }
    assert there.keys() == here.keys()
    assert [path for path in here if here[path] != there[path]] == []


def test_a_machine_without_pango_gets_all_but_the_pdf(installed: Path, example_packet: Run, tmp_path: Path) -> None:
    """As where the system library is missing: all but the report is there, one line says why, it does not verify."""
    copy = shutil.copytree(example_packet.example.repository, tmp_path / "r")
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')\n")
    variables = {"PYTHONPATH": str(tmp_path / "hidden")}
    answer = tieout("packet", "--out", "../packet", cwd=copy, program=installed, variables=variables)
    assert answer.code != 0
    (line,) = answer.err.splitlines()
    assert "Pango" in line
    assert "apt-get install" in line
    data = tmp_path / "packet" / "packet" / "data"
    assert not (data / "report.pdf").exists()
    assert (data / "index.html").is_file()
    assert (data / "oscal" / "assessment-results.json").is_file()
    verified = tieout("verify", tmp_path / "packet", cwd=tmp_path, program=installed)
    fails(verified, 5, "1 problem", "data/report.pdf is missing")
    doctor = tieout("doctor", cwd=tmp_path, program=installed, variables=variables)
    assert (doctor.code, "Pango is missing" in doctor.out) == (0, True)
