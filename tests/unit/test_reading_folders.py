"""Folders of machines: the last part of a path stays, whose machine it was on does not."""

import time

import pytest

from tieout.collectors.confidential import masked, masked_facts, masked_source
from tieout.kernel.reading.folders import without_folder

GONE = "⟨redacted:folder-of-a-machine⟩"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("see /home/anna/models/x for it", f"see {GONE}/x for it"),
        ("--model=/Users/anna/x/", f"--model={GONE}/x/"),
        ("the folder of /home/anna", f"the folder of {GONE}"),
        ("openai//home/anna/models/x", f"openai/{GONE}/x"),
        ("file:///home/anna/x.csv", f"file://{GONE}/x.csv"),
        (r"C:\Users\anna\models\x.gguf", rf"{GONE}\x.gguf"),
        (r'{"at": "D:\\Users\\anna\\x"}', rf'{{"at": "{GONE}\\x"}}'),
        ("/mnt/c/Users/anna/x", f"{GONE}/x"),
        ("model: /srv/anna/models/x", f"model: {GONE}/x"),
        ("base_model: hosted_vllm//models/llama-3", f"base_model: hosted_vllm/{GONE}/llama-3"),
        (r'"model_name": "E:\\llm\\x"', rf'"model_name": "{GONE}\\x"'),
        ("/var/home/anna/x, /export/home/anna/y", f"{GONE}/x, {GONE}/y"),
        ("/private/var/home/anna", GONE),
        ("/Volumes/Data/Users/anna/x", f"{GONE}/x"),
        ("PATH=/bin:/home/anna/bin, nas:/home/anna/x", f"PATH=/bin:{GONE}/bin, nas:{GONE}/x"),
        ("cc -I/home/anna/include", f"cc -I{GONE}/include"),
        (r'{"m": "one\n/home/anna/x"}', rf'{{"m": "one\n{GONE}/x"}}'),
        ("\x1b[31m/home/anna/x", f"\x1b[31m{GONE}/x"),
        (r"\/home\/anna\/x", rf"{GONE}\/x"),
        (r"C:\Users\Anna King\My Files\x.csv", rf"{GONE}\x.csv"),
        (r"C:\USERS\ANNA\X and \\?\C:\Users\anna\x", rf"{GONE}\X and \\?\{GONE}\x"),
        ("file:///C:/Users/Anna%20King/x", f"file:///{GONE}/x"),
        (r"\\files\anna$\acme\x and \\files.corp.example\anna$", rf"{GONE}\x and {GONE}"),
        (r"\\files\home\anna\x, \\files\c$\Users\anna\x", rf"{GONE}\x, {GONE}\x"),
        (r'{"at": "\\\\files\\users\\anna\\x"}', rf'{{"at": "{GONE}\\x"}}'),
        ("//files/home/anna/x", f"{GONE}/x"),
        ("smb://files/home/anna/x, ssh://git@nas:22/home/anna/x", f"{GONE}/x, {GONE}/x"),
    ],
)
def test_the_folder_goes_and_the_last_part_stays(text: str, kept: str):
    found = masked(text)
    assert found.text == kept
    assert {hit.rule for hit in found.hits} == {"folder-of-a-machine"}
    assert "anna" not in found.text.casefold()
    assert masked(kept).text == kept


@pytest.mark.parametrize(
    "text",
    [
        "https://host.example/home/anna/x",
        "https://home/anna/x",
        "/home/ubuntu/app/x and /home/runner/work",
        "GET /users/42/orders, PUT /scim/v2/Users/42/groups",
        "src/home/anna/x and ./home/anna/x",
        "/home/$USER/x, /home/{user}/x, /home/<name>/x, C:\\Users\\%USERNAME%\\x",
        "/srv/models/x and /v1/chat/completions",
        "model: openai/gpt-4o-2024-11-20",
        "model: ./models/x",
        '"/model": "/eval/model"',
        "model: /x",
        "(https://home/anna/x) and //cdn.host.example/home/x, a: //host.example/users/x",
        r"\\bfoo\\bar$ and \\d+\w$ and ^\\server\\name$",
        r"\\files\print$\x, \\files\admin$",
        "the page is at /data/x, /var/lib/x and /usr/share/home",
        "/opt/homebrew/bin, /homepage/x, /home, /Users",
    ],
)
def test_what_names_nobody_stays(text: str):
    assert masked(text).text == text


def test_a_model_keeps_its_last_part_and_two_folders_stay_two():
    facts = {
        "routes": [
            {"name": "/home/anna/models/x", "model": "openai//home/anna/models/x", "fallbacks": ["/srv/b/x"]},
            {"name": "/srv/b/x", "model": "/srv/b/x", "fallbacks": []},
        ],
        "path": "/srv/b/x",
    }
    kept = masked_facts(facts, "system")
    first, second = kept["routes"]
    assert "anna" not in str(kept)
    assert first["name"].startswith("⟨folder left out, mark ")
    assert first["name"].endswith("⟩/x")
    assert first["model"] == f"openai/{first['name']}"
    assert first["fallbacks"] == [second["name"]] == [second["model"]] != [first["name"]]
    assert kept["path"] == "/srv/b/x"  # a file that a route of an API has, or a repository
    assert masked_facts(kept, "system") == kept


def test_the_mark_is_one_of_the_system():
    path = "/home/anna/x"
    assert without_folder(path, "one", is_model=True) == without_folder(path, "one", is_model=False)
    assert without_folder(path, "one", is_model=True) != without_folder(path, "two", is_model=True)


def test_a_copy_keeps_the_last_part_beside_secrets_too():
    text = 'model_list:\n- model: "D:\\\\llm\\\\x"\n  api_key: plainly\n  note: in /home/anna/y\n'
    kept = masked_source(text, "gateway.yaml")
    assert kept.text == (
        f'model_list:\n- model: "{GONE}\\\\x"\n  api_key: ⟨redacted:secret-by-name⟩\n  note: in {GONE}/y\n'
    )


@pytest.mark.parametrize(
    "piece", ["/home/", "/home/a", "model: /a", "C:\\Users\\", "a/", "\\\\a", "model:", "\\\\a\\b$"]
)
def test_no_text_makes_it_slow(piece: str):
    text = piece * (300_000 // len(piece))
    before = time.process_time()
    masked(text)
    without_folder(text, "system", is_model=True)
    assert time.process_time() - before < 2
