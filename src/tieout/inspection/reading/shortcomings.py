"""Words by which a document that is no card says what a model cannot do well, what it is for, and its training data."""

from typing import Any, Final

from tieout.inspection.reading.card_parts import About
from tieout.kernel.reading.patterns import compile_bytes

_WORDS: Final = r"(?: [\w'-]+)"
_OUTPUT: Final = r"(?:quality|accuracy|precision|recall|results?|predictions?|performance|outputs?|answers?)"
#: Says that a model does something badly, in which case, or was not tried in some.
_SHORTCOMING = compile_bytes(
    rf"(?:\bnot|n't){_WORDS}{{0,2}} (?:work|perform|generali[sz]e|transfer|transcribe|recogni[sz]e|separate|predict"
    rf"|detect|segment|handle)(?:s|ing)?\b{_WORDS}{{0,4}} (?:well|great|reliably|accurately|robustly|perfectly"
    r"|properly)\b"
    rf"|(?:\bnot|n't){_WORDS}{{0,2}} (?:accurate|reliable|robust|calibrated|perfect)\b"
    rf"|\b{_OUTPUT}{_WORDS}{{0,5}} (?:worse|lower|poor|poorer|degraded?|degrades|drops?|decreases?|suffers?|inaccurate"
    r"|unreliable|biased|noisy)\b"
    rf"|\b(?:lower|worse|poor|poorer|degraded|reduced|inferior) {_OUTPUT}\b"
    rf"|\b(?:may|might|can|could|will|sometimes|often|occasionally|tends? to|prone to|known to){_WORDS}{{0,2}}"
    r" (?:hallucinat\w+|misclassif\w+|misinterpret\w*|mispredict\w*|struggle|be (?:inaccurate|wrong|biased|unreliable"
    r"|incorrect|offensive)|(?:produce|generate|give|output|make|contain|return|include)s?\b[^.]{0,40}\b(?:incorrect|wrong"
    r"|inaccura\w+|errors?|mistakes?|bias(?:ed|es)?|harmful|offensive|toxic|false|nonsens\w+|artifacts|artefacts))\b"
    r"|\bstruggles? (?:with|to|on|when|in)\b"
    r"|\b(?:lots? of|many|some|audible|visible|noticeable|severe|strong)\b[^.]{0,30}\b(?:artifacts|artefacts|bleeding"
    r"|hallucinations|false (?:positives|negatives)|misclassifications)\b"
    r"|\b(?:not|n't)(?: yet)?(?: been)? (?:evaluated|validated) (?:on|for|with|in|against)\b"
    r"|\bonly (?:been )?trained (?:on|for)\b|\btrained only for\b",
    folded=True,
)
#: Limits of machines and of software are none of a model.
_OF_MACHINES = compile_bytes(
    r"\b(?:memory|gpus?|cpus?|v?ram|disk|latency|slow\w*|speed|throughput|timeouts?|install\w*|docker|browsers?|windows"
    r"|macos|linux|pip|conda|python [23]|kubernetes|clusters?|network (?:error|connection)s?|bandwidth|databases?"
    r"|quer(?:y|ies)|rate limits?|ci|builds?|type ?check\w*|compil\w+|stack trace|exceptions?"
    r"|requests? (?:may|can|might)|error (?:messages?|codes?)|plugins?|api)\b",
    folded=True,
)
_OF_MODELS = compile_bytes(
    r"\b(?:models?|checkpoints?|weights|classifiers?|predictions?|llms?|pre-?trained|trained|fine-?tuned|quanti[sz]ed"
    r"|transcri\w+|generated|answers?|ai|chatbots?|detectors?)\b",
    folded=True,
)
_SCHEMED: Final = (
    r"(?:gpus?|tpus?|[ahv]100s?|rtx|nvidia|cuda|aws|azure|gcp|google cloud|sagemaker|pytorch|tensorflow|keras|jax"
    r"|lightning|deepspeed|megatron|colab|kubernetes|slurm|hugging ?face|python|linux|docker|fp16|bf16|your|their"
    r"|customer|user)"
)
_AMOUNT: Final = (
    r"\d[\d.,]* ?(?:k|m|b|thousand|million|billion|trillion|hours|images|songs|tracks|examples|records|documents|tokens"
    r"|samples|sentences|rows|masks|pairs|languages|tb|gb)\b"
)
#: Says what a model was trained on: an amount, a set of data, or a name.
_TRAINED_ON = compile_bytes(
    rf"\b(?:pre-?|re|fine-?)?trained\b(?: \w+){{0,2}}? (?:on|with|from|using)\b[^.]{{0,160}}?(?:{_AMOUNT}"
    r"|\b(?:data|datasets?|data sets?|corpus|corpora|(?:test|train(?:ing)?) sets?)\b)"
    rf"|\btraining (?:data|data ?set|set|corpus)\b[^.]{{0,60}}(?:{_AMOUNT}"
    r"|\b(?:consists?|comprises?|contains?|includes?|of)\b)"
    r"|\b(?:pre-?|re|fine-?)?trained (?:(?:only|solely|exclusively|entirely|jointly) )?on (?:the |our )?"
    r"(?P<name>(?-i:[A-Z])[\w-]*)",
    folded=True,
)
_NOT_ITS_DATA = compile_bytes(
    rf"\btrained\b[^.]{{0,40}}\b{_SCHEMED}\b|(?:\bnot|\bnever|n't)\b[^.]{{0,30}}\btrained\b"
    r"|\b(?:can|could|must|should|to) be (?:re)?trained\b",
    folded=True,
)
#: Says what a model is for: its subject is a model, not a program.
_MEANT_FOR = compile_bytes(
    rf"\b(?:models?|classifiers?|checkpoints?|weights){_WORDS}{{0,4}} (?:is|are|was|were) (?:primarily |mainly |only )?"
    r"(?:intended|designed|meant|released|provided) (?:for|to)\b"
    rf"|\b(?:released|provided|intended|available|meant){_WORDS}{{0,3}} for (?:research|academic|educational"
    r"|non-?commercial)\b",
    folded=True,
)

