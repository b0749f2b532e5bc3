"""Mail addresses that Idflow writes to: a strict part of RFC 5321.

Taken is `local@domain`: a local part of dots and `atext` (RFC 5322, 3.2.3), and a domain of at least two labels. A
domain in other letters is taken, and written in its ASCII form (IDNA, RFC 3490); a local part in other letters is
refused, because it needs SMTPUTF8 (RFC 6531) on every server on the way. Quoted local parts, comments, display names
and address literals are refused: nobody who signs up has one, and parsers disagree about them.
"""

import re
from email.errors import HeaderParseError
from email.headerregistry import Address

from engine.errors import BpmnError

MAXIMUM_ADDRESS = 254
"""In octets (RFC 5321, 4.5.3.1.3, without the angle brackets)."""
MAXIMUM_LOCAL_PART = 64
"""In octets (RFC 5321, 4.5.3.1.1)."""
MAXIMUM_RECIPIENTS = 20
"""How many people one letter may go to."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
# A last label of digits alone would be an IP address.
_DOMAIN = re.compile(rf"({_LABEL}\.)+(?![0-9]+\Z){_LABEL}")
# IDNA 2003 turns these into other letters, or into nothing, and IDNA 2008 does not: mail would go to another domain.
_DEVIATIONS = frozenset("\u00df\u03c2\u200c\u200d")


class EmailAddressInvalid(BpmnError):
    """This is no e-mail address that mail can be sent to."""


def read_address(text: str) -> str:
    """Return the address that `text` is, with its domain in ASCII and small letters.

    Raises:
        EmailAddressInvalid: when it is none that is taken here. The message does not repeat it: it is a person's.

    """
    local, at, domain = text.rpartition("@")
    if not at or len(local) > MAXIMUM_LOCAL_PART or not _LOCAL_PART.fullmatch(local):
        raise EmailAddressInvalid(_why(local if at else None))
    address = f"{local}@{_ascii(domain)}"
    if len(address) > MAXIMUM_ADDRESS:
        raise EmailAddressInvalid(f"An e-mail address has more than {MAXIMUM_ADDRESS} characters.")
    try:
        # What we take must be what the writer of headers takes.
        return Address(addr_spec=address).addr_spec
    except (HeaderParseError, ValueError):
        raise EmailAddressInvalid from None


def read_addresses(text: str) -> tuple[str, ...]:
    """Return the addresses in `text`, separated by commas, each once.

    Raises:
        EmailAddressInvalid: when one of them is none, when there is none, or more than `MAXIMUM_RECIPIENTS`.

    """
    found = tuple(dict.fromkeys(read_address(each.strip(" ")) for each in text.split(",")))
    if len(found) > MAXIMUM_RECIPIENTS:
        raise EmailAddressInvalid(f"A mail goes to at most {MAXIMUM_RECIPIENTS} addresses, not {len(found)}.")
    return found


def _why(local: str | None) -> str:
    if local is None:
        return "An e-mail address is written as name@example.com."
    if not local.isascii():
        return "An e-mail address has other letters than ASCII before the @, which many mail servers do not take."
    return "An e-mail address has something before the @ that is not taken: write it as name@example.com."


def _ascii(domain: str) -> str:
    if _DEVIATIONS.intersection(domain):
        raise EmailAddressInvalid(
            "The domain of an e-mail address has a letter that standards read in two ways: write it in its xn-- form."
        )
    try:
        # Every dot of IDNA is one of ours afterwards, so the pattern sees each label.
        plain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        plain = ""
    if not _DOMAIN.fullmatch(plain):
        raise EmailAddressInvalid("The domain of an e-mail address is none: write it as name@example.com.")
    return plain
