"""Text in OSCAL documents: hostile paths, markup, tokens, long sentences."""

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from pydantic import TypeAdapter

from golden.documents import made, own, strings
from golden.sample import HOSTILE_PATHS, INSERT, rich
from tieout.kernel.reading.text import visible
from tieout.oscal import text
from tieout.oscal.models.datatypes import MarkupLine, String, Token, URIReference

# --- hostile --------------------------------------------------------------------------------------------------


def test_no_hidden_character_and_no_insertion_is_anywhere():
    for document in made(rich()).values():
        for found in strings(document):
            assert visible(found) == found
            assert not re.search(r"\{\{\s*insert", found)
    assert INSERT in json.dumps(rich().as_json(), ensure_ascii=False), "this is no trap"


def test_hostile_paths_are_told_whole():
    resources = made(rich())["assessment-results"]["back-matter"]["resources"]
    paths = {own(r, "artefact-type")[0]: own(r, "source-path")[0] for r in resources}
    assert paths["gateway_config"] == (
        "⟨U+0020⟩deploy⟨U+000A⟩/gate: way\\{⟨U+007B⟩ insert: param, ai-rmf-gv-1.1_prm }} `x`.yaml⟨U+0020⟩"
    )
    assert paths["alert_rules"] == "deploy/\\xff⟨U+2028⟩alerts⟨U+000D⟩⟨U+000A⟩.yml"
    assert paths["flag_config"] == HOSTILE_PATHS["flag_config"]
    assert paths["inventory"].endswith("… [cut; 5,016 characters in all]")


MARKDOWN = MarkdownIt("commonmark")


SIGNS = st.text("\\`*_{}[]()<>#+-.!|~^&\"'=:/ \n\tab1;", max_size=30)


@settings(max_examples=600, deadline=None)
@given(SIGNS | st.text(max_size=30))
def test_markup_shows_exactly_the_text_it_was_made_of(content):
    shown = " ".join(visible(content).split())
    expected = f"<p>{escapeHtml(shown)}</p>\n" if shown else ""
    assert MARKDOWN.render(text.prose(content)) == expected
    assert "{{" not in text.prose(content)
    assert not re.search(r"(?<!\\)[~^]", text.prose(content)), "sub and sup are OSCAL's own"


@settings(max_examples=600, deadline=None)
@given(st.text(max_size=40) | SIGNS | st.text(" \ufeff\u00a0\u2028\r\n{a", max_size=8))
def test_any_text_fits_the_types_of_oscal(content):
    TypeAdapter(String).validate_python(text.value(content))
    TypeAdapter(MarkupLine).validate_python(text.line(content))
    TypeAdapter(Token).validate_python(text.token(content))
    TypeAdapter(URIReference).validate_python(text.packet_href("evidence", content or "x", "artefact.json"))
    assert "{{" not in text.value(content)
    assert visible(text.value(content)) == text.value(content)


def test_different_names_have_different_tokens_and_spellings_of_one_the_same():
    assert (
        text.token("Model changes") == text.token("model_changes") == text.token(" model-changes ") == "model-changes"
    )
    odd = ["1: budget", "2: budget", "büro", "", "数", "a" * 400, "b" * 400]
    assert len({text.token(name) for name in odd}) == len(odd)


def test_long_texts_are_cut_and_say_so():
    assert text.line("x" * 301) == "x" * 300 + "… [cut; 301 characters in all]".replace("[", "\\[")
    assert text.line("x" * 300) == "x" * 300
    assert text.value("y" * 5000).endswith("… [cut; 5,000 characters in all]")
