"""What was done in a sandbox, written down as the steps of a journey test.

No secret is ever written down: a code is a placeholder, and what a sensitive field holds is left out, as is a file.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from engine.errors import Refused
from engine.form import SHOWN, TIME_ZONE, Posted
from engine.instances import InstanceDetail
from engine.journey_test import At, Ended, Given, Passed, Stopped, Submit, Verb, assemble, write_step
from engine.journey_test.expecting import REACHED_AN_END, passed, waiting
from engine.journey_test.reading import MAXIMUM_STEPS
from engine.throwaway import Code
from engine.throwaway.samples import placeholder

MAXIMUM_RECORDED = MAXIMUM_STEPS // 3
"""How many things can be done in one run: each is a step, and two that say what is expected then."""

_OURS = frozenset({SHOWN, TIME_ZONE})
_INDEX = re.compile(r"\[[0-9]+\]")


class RunTooLong(Refused):
    """This run has become too long. Start it again."""

    code = "run-too-long"


def submission(
    posted: Posted, sensitive: frozenset[str], codes: Sequence[Code], recovery_codes: Sequence[str]
) -> Submit:
    """Return what was filled in."""
    values: dict[str, Any] = {}
    left_out: list[str] = []
    for name, given in posted.items():
        if name in _OURS:
            continue
        texts = [each for each in given if isinstance(each, str)]
        if len(texts) < len(given) or (_INDEX.sub("", name) in sensitive and any(texts)):
            left_out.append(name)
            continue
        written = [placeholder(each, codes, recovery_codes) or each for each in texts]
        values[name] = written[0] if len(written) == 1 else written
    return Submit(values, tuple(left_out))


def plain(text: str) -> str:
    """Return what counts of a recovery code that somebody typed."""
    return text.replace("-", "").replace(" ", "").upper()


def step(verb: Verb, detail: InstanceDetail | None) -> str:
    """Return the lines of what was done, and of what came of it."""
    return "".join(map(write_step, (verb, *_came_of_it(detail))))


def began(detail: InstanceDetail | None) -> str:
    """Return the lines of what is expected before anything is done."""
    return "".join(map(write_step, _came_of_it(detail)))


def waited(duration: timedelta) -> str:
    """Return a duration in ISO 8601."""
    days, seconds = duration.days, duration.seconds
    hours, minutes = seconds // 3600, seconds // 60 % 60
    exact = f"{seconds % 60}.{duration.microseconds:06}".rstrip("0") if duration.microseconds else f"{seconds % 60}"
    time = "".join(
        f"{number}{unit}" for number, unit in ((str(hours), "H"), (str(minutes), "M"), (exact, "S")) if number != "0"
    )
    return f"P{f'{days}D' if days else ''}{f'T{time}' if time else ''}" if days or time else "PT0S"


def document(name: str, key: str, given: Given, steps: Sequence[str], detail: InstanceDetail | None) -> str:
    """Return the journey test of a run."""
    last = () if detail is None else (write_step(Passed(passed(detail))),)
    return assemble(name, key, given, [*steps, *last])


def _came_of_it(detail: InstanceDetail | None) -> Iterator[Verb]:
    if detail is None:
        return
    if detail.incident is not None:
        yield Stopped(detail.incident.element_id or "", detail.incident.code)
    elif detail.record.ended_at is None:
        yield At(waiting(detail))
    elif detail.record.status in REACHED_AN_END:
        yield Ended(detail.record.element_id or "")


def check_length(steps: Sequence[str]) -> None:
    """Do nothing while more can be done; raises `RunTooLong`."""
    if len(steps) >= MAXIMUM_RECORDED:
        raise RunTooLong
