"""What proves that a delivery comes from the product that it names, beside the secret in the address.

Saleshandy does not sign, but sends headers of one's choice: a plain secret in one of them. SalesSheet signs when a
secret is set there; in which header and how is not documented, so both are settings.
"""

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import SecretStr

from saleshandy_mcp.core.services import Service

Algorithm = Literal["plain", "sha256", "sha512", "sha1"]
"""plain: the header holds the secret itself. Else it holds the HMAC of the body, as hex or Base64, after any ``…=``."""

_USUAL: Mapping[Service, Algorithm] = {Service.SALESHANDY: "plain", Service.SALESSHEET: "sha256"}
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
_LABEL = re.compile(r"^[a-z0-9]{1,10}=", re.IGNORECASE)


@dataclass(frozen=True)
class HookProof:
    """How deliveries of a product are checked.

    Attributes:
        header: which header holds the proof.
        secret: what both sides know.
        algorithm: how the proof is made of it.
    """

    header: str
    secret: SecretStr
    algorithm: Algorithm

    def fits(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether a delivery is proven. It takes as long for every wrong proof of a length."""
        given = headers.get(self.header, "").strip().encode()
        secret = self.secret.get_secret_value().encode()
        if self.algorithm == "plain":
            return hmac.compare_digest(given, secret)
        made = hmac.digest(secret, body, self.algorithm)
        bare = _LABEL.sub("", given.decode("latin-1")).encode("latin-1")
        as_hex = hmac.compare_digest(bare.lower(), made.hex().encode())
        return hmac.compare_digest(bare, base64.b64encode(made)) or as_hex


def hook_proof(environ: Mapping[str, str], product: Service) -> HookProof | None:
    """The proof that the environment asks for; None where it names no secret.

    Raises:
        ValueError: when a variable is wrong or missing; the message names it.
    """
    prefix = f"{product.name}_HOOK_"
    secret, header = environ.get(f"{prefix}SECRET", "").strip(), environ.get(f"{prefix}HEADER", "").strip()
    word = environ.get(f"{prefix}ALGORITHM", "").strip().lower() or _USUAL[product]
    if not secret:
        if header:
            raise ValueError(f"{prefix}HEADER is set without {prefix}SECRET: set both, or neither")
        return None
    if not _NAME.fullmatch(header):
        raise ValueError(f"{prefix}HEADER has to name the header that proves a delivery: letters, digits and hyphens")
    for known in get_args(Algorithm):
        if word == known:
            return HookProof(header, SecretStr(secret), known)
    raise ValueError(f"{prefix}ALGORITHM has to be one of {', '.join(get_args(Algorithm))}")
