"""Live configuration for tests: a gateway and flags, and how they are collected."""

from pathlib import Path

from support.collecting import in_folder, source, write
from tieout.collectors.config import collect

GATEWAY = """\
model_list:
  - model_name: triage
    litellm_params:
      model: openai/gpt-4o-2024-08-06
      api_key: os.environ/OPENAI_API_KEY
      rpm: 60
      timeout: 30
      max_budget: 50
  - model_name: triage-backup
    litellm_params:
      model: anthropic/claude-sonnet-4-5
      # max_budget: 100
  - model_name: local
    litellm_params:
      model: openai/llama
      api_base: http://10.0.0.7:8000/v1

litellm_settings:
  cache: false
  request_timeout: 600
  fallbacks: [{triage: [triage-backup, gone]}]
  context_window_fallbacks: [{local: [triage]}]
  max_budget: 1000
  budget_duration: 30d
"""


FLAGS = """\
flags:
  assistant-off:
    state: ENABLED
    variants: {on: true, off: false}
    defaultVariant: "off"
    metadata: {kind: kill-switch, authorised_roles: "operations, governance", trigger: error rate above 5 %}
  new-prompt:
    state: DISABLED
    variants: {on: true}
    defaultVariant: "on"
"""


def config(artefact: str = "gateway_config", path: str = "gateway.yaml", **fields):
    return source("config", path, provides=(artefact,), **fields)


def gather(root: Path, content: str, section=None):
    section = section or config()
    return in_folder(collect, write(root, {section.path: content}), section)
