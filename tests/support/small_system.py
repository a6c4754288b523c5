"""The source and the record of a small system that tests of the commands start from."""

from support.systems import source

RISKS = "artefact: risk_register\nrisks: []\n"
RECORDS = source("records", "records", "records", "risk_register", "inventory", inside="application")
