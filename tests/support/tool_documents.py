"""Small true outputs of test tools, made by hand."""

from typing import Any

LM_EVAL: dict[str, Any] = {
    "results": {"triage": {"alias": "triage", "sample_len": 6, "acc,none": 5 / 6, "acc_stderr,none": 1 / 6}},
    "configs": {
        "triage": {
            "dataset_path": "json",
            "dataset_kwargs": {"data_files": {"test": "evals/triage.jsonl"}},
            "test_split": "test",
            "metadata": {"dataset_sha256": "a" * 64},
        }
    },
    "versions": {"triage": 1.0},
    "n-shot": {"triage": 0},
    "n-samples": {"triage": {"original": 6, "effective": 6}},
    "config": {"model": "openai-chat-completions", "model_args": "model=gpt-4o-2024-08-06", "limit": None},
    "git_hash": "abc1234",
    "date": 1795388557.5,
    "lm_eval_version": "0.4.13",
    "model_name": "gpt-4o-2024-08-06",
    "total_evaluation_time_seconds": "20",
}

PROMPTFOO: dict[str, Any] = {
    "evalId": "eval-1",
    "results": {
        "version": 3,
        "timestamp": "2026-11-20T09:00:00.000Z",
        "prompts": [
            {
                "provider": "openai:chat:gpt-4o",
                "metrics": {"testPassCount": 3, "testFailCount": 1, "testErrorCount": 0},
            }
        ],
        "results": [
            {
                "promptIdx": 0,
                "provider": {"id": "openai:chat:gpt-4o"},
                "success": passed,
                "score": float(passed),
                "failureReason": int(not passed),
                "namedScores": {"tone": 0.5},
                "gradingResult": {"pass": passed, "componentResults": [{"pass": passed}]},
                "response": {"output": "A SECRET ANSWER", "tokenUsage": {"completion": 7}},
                "vars": {"q": f"A SECRET QUESTION {at}"},
            }
            for at, passed in enumerate((True, True, True, False))
        ],
        "stats": {"durationMs": 60_000},
    },
    "config": {"description": "triage", "tests": "file://evals/tests.csv", "metadata": {}},
    "metadata": {"promptfooVersion": "0.123.1"},
}

SARIF: dict[str, Any] = {
    "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "Scanner",
                    "semanticVersion": "3.1.0",
                    "rules": [
                        {"id": "R1", "properties": {"security-severity": "9.1"}},
                        {"id": "R2", "defaultConfiguration": {"level": "note"}},
                    ],
                }
            },
            "invocations": [{"executionSuccessful": True, "endTimeUtc": "2026-11-20T09:00:00Z"}],
            "versionControlProvenance": [{"repositoryUri": "https://forge.example/x?token=1", "revisionId": "abc"}],
            "artifacts": [{"roles": ["analysisTarget"]}, {"roles": ["analysisTarget"]}, {"roles": ["tracedFile"]}],
            "results": [
                {
                    "ruleId": "R2",
                    "message": {"text": "A SECRET LINE"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "src/a.py"},
                                "region": {"startLine": 7, "snippet": {"text": "A SECRET LINE"}},
                            }
                        }
                    ],
                },
                {"ruleId": "R1", "message": {"text": "b"}},
                {"ruleId": "R1", "message": {"text": "c"}, "suppressions": [{"kind": "inSource"}]},
            ],
        }
    ],
}

PIP_AUDIT: dict[str, Any] = {
    "dependencies": [
        {"name": "requests", "version": "2.19.0", "vulns": [
            {"id": "PYSEC-2018-28", "fix_versions": ["2.20.0"], "aliases": ["CVE-2018-18074"], "description": "long"}
        ]},
        {"name": "jinja2", "version": "3.1.6", "vulns": []},
        {"name": "own", "skip_reason": "not found"},
    ],
    "fixes": [],
}  # fmt: skip

CYCLONEDX: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {
        "timestamp": "2026-11-20T09:00:00Z",
        "tools": {"components": [{"name": "maker", "version": "7.5.0"}]},
        "component": {"name": "claims", "version": "1.2.0"},
    },
    "components": [
        {
            "bom-ref": "a",
            "type": "library",
            "name": "a",
            "version": "1",
            "purl": "pkg:pypi/a@1?repository_url=https://user:pass@host",
            "licenses": [{"license": {"id": "MIT"}}],
            "hashes": [{"alg": "SHA-256", "content": "b" * 64}],
            "supplier": {"name": "A Ltd"},
            "author": "Somebody Real",
            "components": [{"type": "library", "name": "inner"}],
        },
        {
            "type": "library",
            "name": "b",
            "externalReferences": [
                {"type": "distribution", "url": "x", "hashes": [{"alg": "SHA-256", "content": "c" * 64}] * 2}
            ],
        },
        {
            "type": "machine-learning-model",
            "name": "triage-model",
            "version": "3",
            "modelCard": {
                "modelParameters": {"task": "classification", "datasets": [{"ref": "d"}]},
                "quantitativeAnalysis": {"performanceMetrics": [{"type": "accuracy", "value": "0.9"}]},
                "considerations": {"technicalLimitations": ["English only"]},
            },
        },
        {"type": "data", "name": "claims-2026"},
    ],
    "vulnerabilities": [
        {
            "id": "CVE-2026-1",
            "ratings": [{"severity": "low"}, {"score": 9.8}],
            "affects": [{"ref": "a"}],
            "analysis": {"state": "exploitable", "detail": "A SECRET DETAIL"},
        },
        {"id": "CVE-2026-2", "ratings": [{"severity": "high"}], "analysis": {"state": "not_affected"}},
    ],
}

