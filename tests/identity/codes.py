"""Codes as a device shows them."""

from datetime import datetime

from engine.identity.otpauth import code_of_step, step_at
from engine.identity.policies import Algorithm


def code_at(secret: bytes, at: datetime, algorithm: Algorithm, digits: int, period: int) -> str:
    """Return the code of the time step that `at` falls in (RFC 6238, section 4)."""
    return code_of_step(secret, step_at(at, period), algorithm, digits)
