"""Times several things in turns, so that a machine that slows down slows all of them."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

WARM_UP = 3
"""How many rounds at least are not counted."""


def in_turns(
    measured: Mapping[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = perf_counter
) -> dict[str, float]:
    """Return the median time of each in milliseconds, over `rounds` rounds after some to warm up.

    `clock` gives seconds: `time.process_time` counts those that the processor has worked, whatever else it does.
    """
    times: dict[str, list[float]] = {name: [] for name in measured}
    before = max(rounds // 10, WARM_UP)
    for turn in range(rounds + before):
        for name, work in measured.items():
            begin = clock()
            work()
            if turn >= before:
                times[name].append((clock() - begin) * 1000)
    return {name: median(values) for name, values in times.items()}