#: By what a card would state: the words, what speaks against them in the same sentence, and what stands near them.
SENTENCES: Final[dict[About, tuple[Any, Any, Any]]] = {
    About.LIMITATIONS: (_SHORTCOMING, _OF_MACHINES, _OF_MODELS),
    About.TRAINING_DATA: (_TRAINED_ON, _NOT_ITS_DATA, _OF_MODELS),
    About.INTENDED_USE: (_MEANT_FOR, _OF_MACHINES, _OF_MODELS),
}
#: A document that speaks of a model that somebody trained.
OF_TRAINED_MODELS: Final = compile_bytes(
    r"\b(?:pre-?|re|fine-?)?trained (?:\w+ ){0,2}?(?:models?|weights|checkpoints?|networks?|on)\b|\bmodel zoo\b"
    r"|\btrain(?:ing)? (?:a|the|your|our) (?:own )?models?\b|\bmodel checkpoints?\b",
    folded=True,
)
#: A sentence that lists or offers models, as a card's document would.
LISTS_MODELS: Final = compile_bytes(
    r"\bpre-?trained models?\b|\bmodel zoo\b|\bmodel checkpoints?\b|\b(?:available|released|supported"
    r"|provided) models\b",
    folded=True,
)
#: A document that speaks of models that learn, whoever trained them; data models and types are none.
OF_LEARNT_MODELS: Final = compile_bytes(
    r"\b(?:language|pre-?trained|machine[- ]learning|ml|ai|foundation|embedding|neural|deep|chat|fine-?tuned|reasoning"
    r"|diffusion|vision|speech|generative|acoustic|segmentation|classification) models?\b|\bllms?\b|\bmodel (?:cards?"
    r"|weights|zoo|checkpoints?|providers?|inference|serving)\b|\bcheckpoints\b|\bclassifiers?\b|\bneural networks?\b"
    r"|\bgpt-\d",
    folded=True,
)