SPDX_2: dict[str, Any] = {
    "spdxVersion": "SPDX-2.3",
    "creationInfo": {
        "created": "2026-11-20T09:00:00Z", "creators": ["Person: Ann (ann@example.org)", "Tool: maker-1.4.1"],
    },
    "documentDescribes": ["SPDXRef-main"],
    "packages": [
        {"SPDXID": "SPDXRef-main", "name": "claims", "versionInfo": "1.2.0"},
        {
            "SPDXID": "SPDXRef-a",
            "name": "a",
            "versionInfo": "1",
            "licenseConcluded": "NOASSERTION",
            "licenseDeclared": "MIT",
            "checksums": [{"algorithm": "SHA256", "checksumValue": "b" * 64}],
            "supplier": "Organization: A Ltd (info@a.example)",
            "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:pypi/a@1?x=y"}],
        },
        {"SPDXID": "SPDXRef-b", "name": "b", "licenseDeclared": "NONE", "supplier": "Person: Ann (ann@example.org)"},
    ],
}  # fmt: skip

SPDX_3: dict[str, Any] = {
    "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
    "@graph": [
        {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1", "created": "2026-11-20T09:00:00Z",
         "createdUsing": ["urn:tool"]},
        {"type": "Tool", "spdxId": "urn:tool", "name": "maker"},
        {"type": "SpdxDocument", "spdxId": "urn:doc", "creationInfo": "_:c", "rootElement": ["urn:app"]},
        {"type": "software_Package", "spdxId": "urn:app", "name": "claims", "software_packageVersion": "1.2.0"},
        {"type": "ai_AIPackage", "spdxId": "urn:model", "name": "triage-model", "software_packageVersion": "3",
         "ai_limitation": "English only", "ai_metric": [{"key": "accuracy", "value": "0.9"}], "suppliedBy": "urn:org",
         "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": "b" * 64}]},
        {"type": "dataset_DatasetPackage", "spdxId": "urn:data", "name": "claims-2026", "suppliedBy": "urn:ann"},
        {"type": "Organization", "spdxId": "urn:org", "name": "A Ltd"},
        {"type": "Person", "spdxId": "urn:ann", "name": "Ann"},
        {"type": "simplelicensing_LicenseExpression", "spdxId": "urn:mit", "simplelicensing_licenseExpression": "MIT"},
        {"type": "Relationship", "spdxId": "urn:r", "relationshipType": "hasDeclaredLicense", "from": "urn:model",
         "to": ["urn:mit"]},
    ],
}  # fmt: skip

OPENVEX: dict[str, Any] = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "author": "Ann",
    "timestamp": "2026-11-20T09:00:00Z",
    "tooling": "maker",
    "statements": [
        {"vulnerability": {"name": "CVE-2026-1", "aliases": ["GHSA-1"]}, "products": [{"@id": "pkg:oci/x@1?tag=2"}],
         "status": "not_affected", "impact_statement": "A SECRET"},
        {"vulnerability": {"name": "CVE-2026-2"}, "products": ["pkg:oci/x@1"], "status": "affected"},
    ],
}  # fmt: skip

K6: dict[str, Any] = {
    "metrics": {
        "http_reqs": {"count": 1000, "rate": 50.5},
        "http_req_duration": {"avg": 40, "med": 35, "p(95)": 88.5, "p(99)": 120, "max": 300,
                              "thresholds": {"p(95)<80": True, "p(99)<500": False}},
        "http_req_failed": {"value": 0.02, "passes": 20, "fails": 980},
        "vus_max": {"value": 12, "min": 12, "max": 12},
    },
    "root_group": {"name": ""},
}  # fmt: skip

EVIDENTLY: dict[str, Any] = {
    "metrics": [
        {"metric_name": "RowCount()", "config": {}, "value": 500},
        {"metric_name": "DriftedColumnsCount(drift_share=0.5)", "config": {"drift_share": 0.5},
         "value": {"count": 1, "share": 0.5}},
        {"metric_name": "ValueDrift(column=a,method=K-S p_value,threshold=0.05)",
         "config": {"column": "a", "method": "K-S p_value", "threshold": 0.05}, "value": 0.2},
        {"metric_name": "ValueDrift(column=b,method=Wasserstein distance (normed),threshold=0.1)",
         "config": {"column": "b", "method": "Wasserstein distance (normed)", "threshold": 0.1}, "value": 0.2},
        {"metric_name": "ValueDrift(column=c,method=own,threshold=0.1)",
         "config": {"column": "c", "method": "own", "threshold": 0.1}, "value": 0.2},
    ],
    "tests": [],
}  # fmt: skip

