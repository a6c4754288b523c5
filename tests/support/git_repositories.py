"""Git repositories for tests: made by the git program with fixed dates and names, so that ids never change."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

FIRST_SECOND = 1_767_225_600  # 2026-01-01T00:00:00Z


def git_environment(**more: str) -> dict[str, str]:
    """The environment of a trusted call: no configuration of this machine."""
    return {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_COMMITTER_NAME": "Carl",
        "GIT_COMMITTER_EMAIL": "carl@example.org",
        **more,
    }


class Repository:
    """A repository that a test builds; each commit is made one day after the last."""

    def __init__(self, folder: Path, *, object_format: str = "sha1", bare: bool = False) -> None:
        self.folder = folder
        self._day = 0
        folder.mkdir(parents=True, exist_ok=True)
        bare_option = ["--bare"] if bare else []
        self.git("init", "-q", "-b", "main", f"--object-format={object_format}", *bare_option)

    @property
    def git_dir(self) -> Path:
        """Where HEAD stands."""
        return self.folder / ".git" if (self.folder / ".git").is_dir() else self.folder

    def git(self, *arguments: str | bytes, stdin: bytes | None = None, **environment: str) -> str:
        """Run git in the repository; its output without the last newline."""
        answer = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=git_environment(**environment),
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert answer.returncode == 0, answer.stderr.decode("utf-8", "replace")
        return answer.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files of the work tree."""
        for name, content in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, message: str, files: Mapping[str, str | bytes] | None = None, **environment: str) -> str:
        """Commit the whole work tree, with these files written first; the commit's id."""
        self.write(files or {})
        self.git("add", "-A")
        when = f"{FIRST_SECOND + self._day * 86_400} +0000"
        self._day += 1
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when, **environment}
        self.git("commit", "-q", "--allow-empty", "-F", "-", stdin=message.encode(), **dates)
        return self.git("rev-parse", "HEAD")

    def raw_commit(self, text: bytes) -> str:
        """Store a commit object byte for byte and let main point at it; its id."""
        commit = self.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=text)
        self.git("update-ref", "refs/heads/main", commit)
        return commit
