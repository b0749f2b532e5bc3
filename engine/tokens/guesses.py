"""Waits for whoever guesses links, and for whoever keeps trying one that does not work.

    from one address, links that lead nowhere   `ADDRESS`: after 20, wait 1 second, then 2, 4 … 60
    of one link, beginnings that were refused   `TOKEN`: after 5 the same; the audit trail is not filled with them
    beginnings from one address, or of one link `BURST` at once, one more `EVERY` 50 ms in the long run
    openings that are told, the same            the same, counted apart

What is refused while somebody has to wait is not counted. A network of 64 bits of IPv6 is one address. It is all in
memory, because opening a link changes nothing: each process counts for itself, and a restart forgets.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock

from engine.accounts.back_off import FORGET_AFTER, BackOff, network
from engine.accounts.rates import Rates, TooManyRequests
from engine.clock import Clock

ADDRESS = BackOff(free=20, limit=timedelta(minutes=1))
"""Nobody guesses 256 bits at one a minute, and whoever shares the address of somebody who tries waits no longer."""
TOKEN = BackOff(free=5, limit=timedelta(minutes=1))

BURST, EVERY = 1000, timedelta(milliseconds=50)
"""A whole company that is sent one link, and sits behind one address, may begin together."""

_MAXIMUM_KNOWN = 10_000
"""How many addresses and links are remembered; beyond that, those that nobody has to wait for are forgotten."""


@dataclass(slots=True)
class _Counted:
    failures: int
    at: datetime
    blocked_until: datetime


@dataclass(slots=True)
class _Failures:
    """Counts failures by who or what they are about."""

    limits: BackOff
    _known: dict[str, _Counted] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def check(self, who: str, now: datetime) -> None:
        """Do nothing unless `who` has to wait; raises `TooManyRequests`."""
        found = self._known.get(who)
        if found is not None and found.blocked_until > now:
            raise TooManyRequests(found.blocked_until - now)

    def charge(self, who: str, now: datetime) -> None:
        """Count a failure."""
        with self._lock:
            if len(self._known) >= _MAXIMUM_KNOWN:
                self._known = {each: row for each, row in self._known.items() if row.blocked_until > now}
            found = self._known.get(who)
            failures = 0 if found is None or found.at <= now - FORGET_AFTER else found.failures
            self._known[who] = _Counted(failures + 1, now, now + self.limits.wait(failures + 1))


class Guesses:
    """Slows down whoever tries links; see above."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._unknown, self._refused = _Failures(ADDRESS), _Failures(TOKEN)
        self._by_address, self._by_token = Rates(BURST, EVERY), Rates(BURST, EVERY)
        self._opened_by_address, self._opened_by_token = Rates(BURST, EVERY), Rates(BURST, EVERY)

    def look(self, address: str) -> None:
        """Do nothing when this address may open a link; raises `TooManyRequests`."""
        self._unknown.check(network(address), self._clock.now())

    def begin(self, address: str, link: str) -> None:
        """Count that this address begins with a link; raises `TooManyRequests`."""
        self.look(address)
        now, name = self._clock.now(), _digest(link)
        self._refused.check(name, now)
        self._by_address.take(network(address), now)
        self._by_token.take(name, now)

    def opened(self, address: str, link: str) -> None:
        """Count that a browser at this address says that it shows the page of a link; raises `TooManyRequests`."""
        now = self._clock.now()
        self._opened_by_address.take(network(address), now)
        self._opened_by_token.take(_digest(link), now)

    def was_unknown(self, address: str) -> None:
        """Count a link that leads nowhere."""
        self._unknown.charge(network(address), self._clock.now())

    def was_refused(self, link: str) -> None:
        """Count that a link was refused to somebody who wanted to begin."""
        self._refused.charge(_digest(link), self._clock.now())


def _digest(link: str) -> str:
    """Return what stands for a link in memory."""
    return sha256(link.encode("utf-8", "surrogateescape")).hexdigest()
