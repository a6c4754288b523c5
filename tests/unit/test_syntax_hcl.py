"""HCL: what a file holds and where, what is refused, and that no text costs more than its length."""

import contextlib
import time

import pytest

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import parse
from tieout.syntax.hcl import MAX_CHARACTERS, parse_hcl, parse_template
from tieout.syntax.hcl_json import body_of, is_terraform_json
from tieout.syntax.hcl_model import (
    Body,
    Call,
    Choice,
    Expression,
    Items,
    Literal,
    Members,
    Operation,
    Other,
    Reference,
    Template,
)

FILE = """\
# resource "not" "me" {}
terraform { required_version = ">= 1.5" }

resource "aws_s3_bucket" "logs" {
  bucket = "acme-${var.stage}-logs" // the name
  tags   = { Team = "claims", "cost:centre" : 7 }
  /* lifecycle_rule {
       enabled = true
     } */
  versioning {
    enabled = true
  }
  policy = <<-EOT
    {"a": "${aws_iam_role.x.arn}"}
  EOT
}
"""


def body(text: str) -> Body:
    return parse_hcl(text, where="main.tf")


def value(text: str) -> Expression:
    return body(f"x = {text}\n").attributes["x"].value


def test_blocks_and_attributes_stand_on_their_lines():
    found = body(FILE)
    terraform, bucket = found.blocks
    assert (terraform.type, terraform.labels, terraform.line) == ("terraform", (), 2)
    assert (bucket.type, bucket.labels, bucket.line) == ("resource", ("aws_s3_bucket", "logs"), 4)
    assert {name: one.line for name, one in bucket.body.attributes.items()} == {"bucket": 5, "tags": 6, "policy": 13}
    (versioning,) = bucket.body.of_type("versioning")
    assert (versioning.line, versioning.body.attributes["enabled"].line) == (10, 11)


def test_what_is_commented_is_not_there():
    assert [block.type for block in body(FILE).blocks] == ["terraform", "resource"]
    assert not list(body(FILE).blocks[1].body.of_type("lifecycle_rule"))
    assert list(body("a = 1 # b = 2\n// c = 3\n/* d = 4 */ e = 5\n").attributes) == ["a", "e"]


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ('"a\\tb\\u0041 \\"q\\" $${x} %%{y}"', Literal, 'a\tbA "q" ${x} %{y}'),
        ("12", Literal, 12),
        ("1.5e3", Literal, 1500.0),
        ("99999999999999999999", Literal, "99999999999999999999"),
        ("true", Literal, True),
        ("null", Literal, None),
        ("<<EOT\none\n  two\nEOT", Literal, "one\n  two\n"),
    ],
)
def test_literals(text: str, kind: type, shown: object):
    found = value(text)
    assert isinstance(found, kind)
    assert isinstance(found, Literal)
    assert (found.value, type(found.value)) == (shown, type(shown))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("var.days", ("var", "days")),
        ('aws_s3_bucket.a["x"].id', ("aws_s3_bucket", "a", "x", "id")),
        ("aws_s3_bucket.a[0].id", ("aws_s3_bucket", "a", "0", "id")),
        ("aws_s3_bucket.a[*].id", ("aws_s3_bucket", "a", "*", "id")),
        ("aws_s3_bucket.a[count.index].id", ("aws_s3_bucket", "a", "*", "id")),
        ("data.aws_iam_policy_document.p.json", ("data", "aws_iam_policy_document", "p", "json")),
    ],
)
def test_references(text: str, path: tuple[str, ...]):
    found = value(text)
    assert isinstance(found, Reference)
    assert found.path == path


def test_expressions_keep_their_shape():
    choice = value('var.stage == "prod" ? 30 : 7')
    assert isinstance(choice, Choice)
    assert isinstance(choice.condition, Operation)
    assert choice.condition.operators == ("==",)
    sums = value("1 + 2 * 3 - -4")
    assert isinstance(sums, Operation)
    assert sums.operators == ("+", "-")
    assert isinstance(sums.operands[1], Operation)
    call = value('jsonencode({ a = [1, 2,], "b" : merge(x, y...) })')
    assert isinstance(call, Call)
    (members,) = call.arguments
    assert isinstance(members, Members)
    assert isinstance(members.get("a"), Items)
    assert isinstance(value('[for x in y : x if x != "}"]'), Other)
    assert isinstance(value("{for k, v in y : k => v...}"), Other)
    template = value('"a-${upper("b}")}-c"')
    assert isinstance(template, Template)
    assert [part for part in template.parts if isinstance(part, str)] == ["a-", "-c"]


