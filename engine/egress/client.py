"""The client: what is sent, what comes back, and what it may take."""

import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.egress.allowed import AllowList

MAXIMUM_URL = 2000
"""In characters."""

Resolve = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a host, for a port; raises OSError when there are none."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take."""

    connect: float = 5
    """In seconds, for each address that is tried, and for TLS."""
    read: float = 10
    """How long the other side may be silent, in seconds."""
    total: float = 15
    """How long everything may take, the name server included, in seconds."""
    answer: int = 64 * 1024
    """How much of the answer is read, in bytes."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request."""

    method: str
    url: str = field(repr=False)
    """Its query may be secret."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status: redirects are not followed."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """By their names in lower case."""
    body: bytes = field(repr=False)
    """As it was sent: what is compressed, although nobody asked for that, stays so."""
    whole: bool
    """Whether there was no more than `Limits.answer`."""


@dataclass(frozen=True, slots=True)
class Egress:
    """Calls public hosts, and those that are allowed. Nothing of the environment counts: no proxy, no `.netrc`."""

    allowed: AllowList = field(default_factory=AllowList)
    limits: Limits = field(default_factory=Limits)
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    """What is trusted; None is what the machine trusts (`SSL_CERT_FILE` adds to it)."""
    resolve: Resolve | None = None
    """None asks the machine."""
    monotonic: Callable[[], float] = time.monotonic

    def check(self, url: str) -> str:
        """Return the host of an address that can be called, as far as that is known without asking anybody.

        Raises:
            TargetRefused: when it is no https URL (or http, of a host that is allowed), names a user, a password or a
                fragment, is too long, or names an IP address that is not public.

        """
        # Seldom needed: without it, every start is a tenth of a second shorter.
        from engine.egress import exchange  # noqa: PLC0415 - see above

        return exchange.target(url, self.allowed).host

    def send(self, call: Call, limits: Limits | None = None) -> Answer:
        """Make a request. Blocks, for `Limits.total` at most; `limits` take the place of the usual ones.

        Raises:
            TargetRefused: see `check`; also when none of the addresses of the host is public or allowed.
            HostUnknown, NoConnection, CertificateInvalid, TooSlow, AnswerUnreadable: when there is no answer.

        """
        from engine.egress import exchange  # noqa: PLC0415 - see `check`

        return exchange.exchange(self, call, limits or self.limits)
