"""Words by which documents tell users of limits, of uneven performance, of wrong answers, and of people who check."""

import re
from typing import Final

from tieout.kernel.reading.patterns import compile_bytes

_PURPOSE: Final = (
    r"(?:research|educational|academic|demonstration|evaluation|experimental|testing|illustrative|non-?commercial)"
    r" (?:use|purposes?)"
)
#: Rules a use out, or limits it to some.
LIMITED: Final = compile_bytes(
    r"\b(?:do(?:n't| not)|would not|cannot|not) (?:currently |yet )?recommend(?:ed)?\b[^.]{0,80}\b(?:us(?:e|ing)"
    r"|deploy\w*|production|critical)\b"
    r"|\bnot (?:yet |currently )?(?:intended|suitable|recommended|appropriate|designed|meant|fit|advised"
    r"|approved"
    r"|validated|certified) (?:for|to be used|as a substitute|in)\b"
    r"|\b(?:should|must|may) (?:not|never|only) be (?:used|deployed|relied|applied)\b"
    rf"|\b(?:intended|provided|meant|released|available|published)\b[^.]{{0,40}}\bfor {_PURPOSE}\b"
    rf"|\bfor {_PURPOSE} only\b|\bonly for {_PURPOSE}\b|\bresearch[- ]only\b"
    r"|\b(?:must|should|do) not assume|\b(?:must|should|do) not rely on (?:it|this|the (?:model|system|output"
    r"|answers?|app|tool|service))\b|\bnot a (?:substitute|replacement) for\b"
    r"|\bcautions? against\b|\brecommend(?:s|ed)? against\b|\b(?:prohibited|forbidden|out[- ]of[- ]scope) uses?\b"
    r"|\bnot (?:yet )?ready for (?:production|use)\b|\bnot production[- ]ready\b|\bnot for production\b"
    r"|\bnon-production use\b|\b(?:is|are)(?: currently| always| also)? out[- ]of[- ]scope\b"
    r"|\buse (?:should|must) be limited to\b"
    r"|\b(?:agree(?: that)? you will|you (?:may|must|shall|will|agree)) not(?: to)? use\b"
    r"|\b(?:critical|high[- ]risk) use case"
    # To be tried by who uses it, before it is used: what is given is not fit without that.
    r"|\b(?:encourage|advise|recommend|urge|should|must|needs? to|require)\w*\b[^.]{0,60}"
    r"\b(?:evaluate|assess|validate|test)\w*\b[^.]{0,80}"
    r"\b(?:before|prior to)(?: \w+){0,2} (?:applying|using|deploy\w*|relying|putting|use\b|production)",
    folded=True,
)
_GIVEN: Final = (
    r"(?:personal|sensitive|confidential|classified|special category|private|patient|customer|client|health"
    r"|official|proprietary|identifiable|any (?:data|information|documents?|files?|recordings?))"
)
_CLASSES: Final = r"(?:official(?:[-: ]{1,2}sensitive)?|secret|top secret|protected|il[2-6])"
#: Pages that are worth a closer look for that: they forbid, or name a classification.
FORBIDS: Final = compile_bytes(
    r"\b(?:must|should|do)\s+(?:not|never)\s+(?:upload|enter|input|submit|paste|share|include|type|put|use|be)\b"
    r"|\b(?:don(?:&\w{1,8};|[^a-z ]{1,3})t|never)\s+"
    r"(?:upload|enter|input|submit|paste|share|include|type|put|use)\b"
    r"|\bofficial\b|\bclassified\b|\bsecret\b",
    folded=True,
)
#: Says what users must not give to the system, or up to which classification it may be used.
NOT_GIVEN: Final = compile_bytes(
    r"\bmust (?:not|never) (?:upload|enter|input|submit|paste)\b"
    rf"|\b(?:do not|don(?:&\w{{1,8}};|[^a-z ]{{1,3}})t|never|should not|must not)"
    r" (?:upload|enter|input|submit|paste|share|include|type|put)\b"
    rf"[^.!?]{{0,60}}\b{_GIVEN}\b"
    rf"|\b(?:data|information|documents?|files?|recordings?|material)\b[^.!?]{{0,60}}\b(?:must|should) (?:not|never) be"
    r" (?:uploaded|entered|input|submitted|pasted|shared)\b"
    rf"|\bclassified (?:above|higher than|up to|over|at) (?:and including )?{_CLASSES}\b"
    r"|\b(?:documents?|information|data|material|recordings?|files?|content)\b[^.!?]{0,20} (?:above|up to)"
    rf"(?: and including)? {_CLASSES}\b"
    r"|\b(?:do not|don(?:&\w{1,8};|[^a-z ]{1,3})t|must not|never) use"
    r" (?:it|this|the (?:tool|service|system|app|application|chatbot|assistant"
    r"|model))\b[^.!?]{0,30}\b(?:for|to|with|when)\b",
    folded=True,
)
#: Says how far the work is, which rules nothing out.
STAGE: Final = compile_bytes(
    r"\b(?:experimental|alpha|beta|prototype|proof[- ]of[- ]concept|incubation)\b[^.]{0,40}\b(?:project|release"
    r"|software"
    r"|tool|service|stage|phase|status|version|system|application)\b",
    folded=True,
)
#: A licence that restricts what may be done with a model.
RESTRICTED_LICENCE: Final = compile_bytes(
    r"\buse-?based restrictions\b|\buse restrictions\b|\bacceptable use policy\b", folded=True
)
_GROUPS: Final = (
    r"(?:gender\w*|sex(?:es)?|races?|racial|ethnic\w*|ages?|accents?|dialects?|demographic\w*|skin tones?|religio\w*"
    r"|disab\w+|nationalit\w+|minorit\w+|women|men|languages?|low[- ]resource|sub-?groups?|older people|geograph\w+"
    r"|protected (?:groups?|attributes?|characteristics?)|countr(?:y|ies)|socio-?economic\w*|cultures?"
    r"|non-?english)"
)
_UNEVEN: Final = (
    r"(?:disparate|disparit(?:y|ies)|unevenly?|bias(?:es|ed)?|unfair\w*|discriminat\w+|stereotyp\w+"
    r"|under-?represent\w+|varies widely"
    r"|(?:lower|reduced|poorer|worse|weaker|higher|varying|different|unequal|degraded) (?:\w+ ){0,3}"
    r"(?:accuracy|performance|errors?|quality|recall|rates?)"
    r"|(?:performs?|performance|accuracy|works) (?:\w+ ){0,3}(?:worse|better|less|unevenly|differently|var(?:y|ies)"
    r"|lower)"
    r"|insufficiently (?:accounted|represented|covered)|(?:significantly|considerably|much|noticeably) (?:worse|lower)"
    r" (?:than|for|in|on))"
)
#: Names groups of people or languages.
OF_GROUPS: Final = compile_bytes(rf"\b{_GROUPS}\b", folded=True)
#: Says that a model does not serve all groups of people or languages equally well.
BIAS: Final = compile_bytes(
    rf"\b{_UNEVEN}\b[^.]{{0,160}}\b{_GROUPS}\b|\b{_GROUPS}\b[^.]{{0,120}}\b{_UNEVEN}\b", folded=True
)
#: Speaks of finding bias in the models of others.
ABOUT_A_TOOL: Final = re.compile(
    r"\b(?:assess|detect|evaluat|measur|mitigat|monitor|explor|understand|audit|prob)\w*\b[^.]{0,40}\bbias|\bbias "
    r"(?:detection|detector|mitigation|metrics?|monitoring|audit|evaluation)",
    re.IGNORECASE,
)
#: Names a study of it, in what its authors write beside their measurements.
STUDIED: Final = compile_bytes(
    r"\b(?:bias|fairness|disparate impact|equity|subgroup) "
    r"(?:analys[ei]s|assessment|audit|evaluation|study|testing|checks?)\b"
    r"|\b(?:evaluat|assess|measur|examin|test|analys|analyz)\w*\b[^.]{0,60}"
    r"\b(?:fairness|bias) (?:of|in|across|between)\b",
    folded=True,
)
#: The head of a column whose rows are groups.
BY_GROUP: Final = re.compile(rf"^(?:(?:by|per) )?{_GROUPS}$", re.IGNORECASE)
#: Says that answers may be wrong.
FALLIBLE: Final = compile_bytes(
    r"\b(?:may|can|might|could|will|sometimes|occasionally)\b(?: \w+){0,2}? (?:be|gives?|produces?|generates?"
    r"|contains?"
    r"|makes?|provides?|returns?|includes?|hallucinates?)\b[^.]{0,40}\b(?:inaccura\w+|incorrect\w*|wrong|mistakes?"
    r"|errors?|false|misleading|outdated|biased|fabricat\w*|texts? that)\b"
    r"|\b(?:may|can|might|could|will) (?:\w+ )?hallucinate\b|\bhallucinations? (?:may |can )?(?:happen|occur)"
    r"|\b(?:ai|llm|machine)[- ]generated\b[^.]{0,60}\b(?:(?:always|please) (?:verify|check|double-check|review)"
    r"|not (?:legal|medical|financial) advice)\b"
    r"|\b(?:transcri\w+|answers?|outputs?|responses?|summar(?:y|ies)|explanations?|translations?)"
    r" (?:is|are|was|were|has|have) not (?:been )?(?:independently |manually )?(?:verified|checked|reviewed)\b"
    r"|\bgives? false information\b|\b(?:not|cannot|can't)\b[^.]{0,40}\b(?:guarantee\w*|always|100 ?%)[^.]{0,30}"
    r"\b(?:accura\w+|correct\w*|reliab\w+|right|true)\b",
    folded=True,
)
#: Programs that are pages, too, and worth a closer look for that.
WARNS: Final = compile_bytes(
    r"\bgenerated\b|\bmistakes?\b|\bhallucinat|\binaccura|\bincorrect|\bmay be wrong\b"
    r"|\b(?:always|please) (?:check|verify)\b",
    folded=True,
)
#: Speaks of a model's answers, and not of an interface.
OF_AI: Final = re.compile(
    r"\b(?:ai|a\.i\.|artificial intelligence|llms?|models?|chatbots?|hallucinat\w*|predictions?|assistant|generated"
    r"|transcri\w+|answers?|responses?)\b",
    re.IGNORECASE,
)
#: Speaks of a part that programmers use, of a setting or of an installation, and not of what the system is for.
OF_A_PART: Final = re.compile(
    r"\b(?:functions?|methods?|class(?:es)?|parameters?|arguments?|options?|flags?|variables?|endpoints?|commands?|scripts?"
    r"|branch(?:es)?|packages?|modules?|python|node|npm|docker|kubernetes|windows|macos|linux|passwords?|api[- ]keys?"
    r"|certificates?|credentials?|tokens?|ports?|sqlite|databases?|caches?|browsers?|config\w*|settings?|compose"
    r"|debug(?:ger| mode)?|dev(?:elopment)? server|virtualenv|venv|root user|sudo|localhost|gpus?|cpus?|installers?)\b",
    re.IGNORECASE,
)
#: Speaks of the whole, or of people whom it is used on.
OF_THE_WHOLE: Final = re.compile(
    r"\b(?:this|the|our) (?:[\w-]{1,20} )?"
    r"(?:project|tool|system|service|app(?:lication)?|software|product|repository|repo|model"
    r"|chatbot|assistant|work|demo|prototype|template)\b|\b(?:medical|clinical|legal|financial|safety|diagnos\w+|decisions?"
    r"|advice|surveillance|military|research)\b",
    re.IGNORECASE,
)
#: Asks that a person checks answers, or decides.
REVIEWED: Final = compile_bytes(
    r"\bhumans? (?:review|oversight|in[- ]the[- ]loop|supervision|judge?ment|verification|reviewers?|moderation)\b"
    r"|\breview(?:ed)? by (?:an? )?(?:\w+ )?(?:human|person|people|expert|clinician|lawyer|adjudicator|caseworker"
    r"|official)s?\b"
    r"|\b(?:always|should|must|please|need to|remember to|encourag\w+|responsible (?:for|to)|make sure|advised to)\b"
    r"[^.]{0,60}\b(?:check|verify|validate|review|fact-check)(?:ing)?\b[^.]{0,40}\b(?:answers?|outputs?|responses?|sources?"
    r"|results?"
    r"|information)\b"
    r"|\bbefore (?:acting|relying) on\b|\b(?:not|never)\b[^.]{0,30}\bsole(?:ly)? (?:basis|on|source)\b"
    r"|\bfinal decisions?\b[^.]{0,60}\b(?:human|person|people|official|staff)\b",
    folded=True,
)
#: Sections in which a README speaks of building and running, not of what its system is for.
OF_BUILDING: Final = re.compile(
    r"\b(?:install\w*|develop\w*|contribut\w*|test(?:s|ing)?|configur\w*|troubleshoot\w*|build\w*|deploy\w*|setup"
    r"|migrat\w*|upgrad\w*|command[- ]line|cli|api|changelog|licen[cs]e|requirements|dependencies|exit codes|running"
    r"|locally|quick ?start|getting started)\b",
    re.IGNORECASE,
)
