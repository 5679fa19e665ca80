"""What must be read again and yet not lie open in the database: sealed with AES-256-GCM, each to its owner."""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from router.core.errors import VorzimmerError

NONCE_BYTES = 12


class Unsealable(VorzimmerError):
    """It was sealed with another secret, or for somebody else."""

    id = "unsealable"


class Seal:
    """`key`: 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def sealed(self, content: bytes, owner: str) -> str:
        """As text for the database."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, content, owner.encode())).decode()

    def opened(self, sealed: str, owner: str) -> bytes:
        """The content. Raises `Unsealable`."""
        try:
            raw = base64.b64decode(sealed)
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode())
        except (InvalidTag, ValueError):
            raise Unsealable(
                f"the second factor of {owner} was sealed with another secret: bring VORZIMMER_DESK_SECRET or desk.key "
                f"back, or `vorzimmer user reset {owner}`"
            ) from None
