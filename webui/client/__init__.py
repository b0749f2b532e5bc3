"""A client of the REST API, for programs in Python.

    with Client("https://idflow.example.com", key) as idflow:
        made = idflow.tokens.create(NewToken(definition="get_current_totp"))

It lives here because it is made of what the API is declared by: its models and its operations. Nothing is said twice.

client.py      what a program has in its hands        calls.py     operations as typed methods
nouns.py       which of them there are                connection.py  from models to requests and back
settings.py    which server, by `IDFLOW_URL`          errors.py    why a call fails
patience.py    what is tried again
"""

from webui.client.client import Client
from webui.client.connection import Answer, Options
from webui.client.errors import (
    AnswerUnreadable,
    CallFailed,
    CertificateRefused,
    KeyRefused,
    NothingThere,
    NotModified,
    NotPermitted,
    NotTaken,
    OtherwiseNow,
    ProblemAnswered,
    ServerBroken,
    ServerUnreachable,
    TooMany,
)
from webui.client.patience import Patience
from webui.client.settings import ServerSettings, UrlRefused

__all__ = [
    "Answer",
    "AnswerUnreadable",
    "CallFailed",
    "CertificateRefused",
    "Client",
    "KeyRefused",
    "NotModified",
    "NotPermitted",
    "NotTaken",
    "NothingThere",
    "Options",
    "OtherwiseNow",
    "Patience",
    "ProblemAnswered",
    "ServerBroken",
    "ServerSettings",
    "ServerUnreachable",
    "TooMany",
    "UrlRefused",
]
