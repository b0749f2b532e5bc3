"""Portable Symmetric Key Container (RFC 6030): TOTP secrets in a file, encrypted and authenticated.

Written with AES-128-CBC and HMAC-SHA256 under a pre-shared key (section 6.1), or under a key that PBKDF2 makes of a
passphrase (section 6.2). Read in addition: AES-192-CBC and AES-256-CBC, HMAC-SHA1, and values that are not encrypted.
The MAC is over IV and ciphertext, and is checked before anything is decrypted; an encrypted value without one is
refused. TOTP is `urn:ietf:params:xml:ns:keyprov:pskc:totp` with `TimeInterval`; the hash function is its `Suite`.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hmac import compare_digest
from hmac import digest as hmac_digest
from secrets import token_bytes

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from lxml import etree

from engine import xml
from engine.errors import Refused
from engine.identity.otp_key import ImportRefused, OtpKey
from engine.identity.policies import Algorithm

ITERATIONS = 600_000
"""Of PBKDF2-HMAC-SHA256, as OWASP recommends since 2023."""
MAXIMUM_ELEMENTS = 100_000
"""How many XML elements a container may have: some 5,000 keys."""
MAXIMUM_ITERATIONS = 2_000_000
"""How many a file that is read may ask for."""
MINIMUM_PASSPHRASE = 12
"""Of a file that is written, in characters."""
KEY_BYTES = 16
"""Of AES-128, which every reader of PSKC knows."""

_PSKC = "urn:ietf:params:xml:ns:keyprov:pskc"
_XENC = "http://www.w3.org/2001/04/xmlenc#"
_XENC11 = "http://www.w3.org/2009/xmlenc11#"
_DS = "http://www.w3.org/2000/09/xmldsig#"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_PKCS5 = "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#"
_NAMESPACES = {None: _PSKC, "xenc": _XENC, "xenc11": _XENC11, "ds": _DS, "pkcs5": _PKCS5}

_CIPHERS = {f"{_XENC}aes{bits}-cbc": bits // 8 for bits in (128, 192, 256)}
_MACS = {f"{_DS}hmac-sha1": "sha1", f"{_MORE}hmac-sha256": "sha256"}
_PRFS: dict[str, type[hashes.SHA1 | hashes.SHA256]] = {
    "": hashes.SHA1,
    f"{_DS}hmac-sha1": hashes.SHA1,
    f"{_PKCS5}hmac-sha1": hashes.SHA1,
    f"{_MORE}hmac-sha256": hashes.SHA256,
}
_PBKDF2 = f"{_PKCS5}pbkdf2"
_TOTP = f"{_PSKC}:totp"
_TOTP_NAMES = frozenset({_TOTP, f"{_PSKC}#totp"})
_BLOCK = 16
_MAC_KEY_BYTES = 32
_SALT_BYTES = 16
_SPECIAL = re.compile(r'([,+"\\<>;=#])')


class ProtectionInvalid(Refused):
    """A PSKC file needs a pre-shared key of 16 bytes, or a passphrase of at least 12 characters."""

    code = "protection-invalid"


@dataclass(frozen=True, slots=True)
class Protection:
    """What a file is encrypted with: one of the two. Its `repr` shows neither."""

    key: bytes | None = field(default=None, repr=False)
    """A pre-shared key."""
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PskcKey:
    """A key of a file, whatever its algorithm."""

    id: str
    algorithm: str
    secret: bytes = field(repr=False)
    element: etree._Element = field(repr=False, compare=False)


def write(keys: Iterable[OtpKey], protection: Protection, random: Callable[[int], bytes] = token_bytes) -> bytes:
    """Return a container with the keys.

    Raises:
        ProtectionInvalid: when the pre-shared key has not 16 bytes, or the passphrase is short.

    """
    root = etree.Element(f"{{{_PSKC}}}KeyContainer", nsmap=_NAMESPACES, Version="1.0")
    encryption = _add(root, _PSKC, "EncryptionKey")
    if protection.key is not None:
        if len(protection.key) != KEY_BYTES or protection.passphrase is not None:
            raise ProtectionInvalid
        key = protection.key
        _add(encryption, _DS, "KeyName", "Pre-shared-key")
    else:
        key = _describe_derivation(encryption, protection.passphrase or "", random(_SALT_BYTES))
    mac_key = random(_MAC_KEY_BYTES)
    method = _add(root, _PSKC, "MACMethod", Algorithm=f"{_MORE}hmac-sha256")
    _add_cipher(_add(method, _PSKC, "MACKey"), key, mac_key, random)
    for number, each in enumerate(keys, 1):
        _add_key(root, number, each, key, mac_key, random)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


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
    if root.tag != f"{{{_PSKC}}}KeyContainer" or root.get("Version") != "1.0":
        raise ImportRefused("The file is no PSKC key container of version 1.0 (RFC 6030).")
    found = list(root.iterfind(f"{{{_PSKC}}}KeyPackage/{{{_PSKC}}}Key"))
    opener = _Opener(root, protection) if root.find(f"{{{_PSKC}}}EncryptionKey") is not None else None
    for element in found:
        name = element.get("Id", "")[:100]
        secret = element.find(f"{{{_PSKC}}}Data/{{{_PSKC}}}Secret")
        if secret is None:
            raise ImportRefused(f"The key {name!r} has no secret.")
        encrypted = secret.find(f"{{{_PSKC}}}EncryptedValue")
        if encrypted is None:
            value = _base64(secret.findtext(f"{{{_PSKC}}}PlainValue"), name)
        elif opener is None:
            raise ImportRefused(f"The key {name!r} is encrypted, but the file does not say how.")
        else:
            value = opener.open(encrypted, _base64(secret.findtext(f"{{{_PSKC}}}ValueMAC"), name), name)
        yield PskcKey(name, element.get("Algorithm", ""), value, element)


class _Opener:
    """Checks and decrypts the values of one file."""

    def __init__(self, root: etree._Element, protection: Protection) -> None:
        self._key = _encryption_key(root, protection)
        method = root.find(f"{{{_PSKC}}}MACMethod")
        if method is None:
            raise ImportRefused("The file has encrypted values without a MAC: nobody can tell whether they are whole.")
        self._hash = _MACS.get(method.get("Algorithm", "").strip(), "")
        if not self._hash:
            raise ImportRefused(f"The MAC {method.get('Algorithm', '')[:100]!r} is not known.")
        mac_key = method.find(f"{{{_PSKC}}}MACKey")
        # Without a key of its own, the MAC has that of the encryption (RFC 6030, section 6.1.1).
        self._mac_key = self._key if mac_key is None else _decrypt(self._key, mac_key, _ciphertext(mac_key, "MACKey"))

    def open(self, encrypted: etree._Element, mac: bytes, name: str) -> bytes:
        ciphertext = _ciphertext(encrypted, name)
        if not compare_digest(hmac_digest(self._mac_key, ciphertext, self._hash), mac):
            raise ImportRefused(f"The MAC of the key {name!r} does not match: another key or passphrase, or altered.")
        return _decrypt(self._key, encrypted, ciphertext)


def _encryption_key(root: etree._Element, protection: Protection) -> bytes:
    derivation = root.find(f"{{{_PSKC}}}EncryptionKey/{{{_XENC11}}}DerivedKey/{{{_XENC11}}}KeyDerivationMethod")
    if derivation is None:
        if protection.key is None:
            raise ImportRefused("The file is encrypted with a pre-shared key; name the file that holds it.")
        return protection.key
    if protection.passphrase is None:
        raise ImportRefused("The file is encrypted with a passphrase.")
    if derivation.get("Algorithm") != _PBKDF2:
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
    text = _base64(element.findtext(f"{{{_XENC}}}CipherData/{{{_XENC}}}CipherValue"), name)
    if len(text) < 2 * _BLOCK or len(text) % _BLOCK:
        raise ImportRefused(f"The encrypted value {name!r} is cut short.")
    return text


def _decrypt(key: bytes, element: etree._Element, ciphertext: bytes) -> bytes:
    method = element.find(f"{{{_XENC}}}EncryptionMethod")
    algorithm = "" if method is None else method.get("Algorithm", "")
    if algorithm not in _CIPHERS:
        raise ImportRefused(f"The encryption {algorithm[:100]!r} is not known.")
    if _CIPHERS[algorithm] != len(key):
        raise ImportRefused(f"The file needs a key of {_CIPHERS[algorithm]} bytes, not {len(key)}.")
    decryptor = Cipher(AES(key), CBC(ciphertext[:_BLOCK])).decryptor()
    padded = decryptor.update(ciphertext[_BLOCK:]) + decryptor.finalize()
    # XML Encryption, section 5.2: the last byte says how many there are, whatever the others are.
    if not 1 <= padded[-1] <= _BLOCK:
        raise ImportRefused("The file does not open: another key or passphrase.")
    return padded[: -padded[-1]]


def _otp_key(key: PskcKey) -> OtpKey:
    element, path = key.element, f"{{{_PSKC}}}"
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
    holder = element.find(f"{{{_PSKC}}}Data/{{{_PSKC}}}{name}")
    text = default if holder is None else holder.findtext(f"{{{_PSKC}}}PlainValue") or ""
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


def _describe_derivation(parent: etree._Element, passphrase: str, salt: bytes) -> bytes:
    if len(passphrase) < MINIMUM_PASSPHRASE:
        raise ProtectionInvalid
    method = _add(_add(parent, _XENC11, "DerivedKey"), _XENC11, "KeyDerivationMethod", Algorithm=_PBKDF2)
    parameters = _add(method, _PKCS5, "PBKDF2-params")
    # The schema of PKCS #5 has these in no namespace.
    etree.SubElement(etree.SubElement(parameters, "Salt"), "Specified").text = b64encode(salt).decode()
    etree.SubElement(parameters, "IterationCount").text = str(ITERATIONS)
    etree.SubElement(parameters, "KeyLength").text = str(KEY_BYTES)
    etree.SubElement(parameters, "PRF", Algorithm=f"{_MORE}hmac-sha256")
    return PBKDF2HMAC(hashes.SHA256(), KEY_BYTES, salt, ITERATIONS).derive(passphrase.encode())


def _add_key(  # noqa: PLR0913, PLR0917 - what one element is made of
    root: etree._Element, number: int, key: OtpKey, encryption: bytes, mac_key: bytes, random: Callable[[int], bytes]
) -> None:
    element = _add(_add(root, _PSKC, "KeyPackage"), _PSKC, "Key", Id=str(number), Algorithm=_TOTP)
    _add(element, _PSKC, "Issuer", key.issuer)
    parameters = _add(element, _PSKC, "AlgorithmParameters")
    if key.algorithm is not Algorithm.SHA1:
        _add(parameters, _PSKC, "Suite", f"HMAC-{key.algorithm}")
    _add(parameters, _PSKC, "ResponseFormat", Length=str(key.digits), Encoding="DECIMAL")
    _add(element, _PSKC, "FriendlyName", key.account_name)
    data = _add(element, _PSKC, "Data")
    secret = _add(data, _PSKC, "Secret")
    ciphertext = _add_cipher(_add(secret, _PSKC, "EncryptedValue"), encryption, key.secret, random)
    _add(secret, _PSKC, "ValueMAC", b64encode(hmac_digest(mac_key, ciphertext, "sha256")).decode())
    for name, value in (("Time", 0), ("TimeInterval", key.period)):
        _add(_add(data, _PSKC, name), _PSKC, "PlainValue", str(value))
    _add(element, _PSKC, "UserId", "UID=" + _SPECIAL.sub(r"\\\1", key.external_id))


def _add_cipher(parent: etree._Element, key: bytes, plain: bytes, random: Callable[[int], bytes]) -> bytes:
    missing = _BLOCK - len(plain) % _BLOCK
    initial = random(_BLOCK)
    encryptor = Cipher(AES(key), CBC(initial)).encryptor()
    ciphertext = initial + encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()
    _add(parent, _XENC, "EncryptionMethod", Algorithm=f"{_XENC}aes128-cbc")
    _add(_add(parent, _XENC, "CipherData"), _XENC, "CipherValue", b64encode(ciphertext).decode())
    return ciphertext


def _add(
    parent: etree._Element, namespace: str, name: str, text: str | None = None, **attributes: str
) -> etree._Element:
    element = etree.SubElement(parent, f"{{{namespace}}}{name}", attributes)
    element.text = text
    return element
