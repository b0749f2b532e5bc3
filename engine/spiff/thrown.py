"""What leaves a run: messages and signals, for whoever waits for them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine.model import Element, Trigger


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message or signal that an element has thrown."""

    element: Element
    trigger: Trigger
    name: str
    key: str
    """The correlation key of a message; empty for a signal."""
    time_to_live: timedelta
    """How long a message waits for somebody."""
    variables: dict[str, Any]
    """What it carries."""
