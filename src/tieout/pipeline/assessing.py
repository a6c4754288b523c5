"""The assess stage: the collection against the shipped rules."""

from tieout.assess.engine import assess as run_rules
from tieout.assess.engine import controls_digest, validate_rule
from tieout.domain.assessment import Assessment
from tieout.domain.catalog import Catalog
from tieout.domain.collection import Collection
from tieout.domain.packet import WORK_FOLDER
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


def assess(workspace: Workspace, collection: Collection | None = None) -> Assessment:
    """Assess a collection and keep the result.

    Args:
        workspace: Where it is kept.
        collection: What this job collected; without it, what was collected last.

    Raises:
        UsageError: Nothing was collected yet.
    """
    catalog, rules = load_controls()
    with workspace.job():
        workspace.hold(create=False)
        assessment = run_rules(collection or workspace.collection(), catalog, rules)
        workspace.write_assessment(assessment)
    # As the stages read it back: a value of 1.0 is 1 there, and a job must say what its stages say.
    return Assessment.model_validate_json(canonical_bytes(assessment.as_json()))


def last_assessment(workspace: Workspace) -> tuple[Assessment, Collection]:
    """The assessment made last and the very collection that it judged, after assessing that once more.

    Raises:
        UsageError: Nothing was assessed yet, the evidence was collected again since, the rules changed since, or
            the file does not hold what the rules give.
    """
    collection, assessment = workspace.collection(), workspace.assessment()
    if sha256_hex(canonical_bytes(collection.as_json())) != assessment.collection_sha256:
        message = "the evidence was collected again after the assessment"
        raise UsageError(message, hint="run `tieout assess` again")
    catalog, rules = load_controls()
    if controls_digest(catalog, rules) != assessment.controls_sha256:
        raise UsageError("the rules changed after the assessment", hint="run `tieout assess` again")
    again = run_rules(collection, catalog, rules)
    if canonical_bytes(again.as_json()) != canonical_bytes(assessment.as_json()):
        message = "does not hold what the rules give for what was collected"
        raise UsageError(message, hint="run `tieout assess` again", where=f"{WORK_FOLDER}/assessment.json")
    return assessment, collection
