"""Reads containers: whatever RFC 6030 allows that is safe."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from dataclasses import dataclass, field
from hmac import compare_digest
from hmac import digest as hmac_digest

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from lxml import etree

from engine import xml
from engine.identity.otp_key import ImportRefused, OtpKey
from engine.identity.policies import Algorithm
from engine.identity.pskc.names import BLOCK, DS, MORE, PBKDF2, PKCS5, PSKC, TOTP, XENC, XENC11, Protection

MAXIMUM_ELEMENTS = 100_000
"""How many XML elements a container may have: some 5,000 keys."""
MAXIMUM_ITERATIONS = 2_000_000
"""How many a file that is read may ask for."""

_CIPHERS = {f"{XENC}aes{bits}-cbc": bits // 8 for bits in (128, 192, 256)}
_MACS = {f"{DS}hmac-sha1": "sha1", f"{MORE}hmac-sha256": "sha256"}
_PRFS: dict[str, type[hashes.SHA1 | hashes.SHA256]] = {
    "": hashes.SHA1,
    f"{DS}hmac-sha1": hashes.SHA1,
    f"{PKCS5}hmac-sha1": hashes.SHA1,
    f"{MORE}hmac-sha256": hashes.SHA256,
}
_TOTP_NAMES = frozenset({TOTP, f"{PSKC}#totp"})


@dataclass(frozen=True, slots=True)
class PskcKey:
    """A key of a file, whatever its algorithm."""

    id: str
    algorithm: str
    secret: bytes = field(repr=False)
    element: etree._Element = field(repr=False, compare=False)


def read(content: bytes, protection: Protection) -> Iterator[OtpKey]:
    """Yield the TOTP keys of a container.

    Raises:
        InvalidDeployment: when it is no XML that can be read safely.
        ImportRefused, IdentityInvalid: when it is no PSKC, does not open, or holds what cannot be taken over.

    """
    for each in keys(content, protection):
        if each.algorithm not in _TOTP_NAMES:
            raise ImportRefused(f"The key {each.id!r} is not for TOTP, but for {each.algorithm[:100]!r}.")
        yield _otp_key(each)


def keys(content: bytes, protection: Protection) -> Iterator[PskcKey]:
    """Yield the keys of a container, decrypted, whatever they are for; raises as `read`."""
    root = xml.parse(content, "pskc", MAXIMUM_ELEMENTS)
    if root.tag != f"{{{PSKC}}}KeyContainer" or root.get("Version") != "1.0":
        raise ImportRefused("The file is no PSKC key container of version 1.0 (RFC 6030).")
    found = list(root.iterfind(f"{{{PSKC}}}KeyPackage/{{{PSKC}}}Key"))
    opener = _Opener(root, protection) if root.find(f"{{{PSKC}}}EncryptionKey") is not None else None
    for element in found:
        name = element.get("Id", "")[:100]
        secret = element.find(f"{{{PSKC}}}Data/{{{PSKC}}}Secret")
        if secret is None:
            raise ImportRefused(f"The key {name!r} has no secret.")
        encrypted = secret.find(f"{{{PSKC}}}EncryptedValue")
        if encrypted is None:
            value = _base64(secret.findtext(f"{{{PSKC}}}PlainValue"), name)
        elif opener is None:
            raise ImportRefused(f"The key {name!r} is encrypted, but the file does not say how.")
        else:
            value = opener.open(encrypted, _base64(secret.findtext(f"{{{PSKC}}}ValueMAC"), name), name)
        yield PskcKey(name, element.get("Algorithm", ""), value, element)


class _Opener:
    """Checks and decrypts the values of one file."""

    def __init__(self, root: etree._Element, protection: Protection) -> None:
        self._key = _encryption_key(root, protection)
        method = root.find(f"{{{PSKC}}}MACMethod")
        if method is None:
            raise ImportRefused("The file has encrypted values without a MAC: nobody can tell whether they are whole.")
        self._hash = _MACS.get(method.get("Algorithm", "").strip(), "")
        if not self._hash:
            raise ImportRefused(f"The MAC {method.get('Algorithm', '')[:100]!r} is not known.")
        mac_key = method.find(f"{{{PSKC}}}MACKey")
        # Without a key of its own, the MAC has that of the encryption (RFC 6030, section 6.1.1).
        self._mac_key = self._key if mac_key is None else _decrypt(self._key, mac_key, _ciphertext(mac_key, "MACKey"))

    def open(self, encrypted: etree._Element, mac: bytes, name: str) -> bytes:
        ciphertext = _ciphertext(encrypted, name)
        if not compare_digest(hmac_digest(self._mac_key, ciphertext, self._hash), mac):
            raise ImportRefused(f"The MAC of the key {name!r} does not match: another key or passphrase, or altered.")
        return _decrypt(self._key, encrypted, ciphertext)


def _encryption_key(root: etree._Element, protection: Protection) -> bytes:
    derivation = root.find(f"{{{PSKC}}}EncryptionKey/{{{XENC11}}}DerivedKey/{{{XENC11}}}KeyDerivationMethod")
    if derivation is None:
        if protection.key is None:
            raise ImportRefused("The file is encrypted with a pre-shared key; name the file that holds it.")
        return protection.key
    if protection.passphrase is None:
        raise ImportRefused("The file is encrypted with a passphrase.")
    if derivation.get("Algorithm") != PBKDF2:
        raise ImportRefused(f"The key derivation {derivation.get('Algorithm', '')[:100]!r} is not known.")
    # Some files put the parameters in no namespace, others in that of PKCS #5.
    values = {etree.QName(each).localname: each for each in derivation.iter(etree.Element)}
    try:
        salt = _base64(values["Specified"].text, "salt")
        iterations, length = int(values["IterationCount"].text or ""), int(values["KeyLength"].text or "")
        prf = _PRFS[values["PRF"].get("Algorithm", "") if "PRF" in values else ""]
    except (KeyError, ValueError) as error:
        raise ImportRefused("The parameters of PBKDF2 are not complete, or not known.") from error
    if not 1 <= iterations <= MAXIMUM_ITERATIONS or length not in _CIPHERS.values():
        raise ImportRefused(f"PBKDF2 with {iterations} iterations for {length} bytes is out of bounds.")
    return PBKDF2HMAC(prf(), length, salt, iterations).derive(protection.passphrase.encode())


def _ciphertext(element: etree._Element, name: str) -> bytes:
    text = _base64(element.findtext(f"{{{XENC}}}CipherData/{{{XENC}}}CipherValue"), name)
    if len(text) < 2 * BLOCK or len(text) % BLOCK:
        raise ImportRefused(f"The encrypted value {name!r} is cut short.")
    return text


def _decrypt(key: bytes, element: etree._Element, ciphertext: bytes) -> bytes:
    method = element.find(f"{{{XENC}}}EncryptionMethod")
    algorithm = "" if method is None else method.get("Algorithm", "")
    if algorithm not in _CIPHERS:
        raise ImportRefused(f"The encryption {algorithm[:100]!r} is not known.")
    if _CIPHERS[algorithm] != len(key):
        raise ImportRefused(f"The file needs a key of {_CIPHERS[algorithm]} bytes, not {len(key)}.")
    decryptor = Cipher(AES(key), CBC(ciphertext[:BLOCK])).decryptor()
    padded = decryptor.update(ciphertext[BLOCK:]) + decryptor.finalize()
    # XML Encryption, section 5.2: the last byte says how many there are, whatever the others are.
    if not 1 <= padded[-1] <= BLOCK:
        raise ImportRefused("The file does not open: another key or passphrase.")
    return padded[: -padded[-1]]


def _otp_key(key: PskcKey) -> OtpKey:
    element, path = key.element, f"{{{PSKC}}}"
    form = element.find(f"{path}AlgorithmParameters/{path}ResponseFormat")
    if form is None or form.get("Encoding") != "DECIMAL" or form.get("CheckDigits", "false") not in {"false", "0"}:
        raise ImportRefused(f"The key {key.id!r} does not say that its codes are decimal, without a check digit.")
    suite = (element.findtext(f"{path}AlgorithmParameters/{path}Suite") or "HMAC-SHA1").strip()
    algorithm = suite.upper().removeprefix("HMAC-").replace("-", "")
    if algorithm not in set(Algorithm):
        raise ImportRefused(f"The key {key.id!r} is for {suite[:100]!r}; HMAC-SHA1, -SHA256 and -SHA512 are known.")
    if _number(element, "Time", "0", key.id) != 0:
        raise ImportRefused(f"The time steps of the key {key.id!r} are not counted from 1970.")
    user = re.fullmatch(
        r"(?:UID|CN)=((?:[^,+\\]|\\.)+).*", (element.findtext(f"{path}UserId") or "").strip(), re.DOTALL
    )
    friendly = (element.findtext(f"{path}FriendlyName") or "").strip()
    external_id = re.sub(r"\\(.)", r"\1", user[1]) if user else friendly or key.id
    try:
        length = int(form.get("Length", ""))
    except ValueError as error:
        raise ImportRefused(f"The key {key.id!r} does not say how long its codes are.") from error
    return OtpKey(
        external_id=external_id,
        issuer=(element.findtext(f"{path}Issuer") or "").strip(),
        account_name=friendly or external_id,
        secret=key.secret,
        algorithm=Algorithm(algorithm),
        digits=length,
        period=_number(element, "TimeInterval", "30", key.id),
    )


def _number(element: etree._Element, name: str, default: str, key: str) -> int:
    holder = element.find(f"{{{PSKC}}}Data/{{{PSKC}}}{name}")
    text = default if holder is None else holder.findtext(f"{{{PSKC}}}PlainValue") or ""
    if not re.fullmatch(r"\s*[0-9]{1,9}\s*", text):
        raise ImportRefused(f"The {name} of the key {key!r} is no number that is not encrypted.")
    return int(text)


def _base64(text: str | None, name: str) -> bytes:
    try:
        value = b64decode("".join((text or "").split()), validate=True)
    except (NotBase64, ValueError):
        value = b""
    if not value:
        raise ImportRefused(f"A value of {name!r} is missing, or not Base64.")
    return value
