"""Forms as end users see them: the one place where the backoffice meets the renderer."""

from collections.abc import Mapping
from typing import Any

import forms
from engine.form import Posted


def declarations() -> Mapping[str, Any]:
    """Return what the builder knows of elements."""
    declare = vars(forms).get("declarations")
    found: Mapping[str, Any] = declare() if declare is not None else {"groups": [], "elements": []}
    return found


def rendered(
    content: bytes,
    variables: Mapping[str, Any],
    *,
    language: str,  # noqa: ARG001 - forms have no languages yet
    posted: Posted | None = None,
    check: bool = False,
) -> forms.Rendered:
    """Return a form with made-up variables; nothing in it can open a secret.

    Raises:
        InvalidDeployment: when the document has errors.

    """
    answers = forms.FormJs().read(content, variables, posted or {}) if check else None
    return forms.render(content, variables, answers=answers, posted=posted)
