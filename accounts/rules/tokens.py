"""Secret links: a token that the sender can make again for each retry, and of which only the hash is kept.

The token is a message authentication code over the link and the message that carries it. Retries are thus
byte-identical, and a dump of the database, which holds neither key nor token, opens nothing.
"""

import base64
import hashlib
import hmac


def token_for(*, key: str, link: str, delivery: str) -> str:
    """Return the token of `link` (the id of what it opens) in the message `delivery` (its unique key).

    `key` is the installation's secret. 43 characters, safe in an address: 256 bits.
    """
    said = f"{len(link)}:{link}:{delivery}".encode()
    code = hmac.new(b"secret link\x00" + key.encode(), said, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    """Return what is stored in place of `token`: its SHA-256 in hex."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def placeholder(name: str) -> str:
    """Return what stands for the token of the secret `name` in a stored message.

    Letters, digits and underscores only: it survives HTML, addresses and every encoding unchanged.
    """
    return f"__secret_{name}__"
