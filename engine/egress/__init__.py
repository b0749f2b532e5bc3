"""Outgoing HTTP: the one client of this project, which refuses what lies inside the operator's own network.

An address that somebody types into a page or draws into a diagram is a request that this machine makes for them. So a
host is resolved here, each of its addresses is looked at, and the connection goes to exactly the one that was looked
at: a name that means another machine a moment later (DNS rebinding) gains nothing.

addresses.py   which addresses are public           allowed.py   what the operator allows besides
client.py      the client, its limits, its answers  errors.py    why a call fails
connecting.py  resolves, looks, connects            exchange.py  one request over httpx
patience.py    what `Retry-After` asks for
"""

from engine.egress.allowed import AllowList
from engine.egress.client import Answer, Call, Egress, Limits
from engine.egress.errors import (
    AnswerUnreadable,
    CertificateInvalid,
    HostUnknown,
    NoConnection,
    TargetRefused,
    TooSlow,
)
from engine.egress.patience import LONGEST_RETRY_AFTER, retry_after

__all__ = [
    "LONGEST_RETRY_AFTER",
    "AllowList",
    "Answer",
    "AnswerUnreadable",
    "Call",
    "CertificateInvalid",
    "Egress",
    "HostUnknown",
    "Limits",
    "NoConnection",
    "TargetRefused",
    "TooSlow",
    "retry_after",
]
