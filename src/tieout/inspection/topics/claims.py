"""Claims of compliance: whether a document makes one, and whether anything in the tree supports it."""

import re
from collections.abc import Iterator
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass, Value
from tieout.inspection.reading.assurances import ASSURED, assurances_in
from tieout.inspection.reading.documents import documents, is_aside, is_document, is_page, is_retold, read_all
from tieout.inspection.reading.prose import Line, Prose, plain
from tieout.inspection.repository import File, Repository
from tieout.inspection.text import Text
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted
from tieout.kernel.reading.patterns import compile_bytes

TOPIC = Topic(
    key="claims",
    title="Claims of compliance",
    questions=(
        Question(
            "compliance-claims",
            "Does a document claim compliance with a law or standard?",
            "Whether a claim is true is not shown here.",
        ),
        Question(
            "claims-supported",
            "Does anything in the repository support the claims of compliance?",
            "Reports and certificates are mostly kept elsewhere.",
        ),
    ),
)

_STANDARD: Final = (
    r"(?:soc[ -]?[123](?:[ -]type[ -]?(?:i{1,2}|[12]))?"
    r"|iso(?:/iec)?(?:[ -]?(?:27001|42001|27701|27017|27018|9001|13485|22301)(?::20\d\d)?)?"
    r"|hipaa|hitech|gdpr|dsgvo|ccpa|cpra|fedramp(?: (?:high|moderate|low))?|pci[- ]?dss|hitrust(?: csf)?"
    r"|(?:eu )?ai act"
    r"|ferpa|csa star|nist (?:ai rmf|csf|sp ?800-\d+)|cyber essentials(?: plus)?|irap|tisax|stateramp)"
)
_LIST: Final = rf"{_STANDARD}(?:(?:,? and |,? or | ?[,/&+] ?){_STANDARD}){{0,8}}"
#: A claim: `of` names the standards. A mere noun (`compliance`) is one only with what `_STATES` demands.
_CLAIM = re.compile(
    rf"\b(?P<of>{_LIST})[ -](?:fully |type ii |level \d )?(?:(?P<noun>compliances?|certifications?|attestations?"
    r"|accreditation)|compliant|certified|attested|accredited|authori[sz]ed|conformant)\b"
    r"|\b(?:compliant|complies|comply|certified|accredited|conforms?|conformant|adheres?|attested|authori[sz]ed)"
    rf" (?:fully )?(?:with|to|under|for|by)(?: the)? (?P<of2>{_LIST})\b",
    re.IGNORECASE,
)
#: Lines that are worth a closer look.
_NAMED = compile_bytes(
    r"\bsoc[ -]?[123]\b|\biso(?:/iec)?[ -]?\d{4,5}|\bhipaa\b|\bgdpr\b|\bdsgvo\b|\bccpa\b|\bfedramp\b|\bpci[- ]?dss\b"
    r"|\bhitrust\b|\bai act\b|\bcyber essentials\b|\bnist (?:ai rmf|csf|sp)|\bferpa\b|\birap\b|\btisax\b"
    r"|\bstateramp\b",
    folded=True,
)
#: What before it makes no claim of it: a denial, a wish, a duty, an offer to help.
_NO_CLAIM = re.compile(
    r"\b(?:not|no|non|never|without|helps?|helping|ensur\w+|achiev\w+|meet(?:s|ing)?|support(?:s|ing)?|enabl\w+"
    r"|requir\w+"
    r"|needs?|must|should|if|becom\w+|towards?|plan(?:s|ned|ning)?|goal|working|roadmap|whether|your|you|may|might"
    r"|could"
    r"|can|guide|questions?|issues?|when|where|subject to|such as|e\.g|maintain|check|assess\w*|in order to|learn|read"
    r"|see|about|update|review|prepar\w+)\b|n't\b|\[ ?\]",
    re.IGNORECASE,
)
#: What after it makes a thing of it that is about compliance.
_OF_A_THING = re.compile(
    r"[ -]*(?:requirements?|templates?|frameworks?|documentation|documents?|assessments?|reports?|checks?|features?"
    r"|tools?"
    r"|needs|guides?|polic\w+|tests?|testing|audits?|monitoring|costs?|risks?|obligations?|gaps?|program\w*|teams?"
    r"|scope"
    r"|status|training|mapping|module|standards?|work|project|process\w*|roadmap|\||:|\d|\?)|\s+(?:for|in|of|with"
    r"|across)\b",
    re.IGNORECASE,
)
#: A noun claims where it is said to be there, or where it stands in a list of what is offered.
_STATES = re.compile(
    r"[ -]*(?:is|are|remains?|has been|have been|maintained|achieved|obtained|in place|since)\b", re.IGNORECASE
)
_OFFERED = re.compile(r"(?:\b(?:offers?|provides?|has|have|holds?|full)|\u2705|\u2714)\W*$", re.IGNORECASE)
_MARKS: Final = " -*\u2705\u2714"
_SENTENCE_END = re.compile(r"[.!?;:|\u2022]\s|\*\*")
#: Documents in which a project speaks of itself; policies and notes may speak of suppliers and of others.
_OF_ITSELF = re.compile(
    r"^[^/]+$|^\.github/[^/]+$|(?:^|/)readme[^/]*$|^(?:docs/)?(?:security|compliance|trust|about|privacy)[^/]*$"
    r"|(?:^|/)(?:docs?|documentation|site|website|web|www|pages|app|templates|content)/",
    re.IGNORECASE,
)
_ALT = re.compile(r"!\[([^\[\]]{0,200})\]\([^()\s]{0,800}\)")
_EVIDENCE = re.compile(
    r"(?:^|[/_. -])(?:soc[-_ ]?[123]|iso[-_ ]?(?:27001|42001|27701|9001)|hipaa|fedramp|hitrust|pci[-_ ]?dss"
    r"|cyber[-_ ]?essentials|dpia|data[-_ ]protection[-_ ]impact|statement[-_ ]of[-_ ]applicability|attestation"
    r"|audit[-_ ]reports?"
    r"|certificates?[-_ ]of|pen(?:etration)?[-_ ]?tests?[-_ ]reports?|oscal|system[-_ ]security[-_ ]plan"
    r"|control[-_ ]mappings?"
    r"|records?[-_ ]of[-_ ]processing|conformity)[^/]*\.(?:pdf|docx?|xlsx?|csv|md|rst|html?|json|ya?ml|xml)$",
    re.IGNORECASE,
)
#: Notes for programs that write code.
_NOTE = re.compile(r"\.mdc$", re.IGNORECASE)
_LICENCE = re.compile(r"^licen[cs]e[^/]*$", re.IGNORECASE)
#: Standards of how dates, languages, countries and signs are written.
_OF_FORMATS = re.compile(r"\biso[ /-]?(?:8601|639|3166|4217|8859|10646)", re.IGNORECASE)
_IN_COMPLIANCE = compile_bytes(r"\bin compliance with\b", folded=True)
_ELSEWHERE: Final = 3
_LOOKED_BEFORE: Final = 90
_MOST: Final = 20


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    claims: list[tuple[InspectedPlace, tuple[str, ...]]] = []
    tempting: list[InspectedPlace] = []
    files = [
        file
        for file in documents(repository, pages=True)
        if _OF_ITSELF.search(file.path)
        and not is_aside(file.path)
        and file.path_class not in {PlaceClass.EXAMPLE, PlaceClass.ARCHIVE}
        and (file.path_class is not PlaceClass.TEMPLATE or is_page(file.path))
    ]
    for text, prose in read_all(repository, _first(repository, files)):
        for line in _lines(text, prose):
            said = list(_claims_in(line.text))
            if said:
                claims.append((text.place(line.number, "a claim"), tuple(said)))
            elif _CLAIM.search(line.text):
                tempting.append(text.place(line.number, "names a standard and claims nothing", counts=False))
        if not is_retold(text.path):
            claims.extend((text.place(said.line, "an assurance"), (said.of,)) for said in assurances_in(prose))
    if not claims and not tempting:
        tempting.extend(_named_elsewhere(repository))
    standards = sorted({standard for _, said in claims for standard in said})
    places = [place for place, _ in claims]
    yield _claimed(places, standards, tempting)
    yield _supported(repository, places)


