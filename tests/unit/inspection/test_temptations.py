"""Where the answer is "no", the lines that tempt to a "yes" are shown, and do not count."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer

MIT = 'MIT License\n\nTHE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY\n'


@pytest.mark.parametrize(
    ("fact_id", "files", "tempting"),
    [
        ("intended-use/disclaimer", {"LICENSE": MIT}, ["LICENSE:3"]),
        ("intended-use/disclaimer", {"vendor/x/LICENSE": MIT, "LICENSES-3rd-party": MIT}, []),
        (
            "intended-use/bias-disclosed",
            {"docs/scan.md": "# Scan\n\nFinds bias.\n", "examples/a.md": "# A\n\nBias.\n"},
            ["docs/scan.md:3"],
        ),
        (
            "lifecycle/decommission-procedure",
            {"infra/destroy.sh": "#!/bin/sh\n# terraform destroy\nterraform destroy -auto-approve\n"},
            ["infra/destroy.sh:3"],
        ),
        (
            "lifecycle/decommission-procedure",
            {"infra/README.md": "# Stack\n\n## Cleanup\n\nTo destroy all resources:\n"},
            ["infra/README.md:5"],
        ),
        (
            "lifecycle/deprecation-policy",
            {
                "README.md": "# M\n\nNote: **this repository is not maintained anymore**.\n",
                "docs/release.md": "# Notes\n\nPython 3.7 is no longer supported.\n",
            },
            ["README.md:3", "docs/release.md:3"],
        ),
        (
            "lifecycle/rollback-procedure",
            {"README.md": "# M\n\nIf you want the old one\nback, use `git checkout v3`.\n"},
            ["README.md:4"],
        ),
        ("lifecycle/rollback-procedure", {"README.md": "# M\n\nGo back to step 2.\n"}, []),
        ("lifecycle/rollback-procedure", {"deploy.sh": "helm rollback app 1\n"}, ["deploy.sh:1"]),
        ("lifecycle/incident-procedure", {"CODE_OF_CONDUCT.md": "# Code\n\nReport any incident.\n"}, []),
        ("lifecycle/runbook", {"AGENTS.md": "# Notes\n\nSee the runbook.\n"}, []),
        (
            "claims/compliance-claims",
            {".cursor/rules/plan.mdc": "### Privacy\n\n- (How data is handled, GDPR/CCPA compliance etc.)\n"},
            [".cursor/rules/plan.mdc:3"],
        ),
        ("claims/compliance-claims", {"docs/adr/1.md": "# A\n\nA date of ISO 8601.\n"}, []),
        (
            "claims/compliance-claims",
            {"LICENSE": "Apache\n\nexcept in compliance with the License.\n"},
            ["LICENSE:3"],
        ),
    ],
)
def test_what_tempts_is_shown_and_does_not_count(
    tmp_path: Path, fact_id: str, files: dict[str, str], tempting: list[str]
) -> None:
    fact = inspected(tmp_path, files, fact_id.partition("/")[0])[fact_id]

    assert fact.answer is Answer.NO
    assert spots(fact) == []
    assert spots(fact, counting=False) == tempting
