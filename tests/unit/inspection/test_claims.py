"""Claims of compliance: what is a claim, what only names a standard, and that a claim is no evidence."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer


@pytest.mark.parametrize(
    ("line", "standards"),
    [
        ("- **Privacy**: The gateway is SOC2, HIPAA, GDPR, and CCPA compliant.", ("CCPA", "GDPR", "HIPAA", "SOC2")),
        (
            "\N{WHITE HEAVY CHECK MARK}&nbsp; SOC2, ISO, HIPAA, GDPR Compliances - for best practices <br>",
            ("GDPR", "HIPAA", "ISO", "SOC2"),
        ),
        ("We are ISO 27001 certified.", ("ISO 27001",)),
        ("The service complies with the EU AI Act.", ("EU AI ACT",)),
        ("SOC 2 Type II compliance is maintained.", ("SOC 2 TYPE II",)),
        ("![SOC 2 certified](https://example.org/badge.svg)", ("SOC 2",)),
    ],
)
def test_claims(tmp_path: Path, line: str, standards: tuple[str, ...]) -> None:
    facts = inspected(tmp_path, {"README.md": f"# App\n\n{line}\n"}, "claims")

    assert facts["claims/compliance-claims"].answer is Answer.YES
    assert spots(facts["claims/compliance-claims"]) == ["README.md:3"]
    assert facts["claims/compliance-claims"].values["standards"] == standards
    assert facts["claims/claims-supported"].answer is Answer.NO
    assert spots(facts["claims/claims-supported"]) == []
    assert spots(facts["claims/claims-supported"], counting=False) == ["README.md:3"]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("README.md", "We are not HIPAA compliant."),
        ("README.md", "It helps you to become GDPR compliant."),
        ("README.md", "Learn more about HIPAA compliance."),
        ("README.md", "Your data must be processed in a GDPR compliant way."),
        ("README.md", "## GDPR compliance"),
        ("README.md", "- Healthcare data with HIPAA compliance requirements"),
        ("README.md", "- [ ] SOC 2 Type II certified"),
        ("README.md", "```\nSOC2 compliant\n```"),
        ("README.md", "<!-- SOC2 compliant -->"),
        ("README.md", "This notice is made under Articles 13 and 14 of the GDPR."),
        ("README.md", "The region tag is prod-hipaa."),
        ("rules/tools.md", "The other tool is SOC 2 compliant."),
        (".agents/skills/x/SKILL.md", "Our region is HIPAA compliant."),
        ("tests/README.md", "We are ISO 27001 certified."),
        ("src/text.py", '"We are ISO 27001 certified."'),
    ],
)
def test_a_standard_that_is_named_is_no_claim(tmp_path: Path, path: str, content: str) -> None:
    facts = inspected(tmp_path, {path: f"{content}\n"}, "claims")

    assert facts["claims/compliance-claims"].answer is Answer.NO
    assert spots(facts["claims/compliance-claims"]) == []
    assert facts["claims/claims-supported"].answer is Answer.NOT_APPLICABLE


def test_a_denial_is_shown_and_does_not_count(tmp_path: Path) -> None:
    fact = inspected(tmp_path, {"README.md": "We are not HIPAA compliant.\n"}, "claims")["claims/compliance-claims"]

    assert spots(fact, counting=False) == ["README.md:1"]


def test_a_report_beside_a_claim_is_a_part(tmp_path: Path) -> None:
    files = {"README.md": "We are SOC 2 compliant.\n", "docs/soc2-report-2026.pdf": b"%PDF-1.7"}
    fact = inspected(tmp_path, files, "claims")["claims/claims-supported"]

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["docs/soc2-report-2026.pdf"]


def test_an_empty_report_supports_nothing(tmp_path: Path) -> None:
    files = {"README.md": "We are SOC 2 compliant.\n", "docs/soc2-report-2026.pdf": b""}

    assert inspected(tmp_path, files, "claims")["claims/claims-supported"].answer is Answer.NO


_PAGE = """<h2>Use</h2>
<p>
  The tool is approved for processing information classified up to
  OFFICIAL-SENSITIVE.
</p>
<p>
  It is subject to assessment and follows
  <a href="https://example.org/secure-by-design/"
    >the Secure by Design approach</a
  >.
</p>
"""


def test_a_page_of_the_application_assures_as_a_document_does(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"web/content/privacy.html": _PAGE}, "claims")
    fact = facts["claims/compliance-claims"]

    assert fact.answer is Answer.YES
    assert spots(fact) == ["web/content/privacy.html:3", "web/content/privacy.html:9"]
    assert fact.values["standards"] == ("SECURE BY DESIGN", "approval up to OFFICIAL-SENSITIVE")
    assert facts["claims/claims-supported"].answer is Answer.NO


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("Retention policies ensure compliance with government data handling requirements.", Answer.YES),
        ("The platform ensures full compliance with all relevant data protection laws.", Answer.YES),
        ("The service is authorised at IL5.", Answer.YES),
        ("Ensure compliance with regulatory requirements.", Answer.NO),
        ("You must ensure that it is in compliance with legal requirements.", Answer.NO),
        ("It helps teams to ensure compliance with legal requirements.", Answer.NO),
        ("It is not approved for information above OFFICIAL.", Answer.NO),
        ("It is approved by the official team.", Answer.NO),
        ("Read about Secure by Design.", Answer.NO),
        ("We plan that it follows Secure by Design.", Answer.NO),
    ],
)
def test_assurances_without_a_standard(tmp_path: Path, line: str, answer: Answer) -> None:
    facts = inspected(tmp_path, {"README.md": f"# App\n\n{line}\n"}, "claims")

    assert facts["claims/compliance-claims"].answer is answer
    assert spots(facts["claims/compliance-claims"]) == (["README.md:3"] if answer is Answer.YES else [])
