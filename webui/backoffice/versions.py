"""What was saved of a form: the versions, what is different between two, which one is deployed."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.form import parse
from engine.form_library import FormLibrary, OpenForm
from forms.compare import Change, compare
from webui.backoffice.access import Access

DRAFT = "draft"

MAXIMUM_SHOWN = 300
"""How many characters of a value are shown."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two documents that were compared."""

    old: str
    new: str
    changes: tuple[Change, ...]
    readable: bool
    """Whether both are JSON objects: others have no elements."""


@dataclass(frozen=True, slots=True)
class VersionPages:
    """The pages of versions."""

    library: FormLibrary
    access: Access

    def show(self, name: str) -> str:
        """List the versions; compare the two that are asked for."""
        form = self.library.open(name)
        versions = self.library.versions(name)
        known = [DRAFT, *(str(each.version) for each in versions)]
        old, new = (request.args.get(each, "") for each in ("old", "new"))
        comparison = self._compare(form, old, new) if old in known and new in known else None
        return render_template(
            "backoffice/forms/versions.html",
            name=name,
            form=form,
            versions=versions,
            comparison=comparison,
            shown=shown,
            draft=DRAFT,
        )

    def restore(self, name: str) -> Response:
        """Put a version into the draft."""
        version, seen = (request.form.get(each, -1, type=int) for each in ("version", "revision"))
        self.library.restore(name, version, seen=seen, by=self.access.who)
        return _back(name, "restored")

    def deploy(self, name: str) -> Response:
        """Make a version the one in use."""
        self.library.deploy(name, request.form.get("version", -1, type=int), by=self.access.who)
        return _back(name, "deployed")

    def _compare(self, form: OpenForm, old: str, new: str) -> Comparison:
        documents = [self._document(form, each) for each in (old, new)]
        if any(each is None for each in documents):
            return Comparison(old, new, (), readable=False)
        return Comparison(old, new, compare(*(each or {} for each in documents)), readable=True)

    def _document(self, form: OpenForm, which: str) -> Mapping[str, Any] | None:
        if which == DRAFT:
            return parse(form.draft.content or b"")
        return parse(self.library.version(form.draft.name, int(which)).content)


def shown(value: Any) -> str:
    """Return a JSON value for people."""
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= MAXIMUM_SHOWN else text[:MAXIMUM_SHOWN] + "…"


def _back(name: str, done: str) -> Response:
    return redirect(url_for("backoffice.versions", name=name, done=done), HTTPStatus.SEE_OTHER)