def _named_elsewhere(repository: Repository) -> Iterator[InspectedPlace]:
    """Lines of other documents that name a law or standard: forms, notes for programs, pages on suppliers."""
    files = [
        file
        for file in repository.files
        if file.kind == "file"
        and file.path_class not in {PlaceClass.VENDORED, PlaceClass.TEST}
        and (is_document(file.path) or _NOTE.search(file.path))
    ]
    found = 0
    for text in repository.texts(files):
        hit = next((hit for hit in text.hits(_NAMED) if not _OF_FORMATS.search(hit.text)), None)
        if hit is not None:
            yield text.place(hit.line, "names a law or standard, and claims nothing", counts=False)
            found += 1
        if found == _ELSEWHERE:
            return
    if not found:
        for text in repository.texts(file for file in files if _LICENCE.search(file.path)):
            of_licence = text.first(_IN_COMPLIANCE)
            if of_licence is not None:
                yield text.place(of_licence.line, "of the licence, no law or standard", counts=False)


def _first(repository: Repository, files: list[File]) -> list[File]:
    """Of documents, those in which a standard is named, or something like it is assured."""
    return [
        file
        for file in files
        if (text := repository.text(file.path)) is not None and (_NAMED.search(text.data) or ASSURED.search(text.data))
    ]


