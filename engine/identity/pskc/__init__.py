"""Portable Symmetric Key Container (RFC 6030): TOTP secrets in a file, encrypted and authenticated.

Written with AES-128-CBC and HMAC-SHA256 under a pre-shared key (section 6.1), or under a key that PBKDF2 makes of a
passphrase (section 6.2). Read in addition: AES-192-CBC and AES-256-CBC, HMAC-SHA1, and values that are not encrypted.
The MAC is over IV and ciphertext, and is checked before anything is decrypted; an encrypted value without one is
refused. TOTP is `urn:ietf:params:xml:ns:keyprov:pskc:totp` with `TimeInterval`; the hash function is its `Suite`.

names.py    the words of the RFC, and what a file is protected by
reading.py  from a file to keys        writing.py  from keys to a file
"""

from engine.identity.pskc.names import Protection, ProtectionInvalid
from engine.identity.pskc.reading import PskcKey, keys, read
from engine.identity.pskc.writing import write

__all__ = ["Protection", "ProtectionInvalid", "PskcKey", "keys", "read", "write"]
