"""The keys under which tokens, and on wish people's words, are held in the database."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Dialect

# A stored text that begins with this character says how it is held; `clean` lets no text begin with it.
MARK = "\x02"
_SEALED, _PLAIN = MARK + "e", MARK + "p"


class KeyringError(Exception):
    """A key is missing, malformed, or not the one something was sealed with.

    Put the key back into `ENCRYPTION_KEYS` (newest first; old ones stay until `multiplier db reseal` has run).
    """


class Keyring:
    """Seals with the newest key, opens with any. Fernet: AES-128-CBC with HMAC-SHA256 and a fresh nonce each time."""

    def __init__(self, keys: Sequence[str] = (), *, seals_evidence: bool = False) -> None:
        """`keys` are Fernet keys (32 bytes in URL-safe base64), the newest first.

        With `seals_evidence`, people's words are sealed too, not the tokens alone.
        """
        try:
            fernets = [Fernet(key.strip()) for key in keys if key.strip()]
        except ValueError:
            raise KeyringError(
                "ENCRYPTION_KEYS holds something that is no key; `multiplier db new-key` makes one"
            ) from None
        if seals_evidence and not fernets:
            raise KeyringError("ENCRYPT_EVIDENCE needs a key in ENCRYPTION_KEYS; `multiplier db new-key` makes one")
        self._fernet = MultiFernet(fernets) if fernets else None
        self.seals_evidence = seals_evidence

    @property
    def has_keys(self) -> bool:
        """Whether anything can be sealed."""
        return self._fernet is not None

    def seal(self, text: str) -> str:
        """The text, readable with the keys alone. Raises `KeyringError` without a key."""
        return _SEALED + self._keys().encrypt(text.encode("utf-8", "surrogatepass")).decode("ascii")

    def hold(self, text: str) -> str:
        """A person's words as they are stored: sealed if that is wished, marked where they would look sealed."""
        if text and self.seals_evidence:
            return self.seal(text)
        return _PLAIN + text if text.startswith(MARK) else text

    def open(self, stored: str) -> str:
        """What was sealed or held. Raises `KeyringError` when its key is not here."""
        if not stored.startswith(MARK):
            return stored
        if stored.startswith(_PLAIN):
            return stored[len(_PLAIN) :]
        return self._decrypted(stored[len(_SEALED) :].encode("ascii")).decode("utf-8", "surrogatepass")

    def hold_bytes(self, value: bytes) -> bytes:
        """Bytes made from a person's words, as they are stored."""
        return _SEALED.encode() + self._keys().encrypt(value) if self.seals_evidence else value

    def open_bytes(self, stored: bytes) -> bytes:
        """What `hold_bytes` held."""
        mark = _SEALED.encode()
        return self._decrypted(stored[len(mark) :]) if stored.startswith(mark) else stored

    def _decrypted(self, token: bytes) -> bytes:
        try:
            return self._keys().decrypt(token)
        except InvalidToken:
            raise KeyringError("something was sealed with a key that is not in ENCRYPTION_KEYS") from None

    def _keys(self) -> MultiFernet:
        if self._fernet is None:
            raise KeyringError("ENCRYPTION_KEYS is empty; `multiplier db new-key` makes a key")
        return self._fernet


def new_key() -> str:
    """A fresh key for `ENCRYPTION_KEYS`."""
    return Fernet.generate_key().decode("ascii")


def keyring_of(dialect: Dialect) -> Keyring:
    """The keys of the engine that this dialect belongs to; see `create_engine`."""
    keyring = getattr(dialect, "multiplier_keyring", None)
    return keyring if isinstance(keyring, Keyring) else Keyring()