def _lines(text: Text, prose: Prose) -> Iterator[Line]:
    """Lines that name a standard, as a reader sees them: no code, no comment; the words beside a picture are read."""
    hidden = {line.number for line in (*prose.code, *prose.comments)}
    if prose.front is not None:
        hidden.update(range(prose.front[0], prose.front[1] + 1))
    hidden.update(section.line for section in prose.headings)
    seen: set[int] = set()
    for hit in text.hits(_NAMED):
        if hit.line not in hidden and hit.line not in seen:
            seen.add(hit.line)
            yield Line(hit.line, plain(_ALT.sub(r"\1", hit.text)))


def _claims_in(line: str) -> Iterator[str]:
    """Names of the standards that a line claims to meet."""
    for match in _CLAIM.finditer(line):
        before = _SENTENCE_END.split(line[: match.start()][-_LOOKED_BEFORE:])[-1]
        after = line[match.end() : match.end() + _LOOKED_BEFORE]
        named = re.findall(_STANDARD, match["of"] or match["of2"], re.IGNORECASE)
        if _NO_CLAIM.search(before) or (match["noun"] and not _noun_claims(before, after, len(named))):
            continue
        yield from (re.sub(r"[ -]+", " ", name).strip().upper() for name in named)


def _noun_claims(before: str, after: str, named: int) -> bool:
    """Whether a noun says that compliance is there: it is stated or offered, or several are listed for themselves."""
    if _STATES.match(after):
        return True
    if _OF_A_THING.match(after):
        return False
    return _OFFERED.search(before) is not None or (named > 1 and not before.strip(_MARKS) and bool(after.strip()))


def _claimed(places: list[InspectedPlace], standards: list[str], tempting: list[InspectedPlace]) -> Fact:
    values: dict[str, Value] = {"claims": len(places), "standards": tuple(standards)}
    if not places:
        return TOPIC.fact(
            "compliance-claims",
            Answer.NO,
            "No document claims compliance with a law or standard.",
            places=tempting[:_MOST],
            values=values,
            confidence=Confidence.MODERATE,
        )
    lines = counted(len(places), "line claims", "lines claim")
    statement = f"{lines} compliance: {', '.join(standards)}. A claim is no evidence."
    return TOPIC.fact(
        "compliance-claims",
        Answer.YES,
        statement,
        places=[*places, *tempting[:_MOST]],
        values=values,
        confidence=Confidence.MODERATE,
    )


def _supported(repository: Repository, claims: list[InspectedPlace]) -> Fact:
    if not claims:
        reason = "No claim of compliance is made that something could support."
        return TOPIC.fact("claims-supported", Answer.NOT_APPLICABLE, reason)
    said = [claim.model_copy(update={"counts": False}) for claim in claims]
    found = [
        repository.place(file.path, None, "named like a report, a certificate or a list of controls")
        for file in repository.files
        if file.kind == "file"
        and file.size > 0
        and file.path_class in {PlaceClass.LIVE, PlaceClass.DOCUMENTATION}
        and _EVIDENCE.search(file.path)
        and not is_aside(file.path)
    ]
    if found:
        statement = (
            f"{len(found)} files are named like evidence; whether they are valid and cover the claims is not told."
        )
        return TOPIC.fact(
            "claims-supported", Answer.PARTIAL, statement, places=[*found, *said], confidence=Confidence.LOW
        )
    statement = "Nothing in the repository supports the claims: no report, certificate, assessment or list of controls."
    return TOPIC.fact("claims-supported", Answer.NO, statement, places=said)
