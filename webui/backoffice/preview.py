"""A draft as end users will see it, in a frame of the builder. It opens no secret and changes nothing."""

from dataclasses import dataclass

import orjson
from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from engine.errors import InvalidDeployment, Problem
from webui.backoffice.rendering import rendered
from webui.headers import may_be_framed_by_ours

CONTENT, DATA, LANGUAGE = "preview-content", "preview-data", "preview-language"
"""Hidden fields of the page; their hyphen keeps them apart from every key of a form."""

_CSRF = "csrf_token"
_NO_DATA = Problem("preview.data", "The data are no JSON object.", 'Write them as {"name": "value"}.')


@dataclass(frozen=True, slots=True)
class Preview:
    """Shows forms that need not be saved."""

    def show(self) -> Response:
        """Return the page: fresh from the builder, or with what was entered in it, checked."""
        posted = dict(request.form.lists())
        again = CONTENT in posted
        names = (CONTENT, DATA, LANGUAGE) if again else ("content", "data", "language")
        content, data, language = (posted.pop(name, [""])[0] for name in names)
        posted.pop(_CSRF, None)
        values = {CONTENT: content, DATA: data, LANGUAGE: language}
        return may_be_framed_by_ours(make_response(_page(values, posted if again else None)))


def _page(values: dict[str, str], posted: dict[str, list[str]] | None) -> str:
    try:
        variables = orjson.loads(values[DATA] or "{}")
    except orjson.JSONDecodeError:
        variables = None
    if not isinstance(variables, dict):
        return _problems((_NO_DATA,))
    try:
        form = rendered(
            values[CONTENT].encode(),
            variables,
            spoken=values[LANGUAGE] or "en",
            posted=posted,
            check=posted is not None,
        )
    except InvalidDeployment as invalid:
        return _problems(invalid.problems)
    accepted = posted is not None and not form.errors
    return render_template("backoffice/forms/preview.html", form=form, values=values, accepted=accepted)


def _problems(problems: tuple[Problem, ...]) -> str:
    return render_template("backoffice/forms/preview_problems.html", problems=problems)
