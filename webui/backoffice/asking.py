"""What is asked before something is done that others will want to know the reason of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import render_template, request

from engine.identity import Cause, IdentityInvalid
from engine.identity.cause import MAXIMUM_REASON
from webui.backoffice.access import Access


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. It is answered by a form with a reason; `version` says what the person saw."""

    active: str
    """The entry of the navigation."""
    title: str
    text: str
    button: str
    action: str
    """Where the answer goes to."""
    back: str
    version: str
    danger: bool = False
    until: bool = False
    """Whether an end can be given."""
    typed: str | None = None
    """What has to be typed, so that nobody does it by mistake."""
    hidden: Mapping[str, str] = field(default_factory=dict)
    """What goes along with the answer."""


def ask(question: Question, errors: Mapping[str, str] | None = None, *, zone: str = "UTC") -> str:
    """Return the page with the question, filled in as the current request did."""
    return render_template(
        "backoffice/ask.html",
        question=question,
        errors=errors or {},
        given=request.form if request.method == "POST" else {},
        maximum=MAXIMUM_REASON,
        zone=zone,
    )


def cause(access: Access, errors: dict[str, str]) -> Cause:
    """Return who has sent the current request, and the reason in it; `errors` says what is wrong with the reason."""
    account, reason = access.who, request.form.get("reason", "").strip()
    if not reason:
        errors["reason"] = "Say why, in a few words."
    try:
        return Cause(account, reason)
    except IdentityInvalid as refused:
        errors["reason"] = refused.message
        return Cause(account)


def seen() -> str:
    """Return the version of what the person saw who sent the current request."""
    return request.form.get("version", "")
