"""Amounts in free text: `12 engineering days`, `4,000 USD`, `two adjusters`, `sprint 14`; no dates, no tickets."""

import re
from collections.abc import Iterator

_CURRENCIES = (
    "usd|eur|gbp|chf|cad|aud|nzd|jpy|cny|inr|krw|sek|nok|dkk|isk|pln|czk|huf|ron|brl|mxn|zar|sgd|hkd|aed|ils|try|"
    "dollars?|euros?|pounds?|francs?|kronor|kroner"
)
#: What time, money and people are counted in.
_UNITS = (
    f"{_CURRENCIES}|%|[$€£¥₹]|hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|quarters?|years?|yrs?|sprints?|points?|sp|"
    "fte|ftes|pd|pds|pt|pm|md|mm|percent|person\\w*|people|staff|head|heads|engineers?|developers?|analysts?|testers?|"
    "clerks?|adjusters?|specialists?|experts?|consultants?|contractors?|auditors?|reviewers?|scientists?|colleagues?|"
    "employees|members?|managers?|operators?|nurses?|doctors?|lawyers?|teams?|shifts?|licen[cs]es?|servers?|gpus?|"
    "stunden?|tage?n?|wochen?|monate?n?|personen|personentage?n?|heures?|jours?|semaines?|mois|horas?|días?|semanas?|"
    "meses|ore|giorn[oi]|uren|dagen|weken"
)
_WORDS = {
    "half": 0.5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
#: After a number these count nothing: `12 of March`, `48 is open`.
_NO_NOUNS = (
    "of|in|on|by|to|from|for|at|and|or|with|without|until|till|the|a|an|is|are|was|were|be|not|no|can|may|will|as|per|"
    "than|but|if|am|open|closed|below|above|after|before|see|or|von|bis|und|der|die|das|de|du|et|y|e|"
    "jan\\w*|feb\\w*|mar(?:ch)?|apr\\w*|may|june?|july?|aug\\w*|sept?\\w*|oct\\w*|nov\\w*|dec\\w*|"
    "januar|februar|märz|mai|juni|juli|okt\\w*|dez\\w*|th|st|nd|rd"
)
#: Before a number these name it: `ticket 48`, `phase 2`; the second list only where no known unit follows.
_NAMES = (
    "ticket|issue|item|risk|req|request|phase|step|section|article|art|annex|page|version|level|tier|no|nr|number|"
    "release|option|priority|row|line|slide|case|iso|clause|room|order|id|ref|paragraph"
)
_PERIODS = (
    "q|quarter|week|cw|kw|fy|year|day|jan\\w*|feb\\w*|mar(?:ch)?|apr\\w*|may|june?|july?|aug\\w*|sept?\\w*|oct\\w*|"
    "nov\\w*|dec\\w*"
)
_NUMBER = r"\d{1,3}(?:[ ,.'\u2009]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,12}(?:[.,]\d{1,4})?(?!\d)"
#: A number that stands for itself: no part of a date, a version, a name.
_FREE = rf"(?<![\w.,/#:'+-])(?P<number>{_NUMBER})(?:/\d{{1,2}})?(?: ?[-\u2013\u2014] ?\d+(?:[.,]\d+)?)?"
_KILO = r"(?: ?(?:k|m|mn|bn|million|thousand|tausend|mio|tsd)\.?)?"
_MONEY = re.compile(
    rf"(?:[$€£¥₹] ?|\b(?:{_CURRENCIES}) )(?P<number>{_NUMBER})|\bsprints? (?P<sprint>\d{{1,4}})(?![\w.,/-]*\d)"
)
_COUNTED = re.compile(rf"(?P<named>\b(?:{_NAMES})\.? )?{_FREE}{_KILO}(?:[ -]?(?:{_UNITS})(?!\w)|(?: ?[^\W\d_a-z]))")
_NOUNED = re.compile(rf"(?P<named>\b(?:{_NAMES}|{_PERIODS})\.? )?{_FREE} (?!(?:{_NO_NOUNS})(?![\w-]))[^\W\d_]{{2}}")
_SPELLED = re.compile(
    rf"(?<![\w-])(?P<word>{'|'.join(_WORDS)})(?:[ -](?!(?:of|the)\b)[^\W\d_]+){{0,3}}? (?:{_UNITS})(?!\w)"
)
#: What may stand between a number and its unit without saying anything of its own (`2 missing engineers` does).
_KINDS = (
    "calendar|call|claims|compute|data|day|developer|development|engineer|engineering|full|gpu|half|legal|person|personal|"
    "product|quality|review|risk|security|senior|junior|service|software|staff|support|team|test|testing|training|work|"
    "working|us"
)
_WHOLE = re.compile(
    rf"(?:up to |about |ca\.? )?(?:[$€£¥₹] ?(?:{_NUMBER}){_KILO}|(?:{_CURRENCIES}) (?:{_NUMBER}){_KILO}|"
    rf"(?:{_NUMBER}|\d/\d|{'|'.join(_WORDS)}){_KILO}[ -]?(?:(?:{_KINDS})[ -]){{0,3}}(?:{_UNITS}))"
    r"(?: (?:a|per|each|every) (?:day|week|month|quarter|year|sprint))?"
)
#: A larger number without a unit of time, money or people may be a year or a ticket.
_LARGEST = 999


def amounts(text: str) -> Iterator[float]:
    """The amounts that a text names, as numbers without their units, in no order.

    An amount is a number with what it counts: money, or any word that follows the number (up to 999, since a larger
    one before an unknown word may be a year or the number of a ticket), or a sprint. English words up to twelve count
    before units of time, money and people.

    Args:
        text: In one case, with single blanks, as `denials.plain` gives it.
    """
    for found in _MONEY.finditer(text):
        yield _value(found["number"] or found["sprint"])
    for found in _COUNTED.finditer(text):
        if not found["named"]:
            yield _value(found["number"])
    for found in _NOUNED.finditer(text):
        value = _value(found["number"])
        if not found["named"] and value <= _LARGEST:
            yield value
    for found in _SPELLED.finditer(text):
        yield _WORDS[found["word"]]


def is_amount(text: str) -> bool:
    """Whether a text is an amount and nothing else: `12 engineering days`, `USD 4,000`, `6 days a year`.

    A closed form: what says more may say the contrary (`2 engineers until last March`, `12 days if all goes well`).

    Args:
        text: In one case, with single blanks, as `denials.plain` gives it.
    """
    return _WHOLE.fullmatch(text) is not None


def _value(number: str) -> float:
    """A number however its thousands and decimals are parted; only whether it is zero and how large matters."""
    groups = re.split(r"[ ,.'\u2009]", number)
    if len(groups) > 1 and all(len(group) == 3 for group in groups[1:]):  # noqa: PLR2004 - thousands
        return float("".join(groups))
    return float(f"{''.join(groups[:-1])}.{groups[-1]}" if len(groups) > 1 else number)
