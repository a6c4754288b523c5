"""Passwords and tokens in the rows of a table: below a head or beside a name; honest tables stay as they are."""

import time

import pytest

from tieout.kernel.reading.redaction import redact

PASSWORD, TOKEN = "Tr0ub4dor&3", "Zq7Kd02mPq71LsdTw3"


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        (f"| field | value |\n|---|---|\n| password | {PASSWORD} |\n| user | svc |\n", (PASSWORD,)),
        (f"| `password` | `{PASSWORD}` |\n", (PASSWORD,)),
        (f"| user | **Password:** | role |\n|:--|--:|---|\n| svc | {PASSWORD} | x |\n| b | Zq9abc1x | y |\n",
         (PASSWORD, "Zq9abc1x")),
        (f"User | Passwort\n--- | ---\nsvc | {PASSWORD}\n", (PASSWORD,)),
        (f"| service | API token |\n| --- | --- |\n| mail | {TOKEN} |\n", (TOKEN,)),
        (f'user,password,role\nsvc,{PASSWORD},x\nb,"a,Zq9bc1x",y\n', (PASSWORD, "Zq9bc1x")),
        (f"user;contraseña\r\nsvc;{PASSWORD}\r\n", (PASSWORD,)),
        (f"name\tdb password\nsvc\t{PASSWORD}\n", (PASSWORD,)),
        (f"field,value\nuser,svc\npassword,{PASSWORD}\n", (PASSWORD,)),
        (f"text\n\n| client secret |\n|---|\n| {TOKEN} |\n\nmore text", (TOKEN,)),
    ],
)  # fmt: skip
def test_a_secret_in_a_table_is_taken_out(text: str, secrets: tuple[str, ...]):
    kept = redact(text)
    assert [secret for secret in secrets if secret in kept.text] == []
    assert [hit.rule for hit in kept.hits] == ["secret-in-table"] * len(secrets)
    assert [hit.line for hit in kept.hits] == [text[: text.index(one)].count("\n") + 1 for one in secrets]
    assert kept.text.count("\n") == text.count("\n")
    for word in ("svc", "user", "mail", "---"):
        assert kept.text.count(word) == text.count(word)
    assert redact(kept.text).hits == ()


@pytest.mark.parametrize(
    "text",
    [
        "| Control | Password | Token |\n|---|---|---|\n| size | at least 14 | 256-bit |\n| hash | SHA-256 | HS256 |\n",
        "| Password | rotated |\n|---|---|\n| 1Password | P90D |\n| see vault | quarterly |\n",
        "| model | tokens |\n|---|---|\n| gpt-4o-2024-08-06 | 1200 |\n| token | gpt-4o-2024-11-20 |\n",
        "password,token,key\nrequired,optional,none\n12345678,90,2026-01-31\n",
        "'curlopt_pwd',\n'curlopt_http200aliases',\n'x2y3z4a5b6',\n",
        "return super().open(name, mode, pwd, force_zip64=force_zip64)\n",
        "Passwords, tokens, keys\nare kept, in the vault2go, and rotated\n",
        "a (?:password|token|x1y2z3a4)\n",
    ],
)
def test_an_honest_table_stays(text: str):
    assert redact(text).text == text


@pytest.mark.parametrize(
    "piece", ["| password ", "password,\n", "a,password,b\n", '"password,', "password\n", "|x|token|\n"]
)
def test_no_table_makes_it_slow(piece: str):
    text = piece * (300_000 // len(piece))
    before = time.process_time()
    redact(text)
    assert time.process_time() - before < 2
