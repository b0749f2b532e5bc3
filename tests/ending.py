"""Whether something comes to an end: how fast things are, the benchmarks measure."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time


@contextmanager
def ends(seconds: float = 60) -> Iterator[None]:
    """Fail when it takes so much of the processor that it may as well never end."""
    started = process_time()
    yield
    assert process_time() - started < seconds, "it took too long"
