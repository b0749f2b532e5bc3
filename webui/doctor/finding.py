"""What is found."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    """It works; somebody should look at it."""
    ERROR = "error"
    """Idflow cannot do its work like that."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what it is like."""

    check: str
    """Stable: `disk-space`."""
    level: Level
    message: str
    """One sentence; never holds a secret."""
    remedy: str = ""
    """What to do, in one sentence; empty where nothing is to be done."""


def ok(check: str, message: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(check, Level.OK, message)


def warning(check: str, message: str, remedy: str) -> Finding:
    """Return what somebody should look at."""
    return Finding(check, Level.WARNING, message, remedy)


def error(check: str, message: str, remedy: str) -> Finding:
    """Return what does not work."""
    return Finding(check, Level.ERROR, message, remedy)
