"""Forms as end users see them: the one place where the backoffice meets the renderer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.form import Answers, Posted
from forms import FormJs, Rendered, changed, is_action, render
from forms import declarations as declared
from webui import language

_TAG = re.compile(r"[A-Za-z0-9-]{1,35}")


@dataclass(frozen=True, slots=True)
class Shown:
    """A form, as its end user would see it."""

    form: Rendered
    answers: Answers | None
    """What would be taken; None when nothing was submitted."""


def declarations() -> Mapping[str, Any]:
    """Return what the builder knows of elements and languages."""
    languages = [{"tag": each.tag, "name": each.name} for each in language.offered()]
    return {**declared(), "languages": languages}


def shown(content: bytes, variables: Mapping[str, Any], posted: Posted | None, wanted: str, now: datetime) -> Shown:
    """Return a form with made-up variables, in the language that is wanted; nothing in it can open a secret.

    `posted` is checked as if it were submitted, unless one of the form's own buttons sent it.

    Raises:
        InvalidDeployment: when the document has errors.

    """
    tag = wanted if _TAG.fullmatch(wanted) else language.ENGLISH.tag
    spoken = language.use(tag)
    taken = posted is not None and not is_action(posted)
    answers = FormJs().read(content, variables, posted or {}, now=now) if taken else None
    form = render(
        content,
        variables,
        posted=posted if posted is None or taken else changed(posted),
        check=answers is not None and bool(answers.errors),
        language=tag,
        say=language.say(spoken.tag),
        now=now,
    )
    return Shown(form, answers)
