"""People who go through the first journey: landing, begin, form, submit, end.

Each has a link and registration of their own: begins with one link, and steps of one user, wait for one another. They
have one connection to each server and keep it, as they would come through a proxy.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count, cycle, islice
from random import Random
from statistics import quantiles
from threading import Lock, Thread
from time import monotonic, perf_counter, sleep

from bench.balancer import Balancer
from bench.browser import Browser

OPEN_CLIENTS = 48
"""How many people there can be at once where they come at a rate."""


@dataclass
class Load:
    """What they have measured."""

    seconds: float = 0
    journeys: list[float] = field(default_factory=list)
    """How long each took, in milliseconds, as the rest."""
    requests: list[float] = field(default_factory=list)
    late: float = 0
    """How late somebody began at most who came at a rate, because everybody was busy."""
    cpu: float = 0
    """Of the servers, for all of them together."""

    def add(self, other: "Load") -> None:
        """Go on with what was measured later."""
        self.seconds += other.seconds
        self.journeys += other.journeys
        self.requests += other.requests

    @property
    def rate(self) -> float:
        """Journeys a second."""
        return len(self.journeys) / self.seconds

    def percentile(self, percent: int) -> float:
        """Return how long a request took at most, of so many percent of them; in milliseconds."""
        return quantiles(self.requests, n=100)[percent - 1]


def closed(urls: Sequence[str], links: Sequence[str], clients: int, seconds: float) -> Load:
    """Let so many people go through one journey after the other, each request as soon as the last was answered."""
    load, balancer, until = Load(), Balancer(urls), monotonic() + seconds

    def person(link: str, address: str) -> None:
        with closing(Browser(balancer, address)) as browser:
            while monotonic() < until:
                _journey(browser, link, load)

    return _together(person, clients, links, load)


def coming(urls: Sequence[str], links: Sequence[str], rate: float, go_on: Callable[[float], bool]) -> Load:
    """Let people begin at a rate, whatever the answers take, as people do: at chance times (a Poisson process).

    `go_on` is asked before each, with the seconds since the first.
    """
    load, balancer, began, lock, times = Load(), Balancer(urls), monotonic(), Lock(), _arrivals(rate)

    def person(link: str, address: str) -> None:
        with closing(Browser(balancer, address)) as browser:
            while True:
                with lock:
                    at = next(times)
                sleep(max(began + at - monotonic(), 0))
                if not go_on(monotonic() - began):
                    return
                load.late = max(load.late, (monotonic() - began - at) * 1000)
                _journey(browser, link, load)

    return _together(person, OPEN_CLIENTS, links, load)


def _arrivals(rate: float) -> Iterator[float]:
    # The same times in every run.
    random, at = Random(1), 0.0  # noqa: S311 - no secret
    for _ in count():
        at += random.expovariate(rate)
        yield at


def _together(person: Callable[[str, str], None], clients: int, links: Sequence[str], load: Load) -> Load:
    # The addresses are those of measurements (RFC 2544).
    all_of_them = enumerate(islice(cycle(links), clients), 1)
    people = [Thread(target=person, args=(link, f"198.18.0.{number}")) for number, link in all_of_them]
    began = perf_counter()
    for each in people:
        each.start()
    for each in people:
        each.join()
    load.seconds = perf_counter() - began
    return load


def _journey(browser: Browser, link: str, load: Load) -> None:
    browser.forget()
    began = perf_counter()
    landing = browser.get(f"/t/{link}")
    form = browser.submit(f"/t/{link}", landing)
    browser.submit(browser.path, form)
    load.journeys.append((perf_counter() - began) * 1000)
    load.requests.extend(browser.milliseconds)
