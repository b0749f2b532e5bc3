"""The figures are those of RFC 6030."""

import re
from base64 import b64decode, b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.errors import IdflowError
from engine.identity import Algorithm
from engine.identity.otp_key import ImportRefused, OtpKey
from engine.identity.pskc import Protection, ProtectionInvalid, keys, read, reading, write, writing

PSK = Protection(key=bytes.fromhex("12345678901234567890123456789012"))
SECRET = b"12345678901234567890"

FIGURE_2 = b"""<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="1.0" Id="exampleID1" xmlns="urn:ietf:params:xml:ns:keyprov:pskc">
  <KeyPackage>
    <Key Id="12345678" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:hotp">
      <Issuer>Issuer-A</Issuer>
      <Data><Secret><PlainValue>MTIzNA==</PlainValue></Secret></Data>
    </Key>
  </KeyPackage>
</KeyContainer>"""

FIGURE_6 = b"""<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc"
    xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">
  <EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></EncryptionKey>
  <MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1">
    <MACKey>
      <xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
      <xenc:CipherData><xenc:CipherValue>
        ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX
      </xenc:CipherValue></xenc:CipherData>
    </MACKey>
  </MACMethod>
  <KeyPackage>
    <DeviceInfo><Manufacturer>Manufacturer</Manufacturer><SerialNo>987654321</SerialNo></DeviceInfo>
    <CryptoModuleInfo><Id>CM_ID_001</Id></CryptoModuleInfo>
    <Key Id="12345678" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:hotp">
      <Issuer>Issuer</Issuer>
      <AlgorithmParameters><ResponseFormat Length="8" Encoding="DECIMAL"/></AlgorithmParameters>
      <Data>
        <Secret>
          <EncryptedValue>
            <xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
            <xenc:CipherData><xenc:CipherValue>
              AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv
            </xenc:CipherValue></xenc:CipherData>
          </EncryptedValue>
          <ValueMAC>Su+NvtQfmvfJzF6bmQiJqoLRExc=</ValueMAC>
        </Secret>
        <Counter><PlainValue>0</PlainValue></Counter>
      </Data>
    </Key>
  </KeyPackage>
</KeyContainer>"""

FIGURE_7 = b"""<?xml version="1.0" encoding="UTF-8"?>
<pskc:KeyContainer xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc"
    xmlns:xenc11="http://www.w3.org/2009/xmlenc11#"
    xmlns:pkcs5="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#"
    xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Version="1.0">
  <pskc:EncryptionKey>
    <xenc11:DerivedKey>
      <xenc11:KeyDerivationMethod
          Algorithm="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2">
        <pkcs5:PBKDF2-params>
          <Salt><Specified>Ej7/PEpyEpw=</Specified></Salt>
          <IterationCount>1000</IterationCount>
          <KeyLength>16</KeyLength>
          <PRF/>
        </pkcs5:PBKDF2-params>
      </xenc11:KeyDerivationMethod>
      <xenc:ReferenceList><xenc:DataReference URI="#ED"/></xenc:ReferenceList>
      <xenc11:MasterKeyName>My Password 1</xenc11:MasterKeyName>
    </xenc11:DerivedKey>
  </pskc:EncryptionKey>
  <pskc:MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1">
    <pskc:MACKey>
      <xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
      <xenc:CipherData><xenc:CipherValue>
        2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx
      </xenc:CipherValue></xenc:CipherData>
    </pskc:MACKey>
  </pskc:MACMethod>
  <pskc:KeyPackage>
    <pskc:Key Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:hotp" Id="123456">
      <pskc:Issuer>Example-Issuer</pskc:Issuer>
      <pskc:AlgorithmParameters><pskc:ResponseFormat Length="8" Encoding="DECIMAL"/></pskc:AlgorithmParameters>
      <pskc:Data>
        <pskc:Secret>
          <pskc:EncryptedValue Id="ED">
            <xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
            <xenc:CipherData><xenc:CipherValue>
              oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f
            </xenc:CipherValue></xenc:CipherData>
          </pskc:EncryptedValue>
          <pskc:ValueMAC>LP6xMvjtypbfT9PdkJhBZ+D6O4w=</pskc:ValueMAC>
        </pskc:Secret>
      </pskc:Data>
    </pskc:Key>
  </pskc:KeyPackage>
</pskc:KeyContainer>"""

