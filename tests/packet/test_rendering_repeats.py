"""The same input gives the same bytes, wherever and however it is rendered."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from hashlib import sha256
from packet import sample
from packet.conftest import ATTACHMENTS
from tieout.render.html import render_page
from tieout.render.pdf import render_pdf
from tieout.render.view import build_view
view = build_view(sample.contents(), sample.files())
for data in (render_page(view), render_pdf(view, sample.contents().retention, ATTACHMENTS)):
    print(sha256(data).hexdigest())
"""
TESTS = Path(__file__).resolve().parents[1]


def test_other_processes_zones_locales_folders_and_seeds_give_the_same_bytes(page: str, report: Path, tmp_path: Path):
    worlds = (
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "cwd": "/"},
        {"PYTHONHASHSEED": "2", "TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "cwd": str(tmp_path)},
    )
    started = []
    for world in worlds:
        cwd = world.pop("cwd")
        command = [sys.executable, "-c", PROGRAM, str(TESTS)]
        environment = {**os.environ, **world, "PYTHONUTF8": "1"}
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=cwd, env=environment))
    printed = [process.communicate(timeout=120)[0].split() for process in started]
    here = [sha256(page.encode()).hexdigest(), sha256(report.read_bytes()).hexdigest()]
    assert printed == [here, here]
