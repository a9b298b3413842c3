"""Text that is kept so that a dump of the database does not show it: sealed with the installation's key."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class CannotOpen(ValueError):
    """The text was sealed with another key, or changed since."""


def seal(text: str, *, key: str, purpose: str) -> str:
    """Return `text` sealed with `key` for one `purpose`; another purpose does not open it."""
    return _fernet(key, purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, keys: Iterable[str], purpose: str) -> str:
    """Return what was sealed with any of `keys`. Raises CannotOpen."""
    try:
        return MultiFernet([_fernet(key, purpose) for key in keys]).decrypt(sealed.encode()).decode()
    except (InvalidToken, UnicodeError) as error:
        raise CannotOpen from error


def _fernet(key: str, purpose: str) -> Fernet:
    code = hmac.new(b"sealed\x00" + key.encode(), purpose.encode(), hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(code))
