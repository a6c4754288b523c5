"""Words by which a card says what its model is for, cannot do, must not be used for, and was trained on."""

from dataclasses import dataclass
from typing import Any, Final

from tieout.inspection.reading.card_parts import About
from tieout.kernel.reading.patterns import compile_bytes

_INTENDED = compile_bytes(
    r"\bintended (?:users?|uses?|use cases?|purposes?|audience|applications?)\b"
    r"|\b(?:is|are|was|were) (?:primarily |mainly )?(?:intended|designed|meant|built|developed) (?:for|to)\b"
    r"|\bcan be used (?:for|to)\b|\bsuitable for\b",
    folded=True,
)
_LIMITED = compile_bytes(
    r"\blimitations?\b|\bhallucinat|\bprone to\b|\bunevenly\b|\b(?:biased|biases|inaccurate|errors?|fails?|struggles)\b"
    r"|\b(?:may|might|can|could) (?:also |sometimes |still )?(?:not|include|produce|generate|fail|struggle|perform"
    r"|exhibit|be (?:wrong|inaccurate|biased|incorrect|unreliable|less|slow|worse))\b"
    r"|\b(?:lower|reduced|poor|worse|degraded|uneven\w*) (?:accuracy|performance|results|across|quality)\b"
    r"|\bnot (?:been )?(?:robustly )?(?:evaluated|tested|validated)\b|\bdoes not (?:support|work|handle)\b"
    r"|\bonly (?:supports?|works|trained)\b",
    folded=True,
)
_CAUTIONED = compile_bytes(
    r"\bcautions? against\b|\brecommend(?:s|ed)? against\b|\bdiscourage|\bout[- ]of[- ]scope\b|\bmisuse"
    r"|\b(?:should|must|may|can) not be (?:used|relied|deployed|applied)\b|\bshould never be used\b|\bdo not use\b"
    r"|\bnot (?:intended|suitable|recommended|appropriate|designed|meant|fit|advised|to be used) (?:for|to|as|in)\b"
    r"|\b(?:don't|do not|would not) recommend\b|\bprohibited\b",
    folded=True,
)
_TRAINED = compile_bytes(
    r"\b(?:pre-?|fine-?)?train(?:ed|ing)\b.{0,80}\b(?:on|from|with|data|corpus|dataset|set)\b|\bdata ?sets?\b"
    r"|\bcorpus\b|\b(?:hours|images|examples|records|documents|tokens|samples|sentences|rows)\b",
    folded=True,
)
#: A sentence that says that results stand somewhere else.
POINTING_ELSEWHERE: Final = compile_bytes(
    r"\b(?:results?|evaluations?|metrics|performance|benchmarks?|accuracy)\b.{0,120}\b(?:presented|reported|found"
    r"|available|described|provided|listed|published|see)\b.{0,40}\b(?:in|at|on|here)\b",
    folded=True,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """Something that a card states.

    Attributes:
        key: Of the question.
        about: Parts of a card that state it.
        words: A sentence that states it.
        what: In words, after "states".
        in_sentences: A sentence anywhere in the card states it as well as a part of its own.
    """

    key: str
    about: About
    words: Any
    what: str
    in_sentences: bool = False


STATED: Final = (
    Stated("intended-use", About.INTENDED_USE, _INTENDED, "what the model is intended for", in_sentences=True),
    Stated("limitations", About.LIMITATIONS, _LIMITED, "limitations of the model"),
    Stated("out-of-scope-uses", About.OUT_OF_SCOPE, _CAUTIONED, "which uses to avoid", in_sentences=True),
    Stated("training-data", About.TRAINING_DATA, _TRAINED, "what the model was trained on"),
)
