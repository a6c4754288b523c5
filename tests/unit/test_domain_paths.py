"""What kind of place a path stands in."""

import pytest

from tieout.domain.evidence import PathClass
from tieout.domain.paths import classify


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
    ],
)
def test_classify(path: str, expected: PathClass):
    assert classify(path) is expected
