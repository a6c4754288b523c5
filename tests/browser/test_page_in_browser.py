"""The page in a browser, opened from a folder: no request, no message, no accessibility fault, no overflow."""

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from packet import sample
from tieout.render.html import render_page
from tieout.render.view import build_view

REPOSITORY = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("packet") / "index.html"
    path.write_bytes(render_page(build_view(sample.contents(), sample.files())))
    return path.as_uri()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core's rules, installed by npm from the lock file beside this test."""
    here, folder = Path(__file__).resolve().parent / "axe", REPOSITORY / ".venvs" / "axe"
    script, lock = folder / "node_modules" / "axe-core" / "axe.min.js", here / "package-lock.json"
    if not script.is_file() or (folder / lock.name).read_text() != lock.read_text():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", lock.name):
            shutil.copy(here / name, folder / name)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True)
    return script.read_text()


def _open(browser, address: str, width: int) -> tuple[Page, list[str], list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests: list[str] = []
    messages: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.goto(address)
    return page, requests, messages


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_it_opens_from_a_folder_without_a_request_or_a_message_and_fits(browser, address, width):
    page, requests, messages = _open(browser, address, width)
    assert requests == [address]
    assert messages == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "600"  # the style applied
    page.close()


def test_a_deep_link_goes_to_the_control(browser, address):
    page, _, _ = _open(browser, f"{address}#MANAGE-4.3", 1280)
    top = page.evaluate("document.getElementById('MANAGE-4.3').getBoundingClientRect().top")
    assert 0 <= top < 450
    assert page.evaluate("document.querySelector(':target').id") == "MANAGE-4.3"
    page.close()


def test_what_is_folded_opens_without_a_script_and_on_paper(browser, address, tmp_path):
    page, _, _ = _open(browser, address, 1280)
    folds = page.locator("details:not([open])")
    assert folds.count() > 10
    inside = folds.first.locator(":scope > :not(summary)").first
    assert not inside.is_visible()
    folds.first.locator("summary").click()
    assert page.locator("details[open]").first.locator(":scope > :not(summary)").first.is_visible()
    path = tmp_path / "page.pdf"
    page.reload()
    page.pdf(path=path)
    page.close()
    paper = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout
    digest = next(item.stored_sha256 for item in sample.contents().collection.items)
    assert digest[:16] in "".join(paper.split())


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_no_accessibility_fault(browser, address, axe, width):
    # The page's policy forbids scripts, so the judge is put into a copy without it; nothing else differs.
    page = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
    page.goto(address)
    page.evaluate(axe)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    faults = [(fault["id"], [node["target"] for node in fault["nodes"]][:3]) for fault in result["violations"]]
    assert faults == []
    assert len(result["passes"]) > 20
    page.close()
