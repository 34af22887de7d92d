"""A new key for the record: `python -m local.record_key example.org/record` prints the setting and the public key.

The name is the record's address without scheme; it never changes, as verifiers know the log by it.
"""

import os
import sys
from pathlib import Path

from shared.services.signing_keys import format_signing_key, parse_signing_key

SEED_BYTES = 32
LOCAL_NAME = "localhost/record"


def main(arguments: list[str]) -> int:
    """Print a new key."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    key = format_signing_key(arguments[0], os.urandom(SEED_BYTES))
    print(f"RECORD_SIGNING_KEY={key}\npublic key: {parse_signing_key(key).public}")
    return 0


def settings(data_dir: Path, folder: Path) -> dict[str, str]:
    """Settings of a record on this machine: its key, created once and kept, and the folder that it is published to."""
    file = data_dir / "record_key"
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
            output.write(format_signing_key(LOCAL_NAME, os.urandom(SEED_BYTES)))
    return {"RECORD_BUCKET": str(folder), "RECORD_SIGNING_KEY": file.read_text()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
