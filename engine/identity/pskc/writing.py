"""Writes containers: AES-128-CBC and HMAC-SHA256."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from hmac import digest as hmac_digest
from secrets import token_bytes

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from lxml import etree

from engine.identity.otp_key import OtpKey
from engine.identity.policies import Algorithm
from engine.identity.pskc.names import (
    BLOCK,
    DS,
    KEY_BYTES,
    MORE,
    PBKDF2,
    PKCS5,
    PSKC,
    TOTP,
    XENC,
    XENC11,
    Protection,
    ProtectionInvalid,
)

ITERATIONS = 600_000
"""Of PBKDF2-HMAC-SHA256, as OWASP recommends since 2023."""
MINIMUM_PASSPHRASE = 12
"""Of a file that is written, in characters."""

_NAMESPACES = {None: PSKC, "xenc": XENC, "xenc11": XENC11, "ds": DS, "pkcs5": PKCS5}
_MAC_KEY_BYTES = 32
_SALT_BYTES = 16
_SPECIAL = re.compile(r'([,+"\\<>;=#])')


def write(keys: Iterable[OtpKey], protection: Protection, random: Callable[[int], bytes] = token_bytes) -> bytes:
    """Return a container with the keys.

    Raises:
        ProtectionInvalid: when the pre-shared key has not 16 bytes, or the passphrase is short.

    """
    root = etree.Element(f"{{{PSKC}}}KeyContainer", nsmap=_NAMESPACES, Version="1.0")
    encryption = _add(root, PSKC, "EncryptionKey")
    if protection.key is not None:
        if len(protection.key) != KEY_BYTES or protection.passphrase is not None:
            raise ProtectionInvalid
        key = protection.key
        _add(encryption, DS, "KeyName", "Pre-shared-key")
    else:
        key = _describe_derivation(encryption, protection.passphrase or "", random(_SALT_BYTES))
    mac_key = random(_MAC_KEY_BYTES)
    method = _add(root, PSKC, "MACMethod", Algorithm=f"{MORE}hmac-sha256")
    _add_cipher(_add(method, PSKC, "MACKey"), key, mac_key, random)
    for number, each in enumerate(keys, 1):
        _add_key(root, number, each, key, mac_key, random)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _describe_derivation(parent: etree._Element, passphrase: str, salt: bytes) -> bytes:
    if len(passphrase) < MINIMUM_PASSPHRASE:
        raise ProtectionInvalid
    method = _add(_add(parent, XENC11, "DerivedKey"), XENC11, "KeyDerivationMethod", Algorithm=PBKDF2)
    parameters = _add(method, PKCS5, "PBKDF2-params")
    # The schema of PKCS #5 has these in no namespace.
    etree.SubElement(etree.SubElement(parameters, "Salt"), "Specified").text = b64encode(salt).decode()
    etree.SubElement(parameters, "IterationCount").text = str(ITERATIONS)
    etree.SubElement(parameters, "KeyLength").text = str(KEY_BYTES)
    etree.SubElement(parameters, "PRF", Algorithm=f"{MORE}hmac-sha256")
    return PBKDF2HMAC(hashes.SHA256(), KEY_BYTES, salt, ITERATIONS).derive(passphrase.encode())


def _add_key(  # noqa: PLR0913, PLR0917 - what one element is made of
    root: etree._Element, number: int, key: OtpKey, encryption: bytes, mac_key: bytes, random: Callable[[int], bytes]
) -> None:
    element = _add(_add(root, PSKC, "KeyPackage"), PSKC, "Key", Id=str(number), Algorithm=TOTP)
    _add(element, PSKC, "Issuer", key.issuer)
    parameters = _add(element, PSKC, "AlgorithmParameters")
    if key.algorithm is not Algorithm.SHA1:
        _add(parameters, PSKC, "Suite", f"HMAC-{key.algorithm}")
    _add(parameters, PSKC, "ResponseFormat", Length=str(key.digits), Encoding="DECIMAL")
    _add(element, PSKC, "FriendlyName", key.account_name)
    data = _add(element, PSKC, "Data")
    secret = _add(data, PSKC, "Secret")
    ciphertext = _add_cipher(_add(secret, PSKC, "EncryptedValue"), encryption, key.secret, random)
    _add(secret, PSKC, "ValueMAC", b64encode(hmac_digest(mac_key, ciphertext, "sha256")).decode())
    for name, value in (("Time", 0), ("TimeInterval", key.period)):
        _add(_add(data, PSKC, name), PSKC, "PlainValue", str(value))
    _add(element, PSKC, "UserId", "UID=" + _SPECIAL.sub(r"\\\1", key.external_id))


def _add_cipher(parent: etree._Element, key: bytes, plain: bytes, random: Callable[[int], bytes]) -> bytes:
    missing = BLOCK - len(plain) % BLOCK
    initial = random(BLOCK)
    encryptor = Cipher(AES(key), CBC(initial)).encryptor()
    ciphertext = initial + encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()
    _add(parent, XENC, "EncryptionMethod", Algorithm=f"{XENC}aes128-cbc")
    _add(_add(parent, XENC, "CipherData"), XENC, "CipherValue", b64encode(ciphertext).decode())
    return ciphertext


def _add(
    parent: etree._Element, namespace: str, name: str, text: str | None = None, **attributes: str
) -> etree._Element:
    element = etree.SubElement(parent, f"{{{namespace}}}{name}", attributes)
    element.text = text
    return element