def test_newlines_count_within_brackets_only_as_space():
    found = body("a = [\n 1,\n # two\n 2\n]\nb = (1 +\n 2)\nc = {\n d = 1\n e = 2, f = 3\n}\n")
    assert list(found.attributes) == ["a", "b", "c"]
    members = found.attributes["c"].value
    assert isinstance(members, Members)
    assert len(members.members) == 3


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('a = "x\n', 1, "does not end with its line"),
        ('a = "x', 1, "a text does not end"),
        ("a = <<EOT\nx\n", 1, "'EOT' should end"),
        ("a {\n b = 1\n", 3, "'}' is missing"),
        ("a = 1\n}\n", 2, "without its opening one"),
        ("a = 1 b = 2\n", 1, "does not end with its line"),
        ("a =\n1\n", 1, "a value is missing"),
        ("a = 1\n\na = 2\n", 3, "'a' is set twice"),
        ("a b c\n", 1, "neither an attribute nor a block"),
        ('"a" = 1\n', 1, "neither an attribute nor a block"),
        ("a = [1 2]\n", 1, "',' is missing"),
        ("a = {b}\n", 1, "has no value"),
        ('a = "\\q"\n', 1, "a backslash"),
        ("a = ${b}\n", 1, "a value cannot be read"),
        ("<<<<<<< HEAD\na = 1\n", 1, "neither an attribute nor a block"),
        ("a = " + "[" * 65 + "]" * 65 + "\n", 1, "nested deeper than 64"),
        ("a {\n" * 65 + "}\n" * 65, 65, "nested deeper than 64"),
        ("x" * (MAX_CHARACTERS + 1), None, "are read up to"),
    ],
)
def test_what_is_no_hcl_is_refused_with_its_line(text: str, line: int | None, words: str):
    with pytest.raises(UnreadableError) as caught:
        body(text)
    assert words in caught.value.message
    assert caught.value.where == ("main.tf" if line is None else f"main.tf:{line}")


LONG = {
    "minus": "a = " + "-" * 200_000 + "1\n",
    "sum": "a = " + "1+" * 100_000 + "1\n",
    "steps": "a = " + "b." * 100_000 + "c\n",
    "indexes": "a = b" + "[0]" * 100_000 + "\n",
    "items": "a = [" + "1," * 100_000 + "]\n",
    "escapes": 'a = "' + '\\"' * 100_000 + '"\n',
    "templates": 'a = "' + "${b}" * 50_000 + '"\n',
    "open templates": 'a = "' + "${" * 100_000,
    "open comments": "/*" * 200_000,
    "open texts": "a = <<E\n" * 20_000,
    "texts": "".join(f"a{number} = <<E\nx\nE\n" for number in range(20_000)),
    "other ends": "".join(f"a{number} = <<E{number}\n" for number in range(20_000)),
    "conditions": "a = " + "b ? c : " * 20_000 + "d\n",
    "for": "a = [" + "for x in " * 50_000 + "]\n",
    "quotes in for": "a = [for x in " + '"' * 100_000 + "]\n",
    "directives": 'a = "' + "%{if x}" * 50_000 + '"\n',
    "parentheses": "a = " + "(" * 100_000,
    "labels": "a " + "b " * 100_000 + "{}\n",
    "dollars": 'a = "' + "$" * 200_000 + '"\n',
}


@pytest.mark.parametrize("name", LONG)
def test_no_text_costs_more_than_its_length(name: str):
    started = time.process_time()
    with contextlib.suppress(UnreadableError):
        body(LONG[name])
    assert time.process_time() - started < 3


def test_every_beginning_of_a_file_is_read_or_refused():
    places = set()
    for end in range(len(FILE)):
        try:
            body(FILE[:end])
        except UnreadableError as error:
            places.add(error.where)
    assert len(places) > 5
    assert all(place.startswith("main.tf:") for place in places)


def test_the_json_form_gives_the_same_blocks():
    text = b"""{
  "//": "made by a program",
  "resource": {
    "aws_s3_bucket": {"logs": {"bucket": "acme-${var.stage}", "versioning": [{"enabled": true}], "//": "x"}}
  },
  "variable": {"stage": {"default": "prod"}},
  "locals": [{"a": 1}, 7]
}"""
    document = parse(text, "json", where="main.tf.json")
    assert is_terraform_json(document.data)
    blocks = {(block.type, *block.labels): block for block in body_of(document).blocks}
    assert set(blocks) == {("resource", "aws_s3_bucket", "logs"), ("variable", "stage"), ("locals",)}
    bucket = blocks["resource", "aws_s3_bucket", "logs"]
    assert isinstance(bucket.body.attributes["bucket"].value, Template)
    (versioning,) = bucket.body.of_type("versioning")
    assert versioning.body.attributes["enabled"].line == 4
    assert "//" not in bucket.body.attributes


@pytest.mark.parametrize("data", [None, [], "x", {}, {"resource": {}, "version": 4}, {"model_list": []}])
def test_other_json_is_not_taken_for_terraform(data: object):
    assert not is_terraform_json(data)


def test_a_broken_template_of_the_json_form_tells_nothing():
    assert isinstance(parse_template("${var.", 3), Other)


@pytest.mark.parametrize("text", ["a = [{}1]", "a = 1{}+1", 'a = "{}"', "{}"])
def test_a_text_of_very_many_values_or_blocks_is_refused_with_its_line(text: str):
    parts = {"a = [{}1]": "1,", "a = 1{}+1": "+1", 'a = "{}"': "${x}", "{}": "a {}\n"}[text]
    with pytest.raises(UnreadableError, match="values and blocks, which nobody wrote") as caught:
        parse_hcl(text.format(parts * 100_001), where="main.tf")
    assert str(caught.value.where).startswith("main.tf:")
    parse_hcl(text.format(parts * 10_000), where="main.tf")