KEYS = [
    OtpKey("alice@example.com", "Example Bank", "alice@example.com", SECRET, Algorithm.SHA1, 6, 30),
    OtpKey('o"hara, <bob>+1', "Bänk", "bob", bytes(range(32)), Algorithm.SHA256, 8, 60),
    OtpKey("c\\d", "X", "c", bytes(range(64)), Algorithm.SHA512, 6, 15),
]


@pytest.mark.parametrize(
    ("content", "protection", "secret"),
    [
        (FIGURE_2, Protection(), b"1234"),
        (FIGURE_6, PSK, SECRET),
        (FIGURE_7, Protection(passphrase="qwerty"), SECRET),
    ],
)
def test_the_examples_of_the_rfc_open(content: bytes, protection: Protection, secret: bytes) -> None:
    found = list(keys(content, protection))
    assert [each.algorithm for each in found] == ["urn:ietf:params:xml:ns:keyprov:pskc:hotp"]
    assert found[0].secret == secret
    assert repr(found[0].secret) not in repr(found[0])
    with pytest.raises(ImportRefused, match="not for TOTP"):
        list(read(content, protection))


@pytest.fixture(params=[PSK, Protection(passphrase="correct horse battery")], ids=["key", "passphrase"])
def protection(request: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(writing, "ITERATIONS", 1000)
    return request.param


def test_what_is_written_is_read_again(protection: Protection) -> None:
    content = write(KEYS, protection)
    assert list(read(content, protection)) == KEYS
    for key in KEYS:
        assert b64encode(key.secret) not in content
        assert key.secret.hex().encode() not in content


@settings(max_examples=30)
@given(
    user=st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=30),
    secret=st.binary(min_size=14, max_size=128),
)
def test_every_user_and_secret_comes_back(user: str, secret: bytes) -> None:
    key = OtpKey(user, "Example", "account", secret, Algorithm.SHA1, 6, 30)
    assert list(read(write([key], PSK), PSK)) == [key]


def test_a_wrong_key_or_passphrase_does_not_open(protection: Protection) -> None:
    content = write(KEYS, protection)
    wrong = Protection(key=bytes(16)) if protection.key else Protection(passphrase="incorrect horse battery")
    with pytest.raises(ImportRefused):
        list(read(content, wrong))
    with pytest.raises(ImportRefused, match=r"pre-shared key|passphrase"):
        list(read(content, Protection()))


