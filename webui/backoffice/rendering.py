"""Forms as end users see them: the one place where the backoffice meets the renderer."""

from collections.abc import Mapping
from typing import Any

import forms
from engine.form import Posted
from webui import language


def declarations() -> Mapping[str, Any]:
    """Return what the builder knows of elements and languages."""
    languages = [{"tag": each.tag, "name": each.name} for each in language.offered()]
    return {**forms.declarations(), "languages": languages}


def rendered(
    content: bytes,
    variables: Mapping[str, Any],
    *,
    spoken: str,
    posted: Posted | None = None,
    check: bool = False,
) -> forms.Rendered:
    """Return a form with made-up variables, in a language; nothing in it can open a secret.

    Raises:
        InvalidDeployment: when the document has errors.

    """
    say = language.say(spoken)
    return forms.render(content, variables, posted=posted, check=check, language=spoken, say=say)
