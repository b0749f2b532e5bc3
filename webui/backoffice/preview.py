"""A draft as end users will see it, in a frame of the builder. It opens no secret and changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from engine.clock import Clock
from engine.errors import InvalidDeployment, Problem
from engine.form import Answers, Upload
from forms import TIME_ZONE
from webui.backoffice.rendering import shown
from webui.headers import may_be_framed_by_ours

CONTENT, DATA, LANGUAGE = "preview-content", "preview-data", "preview-language"
"""Hidden fields of the page; their hyphen keeps them apart from every key of a form."""

_CSRF = "csrf_token"
_NO_DATA = Problem("preview.data", "The data are no JSON object.", 'Write them as {"name": "value"}.')


@dataclass(frozen=True, slots=True)
class Preview:
    """Shows forms that need not be saved."""

    clock: Clock

    def show(self) -> Response:
        """Return the page: fresh from the builder, or with what was entered in it, checked."""
        again = CONTENT in request.form
        names = (CONTENT, DATA, LANGUAGE) if again else ("content", "data", "language")
        content, data, language = (request.form.get(name, "") for name in names)
        values = {CONTENT: content, DATA: data, LANGUAGE: language}
        page = self._page(values, _posted({*values, _CSRF}) if again else None)
        return may_be_framed_by_ours(make_response(page))

    def _page(self, values: dict[str, str], posted: dict[str, Sequence[str | Upload]] | None) -> str:
        try:
            variables = orjson.loads(values[DATA] or "{}")
        except orjson.JSONDecodeError:
            variables = None
        if not isinstance(variables, dict):
            return _problems((_NO_DATA,))
        try:
            found = shown(values[CONTENT].encode(), variables, posted, values[LANGUAGE], self.clock.now())
        except InvalidDeployment as invalid:
            return _problems(invalid.problems)
        return render_template(
            "backoffice/forms/preview.html",
            form=found.form,
            values=values,
            time_zone_field=TIME_ZONE,
            unasked=found.answers is not None and found.answers.unasked,
            answers=_told(found.answers) if found.answers is not None else None,
        )


def _posted(others: set[str]) -> dict[str, Sequence[str | Upload]]:
    """Return the fields and files of the form itself."""
    posted: dict[str, Sequence[str | Upload]] = {
        name: values for name, values in request.form.lists() if name not in others
    }
    for name, files in request.files.lists():
        uploads = [Upload(each.filename or "", each.mimetype, each.read()) for each in files]
        posted[name] = [*posted.get(name, ()), *uploads]
    return posted


def _told(answers: Answers) -> str:
    return orjson.dumps(answers.values, default=_name, option=orjson.OPT_INDENT_2).decode()


def _name(value: object) -> str:
    """Return what stands for a value that is no JSON: a file."""
    return str(getattr(getattr(value, "upload", value), "name", ""))


def _problems(problems: tuple[Problem, ...]) -> str:
    return render_template("backoffice/forms/preview_problems.html", problems=problems)
