"""The VAPID key of this machine, created once and kept, because push subscriptions depend on it."""

import os
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def settings(data_dir: Path) -> dict[str, str]:
    """Environment variables of the functions."""
    file = data_dir / "vapid_key"
    if not file.exists():
        new = generate_private_key(SECP256R1()).private_numbers().private_value
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
            output.write(f"{new:064x}")
    value = bytes.fromhex(file.read_text())
    key = derive_private_key(int.from_bytes(value), SECP256R1())
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {
        "VAPID_PUBLIC_KEY": _base64url(point),
        "VAPID_PRIVATE_KEY": _base64url(value),
        "VAPID_SUBJECT": "mailto:nobody@example.com",
    }


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")
