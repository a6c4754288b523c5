"""The one place that starts ssh-keygen: to sign with a person's key, and to verify within limits, offline."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from tieout.kernel.children import unwatch, watch
from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.ssh.keys import PublicKey
from tieout.kernel.ssh.signature import Signature
from tieout.kernel.temporary import TemporaryFolder

VERIFY_SECONDS: Final = 10.0
"""Time limit of one verification; it takes some 5 ms."""
SIGN_SECONDS: Final = 300.0
"""Time limit of a signature: somebody types a passphrase or touches a token."""
_MEMORY_BYTES: Final = 256 * 1024 * 1024
_FILE_BYTES: Final = 1024 * 1024
_HINT: Final = "install OpenSSH's client programs, 8.2 or newer (Debian: openssh-client)"
_SIGNER: Final = "signer"


class NoSshKeygenError(UnreadableError):
    """The machine has no ssh-keygen, so that nothing can be signed or verified."""


def verifies(signature: Signature, statement: bytes, key: PublicKey, *, namespace: str, where: str) -> bool:
    """Whether a signature is one of exactly these bytes, by this key and for this namespace.

    The key is the caller's, from a roster; what the signature says of itself is not believed.

    Args:
        signature: As read.
        statement: The bytes that it shall be of.
        key: Whose signature it shall be.
        namespace: What it shall be for.
        where: How errors name it.

    Raises:
        NoSshKeygenError: There is no ssh-keygen.
        UnreadableError: It did not end in time, or did not start.
    """
    program = _program(where)
    try:
        with closing(TemporaryFolder("tieout-ssh-")) as folder:
            allowed, armoured, given = (folder.path / name for name in ("allowed", "signature", "statement"))
            allowed.write_text(allowed_signer(_SIGNER, key, namespace), encoding="utf-8")
            armoured.write_bytes(signature.armoured)
            given.write_bytes(statement)
            options = ("-f", str(allowed), "-I", _SIGNER, "-n", namespace, "-s", str(armoured))
            return _ended([program, "-Y", "verify", *options], given, folder.path, where) == 0
    except OSError as error:
        message = f"could not be verified: {(error.strerror or 'no reason given').lower()}"
        raise UnreadableError(message, where=where) from error


def sign(statement: bytes, key: Path, *, namespace: str) -> bytes:
    """A signature of these bytes, made by ssh-keygen; we never open the key.

    Args:
        statement: What is signed.
        key: The private key's file, or the `.pub` file of a key that ssh-agent holds.
        namespace: What the signature is for.

    Raises:
        UsageError: ssh-keygen is missing, refused or took too long; its own words went to the terminal.
    """
    try:
        program = _program("")
    except NoSshKeygenError as error:
        raise UsageError(error.message, hint=error.hint) from error
    try:
        # The person's own environment: ssh-agent, askpass programs and the terminal are theirs.
        answer = subprocess.run(  # noqa: S603 - a list, no shell; the key's path follows its option
            [program, "-q", "-Y", "sign", "-f", str(key), "-n", namespace],
            input=statement,
            stdout=subprocess.PIPE,
            check=False,
            timeout=SIGN_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        message = f"ssh-keygen did not sign within {SIGN_SECONDS:.0f} seconds"
        hint = "type the passphrase or touch the token, or load the key into ssh-agent"
        raise UsageError(message, hint=hint) from error
    if answer.returncode != 0 or not answer.stdout:
        message = "ssh-keygen did not sign with this key"
        if key.suffix == ".pem":  # those of OpenSSL hold no public half that ssh-keygen would read
            hint = f"a key in PEM form wants its public half beside it: `ssh-keygen -y -f {key.name} > {key.name}.pub`"
        else:
            hint = "name a private key, or the .pub file of a key that ssh-agent holds (`ssh-add -L` lists them)"
        raise UsageError(message, hint=hint, where=key.name)
    return answer.stdout


def allowed_signer(principal: str, key: PublicKey, namespace: str) -> str:
    """A line of an allowed signers file (ssh-keygen(1)): the key counts for this purpose alone."""
    return f'{principal} namespaces="{namespace}" {key.line}\n'


def _program(where: str) -> str:
    # The current folder may be the repository under assessment: relative entries of PATH do not count.
    path = os.pathsep.join(entry for entry in os.get_exec_path() if Path(entry).is_absolute())
    program = shutil.which("ssh-keygen", path=path)
    if program is None:
        raise NoSshKeygenError("the ssh-keygen program was not found", hint=_HINT, where=where)
    return program


def _ended(command: list[str], stdin: Path, folder: Path, where: str) -> int:
    """The exit status of a call that has neither terminal, agent nor home, and little of anything else."""
    with stdin.open("rb") as given:
        process = subprocess.Popen(  # noqa: S603 - a list, no shell; all paths are ours
            command,
            stdin=given,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={"LC_ALL": "C", "TZ": "UTC", "TMPDIR": str(folder)},
            start_new_session=True,
        )
    watch(process)
    try:
        if sys.platform == "linux":
            seconds = int(VERIFY_SECONDS)
            limits = (
                (resource.RLIMIT_DATA, _MEMORY_BYTES),
                (resource.RLIMIT_CPU, seconds),
                (resource.RLIMIT_FSIZE, _FILE_BYTES),
            )
            for limit, most in limits:
                with suppress(ProcessLookupError, PermissionError):  # it ended at once; a lower limit is in force
                    resource.prlimit(process.pid, limit, (most, most))
        return process.wait(VERIFY_SECONDS)
    except subprocess.TimeoutExpired:
        message = f"could not be verified: ssh-keygen took longer than {VERIFY_SECONDS:.0f} s and was stopped"
        raise UnreadableError(message, where=where) from None
    finally:
        if process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        unwatch(process)
