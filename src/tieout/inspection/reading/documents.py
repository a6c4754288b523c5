"""The written documents of a repository: which files are some, and each read once for all topics."""

import re
from collections.abc import Iterable, Iterator

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.html import read_html
from tieout.inspection.reading.markdown import read_markdown, read_restructured
from tieout.inspection.reading.prose import Prose
from tieout.inspection.remembered import once
from tieout.inspection.repository import File, Repository
from tieout.inspection.text import Text

_MARKDOWN = re.compile(r"\.(?:md|mdx|markdown|mdown|qmd|rmd|txt|adoc|asciidoc)$", re.IGNORECASE)
_RESTRUCTURED = re.compile(r"\.(?:rst|rest)$", re.IGNORECASE)
_PAGE = re.compile(r"\.(?:html?|xhtml|erb|ejs|hbs|njk|jinja2?|j2|liquid|twig|vue|svelte|astro|[jt]sx)$", re.IGNORECASE)
_BARE = re.compile(
    r"(?:^|/)(?:readme|maintainers|authors|governance|security|licen[cs]e|copying|notice|changelog"
    r"|(?:acceptable[-_ ])?use[-_ ]policy|usage[-_ ]policy|acceptable[-_ ]use|prohibited[-_ ]uses?)$",
    re.IGNORECASE,
)
#: Lists of packages, licences of others and data are text files and no documents.
_NO_PROSE = re.compile(
    r"(?:^|/)(?:requirements[^/]*|constraints[^/]*|robots|humans|llms[^/]*|cmakelists|third[-_ ]?party[^/]*)\.txt$",
    re.IGNORECASE,
)
#: Documents by which a project speaks of its system as a whole: the first README, and pages named for it.
_OF_THE_WHOLE = re.compile(
    r"^(?:\.github/)?readme(?:\.(?:md|markdown|rst|txt))?$|^docs/(?:readme|index)\.(?:mdx?|rst)$"
    r"|(?:^|/)(?:(?:acceptable[-_ ])?use[-_ ]policy|prohibited[-_ ]uses?)(?:\.[a-z0-9.]{1,12})?$"
    r"|(?:^|/)(?:acceptable[-_ ]use|usage[-_ ]policy)$"
    r"|(?:^|/)(?:about|faqs?|responsible[-_ ]ai|ai[-_ ](?:policy|use|usage|statement)|transparency|limitations|ethics"
    r"|acceptable[-_ ]use|known[-_ ]limitations|usage[-_ ]policy|intended[-_ ]use|disclaimers?|risks|bias|fairness"
    r"|terms(?:[-_ ](?:of[-_ ](?:use|service)|and[-_ ]conditions))?)\.[a-z0-9.]{1,12}$",
    re.IGNORECASE,
)
#: Notes for programs that write code, and documents that say again what stands elsewhere.
_ASIDE = re.compile(
    r"(?:^|/)(?:agents|claude|gemini|skill|copilot-instructions)\.md$|(?:^|/)\.(?:agents|claude|cursor|codex|gemini)/"
    r"|(?:^|/)versioned_docs/",
    re.IGNORECASE,
)

#: What happened, what is planned, and rules of work: words there are not of how the system is.
_RETOLD = re.compile(
    r"(?:^|/)(?:blog|news|posts?|proposals?|rfcs?|adr|decisions|release[-_]?notes|changelogs?|\.github|notebooks)/"
    r"|(?:^|/)(?:change(?:log|s)|history|release[-_ ]?(?:s|notes)?|news|contributing|code[-_]of[-_]conduct|licen[cs]e"
    r"|copying|notice|roadmap|todo)[^/]*$",
    re.IGNORECASE,
)


def prose_of(repository: Repository, path: str) -> Prose | None:
    """A document as prose; None where the file is no document, or has no text that can be read."""
    kept = _kept(repository)
    if path not in kept:
        text = repository.text(path) if is_document(path) or is_page(path) else None
        kept[path] = _read(text) if text is not None else None
    return kept[path]


@once
def _kept(_repository: Repository) -> dict[str, Prose | None]:
    """Documents that were read, by path."""
    return {}


def is_document(path: str) -> bool:
    """Whether a file holds prose that people write for people, by its name."""
    return (_MARKDOWN.search(path) or _RESTRUCTURED.search(path) or _BARE.search(path)) is not None and (
        _NO_PROSE.search(path) is None
    )


def is_page(path: str) -> bool:
    """Whether a file is a page, or the template of one, by its name."""
    return _PAGE.search(path) is not None


def is_of_the_whole(path: str) -> bool:
    """Whether a document speaks of the system as a whole, by its name: words in others may be of a part, or a tool."""
    return _OF_THE_WHOLE.search(path) is not None and not is_aside(path)


def is_aside(path: str) -> bool:
    """Whether a document is a note for programs that write code, or an older version of another one."""
    return _ASIDE.search(path) is not None


def is_retold(path: str) -> bool:
    """Whether a document tells what happened, what is planned or how people work, by its name; not how a system is."""
    return _RETOLD.search(path) is not None


def documents(repository: Repository, *, pages: bool = False) -> list[File]:
    """Documents of the project itself, sorted by path: nothing vendored, no fixture of a test.

    Args:
        repository: The commit.
        pages: Web pages and their templates too.
    """
    foreign = {PlaceClass.VENDORED, PlaceClass.TEST}
    return [
        file
        for file in repository.files
        if file.kind == "file"
        and file.path_class not in foreign
        and (is_document(file.path) or (pages and is_page(file.path)))
    ]


def read_all(repository: Repository, files: Iterable[File]) -> Iterator[tuple[Text, Prose]]:
    """Documents with their text, fetched together."""
    for text in repository.texts(files):
        prose = prose_of(repository, text.path)
        if prose is not None:
            yield text, prose


def _read(text: Text) -> Prose:
    if is_page(text.path):
        return read_html(text)
    return read_restructured(text) if _RESTRUCTURED.search(text.path) else read_markdown(text)
