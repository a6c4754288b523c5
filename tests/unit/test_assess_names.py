"""What a name can be: a person's in any form and script, a body's, several at once, nobody's, or not shown."""

import pytest

from tieout.assess.names import Around, bearer

AROUND = Around(
    frozenset({"budget", "claims", "director", "governance", "operations"}), frozenset({"northlight", "triagist"})
)


@pytest.mark.parametrize(
    "name",
    [
        "Hanneke de Wit", "Vincent van der Berg", "De Wit, Hanneke", "Wit, Hanneke de", "Robin in 't Veld",
        "Gerard ’t Hooft", "d'Arcy Thompson", "O'Neill, Mary",  # noqa: RUF001 - as people write it
        "Séamus Ó Briain", "Jean-Luc Picard", "Maria da Silva e Costa",
        "José Ortega y Gasset", "Muhammad ibn Musa al-Khwarizmi", "J. R. R. Tolkien", "E. Voss", "ELEANOR VOSS",
        "Олег Иванов", "Σωκράτης Παπαδόπουλος", "山田太郎", "김영실", "محمد علي", "राम कुमार", "สมชาย ใจดี",
        "נתן כהן", "Nguyễn Văn An",
        "Dr. Eleanor Voss", "Eleanor Voss, PhD", "Nicholas Nadeau, Ph.D., P.Eng.", "Sammy Davis Jr.", "Juan Carlos II",
        "Eleanor Voss, Chief Risk Officer", "Eleanor Voss (Risk Committee)", "Eleanor Voss (acting)",
        "Eleanor Voss (she/her)",
        # Names that are words of offices, of denials and of joints, too.
        "Jude Law", "Travis Head", "Farokh Engineer", "Naomi Cloud", "Soupy Sales", "Line Hansen", "Ai Weiwei",
        "AI WEIWEI",
        "Ann Left", "No Moo-hyun", "Or Cohen", "Jack Ma", "Winston Lord", "Teamer Boardman", "Eleanor Northlight",
    ],
)  # fmt: skip
def test_a_given_and_a_family_name_are_a_persons(name: str):
    assert bearer(name, AROUND).kind == "person"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Suharto", "it is one word"),
        ("Dr. Voss", "it is one word"),
        ("HdW", "it is one word"),
        ("H. W.", "it is no more than initials or a title"),
        ("hanneke de wit", "it is not written as given and family name, each with a capital"),
        ("Eleanor voss", "it is not written as given and family name, each with a capital"),
        ("evoss@northlight.example", "it is an address or a handle"),
        ("Eleanor Voss (until June)", "it says more than a name"),
        ("Eleanor Voss (Cork)", "it says more than a name"),
        ("Dana Security", "it has a word of an office, a role, the system or the organisation, Security"),
        ("Devin AI", "it has a word of an office, a role, the system or the organisation, AI"),
        ("Northlight Cork", "it has a word of an office, a role, the system or the organisation, Northlight"),
        ("Northlight", "it is one word"),  # a founder may be called so
        ("Triagist Northlight", "it has a word of an office, a role, the system or the organisation, Triagist"),
    ],
)
def test_what_a_name_does_not_show(name: str, why: str):
    assert bearer(name, AROUND) == ("unsure", why)


@pytest.mark.parametrize(
    "name",
    [
        "ChatGPT", "Legal", "Northlight Mutual", "Claims finance", "AI governance", "Second line",
        "Internal audit", "IT",
        "Risk Committee", "Chief Risk Officer", "Head of Law", "The Board", "risk-committee team",
        "policy-bot", "RiskBot",
        "renovate[bot]", "GitHub Copilot", "Acme Ltd", "Acme GmbH", "Risk and Compliance", "The finance department",
        "Rechtsabteilung", "Comité des risques", "リスク管理委員会", "Claims Director",
        "System owner", "Budget Governance",
    ],
)  # fmt: skip
def test_a_body_an_office_or_a_program(name: str):
    assert bearer(name, AROUND).kind == "body"


@pytest.mark.parametrize(
    "name",
    [
        "nobody yet", "Nobody Yet", "the former owner left, post not filled", "on leave until further notice",
        "On Leave",
        "Tomasz Wieczorek (left in June)", "formerly Ines Albrecht", "not Ines Albrecht", "To Be Named", "Post Vacant",
        "appointed in January", "vacant since May", "no owner", "not known", "employee 4711", "Eleanor Voss 2",
        "Eleanor Voss?", "Ann Ode: see HR", "TBD", "", "Annе Ode",  # noqa: RUF001 - an e of another alphabet
        "One Two Three Four Five Six Seven Eight Nine Ten Eleven",
    ],
)  # fmt: skip
def test_nobody_or_nobody_any_more(name: str):
    assert bearer(name, AROUND).kind == "nobody"


@pytest.mark.parametrize(
    "name", ["Nina Falk/Omar Haddad", "Ines Albrecht and Priya Raman", "Ann Ode & Bo Lee", "Ann Ode; Bo Lee"]
)
def test_several_people_in_one_name(name: str):
    assert bearer(name, AROUND).kind == "several"


@pytest.mark.parametrize("piece", ["a ", "A. ", "(a", "A-", ", ", "/", "’t ", "no ", "@", "\N{ZERO WIDTH SPACE}"])  # noqa: RUF001 - as people write it
def test_a_hostile_name_is_read_in_good_time(piece: str):
    assert bearer(piece * 50_000, AROUND).kind != "person"
