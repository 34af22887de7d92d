"""A database dump, encrypted as a stream."""

import subprocess
from collections.abc import Sequence
from io import BufferedIOBase
from tempfile import TemporaryFile
from typing import cast

from pyrage import encrypt_io, x25519  # pyright: ignore[reportMissingModuleSource]  # compiled

from functions.back_up_database.postgres_tools import ToolFailed, command

SCHEMA = "public"
"""The schema of our tables; a hosted Postgres has other schemas, which are not dumped."""
LOCK_TIMEOUT = "20s"
"""For tables that a migration has locked."""


def dump(url: str, snapshot: str, recipients: Sequence[str], sink: BufferedIOBase) -> None:
    """Dump a snapshot in pg_dump's custom format, encrypted with age (https://age-encryption.org/v1).

    Args:
        url: a direct connection, not a transaction pooler: pg_dump depends on session settings.
        snapshot: the name of a snapshot exported by another transaction.
        recipients: public keys (`age1…`); each owner can decrypt the dump, this process cannot.
        sink: where it is written; unusable if this raises.

    Raises:
        ToolFailed: pg_dump failed.
        RecipientError: a recipient is not an age public key.
    """
    keys = [x25519.Recipient.from_str(recipient) for recipient in recipients]
    options = ("--format=custom", f"--schema={SCHEMA}", f"--snapshot={snapshot}", f"--lock-wait-timeout={LOCK_TIMEOUT}")
    arguments, environment = command("pg_dump", url, *options, "--no-owner", "--no-privileges", "--no-password")
    with (
        TemporaryFile() as errors,
        # Our own program with our own arguments.
        subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=errors) as process,  # noqa: S603
    ):
        encrypt_io(cast("BufferedIOBase", process.stdout), sink, keys)
        if process.wait() != 0:
            errors.seek(0)
            raise ToolFailed(errors.read().decode(errors="replace").strip())
