"""Salted commitments: a hash published now, whose content is published later.

The salt is secret until then. Without it the few possible contents could be tried one by one.
"""

from hashlib import sha256

from shared.ledger.canonical_json import canonical_json

SALT_SIZE = 32


def commitment(salt: bytes, content: object) -> str:
    """The SHA-256 of the salt and the canonical JSON of a content, in hexadecimal.

    Raises:
        ValueError: the salt has another size, or the content has no canonical form.
    """
    if len(salt) != SALT_SIZE:
        raise ValueError(f"a salt has {SALT_SIZE} bytes, not {len(salt)}")
    return sha256(salt + canonical_json(content)).hexdigest()


def opens(committed: str, salt: bytes, content: object) -> bool:
    """Whether a salt and a content are those of a commitment."""
    return len(salt) == SALT_SIZE and commitment(salt, content) == committed
