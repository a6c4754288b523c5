"""Records that people wrote, for tests: a drill and a policy."""

from support.collecting import source

DRILL = """\
artefact: drill_record
owner: Ada Ferri
approver: Ben Okoro
approved_on: 2026-10-03
review_due: 2027-04-01
scenario: provider_failover
date: 2026-10-02
people: [Ada Ferri, Carl Ito]
measured_seconds: 240
target_seconds: 300
outcome: passed
"""
POLICY = """\
---
artefact: approved_record
record_type: ai_policy
title: AI policy
version: "2.1"
owner: Ada Ferri
approver: Ben Okoro
approved_on: 2026-06-01
review_due: 2027-06-01
---
# AI policy

We test every release.
"""
#: The same with what is not counted as its text.
SCOPED_POLICY = (
    POLICY
    + """
## Scope

All systems <!-- not these words --> that decide.
```
# not a heading
```
"""
)


def drills(**fields):
    return source("records", provides=("drill_record",), **fields)
