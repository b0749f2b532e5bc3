"""Times several things in turns, so that a machine that slows down slows all of them."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter


def in_turns(measured: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median time of each in milliseconds, over `rounds` rounds after a tenth as many to warm up."""
    times: dict[str, list[float]] = {name: [] for name in measured}
    for turn in range(rounds + rounds // 10):
        for name, work in measured.items():
            begin = perf_counter()
            work()
            if turn >= rounds // 10:
                times[name].append((perf_counter() - begin) * 1000)
    return {name: median(values) for name, values in times.items()}
