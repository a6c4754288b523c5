"""The assess stage: the collection against the shipped rules."""

from tieout.assess.engine import assess as run_rules
from tieout.assess.engine import validate_rule
from tieout.domain.assessment import Assessment
from tieout.domain.catalog import Catalog
from tieout.domain.collection import Collection
from tieout.domain.rules import Rule
from tieout.frameworks.catalog import load_catalog
from tieout.frameworks.rules import load_rules
from tieout.kernel.bundle import bundled
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import ConfigError, UsageError
from tieout.pipeline.workspace import Workspace

FRAMEWORK = "nist-ai-rmf-1.0"


def load_controls() -> tuple[Catalog, tuple[Rule, ...]]:
    """The shipped catalog and its rules.

    Raises:
        ConfigError: A file is wrong, or a rule names a control that is not in the catalog.
    """
    folder = bundled("controls") / FRAMEWORK
    catalog = load_catalog(folder)
    rules = load_rules(folder)
    for rule in rules:
        for label in rule.controls:
            catalog.control(label)
        if faults := validate_rule(rule):
            message = f"rule {rule.id}: {'; '.join(faults)}"
            raise ConfigError(message, hint="docs/rules.md says how a rule is written")
    return catalog, rules


def assess(workspace: Workspace) -> Assessment:
    """Assess what was collected last and keep the result.

    Raises:
        UsageError: Nothing was collected yet.
    """
    catalog, rules = load_controls()
    assessment = run_rules(workspace.collection(), catalog, rules)
    workspace.write_assessment(assessment)
    return assessment


def last_assessment(workspace: Workspace) -> tuple[Assessment, Collection]:
    """The assessment made last and the very collection that it judged.

    Raises:
        UsageError: Nothing was assessed yet, or the evidence was collected again since.
    """
    collection, assessment = workspace.collection(), workspace.assessment()
    if sha256_hex(canonical_bytes(collection.as_json())) != assessment.collection_sha256:
        message = "the evidence was collected again after the assessment"
        raise UsageError(message, hint="run `tieout assess` again")
    return assessment, collection
