"""A dump of the database, encrypted while it is written."""

import subprocess
from collections.abc import Sequence
from io import BufferedIOBase
from tempfile import TemporaryFile
from typing import cast

from pyrage import encrypt_io, x25519  # pyright: ignore[reportMissingModuleSource]  # compiled

from functions.back_up_database.postgres_tools import ToolFailed, command

SCHEMA = "public"
"""Where our tables are; what a hosted Postgres keeps beside them is not ours to dump."""
LOCK_TIMEOUT = "20s"
"""For a table that a migration is changing."""


def dump(url: str, snapshot: str, recipients: Sequence[str], sink: BufferedIOBase) -> None:
    """Write what a snapshot shows as pg_dump's custom format, encrypted by age (https://age-encryption.org/v1).

    Args:
        url: Postgres itself, not a transaction pooler: pg_dump sets what must last for a session.
        snapshot: the name under which another transaction exported it.
        recipients: public keys (`age1…`); each of their owners can read the dump, this process cannot.
        sink: where it goes; what is there when this raises is worth nothing.

    Raises:
        ToolFailed: pg_dump failed.
        RecipientError: a recipient is no public key of age.
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