def test_a_value_that_was_altered_anywhere_is_refused_before_it_is_decrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    text = FIGURE_6.decode()
    value = re.search(r"AAECAwQF\S+", text)
    assert value is not None
    raw = b64decode(value[0])
    opened: list[bytes] = []
    real = reading._decrypt

    def watch(key: bytes, element: etree._Element, ciphertext: bytes) -> bytes:
        opened.append(ciphertext)
        return real(key, element, ciphertext)

    monkeypatch.setattr(reading, "_decrypt", watch)
    for place in range(len(raw)):
        altered = bytearray(raw)
        altered[place] ^= 1
        with pytest.raises(ImportRefused, match="MAC"):
            list(keys(text.replace(value[0], b64encode(altered).decode()).encode(), PSK))
        assert bytes(altered) not in opened


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (r"<ValueMAC>.*?</ValueMAC>", "", "missing"),
        (r"<ValueMAC>.*?</ValueMAC>", "<ValueMAC>AAAA</ValueMAC>", "does not match"),
        (r"<MACMethod.*?</MACMethod>", "", "without a MAC"),
        (r"xmldsig#hmac-sha1", "xmldsig-more#hmac-md5", "not known"),
        (r"xmlenc#aes128-cbc", "xmlenc#tripledes-cbc", "not known"),
        (r"xmlenc#aes128-cbc", "xmlenc#aes256-cbc", "32 bytes"),
        (r"<EncryptionKey>.*?</EncryptionKey>", "", "does not say how"),
        (r'Version="1.0" xmlns', 'Version="2.0" xmlns', "version 1.0"),
        (r"<Secret>.*?</Secret>", "", "no secret"),
        (r"ESIzRFVm\S+", "ESIz", "cut short"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(old: str, new: str, message: str) -> None:
    content = re.sub(old, new, FIGURE_6.decode(), flags=re.DOTALL)
    assert content.encode() != FIGURE_6
    with pytest.raises(ImportRefused, match=message):
        list(keys(content.encode(), PSK))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<IterationCount>1000", "<IterationCount>2000001"),
        ("<IterationCount>1000", "<IterationCount>0"),
        ("<IterationCount>1000", "<IterationCount>many"),
        ("<KeyLength>16", "<KeyLength>8"),
        ("<PRF/>", '<PRF Algorithm="md5"/>'),
        ("<Salt><Specified>Ej7/PEpyEpw=</Specified></Salt>", ""),
        ("#pbkdf2", "#pbkdf1"),
    ],
)
def test_a_derivation_out_of_bounds_is_refused(old: str, new: str) -> None:
    with pytest.raises(ImportRefused):
        list(keys(FIGURE_7.replace(old.encode(), new.encode()), Protection(passphrase="qwerty")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('Encoding="DECIMAL"', 'Encoding="HEXADECIMAL"'),
        ('Encoding="DECIMAL"', 'Encoding="DECIMAL" CheckDigits="true"'),
        ('Length="6"', 'Length="7"'),
        ('Length="6"', 'Length="six"'),
        ("<Time><PlainValue>0<", "<Time><PlainValue>9<"),
        ("<TimeInterval><PlainValue>30<", "<TimeInterval><PlainValue>5<"),
        ("<TimeInterval><PlainValue>30<", "<TimeInterval><PlainValue>-30<"),
        ("<AlgorithmParameters>", "<AlgorithmParameters><Suite>HMAC-MD5</Suite>"),
        ("pskc:totp", "pskc:hotp"),
        ("<Issuer>Example Bank", "<Issuer>Example: Bank"),
    ],
)
def test_what_cannot_be_checked_here_is_refused(old: str, new: str) -> None:
    content = re.sub(rb">\s+<", b"><", write(KEYS[:1], PSK))
    changed = content.replace(old.encode(), new.encode())
    assert changed != content
    with pytest.raises(IdflowError):
        list(read(changed, PSK))


def test_a_file_of_another_product_is_read() -> None:
    """Section 4 of the algorithm profiles, with the namespace that became the standard's, and nothing encrypted."""
    content = b"""<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc"><KeyPackage>
      <Key Algorithm="urn:ietf:params:xml:ns:keyprov:pskc#totp" Id="987654323"><Issuer>Issuer</Issuer>
      <AlgorithmParameters><ResponseFormat Length="6" Encoding="DECIMAL"/></AlgorithmParameters><Data>
      <Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret><Time><PlainValue>0</PlainValue></Time>
      <TimeInterval><PlainValue>30</PlainValue></TimeInterval></Data><UserId>CN=alice,OU=people</UserId></Key>
      </KeyPackage></KeyContainer>"""
    assert list(read(content, Protection())) == [OtpKey("alice", "Issuer", "alice", SECRET, Algorithm.SHA1, 6, 30)]


@pytest.mark.parametrize("protection", [Protection(), Protection(key=bytes(15)), Protection(passphrase="too short")])
def test_a_file_is_never_written_without_protection(protection: Protection) -> None:
    with pytest.raises(ProtectionInvalid):
        write(KEYS, protection)
    assert "too short" not in repr(protection)


@pytest.mark.parametrize("content", [b"", b"<html/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"\xff"])
def test_what_is_no_safe_xml_is_refused(content: bytes) -> None:
    with pytest.raises(IdflowError):
        list(read(content, PSK))
