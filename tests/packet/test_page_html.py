"""The HTML page: one file, no script, nothing fetched, nothing hostile alive, all controls in it."""
# ruff: noqa: RUF001 - the view shows hidden characters in single guillemets

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from packet import sample
from packet.sample import MARKUP, UNBROKEN
from tieout.render.html import render_page
from tieout.render.model import PacketView
from tieout.render.view import build_view

ALLOWED_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "article", "footer"),
    *("h1", "h2", "h3", "h4", "p", "a", "ul", "li", "dl", "dt", "dd", "strong", "span", "code", "br", "wbr", "div"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("details", "summary"),
    *("svg", "circle", "path", "rect", "text", "symbol", "use"),
}
NEVER_IN_ATTRIBUTES = re.compile(r"^(on.*|style|src|srcset|action|formaction|background|poster|data|xlink:href)$")


class Reader(HTMLParser):
    """Collects tags, attributes, and texts by the id that they stand under."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]


@pytest.fixture(scope="module")
def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def test_the_policy_names_the_one_style_block_by_its_hash_and_allows_nothing_else(page: str, read: Reader):
    blocks = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    digest = b64encode(sha256(blocks[0].encode()).digest()).decode()
    policy = next(a["content"] for t, a in read.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert len(blocks) == 1
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_nothing_in_it_can_run_or_fetch(read: Reader):
    assert {tag for tag, _ in read.tags} <= ALLOWED_TAGS
    for _, attributes in read.tags:
        assert not [name for name in attributes if NEVER_IN_ATTRIBUTES.match(name)]
    style = "".join(read.texts)
    assert "url(" not in style
    assert "@import" not in style


def test_every_link_resolves_inside_the_page_or_inside_the_packet(read: Reader):
    ids = read.values("id")
    files = set(sample.files())
    assert len(ids) == len(set(ids))
    outward = [href for href in read.values("href") if not href.startswith("#")]
    assert outward
    assert set(outward) <= files
    assert {href[1:] for href in read.values("href") if href.startswith("#")} <= set(ids)
    assert {name for value in read.values("aria-labelledby") for name in value.split()} <= set(ids)


def test_all_72_controls_have_a_deep_link_and_their_verdict_as_a_word(page: str, read: Reader, view: PacketView):
    ids = set(read.values("id"))
    for cell in (cell for row in view.functions for cell in row.cells):
        assert cell.label.replace(" ", "-") in ids
        listed = re.search(rf'<a href="#{re.escape(cell.anchor)}"><span class="number-of">.*?</a>', page, re.DOTALL)
        assert listed
        assert cell.title in listed.group()
        assert re.search(rf"</svg>\s*{cell.verdict.value}<", listed.group())


def test_each_evidence_item_has_a_deep_link_its_whole_digests_and_its_files(page: str, view: PacketView):
    for item, row in zip(sample.contents().collection.items, view.evidence, strict=True):
        entry = re.search(rf'<article class="item" id="{row.anchor}".*?</article>', page, re.DOTALL)
        assert entry
        assert item.stored_sha256 in entry.group()
        assert item.provenance.source_digest.partition(":")[2] in entry.group()
        assert f'href="evidence/{item.id}/artefact.json"' in entry.group()


def test_hostile_text_is_shown_and_inert(page: str, read: Reader):
    told = "".join(read.texts)
    assert MARKUP in told  # the whole of it is text
    assert "evil.example" not in "".join(value for _, a in read.tags for value in a.values())
    assert "approved‹U+202E›yllaer" in told
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f]", page)
    assert "x" * 1000 not in page  # broken by wbr …
    assert "x" * 500 in told  # … which a reader's copy does not have
    assert UNBROKEN not in told


def test_it_says_that_it_is_unsigned_and_how_to_check_it(read: Reader):
    told = "".join(read.texts)
    assert "UNSIGNED unless packet.dsse.json beside this packet verifies" in told
    assert "sha256sum -c manifest-sha256.txt" in told
    assert sample.contents().evidence_index_sha256 in told


def test_its_bones_are_those_of_an_accessible_page(read: Reader, view: PacketView):
    tags = [tag for tag, _ in read.tags]
    assert next(a["lang"] for t, a in read.tags if t == "html") == "en"
    for landmark in ("header", "nav", "main", "footer", "h1", "title"):
        assert tags.count(landmark) == 1
    assert read.tags[tags.index("a")][1] == {"class": "skip", "href": "#main"}
    assert all("scope" in attributes for tag, attributes in read.tags if tag == "th")
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert view.title in "".join(read.texts)


def test_a_system_named_to_harm_stays_a_name():
    contents = sample.contents()
    subject = contents.assessment.subject.model_copy(update={"name": MARKUP + "q" * 300, "release": '1"><b>'})
    assessment = contents.assessment.model_copy(update={"subject": subject})
    reader = Reader()
    reader.feed(render_page(build_view(contents.model_copy(update={"assessment": assessment}))).decode())
    assert {tag for tag, _ in reader.tags} <= ALLOWED_TAGS
    assert "<wbr>" not in "".join(reader.texts)
