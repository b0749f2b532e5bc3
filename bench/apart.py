"""Measures bare SpiffWorkflow in a process of its own, because at some sizes it takes all memory or never ends."""

import logging
import resource
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from bench import bare
from bench.timing import in_turns

LIMIT_SECONDS = 20
"""How long all rounds of one size may take."""

LIMIT_BYTES = 2 * 1024**3


def measure(content: bytes, name: str, variables: Mapping[str, Any], rounds: int) -> float | None:
    """Return the median of the milliseconds that a run takes; None when it fails or takes too long."""
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(sender, content, name, variables, rounds))
    process.start()
    sender.close()
    found: float | None = None
    with receiver, suppress(EOFError):
        if receiver.poll(LIMIT_SECONDS):
            found = receiver.recv()
    process.kill()
    process.join()
    return found


def _measure(sender: Connection, content: bytes, name: str, variables: Mapping[str, Any], rounds: int) -> None:
    logging.disable()
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    try:
        run = bare.process(content, name, variables)
        run()
        sender.send(in_turns({"": run}, rounds)[""])
    except Exception:  # noqa: BLE001 - whatever it fails with, it fails
        sender.send(None)
