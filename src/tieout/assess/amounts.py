"""Amounts of money, time or people, as a whole text: `12 engineering days`, `4,000 USD`, `two adjusters`."""

import re

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
_NUMBER = r"\d{1,3}(?:[ ,.'\u2009]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,12}(?:[.,]\d{1,4})?(?!\d)"
_KILO = r"(?: ?(?:k|m|mn|bn|million|thousand|tausend|mio|tsd)\.?)?"
#: What may stand between a number and its unit without saying anything of its own (`2 missing engineers` does).
_KINDS = (
    "calendar|call|claims|compute|data|day|developer|development|engineer|engineering|full|gpu|half|legal|person|personal|"
    "product|quality|review|risk|security|senior|junior|service|software|staff|support|team|test|testing|training|work|"
    "working|us"
)
_WHOLE = re.compile(
    rf"(?:up to |about |ca\.? )?(?:(?:[$€£¥₹] ?|(?:{_CURRENCIES}) )(?P<money>{_NUMBER}){_KILO}|"
    rf"(?:(?P<number>{_NUMBER})|(?P<part>\d/\d)|(?P<word>{'|'.join(_WORDS)})){_KILO}"
    rf"[ -]?(?:(?:{_KINDS})[ -]){{0,3}}(?:{_UNITS}))"
    r"(?: (?:a|per|each|every) (?:day|week|month|quarter|year|sprint))?"
)


def amount(text: str) -> float | None:
    """The number of a text that is an amount and nothing else (`12 engineering days`, `USD 4,000`); None of any other.

    A closed form: what says more may say the contrary (`2 engineers until last March`, `12 days if all goes well`).

    Args:
        text: In one case, with single blanks, as `denials.plain` gives it.
    """
    found = _WHOLE.fullmatch(text)
    if found is None:
        return None
    if found["word"]:
        return _WORDS[found["word"]]
    if found["part"]:
        return float(found["part"][0])  # of `1/2`, enough to tell it from nothing
    return _value(found["money"] or found["number"])


def _value(number: str) -> float:
    """A number however its thousands and decimals are parted; only whether it is zero matters."""
    groups = re.split(r"[ ,.'\u2009]", number)
    if len(groups) > 1 and all(len(group) == 3 for group in groups[1:]):  # noqa: PLR2004 - thousands
        return float("".join(groups))
    return float(f"{''.join(groups[:-1])}.{groups[-1]}" if len(groups) > 1 else number)
