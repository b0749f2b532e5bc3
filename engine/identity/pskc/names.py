"""The words of RFC 6030: its namespaces and identifiers, and what both sides of a file agree on."""

from dataclasses import dataclass, field

from engine.errors import Refused

KEY_BYTES = 16
"""Of AES-128, which every reader of PSKC knows."""
BLOCK = 16
"""Bytes of a block of AES."""

PSKC = "urn:ietf:params:xml:ns:keyprov:pskc"
XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
DS = "http://www.w3.org/2000/09/xmldsig#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
PKCS5 = "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#"
PBKDF2 = f"{PKCS5}pbkdf2"
TOTP = f"{PSKC}:totp"


class ProtectionInvalid(Refused):
    """A PSKC file needs a pre-shared key of 16 bytes, or a passphrase of at least 12 characters."""

    code = "protection-invalid"


@dataclass(frozen=True, slots=True)
class Protection:
    """What a file is encrypted with: one of the two. Its `repr` shows neither."""

    key: bytes | None = field(default=None, repr=False)
    """A pre-shared key."""
    passphrase: str | None = field(default=None, repr=False)
