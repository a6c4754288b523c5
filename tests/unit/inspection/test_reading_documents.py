"""Documents as prose: what is a heading, a paragraph, a table; what is code, comment or front matter; which line."""

import textwrap

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.documents import is_document, is_page
from tieout.inspection.reading.html import read_html
from tieout.inspection.reading.markdown import read_markdown, read_restructured
from tieout.inspection.reading.prose import Prose
from tieout.inspection.text import Text
from tieout.kernel.reading.patterns import compile_bytes


def text(content: str, path: str = "README.md") -> Text:
    return Text(path, PlaceClass.LIVE, textwrap.dedent(content).encode())


def markdown(content: str) -> Prose:
    return read_markdown(text(content))


def titles(prose: Prose) -> list[tuple[int, str, int]]:
    return [(section.level, section.title, section.line) for section in prose.headings]


def test_headings_of_every_form() -> None:
    found = markdown(
        """\
        Title
        =====

        # One #
        Two
        ---
        ### `Three` and [four](https://example.org)
        <h2 align="center">
          Five
        </h2>

        **Six**

        ####Seven is none
        """
    )

    assert titles(found) == [
        (1, "Title", 1),
        (1, "One", 4),
        (2, "Two", 5),
        (3, "Three and four", 7),
        (2, "Five", 8),
        (7, "Six", 12),
    ]


def test_a_section_ends_where_one_of_its_level_begins() -> None:
    found = markdown("# A\ntext a\n## B\ntext b\n### C\ntext c\n## D\ntext d\n")
    _, a, b, c, d = found.sections

    assert (a.own_end, a.end) == (2, 9)
    assert (b.own_end, b.end) == (4, 6)
    assert (c.own_end, c.end, c.above) == (6, 6, ("A", "B"))
    assert d.line == 7
    assert [part.text for part in found.within(b)] == ["text b", "text c"]
    assert [part.text for part in found.within(b, own=True)] == ["text b"]
    assert found.section_at(6).title == "C"
    assert found.trail(6) == ("A", "B", "C")


def test_code_comments_and_front_matter_are_no_prose() -> None:
    found = markdown(
        """\
        ---
        license: mit
        ---
        Seen.

        ```
        # no heading
        accuracy 0.60
        ```

        <!-- hidden
        # no heading either
        -->

            indented code

        - an item

            that goes on
        ~~~~
        ```
        ~~~~
        """
    )

    assert found.front == (1, 3)
    assert [(part.line, part.text) for part in found.paragraphs] == [
        (4, "Seen."),
        (17, "an item"),
        (19, "that goes on"),
    ]
    assert [line.number for line in found.code] == [7, 8, 15, 21]
    assert [line.number for line in found.comments] == [11, 12, 13]
    assert found.headings == ()


def test_a_fence_that_is_never_closed_hides_the_rest() -> None:
    assert markdown("# A\n```\n# B\n").headings[-1].title == "A"


def test_a_rule_between_dashes_is_no_front_matter_below_the_top() -> None:
    found = markdown("Text.\n\n---\nname: x\n\n---\n")

    assert found.front is None
    assert [part.text for part in found.paragraphs] == ["Text.", "name: x"]


def test_a_paragraph_knows_the_line_of_each_of_its_words() -> None:
    found = markdown("We caution\nagainst *any*\nuse in courts.\n")
    (paragraph,) = found.paragraphs

    assert paragraph.text == "We caution against *any* use in courts."
    assert paragraph.found(compile_bytes("caution against")) == 1
    assert paragraph.found(compile_bytes("courts")) == 3
    assert paragraph.found(compile_bytes("hospitals")) is None
    assert paragraph.end == 3


def test_words_beyond_ascii_do_not_move_the_line() -> None:
    (paragraph,) = markdown("Ünlü çok önemli\nwe don\N{RIGHT SINGLE QUOTATION MARK}t recommend it\n").paragraphs

    assert paragraph.found(compile_bytes("don't recommend")) == 2


