"""Revocations that were taken out of the repository again: what was revoked stays revoked."""

from pathlib import Path

import pytest

from support.collecting import checked, git_request, only_item, problems, source
from support.git_repositories import Repository
from support.signing import PATH, RISKS, at_day, of_risks, revocation, signed_files, standing
from tieout.collectors.base import Gathered
from tieout.collectors.records import collect
from tieout.domain.artefacts.records import RosterEntry

ATTESTED = "sources/a.attestation.json"


def gather(repository: Repository, roster: tuple[RosterEntry, ...]) -> Gathered:
    section = source("records", provides=("attestation",))
    with git_request(repository, section, prefix="sources", people=roster) as request:
        return checked(collect(request))


def revoked_in(folder: Path, keys: dict[str, Path], signer: str) -> tuple[Repository, list[str]]:
    """A repository with an attestation and then its revocation, and the revocation's files."""
    repository = Repository(folder)
    repository.commit("register", {PATH: RISKS}, **at_day("2026-11-01"))
    files = signed_files(of_risks(), keys["ada"])
    repository.commit("statement", files, **at_day("2026-11-20"))
    taken_back = signed_files(revocation(files[ATTESTED]), keys[signer])
    repository.commit("revoked", taken_back, **at_day("2026-11-21"))
    return repository, sorted(taken_back)


@pytest.mark.parametrize("which", [slice(0, 2), slice(0, 1), slice(1, 2)])
def test_a_revocation_that_was_removed_still_counts(tmp_path, keys, roster, which):
    repository, paths = revoked_in(tmp_path / "r", keys, "ada")
    for path in paths[which]:
        (repository.folder / path).unlink()
    commit = repository.commit("cleaned up", **at_day("2026-11-22"))
    found = gather(repository, roster)
    assert standing(only_item(found)) == ["revoked"]
    told = [problem.reason for problem in problems(found) if problem.place.path == ATTESTED]
    gone = f"(a revocation that commit {commit[:12]} took out)"
    assert told == [f"was revoked on 2026-11-20T09:00:00Z by Ada Ferri {gone}: The register was wrong."]


def test_one_that_was_written_over_still_counts(tmp_path, keys, roster):
    repository, paths = revoked_in(tmp_path / "r", keys, "ada")
    repository.commit("edited", {paths[0]: b"{}"}, **at_day("2026-11-22"))
    found = gather(repository, roster)
    assert standing(only_item(found)) == ["revoked"]
    assert [problem.status for problem in problems(found) if problem.place.path == paths[0]] == ["unreadable"]


def test_a_forged_one_that_was_removed_takes_nothing_back(tmp_path, keys, roster):
    repository, paths = revoked_in(tmp_path / "r", keys, "eve")
    repository.git("rm", "-q", *paths)
    repository.commit("cleaned up", **at_day("2026-11-22"))
    assert standing(only_item(gather(repository, roster))) == []


def test_one_that_was_moved_is_told_once(tmp_path, keys, roster):
    repository, paths = revoked_in(tmp_path / "r", keys, "ada")
    for path in paths:
        repository.git("mv", path, path.replace("sources/", "sources/moved-"))
    repository.commit("moved", **at_day("2026-11-22"))
    found = gather(repository, roster)
    assert {item.facts["kind"]: standing(item) for item in found.result.items} == {
        "attestation": ["revoked"],
        "revocation": [],
    }
    (told,) = [problem.reason for problem in problems(found) if problem.place.path == ATTESTED]
    assert "took out" not in told


def test_one_of_a_branch_that_never_came_in_takes_nothing_back(tmp_path, keys, roster):
    repository = Repository(tmp_path / "r")
    repository.commit("register", {PATH: RISKS}, **at_day("2026-11-01"))
    files = signed_files(of_risks(), keys["ada"])
    repository.commit("statement", files, **at_day("2026-11-20"))
    repository.git("checkout", "-q", "-b", "side")
    taken_back = signed_files(revocation(files[ATTESTED]), keys["ada"])
    repository.commit("revoked", taken_back, **at_day("2026-11-21"))
    repository.git("rm", "-q", *taken_back)
    repository.commit("thought better of it", **at_day("2026-11-21"))
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "--no-edit", "side", **at_day("2026-11-22"))
    assert standing(only_item(gather(repository, roster))) == []