FAIRLEARN: dict[str, Any] = {
    "fairlearn_version": "0.15.0",
    "model": "claims-triage:2",
    "created_at": "2026-11-20T09:00:00Z",
    "overall": {"accuracy": 0.85},
    "by_group": {"accuracy": {"A": 0.9, "B": 0.8}, "count": {"A": 200, "B": 30}},
    "demographic_parity_difference": 0.1,
}

MLFLOW_EXPORT: dict[str, Any] = {
    "registered_models": [
        {"name": "triage", "tags": {"owner": "ann@example.org"}, "aliases": {"champion": 2, "old": 7}},
    ],
    "model_versions": [
        {"name": "triage", "version": 2, "stage": "None", "run_id": "r2", "source": "/home/ann/mlruns/2/model",
         "tags": {"validation_status": "approved"}, "aliases": [], "status": "READY",
         "creation_timestamp": 1795388580490},
        {"name": "triage", "version": 1, "stage": "Archived", "run_id": "r1", "source": "runs:/r1/model",
         "tags": {"note": "a long text of somebody"}, "aliases": [], "status": "READY",
         "creation_timestamp": 1795388580432},
    ],
}  # fmt: skip

GARAK: list[dict[str, Any]] = [
    {"entry_type": "start_run setup", "_config.version": "0.17.1", "plugins.target_type": "openai.OpenAIGenerator",
     "plugins.target_name": "gpt-4o", "run.eval_threshold": 0.5},
    {"entry_type": "init", "garak_version": "0.17.1", "start_time": "2026-11-20T09:00:00", "run": "u"},
    *({"entry_type": "attempt", "status": status, "probe_classname": "dan.Dan_11_0", "prompt": "A SECRET PROMPT",
       "detector_results": {"mitigation.MitigationBypass": [score]} if status == 2 else {}}
      for status in (1, 2) for score in (0.0, 1.0, 0.0, None)),
    {"entry_type": "eval", "probe": "dan.Dan_11_0", "detector": "mitigation.MitigationBypass", "passed": 2, "fails": 1,
     "nones": 1, "total_evaluated": 3},
    {"entry_type": "eval", "probe": "test.Test", "detector": "always.Pass", "passed": 8, "total_evaluated": 8},
    {"entry_type": "completion", "end_time": "2026-11-20T09:10:00", "run": "u"},
]  # fmt: skip

JUNIT = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="all" tests="4">
  <testsuite name="unit" tests="4" timestamp="2026-11-20T09:00:00" time="2.5">
    <testcase classname="a" name="one" time="0.1"/>
    <testcase classname="a" name="two"><failure message="A SECRET VALUE">x &lt; y</failure></testcase>
    <testcase classname="a" name="three"><skipped/></testcase>
    <testcase classname="a" name="four"><failure/><error/><system-out>A SECRET LINE</system-out></testcase>
  </testsuite>
</testsuites>
"""

LOCUST = """\
Type,Name,Request Count,Failure Count,Average Response Time,Max Response Time,Requests/s,50%,95%,99%
GET,/a,60,2,11,90,6.0,10,30,80
GET,/b,40,1,13,95,4.0,12,40,85
,Aggregated,100,3,12,95,10.0,11,35,82
"""

LOCUST_HISTORY = """\
Timestamp,User Count,Type,Name,Requests/s
1795388500,1,,Aggregated,1
1795388510,9,,Aggregated,10
"""

CODECARBON = """\
timestamp,project_name,duration,emissions,energy_consumed,country_iso_code,codecarbon_version,tracking_mode
2026-11-20T09:00:00,triage,600,0.5,1.25,DEU,3.0.1,machine
2026-11-21T09:00:00,triage,60,0.1,0.25,DEU,3.0.1,machine
2026-11-22T09:00:00,triage,60,0.0,0,DEU,3.0.1,machine
"""

#: File name -> content, of every format that is JSON.
JSON_DOCUMENTS: dict[str, Any] = {
    "lm-eval.json": LM_EVAL,
    "promptfoo.json": PROMPTFOO,
    "scan.sarif": SARIF,
    "audit.json": PIP_AUDIT,
    "bom.cdx.json": CYCLONEDX,
    "two.spdx.json": SPDX_2,
    "three.spdx.json": SPDX_3,
    "vex.json": OPENVEX,
    "k6.json": K6,
    "drift.json": EVIDENTLY,
    "fair.json": FAIRLEARN,
    "registry.json": MLFLOW_EXPORT,
}