def test_a_table_has_columns_and_rows_with_lines() -> None:
    found = markdown("| Model | Size |\n|:-----:|------|\n| a | **39 M** |\n| b \\| c | `74 M` |\n\nAfter.\n")
    (table,) = found.tables

    assert (table.line, table.columns) == (1, ("Model", "Size"))
    assert [(row.line, row.cells) for row in table.rows] == [(3, ("a", "39 M")), (4, ("b \\| c", "74 M"))]
    assert [part.text for part in found.paragraphs] == ["After."]


def test_callouts_and_quotations_are_text() -> None:
    found = markdown("> [!WARNING]\n> Not for production.\n")

    assert [(part.line, part.text) for part in found.paragraphs] == [(1, "[!WARNING] Not for production.")]


def test_restructured_text() -> None:
    found = read_restructured(
        text(
            """\
            =====
            Title
            =====

            Part
            ----

            .. code-block:: python

               part = "no prose"

            .. a comment
               that goes on

            .. warning::

               Do not use this.

            Deeper
            ~~~~~~
            """,
            "README.rst",
        )
    )

    assert titles(found) == [(1, "Title", 2), (2, "Part", 5), (3, "Deeper", 19)]
    assert "Do not use this." in [part.text for part in found.paragraphs]
    assert [line.number for line in found.code if line.text] == [10]


def test_a_page_is_what_its_visitor_reads() -> None:
    found = read_html(
        text(
            """\
            {% extends "base.html" %}
            <style>h1 { color: red }</style>
            <h1 class="big">
              Privacy
              notice
            </h1>
            <!-- <h2>Old</h2> -->
            <p>We keep it for
              <b>30&nbsp;days</b>.</p>
            {# <p>Never said</p> #}
            <h2>Retention</h2>
            <ul><li>{{ count }} one</li></ul>
            <script>
            const h = "<p>code</p>";
            </script>
            """,
            "notice.html",
        )
    )

    assert titles(found) == [(1, "Privacy notice", 3), (2, "Retention", 11)]
    texts = {part.line: part.text for part in found.paragraphs}
    assert texts[8] == "We keep it for 30 days ."
    assert texts[12] == "one"
    assert not any("Never" in said or "code" in said or "Old" in said for said in texts.values())


def test_lists_of_packages_are_no_documents() -> None:
    assert is_document("docs/index.rst")
    assert is_document("LICENCE")
    assert not is_document("requirements-dev.txt")
    assert not is_document("src/app.py")
    assert is_page("app/views/about.html.erb")
    assert not is_page("src/app.py")


def test_many_headings_take_linear_time() -> None:
    found = read_markdown(text("## Limitations\n" * 50_000))

    assert len(found.headings) == 50_000


HTML_TABLE = """\
# Results

<table>
  <thead>
    <tr>
      <th rowspan="2">model</th>
      <th colspan="2">Letters<br />2020</th>
      <th>size</th>
    </tr>
    <tr><th>k-NN</th><th>linear</th><!-- <th>none</th> --><th>in MB</th></tr>
  </thead>
  <tbody>
    <tr>
      <td>small</td>
      <td align="right">
        79.0%
      </td>
      <td align="right">81.1%</td>
      <td>21</td>
    </tr>
  </tbody>
</table>

```html
<table><tr><th>a</th></tr><tr><td>1</td></tr></table>
```

After.
"""


def test_a_table_in_html_has_its_heads_and_the_lines_of_its_values() -> None:
    found = read_markdown(text(HTML_TABLE))

    [table] = found.tables
    assert (table.line, table.columns) == (3, ("model", "Letters 2020 k-NN", "Letters 2020 linear", "size in MB"))
    assert [(row.line, row.cells) for row in table.rows] == [(15, ("small", "79.0%", "81.1%", "21"))]
    assert found.paragraphs[-1].text == "After."


def test_tables_of_a_page() -> None:
    page = (
        "<h1>R</h1>\n<table>\n<tr><td>a</td><td>b</td></tr>\n<tr><td>1</td><td>2</td></tr>\n</table>\n<table></table>\n"
    )
    [table] = read_html(text(page, "results.html")).tables

    assert (table.columns, [(row.line, row.cells) for row in table.rows]) == (("a", "b"), [(4, ("1", "2"))])


def test_a_table_that_never_ends_is_not_one() -> None:
    assert read_markdown(text("<table>\n<tr><td>1</td></tr>\n" + "<td>2</td>\n" * 9)).tables == ()
