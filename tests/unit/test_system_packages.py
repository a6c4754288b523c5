"""What `make setup` and `make test` do about system packages: on bare Debian, without root, apt or network."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import ROOT

SCRIPT = ROOT / "tools" / "system_packages.sh"
PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
#: Packages of the tests by the program that shows them.
PROGRAMS = {
    "pdftotext": "poppler-utils",
    "qpdf": "qpdf",
    "jq": "jq",
    "chromium": "chromium",
    "javac": "default-jdk-headless",
    "npm": "npm",
    "ssh-keygen": "openssh-client",
}
#: The one that is told by a file of its own: whether it is there, this machine decides.
JAXB = () if Path("/usr/share/java/jaxb-runtime.jar").exists() else ("libjaxb-java",)
NO_PDF = "Without Pango the PDF cannot be made; OSCAL and HTML can."


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of stubs: what is called on it is written down.

    Attributes:
        folder: Its only folder of programs.
    """

    folder: Path

    def has(self, name: str, script: str = "exit 0") -> None:
        """A program there."""
        stub = self.folder / name
        stub.write_text(f"#!/bin/sh\n{script}\n")
        stub.chmod(0o755)

    def has_apt(self, *, failing: str = "nothing") -> None:
        """An apt-get that writes down how it is called, and fails at one of its commands."""
        log = self.folder / "log"
        ends = f'[ "$1" != {failing} ] || {{ echo "no network" >&2; exit 100; }}'
        self.has("apt-get", f'echo "${{DEBIAN_FRONTEND:-}} $*" >> {log}\n{ends}')

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The script on this machine."""
        return subprocess.run(
            ["/bin/sh", SCRIPT, *arguments],
            env={"PATH": str(self.folder)},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        """How apt-get was called."""
        log = self.folder / "log"
        return log.read_text().splitlines() if log.exists() else []


def machine(folder: Path, *, user: int, missing: tuple[str, ...] = PANGO) -> Machine:
    """A machine whose Python finds every library but those of the packages that are missing."""
    folder.mkdir()
    made = Machine(folder)
    made.has("id", f'[ "$*" = -u ] && echo {user}')
    libraries = {"libpango-1.0-0": "libpango-1.0", "libpangoft2-1.0-0": "libpangoft2", "libharfbuzz-subset0": "libharf"}
    cases = "".join(f"*{libraries[name]}*) exit 1;; " for name in missing)
    made.has("python3", f'case "$3" in {cases}*) exit 0;; esac')
    return made


@pytest.mark.parametrize("user", [0, 1000])
@pytest.mark.parametrize("arguments", [(), ("runtime",)])
def test_where_all_is_there_nothing_is_done_or_said(tmp_path: Path, user: int, arguments: tuple[str, ...]) -> None:
    there = machine(tmp_path / "m", user=user, missing=())
    there.has_apt()
    done = there.run(*arguments)
    assert (done.returncode, done.stdout, done.stderr, there.calls) == (0, "", "", [])


@pytest.mark.parametrize("missing", [PANGO, PANGO[:1], PANGO[2:]])
def test_root_on_debian_gets_what_is_missing_without_a_question(tmp_path: Path, missing: tuple[str, ...]) -> None:
    bare = machine(tmp_path / "m", user=0, missing=missing)
    bare.has_apt()
    done = bare.run("runtime")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"installing: {' '.join(missing)}\n"
    assert bare.calls == [" update -qq", f"noninteractive install -y -qq {' '.join(missing)}"]


@pytest.mark.parametrize(("user", "apt"), [(1000, True), (1000, False), (0, False)])
def test_without_root_or_without_apt_the_exact_line_is_said_and_the_demo_goes_on(
    tmp_path: Path, user: int, *, apt: bool
) -> None:
    bare = machine(tmp_path / "m", user=user)
    if apt:
        bare.has_apt()
    done = bare.run("runtime")
    assert (done.returncode, done.stdout, bare.calls) == (0, "", [])
    assert done.stderr.splitlines() == [
        f"Missing system packages. As root:  apt-get install -y {' '.join(PANGO)}",
        NO_PDF,
    ]


@pytest.mark.parametrize("failing", ["update", "install"])
def test_a_root_without_a_network_makes_the_demo_without_its_pdf(tmp_path: Path, failing: str) -> None:
    bare = machine(tmp_path / "m", user=0)
    bare.has_apt(failing=failing)
    done = bare.run("runtime")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "no network",
        "apt-get failed; what it said stands above.",
        f"Missing system packages. As root:  apt-get install -y {' '.join(PANGO)}",
        NO_PDF,
    ]
    assert len(bare.calls) == (1 if failing == "update" else 2)


def test_the_tests_need_more_and_root_gets_all_of_it(tmp_path: Path) -> None:
    bare = machine(tmp_path / "m", user=0)
    bare.has_apt()
    bare.has("qpdf")
    assert bare.run("test").returncode == 0
    wanted = {*PANGO, *PROGRAMS.values(), *JAXB} - {"qpdf"}
    assert set(bare.calls[-1].removeprefix("noninteractive install -y -qq ").split()) == wanted


def test_the_tests_do_not_begin_where_something_is_missing(tmp_path: Path) -> None:
    there = machine(tmp_path / "m", user=1000, missing=())
    for program in PROGRAMS:
        there.has(program)
    (there.folder / "jq").unlink()
    done = there.run("test")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("Missing system packages. As root:  apt-get install -y jq")
    assert set(line.rpartition("install -y ")[2].split()) == {"jq", *JAXB}


@pytest.mark.parametrize("failing", ["update", "install"])
def test_the_tests_do_not_begin_where_apt_failed(tmp_path: Path, failing: str) -> None:
    bare = machine(tmp_path / "m", user=0)
    bare.has_apt(failing=failing)
    done = bare.run("test")
    assert done.returncode == 1
    assert NO_PDF not in done.stderr
    assert "As root:  apt-get install -y libpango-1.0-0" in done.stderr


def test_the_line_is_the_one_that_doctor_says() -> None:
    from tieout.cli.diagnosis import PANGO_LINE

    assert f"apt-get install -y {' '.join(PANGO)}" == PANGO_LINE
