"""What one source declares more than once: Terraform refuses it, Kubernetes takes the same object as one."""

from pathlib import Path

import pytest

from support import settings, terraform
from support.collecting import problems

DATABASE = 'resource "aws_db_instance" "dup" {{\n  storage_encrypted = {}\n}}\n'
POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: prod}}
spec:
  containers: [{{name: web, image: "registry.example.com/api:4.2", securityContext: {{privileged: false}}}}]
---
"""


def refused(gathered, artefact: str = "security_config") -> list[tuple[str | None, int | None]]:
    return [(one.place.path, one.place.line) for one in problems(gathered, "unreadable") if artefact in one.types]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.tf": DATABASE.format("true") + DATABASE.format("false")}, [("infra/main.tf", 1), ("infra/main.tf", 4)]),
        (
            {"a.tf": DATABASE.format("true"), "b.tf": "\n" + DATABASE.format("true")},
            [("infra/a.tf", 1), ("infra/b.tf", 2)],
        ),
        ({"main.tf": DATABASE.format("true") + DATABASE.format("true").replace("dup", "other")}, []),
        ({"a/main.tf": DATABASE.format("true"), "b/main.tf": DATABASE.format("true")}, []),
        ({"main.tf": DATABASE.format("true") + DATABASE.format("true").replace("resource", "data")}, []),
    ],
)
def test_terraform_refuses_a_folder_that_declares_an_address_twice(
    tmp_path: Path, files: dict[str, str | bytes], expected: list[tuple[str, int]]
) -> None:
    found = terraform.gather(tmp_path, files)
    assert refused(found) == expected
    reasons = [one.reason for one in problems(found, "unreadable")]
    assert all("'resource.aws_db_instance.dup'" in one and "Terraform refuses" in one for one in reasons)


def test_an_override_is_no_second_declaration(tmp_path: Path) -> None:
    found = terraform.gather(
        tmp_path, {"main.tf": DATABASE.format("true"), "main_override.tf": DATABASE.format("true")}
    )
    assert not any("Terraform refuses" in one.reason for one in problems(found, "unreadable"))


def test_one_object_that_stands_many_times_counts_once_and_is_told(tmp_path: Path) -> None:
    once = settings.gathered(tmp_path / "once", {"pods.yaml": POD.format(name="web")})
    many = settings.gathered(tmp_path / "many", {"pods.yaml": POD.format(name="web") * 40})
    apart = settings.gathered(tmp_path / "apart", {"pods.yaml": POD.format(name="web") + POD.format(name="other")})
    assert len(settings.rows(many, "security_config")) == len(settings.rows(once, "security_config")) > 0
    assert len(settings.rows(apart, "security_config")) > len(settings.rows(once, "security_config"))
    (note,) = [one for one in problems(many, "not-counted") if "40 times" in one.reason]
    assert (note.place.line, "web" in note.reason) == (2, True)
    assert not [one for one in problems(apart, "not-counted") if "times" in one.reason]
