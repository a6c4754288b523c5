"""Tags that a quarantine tells: of every kind, many of them, and tags of tags."""

from tieout.kernel.git.objects import ObjectReader
from tieout.kernel.git.quarantine import Quarantine


def test_tags_of_every_kind(repository):
    commit = repository.git("rev-parse", "HEAD")
    when = {"GIT_COMMITTER_DATE": "1767225600 -0000"}
    repository.git("tag", "-a", "-m", "release", "b-annotated", **when)
    repository.git("tag", "-a", "-m", "tag of a tag", "c-nested", "b-annotated", **when)
    repository.git("tag", "a-plain")
    repository.git("tag", "d-blob", "HEAD:a.txt")
    block = "-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----"
    for name, message in {"e-quoted": f"they wrote\n{block}\nfor an example\n", "f-signed": f"v1\n{block}\n"}.items():
        text = f"object {commit}\ntype commit\ntag {name}\ntagger A <a@x> 99999999999999 +0000\n\n{message}"
        stored = repository.git("hash-object", "-t", "tag", "-w", "--stdin", "--literally", stdin=text.encode())
        repository.git("update-ref", f"refs/tags/{name}", stored)
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        tags = quarantine.tags()
    told = [(tag.name, tag.target_commit == commit, tag.annotated, tag.signature) for tag in tags]
    assert told == [
        ("a-plain", True, False, "none"),
        ("b-annotated", True, True, "none"),
        ("c-nested", True, True, "none"),
        ("d-blob", False, False, "none"),
        ("e-quoted", True, True, "none"),
        ("f-signed", True, True, "gpg"),
    ]
    assert tags[3].target_commit is None
    assert tags[1].tagged_at is not None
    assert tags[1].tagged_at.isoformat() == "2026-01-01T00:00:00+00:00"
    assert tags[4].tagged_at is None  # beyond any calendar


def test_many_tags_are_read_in_few_questions_and_once(repository, monkeypatch):
    commit = repository.git("rev-parse", "HEAD")
    tag = "tag t{}\nfrom {}\ntagger A <a@x> 1767225600 +0000\ndata 1\nm\n"
    repository.git("fast-import", "--quiet", stdin="".join(tag.format(at, commit) for at in range(2000)).encode())
    questions = []
    ask = ObjectReader._ask
    monkeypatch.setattr(ObjectReader, "_ask", lambda self, batch: questions.append(len(batch)) or ask(self, batch))
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        tags = quarantine.tags()
        assert quarantine.tags() == tags
    assert [(one.target_commit, one.annotated) for one in tags] == [(commit, True)] * 2000
    assert len(questions) <= 2000 // 400 + 2


def test_a_tag_of_tags_is_followed_to_a_depth_and_no_further(repository):
    commit = repository.git("rev-parse", "HEAD")
    for at in range(10):
        repository.git("tag", "-a", "-m", "m", f"t{at}", f"t{at - 1}" if at else "HEAD")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert [tag.target_commit for tag in quarantine.tags()] == [commit] * 8 + [None] * 2
