"""The list of forms, a new one, the builder, export and discarding."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.wrappers import Response

from engine.errors import InvalidDeployment, Problem, Refused
from engine.form import MAXIMUM_BYTES, parse
from engine.form_library import FormLibrary, OpenForm
from engine.form_overview import FormEntry
from engine.form_uses import FormUse
from forms.blank import MAXIMUM_TITLE, blank, renamed
from webui.backoffice.access import Access
from webui.backoffice.embedding import embedded
from webui.backoffice.listing import listed
from webui.backoffice.rendering import declarations
from webui.headers import may_use_ours

_SORTS: Mapping[str, Callable[[FormEntry], Any]] = {
    "name": lambda each: (each.name.casefold(), each.name),
    "title": lambda each: (each.title.casefold(), each.name),
    "state": lambda each: (each.state, each.name),
    "changed": lambda each: (each.changed_at, each.name),
}


@dataclass(frozen=True, slots=True)
class FormPages:
    """The pages of forms."""

    library: FormLibrary
    access: Access

    def list(self) -> str:
        """Show the forms that are looked for."""
        everything = self.library.list()
        return render_template(
            "backoffice/forms/list.html", listing=listed(everything, _SORTS, _matches), empty=not everything
        )

    def new(self) -> Response:
        """Ask for a name and a title, or for a file."""
        return _new({})

    def create(self) -> Response:
        """Begin a form, and go to the builder."""
        name, title = (request.form.get(each, "").strip() for each in ("name", "title"))
        upload = request.files.get("file")
        try:
            content = _imported(upload.read(MAXIMUM_BYTES + 1), name) if upload else blank(name, title)
            draft = self.library.create(content, by=self.access.who)
        except InvalidDeployment as refused:
            return _new({"file": "This file is no form: it is no JSON object."}, refused.problems)
        except Refused as refused:
            field = {"title-invalid": "title", "form-name-invalid": "name", "form-name-taken": "name"}
            return _new({field.get(refused.code, "file"): refused.message})
        return redirect(url_for("backoffice.builder", name=draft.name), HTTPStatus.SEE_OTHER)

    def builder(self, name: str) -> Response:
        """Show the builder; everything that it needs to know is in the page."""
        form = self.library.open(name)
        page = render_template("backoffice/forms/builder.html", form=form, name=name, data=_data(name, form))
        return may_use_ours(make_response(page), "frame-src")

    def export(self, name: str) -> Response:
        """Return the draft, or a version, as a file."""
        version = request.args.get("version", type=int)
        if version is None:
            content = self.library.open(name).draft.content or b""
        else:
            content = self.library.version(name, version).content
        response = make_response(content)
        response.mimetype = "application/json"
        response.headers.set("Content-Disposition", "attachment", filename=f"{name}.form")
        return response

    def ask_discard(self, name: str) -> str:
        """Say what would be thrown away."""
        return render_template("backoffice/forms/discard.html", form=self.library.open(name), name=name)

    def discard(self, name: str) -> Response:
        """Throw the draft away."""
        seen = request.form.get("revision", -1, type=int)
        left = self.library.discard(name, seen=seen, by=self.access.who)
        done = "discarded"
        after = url_for("backoffice.versions", name=name, done=done) if left else url_for("backoffice.forms", done=done)
        return redirect(after, HTTPStatus.SEE_OTHER)


def _matches(form: FormEntry, query: str) -> bool:
    return query in form.name.casefold() or query in form.title.casefold()


def _new(errors: Mapping[str, str], problems: Sequence[Problem] = ()) -> Response:
    page = render_template(
        "backoffice/forms/new.html", errors=errors, problems=problems, given=request.form, maximum=MAXIMUM_TITLE
    )
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK)


def _imported(content: bytes, name: str) -> bytes:
    """Return an uploaded document, under another name when there is one; the name of the file says nothing."""
    document = parse(content) if name else None
    return renamed(document, name) if document is not None and len(content) <= MAXIMUM_BYTES else content


def _data(name: str, form: OpenForm) -> Markup:
    draft, deployed = form.draft, form.deployed
    data = {
        "name": name,
        "content": (draft.content or b"").decode(errors="replace"),
        "revision": draft.revision,
        "savedAt": draft.saved_at.isoformat() if draft.saved_at else None,
        "deployed": deployed and {"version": deployed.version, "versionTag": deployed.version_tag},
        "latest": form.newest.version if form.newest else None,
        "declarations": declarations(),
        "usedIn": [_use(each) for each in form.uses],
        "urls": {
            "draft": url_for("backoffice.save_draft", name=name),
            "versions": url_for("backoffice.save_version", name=name),
            "preview": url_for("backoffice.preview"),
            "export": url_for("backoffice.export", name=name),
            "list": url_for("backoffice.forms"),
            "history": url_for("backoffice.versions", name=name),
        },
        "csrf": generate_csrf(),
        "test": current_app.testing,
    }
    return embedded(data)


def _use(use: FormUse) -> dict[str, Any]:
    where = {"process": use.process, "name": use.name, "version": use.version, "element": use.element}
    return {**where, "versionTag": use.version_tag}
