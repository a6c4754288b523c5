"""Guardrails: attached, called, only offered, or only spoken of."""

from pathlib import Path

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Fact

RAILS = """models: []
rails:
  input:
    flows:
      - self check input
      - check jailbreak
  output:
    flows:
      - self check output
"""


def facts(tmp_path: Path, files: dict[str, str | bytes]) -> dict[str, Fact]:
    """Facts of the topic by the question's key."""
    found = inspected(tmp_path / "r", files, "guardrails")
    return {key.rpartition("/")[2]: fact for key, fact in found.items()}


def test_flows_of_a_live_configuration_are_attached(tmp_path: Path) -> None:
    found = facts(tmp_path, {"config/rails.yml": RAILS})
    assert spots(found["configured"]) == ["config/rails.yml:5", "config/rails.yml:6", "config/rails.yml:9"]
    assert (found["prompt-injection"].answer, spots(found["prompt-injection"])) == (Answer.YES, ["config/rails.yml:6"])
    assert (found["output-moderation"].answer, spots(found["output-moderation"])) == (
        Answer.YES,
        ["config/rails.yml:9"],
    )


def test_flows_of_examples_are_not(tmp_path: Path) -> None:
    fact = facts(tmp_path, {"examples/rails.yml": RAILS})["configured"]
    assert (fact.answer, spots(fact)) == (Answer.NO, [])
    assert spots(fact, counting=False)[0] == "examples/rails.yml:5"


def test_a_plugin_that_may_be_loaded_is_partial(tmp_path: Path) -> None:
    fact = facts(tmp_path, {"conf.json": '{\n "plugins_enabled": ["pii", "moderation"],\n "cache": false\n}\n'})[
        "configured"
    ]
    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["conf.json:2"])


def test_hooks_of_a_live_gateway_are_attached_and_empty_ones_are_not(tmp_path: Path) -> None:
    config = '{\n "plugins_enabled": ["pii"],\n "input_guardrails": [{"id": "pii"}]\n}\n'
    fact = facts(tmp_path, {"conf.json": config})["configured"]
    assert (fact.answer, spots(fact)) == (Answer.YES, ["conf.json:3", "conf.json:2"])
    empty = facts(tmp_path / "b", {"conf.json": config.replace('[{"id": "pii"}]', "[]")})["configured"]
    assert empty.answer is Answer.PARTIAL


def test_litellms_guardrail_is_attached_where_it_is_always_on(tmp_path: Path) -> None:
    config = (
        "model_list:\n  - model_name: a\n    litellm_params: {model: openai/gpt-4o}\nguardrails:\n"
        "  - guardrail_name: pii\n    litellm_params: {guardrail: presidio, mode: pre_call, default_on: true}\n"
    )
    fact = facts(tmp_path, {"config.yaml": config})["configured"]
    assert fact.answer is Answer.YES
    asked = facts(tmp_path / "b", {"config.yaml": config.replace("true", "false")})["configured"]
    assert asked.answer is Answer.PARTIAL


def test_a_call_in_code_is_partial_and_a_comment_nothing(tmp_path: Path) -> None:
    source = "# client.moderations.create(x)\nchecked = client.moderations.create(input=text)\n"
    found = facts(tmp_path, {"app/chat.py": source})
    assert (found["configured"].answer, spots(found["configured"])) == (Answer.PARTIAL, ["app/chat.py:2"])
    assert found["output-moderation"].answer is Answer.PARTIAL


def test_a_class_of_ones_own_that_is_a_step_is_attached(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "lib/jailbreak_guardrails.rb": "class JailbreakGuardrails\n  def call; end\nend\n",
        "lib/answer_guardrails.rb": "class AnswerGuardrails\n  def call; end\nend\n",
        "lib/composer.rb": "STEPS = [\n  Pipeline::JailbreakGuardrails,\n  Search,\n  Pipeline::AnswerGuardrails,\n]\n",
    }
    found = facts(tmp_path, files)
    assert spots(found["configured"]) == ["lib/composer.rb:2", "lib/composer.rb:4"]
    assert spots(found["prompt-injection"]) == ["lib/composer.rb:2"]
    del files["lib/composer.rb"]
    assert facts(tmp_path / "b", files)["configured"].answer is Answer.NO


def test_a_toolkit_that_offers_guardrails_attaches_none(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "kit/rails.py": "class LLMRails:\n    pass\n",
        "kit/cli.py": "from kit.rails import LLMRails\napp = LLMRails(config)\n",
    }
    fact = facts(tmp_path, files)["configured"]
    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["kit/cli.py:2"])


def test_words_in_documents_are_nothing(tmp_path: Path) -> None:
    found = facts(tmp_path, {"README.md": "We have guardrails.\n", "docs/guardrails.md": "PromptGuard\n"})
    assert [fact.answer for fact in found.values()] == [Answer.NO] * 3
