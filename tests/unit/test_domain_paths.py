"""What kind of place a path stands in."""

import pytest

from tieout.domain.evidence import PathClass
from tieout.domain.paths import classify, unused_by


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("config/gateway.yaml", PathClass.LIVE),
        ("records/drills/2026-09-alert-test.yaml", PathClass.LIVE),
        ("records/test_results.json", PathClass.LIVE),
        ("records/load.test.md", PathClass.LIVE),
        ("policies/testing-policy.md", PathClass.LIVE),
        ("src/contest.py", PathClass.LIVE),
        ("src/latest.py", PathClass.LIVE),
        ("SYSTEM_CARD.md", PathClass.LIVE),
        (".github/CODEOWNERS", PathClass.LIVE),
        ("tests/fixtures/CODEOWNERS", PathClass.TEST),
        ("test/gateway.yaml", PathClass.TEST),
        ("pkg/testdata/a.yaml", PathClass.TEST),
        ("src/gateway_test.go", PathClass.TEST),
        ("src/gateway.test.ts", PathClass.TEST),
        ("src/gateway.spec.tsx", PathClass.TEST),
        ("src/test_gateway.py", PathClass.TEST),
        ("conftest.py", PathClass.TEST),
        ("src/__tests__/a.js", PathClass.TEST),
        ("examples/gateway.yaml", PathClass.EXAMPLE),
        ("examples/tests/gateway.yaml", PathClass.TEST),
        ("conf.example.json", PathClass.EXAMPLE),
        (".env.sample", PathClass.EXAMPLE),
        ("config.dist.yaml", PathClass.EXAMPLE),
        ("policies/templates/x.md", PathClass.TEMPLATE),
        ("gateway.yaml.j2", PathClass.TEMPLATE),
        ("policy_template.md", PathClass.TEMPLATE),
        ("docs/gateway.yaml", PathClass.DOCUMENTATION),
        ("docs/examples/gateway.yaml", PathClass.EXAMPLE),
        ("documents/policy.md", PathClass.LIVE),
        ("records/sampled-review.yaml", PathClass.LIVE),
        ("Tests/A.yaml", PathClass.TEST),
        ("", PathClass.LIVE),
        # archives, backups and what is no longer in use
        ("sandbox/deprecated/gateway-DO-NOT-USE.yaml", PathClass.ARCHIVE),
        ("config/gateway-DO_NOT_USE.yaml", PathClass.ARCHIVE),
        ("archive/old/gateway.yaml.bak.yaml", PathClass.ARCHIVE),
        ("config/gateway.yaml.bak", PathClass.ARCHIVE),
        ("config/gateway.old.yaml", PathClass.ARCHIVE),
        ("config/gateway-old.yaml", PathClass.ARCHIVE),
        ("config/gateway.backup.yaml", PathClass.ARCHIVE),
        ("config/gateway-backup-2026-01-01.yaml", PathClass.ARCHIVE),
        ("config/gateway.yaml.orig", PathClass.ARCHIVE),
        ("config/gatewayDeprecated.yaml", PathClass.ARCHIVE),
        ("release-old/gateway.yaml", PathClass.ARCHIVE),
        ("old/gateway.yaml", PathClass.ARCHIVE),
        ("backups/2026/gateway.yaml", PathClass.ARCHIVE),
        ("backup-2026-01/gateway.yaml", PathClass.ARCHIVE),
        ("Archive/gateway.yaml", PathClass.ARCHIVE),
        ("archive-2025/gateway.yaml", PathClass.ARCHIVE),
        ("legacy/gateway.yaml", PathClass.ARCHIVE),
        ("legacy-claims/gateway.yaml", PathClass.LIVE),
        ("config/triage-backup.yaml", PathClass.LIVE),  # a route that takes over
        ("backup-route/gateway.yaml", PathClass.LIVE),
        ("records/drills/2026-05-backup-restore.yaml", PathClass.LIVE),
        ("policies/email-archive.md", PathClass.LIVE),
        ("policies/model-deprecation.md", PathClass.LIVE),
        ("config/threshold.yaml", PathClass.LIVE),
        ("config/household-old-age.yaml", PathClass.LIVE),
        ("archiver/gateway.yaml", PathClass.LIVE),
        # other environments than production
        ("staging/gateway-dev.yaml", PathClass.NON_PRODUCTION),
        ("staging-logs-of-payroll/gateway.jsonl", PathClass.NON_PRODUCTION),
        ("deploy/dev/gateway.yaml", PathClass.NON_PRODUCTION),
        ("deploy/gateway.dev.yaml", PathClass.NON_PRODUCTION),
        ("deploy/gateway-dev-eu.yaml", PathClass.NON_PRODUCTION),
        ("deploy/stagingGateway.yaml", PathClass.NON_PRODUCTION),
        ("deploy/values-staging.yaml", PathClass.NON_PRODUCTION),
        ("sandbox/gateway.yaml", PathClass.NON_PRODUCTION),
        ("qa/gateway.yaml", PathClass.NON_PRODUCTION),
        ("preview/gateway.yaml", PathClass.NON_PRODUCTION),
        ("gateway-preview.yaml", PathClass.NON_PRODUCTION),
        ("pre-prod/gateway.yaml", PathClass.NON_PRODUCTION),
        ("non_production/gateway.yaml", PathClass.NON_PRODUCTION),
        ("UAT/gateway.yaml", PathClass.NON_PRODUCTION),
        ("stage/gateway.yaml", PathClass.NON_PRODUCTION),
        ("src/devices/gateway.yaml", PathClass.LIVE),
        (".devcontainer/gateway.yaml", PathClass.LIVE),
        ("dev-ops/gateway.yaml", PathClass.LIVE),
        ("devtools/gateway.yaml", PathClass.LIVE),
        ("developer-portal/gateway.yaml", PathClass.LIVE),
        ("prod/gateway.yaml", PathClass.LIVE),
        ("production/gateway.yaml", PathClass.LIVE),
        ("config/two-stage-review.yaml", PathClass.LIVE),
        ("prompts/gpt-preview-notes.md", PathClass.LIVE),
        ("config/upstage-gateway.yaml", PathClass.LIVE),
        ("docs/staging.md", PathClass.DOCUMENTATION),
        ("docs/archive/gateway.yaml", PathClass.DOCUMENTATION),
        ("staging/examples/gateway.yaml", PathClass.EXAMPLE),
    ],
)
def test_classify(path: str, expected: PathClass):
    assert classify(path) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("disabled/gateway.yaml", "disabled"),
        ("rules/inactive/a.yaml", "inactive"),
        ("rules-disabled/a.yaml", "disabled"),
        ("config/gateway.disabled.yaml", "disabled"),
        ("config/gateway.yaml.disabled", "disabled"),
        ("config/gateway-draft.yaml", "draft"),
        ("config/draft-gateway.yaml", "draft"),
        ("_drafts/2026/gateway.yaml", "drafts"),
        ("WIP/gateway.yaml", "wip"),
        ("config/gateway_wip.yaml", "wip"),
        ("playground/gateway.yaml", "playground"),
        ("tutorials/1/gateway.yaml", "tutorials"),
        ("poc/gateway.yaml", "poc"),
        ("node_modules/a/gateway.yaml", "node_modules"),
        ("vendor/a/gateway.yaml", "vendor"),
        ("config/gateway.yaml~", "~"),
        ("config/gateway copy.yaml", "copy"),
        ("config/gateway - Copy 2.yaml", "Copy 2"),
        ("monitoring/rules_test.yml", "_test"),
        # words of live things
        ("config/vendors.yaml", None),
        ("config/vendor.yaml", None),
        ("vendor-gateway/gateway.yaml", None),
        ("config/wiping.yaml", None),
        ("config/disabled-customers.yaml", None),
        ("config/overdraft.yaml", None),
        ("config/contact-poc.yaml", None),
        ("config/photocopy.yaml", None),
        ("drills/2026-09-alert-test.yaml", None),
        ("config/latest.yaml", None),
        ("", None),
    ],
)
def test_configuration_that_is_not_in_use(path: str, expected: str | None) -> None:
    assert unused_by(path) == expected


def test_records_and_source_code_are_not_judged_by_what_is_in_use() -> None:
    # A folder of drafts may be the application's own code, and `vendor` the register of suppliers.
    assert {classify(path) for path in ("src/drafts/api.py", "records/vendor/a.yaml")} == {PathClass.LIVE}
