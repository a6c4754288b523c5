"""Figures of evaluations in documents: tables and sentences that give a metric a number."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tieout.inspection.reading.prose import Paragraph, Prose, Table
from tieout.kernel.reading.patterns import compile_bytes

#: Names of what is measured of a model's answers, in small letters, as part of a pattern.
QUALITY: Final = (
    r"accuracy|acc(?:_norm)?|precision|recall|f1|f-?1[- ]?(?:score|macro|micro)|f-score|specificity|sensitivity"
    r"|auc|auroc|roc[- ]auc|pr[- ]auc|map(?:@\d+)?|map50(?:-95)?|average precision|iou|miou|dice|ap50|ap75"
    r"|bleu|sacrebleu|chrf|comet|meteor|cider|rouge(?:[- ]?[l12]|[- ]?lsum)?|bertscore|wer|cer|word error rate"
    r"|character error rate|perplexity|ppl|exact[- ]match|pass@\d+|mmlu|hellaswag|gsm8k|humaneval|mbpp|truthfulqa|arc"
    r"|winogrande|drop|bbh|elo|win[- ]rate|mse|rmse|mae|mape|r2|r-squared|ndcg(?:@\d+)?|mrr(?:@\d+)?|hit rate|fid|psnr"
    r"|ssim|faithfulness|groundedness|answer relevancy|context (?:precision|recall|relevancy)|correctness|coherence"
    r"|toxicity|hallucination(?:s| rate)?|(?:si-?)?sdr|sisnr|si-?snr|snr|mos|pesq|e?stoi|eer|der|bpb|top-?[15]"
    r"|refusal(?:s| rate)|attack success(?: rate)?|block(?:ed|ing)? rate"
    r"|false (?:positive|negative)s?(?: rate)?|fpr|fnr|tpr|pass rate|success rate|error rate|detection rate"
    r"|j ?& ?f|imagenet|librispeech|cifar-?100?|harmful (?:prompts|content)?|brier|calibration|ece|kappa"
)
_LOAD: Final = (
    r"latency|p50|p90|p95|p99|qps|rps|tps|throughput|tokens?(?:/| per )s(?:ec|econd)?|ttft|itl|mean|median|duration"
    r"|requests?(?:/| per )s(?:ec|econd)?|memory|cpu|speed|time"
)
_IS_QUALITY = re.compile(rf"(?<![\w.])(?:{QUALITY})(?![\w-])", re.IGNORECASE)
_IS_LOAD = re.compile(rf"(?<!\w)(?:{_LOAD})(?!\w)", re.IGNORECASE)
#: A number as a result is written: a share, a decimal fraction, with or without an error.
_FIGURE = re.compile(
    r"[~<>\u2248]? ?-?(?:\d{1,3}(?:\.\d{1,6})? ?%|\d{1,4}\.\d{1,6})(?: ?(?:\u00b1|\+/-) ?\d[\d.]*)? ?%?"
)
_TIMED = re.compile(r"[~<>\u2248]{0,2} ?\d[\d.]* ?(?:ms|s|sec|us|\u00b5s|rps|qps|tps)\b", re.IGNORECASE)
_OF_RESULTS = re.compile(
    r"\b(?:evaluation|evaluat\w+|results?|performance|benchmarks?|metrics|scores?|leaderboard|comparison|accuracy)\b",
    re.IGNORECASE,
)
#: What the rows of a table of results are.
_COMPARED = re.compile(
    r"\b(?:models?|methods?|data ?sets?|tasks?|config\w*|systems?|approach\w*|llms?|variants?|runs?|checkpoints?"
    r"|probes?"
    r"|languages?|benchmarks?|metrics?|classifiers?|engines?|splits?|categor\w+)\b",
    re.IGNORECASE,
)
#: Words by which a document says that what follows is the form of a result, and not one.
EXAMPLE: Final = re.compile(
    r"\b(?:for example|for instance|as an example|examples? of|e\.g\.|illustrat(?:e|es|ed|ing|ion|ive|ions)"
    r"|looks? like"
    r"|(?:example|sample|dummy|mock|placeholder|hypothetical|fictional|made[- ]up) (?:outputs?|results?|files?"
    r"|reports?"
    r"|tables?|rows?|formats?|scores?|values?|metrics|figures?|numbers)|(?:following|below|this) (?:form|format))\b",
    re.IGNORECASE,
)
_EXAMPLE_TITLE = re.compile(r"\b(?:examples?|sample outputs?|template|format)\b", re.IGNORECASE)
#: Words by which the numbers of a paragraph are a wish or a limit, and no measurement.
_WISH = compile_bytes(
    r"\b(?:target|threshold|goal|aim|e\.g\.|for example|for instance|hypothetical)\b",
    folded=True,
)
#: The same of the numbers of one sentence.
_SET = compile_bytes(
    r"\b(?:at least|should|must|need(?:s|ed)? to|require[sd]?|expect(?:ed)? to|minimum|maximum|default|configur\w+"
    r"|set to)\b",
    folded=True,
)
_IN_PROSE: Final = (
    r"accuracy|precision|recall|f1(?:[- ]score)?|auroc|auc|word error rate|wer|cer|bleu|rouge(?:-[l12])?|perplexity"
    r"|exact match|mean average precision|miou|iou|pass@\d+|mmlu|false (?:positive|negative) rate"
    r"|attack success rate|hallucination rate|(?:si-)?sdr|si-snr|equal error rate|success rate|pass rate|win rate"
    r"|toxicity"
)
_NUMBER: Final = r"(?:\d{1,3}(?:\.\d+)? ?%|0\.\d{2,}|\d{1,2}\.\d{1,3})"
_SENTENCE = compile_bytes(
    rf"(?:^|[^.\w])(?:{_IN_PROSE})\b[^.;|\d<>{{}}]{{0,60}}[<>~]?{_NUMBER}|{_NUMBER}[^.;"
    rf"|\d%<>{{}}]{{0,24}}\b(?:{_IN_PROSE})\b",
    folded=True,
)
#: Fewer numbers in a table under a heading of results may be anything.
_ENOUGH: Final = 3
_NEAR: Final = 3
#: Shares of answered requests beside latencies say how a server bears load.
_OF_SERVERS: Final = frozenset({"success rate", "error rate"})
#: What figures of a model stand beside.
_OF_MODEL = re.compile(
    r"\b(?:models?|llms?|classifiers?|data ?sets?|test(?:[- ](?:sets?|splits?|data|clean))|splits?|prompts?|probes?"
    r"|checkpoints?"
    r"|baselines?|detectors?|embeddings?|retriev\w+|answers?|predictions?|gpt|bert|llama|epochs?|fine-?tun\w+|corpus"
    r"|benchmarks?|languages?|speech|images?|tokens?)\b",
    re.IGNORECASE,
)
#: Columns of a table that says what is wanted, by whom.
_WISHED = re.compile(r"\b(?:target|goal|owner|frequency|kpi|threshold|responsible|due|status|trend)\b", re.IGNORECASE)


class FigureKind(StrEnum):
    """What a number is of."""

    QUALITY = "quality"
    LOAD = "load"


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of one table, or of one sentence.

    Attributes:
        kind: Of answers, or of speed and load.
        lines: Lines that hold numbers, in order.
        count: How many numbers.
        metrics: Names of metrics as they stand there, in small letters, sorted.
        is_example: The document says that they show a form, and are no result.
        in_table: They stand in a table.
        of_model: What stands beside them names a model, data or answers; a governance figure has an accuracy, too.
    """

    kind: FigureKind
    lines: tuple[int, ...]
    count: int
    metrics: tuple[str, ...]
    is_example: bool
    in_table: bool
    of_model: bool


def is_quality(words: str) -> bool:
    """Whether words name a metric of a model's answers."""
    return _IS_QUALITY.search(words[:400]) is not None


def figures_of(prose: Prose) -> list[Figures]:
    """All figures of evaluations in a document, tables first."""
    found = [figures for table in prose.tables if (figures := _of_table(prose, table)) is not None]
    for paragraph in prose.paragraphs:
        line = _said_in(paragraph)
        if line is not None:
            names = tuple(sorted({name.lower() for name in _IS_QUALITY.findall(paragraph.text[:2_000])}))
            is_example = _is_example(prose, paragraph.line, paragraph)
            of_model = _OF_MODEL.search(paragraph.text[:2_000]) is not None
            found.append(Figures(FigureKind.QUALITY, (line,), 1, names, is_example, in_table=False, of_model=of_model))
    return found


def _said_in(paragraph: Paragraph) -> int | None:
    """The line of the first sentence that gives a metric a number, and is no wish; None where there is none."""
    if paragraph.found(_SENTENCE) is None or paragraph.found(_WISH) is not None:
        return None
    for at, sentence in paragraph.sentences():
        match = _SENTENCE.search(sentence.encode("utf-8", "replace"))
        if match is not None and _SET.search(sentence.encode("utf-8", "replace")) is None:
            said = sentence.encode("utf-8", "replace")[: match.start()].decode("utf-8", "replace")
            return paragraph.line_at(at + len(said))
    return None


def _of_table(prose: Prose, table: Table) -> Figures | None:
    """The figures of a table whose columns, rows or heading name a metric."""
    heads = " | ".join(table.columns)
    if _WISHED.search(heads):
        return None
    labels = " | ".join(row.cells[0] for row in table.rows[:200] if row.cells)
    trail = prose.trail(table.line)
    numbers = {
        row.line: sum(1 for cell in row.cells[1:] if _FIGURE.fullmatch(cell.strip().rstrip("*").strip()))
        for row in table.rows
    }
    timed = sum(1 for row in table.rows for cell in row.cells[1:] if _TIMED.match(cell.strip()))
    count = sum(numbers.values())
    lines = tuple(line for line, of_row in numbers.items() if of_row)
    named = tuple(sorted({name.lower() for name in _IS_QUALITY.findall(f"{heads} | {labels}"[:20_000])}))
    under_results = any(_OF_RESULTS.search(title) for title in trail)
    compares = bool(table.columns) and _COMPARED.search(table.columns[0]) is not None
    of_load = _IS_LOAD.search(" | ".join((heads, *trail[-1:]))) is not None
    if (
        timed >= _ENOUGH
        and (of_load or _IS_LOAD.search(labels[:20_000]))
        and (not named or not count or set(named) <= _OF_SERVERS)
    ):
        kind, count, named, lines = FigureKind.LOAD, timed, (), tuple(row.line for row in table.rows)
    elif not (count and named and not (of_load and set(named) <= _OF_SERVERS)) and not (
        count >= _ENOUGH and under_results and compares and not of_load
    ):
        return None
    else:
        kind = FigureKind.QUALITY
    of_model = _OF_MODEL.search(" | ".join((heads, labels, *trail))[:20_000]) is not None
    return Figures(kind, lines, count, named, _is_example(prose, table.line), in_table=True, of_model=of_model)


def _is_example(prose: Prose, line: int, itself: Paragraph | None = None) -> bool:
    if any(_EXAMPLE_TITLE.search(title) for title in prose.trail(line)[-1:]):
        return True
    before = prose.before(line)
    near = before is not None and line - before.end <= _NEAR
    parts = (*((before,) if before is not None and near else ()), *((itself,) if itself is not None else ()))
    return any(EXAMPLE.search(part.text[-400:]) for part in parts)
