"""The pages for designers and operators.

access.py    who is signed in, and what each route needs    problems.py   errors, as pages and as JSON
sign_in.py   signing in and out, the own password           rendering.py  forms as end users see them
forms.py     the list of forms, new ones, the builder       versions.py   what was saved, compared and deployed
sandbox.py   what trying a draft calls                      sandbox_pages.py  the page that its end user sees
form_api.py  what the builder saves                         preview.py    a draft as end users will see it
"""

from flask import Blueprint, Flask

from engine.accounts import Permission
from engine.application import Application
from engine.sandbox import Sandboxes
from webui import bodies
from webui.backoffice import problems
from webui.backoffice.access import PUBLIC, Access, Routes
from webui.backoffice.form_api import FormApi
from webui.backoffice.forms import FormPages
from webui.backoffice.preview import Preview
from webui.backoffice.sandbox import SandboxApi
from webui.backoffice.sandbox_pages import SandboxPages
from webui.backoffice.shown import filters
from webui.backoffice.sign_in import SignInPages
from webui.backoffice.versions import VersionPages
from webui.problems import Random

PREFIX = "/backoffice"
NAME = "backoffice"


def install(app: Flask, application: Application, random: Random, *, https: bool) -> None:
    """Add the backoffice to `app`."""
    access = Access(application, secure=https)
    routes = Routes(Blueprint(NAME, __name__, url_prefix=PREFIX))
    _own(routes, SignInPages(application, access))
    _forms(routes, application, access)
    _sandboxes(routes, application, access)
    # Whoever is not signed in does not even learn which pages there are.
    every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    routes.add("/<path:rest>", "nowhere", problems.nowhere, needs=Permission.ACCOUNT_OWN, methods=every)
    access.guard(routes)
    problems.install(routes.blueprint, random)
    app.register_blueprint(routes.blueprint)
    app.extensions["permissions"] = {f"{NAME}.{endpoint}": needs for endpoint, needs in routes.needs.items()}
    for endpoint, limit in routes.limits.items():
        bodies.allow(app, f"{NAME}.{endpoint}", limit)
    bodies.allow_files(app, f"{NAME}.submit_sandbox")
    app.jinja_env.filters.update(filters(application.clock))
    app.jinja_env.globals["signed_in"] = access.current


def _own(routes: Routes, pages: SignInPages) -> None:
    own = Permission.ACCOUNT_OWN
    routes.add("/sign-in", "sign_in", pages.show, needs=PUBLIC)
    routes.add("/sign-in", "do_sign_in", pages.sign_in, needs=PUBLIC, methods=["POST"])
    routes.add("/sign-out", "sign_out", pages.sign_out, needs=own, methods=["POST"], before_change=True)
    routes.add("/password", "password", pages.password, needs=own, before_change=True)
    routes.add("/password", "change_password", pages.change_password, needs=own, methods=["POST"], before_change=True)
    routes.add("/", "home", pages.home, needs=own)


def _forms(routes: Routes, application: Application, access: Access) -> None:
    view, edit, deploy = Permission.FORMS_VIEW, Permission.FORMS_EDIT, Permission.FORMS_DEPLOY
    large = bodies.MAXIMUM_FORM_BODY
    pages, versions = FormPages(application.forms, access), VersionPages(application.forms, access)
    api, preview = FormApi(application.forms, access), Preview(application.clock)
    routes.add("/forms", "forms", pages.list, needs=view)
    routes.add("/forms", "create_form", pages.create, needs=edit, methods=["POST"], limit=large)
    routes.add("/new-form", "new_form", pages.new, needs=edit)
    routes.add("/forms/preview", "preview", preview.show, needs=view, methods=["POST"], limit=large)
    routes.add("/forms/<name>", "builder", pages.builder, needs=edit)
    routes.add("/forms/<name>/export", "export", pages.export, needs=view)
    routes.add("/forms/<name>/discard", "discard", pages.ask_discard, needs=edit)
    routes.add("/forms/<name>/discard", "do_discard", pages.discard, needs=edit, methods=["POST"])
    routes.add("/forms/<name>/versions", "versions", versions.show, needs=view)
    routes.add("/forms/<name>/restore", "restore", versions.restore, needs=edit, methods=["POST"])
    routes.add("/forms/<name>/deploy", "deploy", versions.deploy, needs=deploy, methods=["POST"])
    routes.add("/api/forms/<name>/draft", "save_draft", api.save_draft, needs=edit, methods=["PUT"], limit=large)
    routes.add("/api/forms/<name>/versions", "save_version", api.save, needs=edit, methods=["POST"], limit=large)
    routes.add("/api/forms/<name>/versions/<int:version>", "version", api.version, needs=view)


def _sandboxes(routes: Routes, application: Application, access: Access) -> None:
    use, large = Permission.SANDBOX_USE, bodies.MAXIMUM_FORM_BODY
    sandboxes = Sandboxes(application)
    api, pages = SandboxApi(sandboxes, access), SandboxPages(sandboxes, access)
    one = "/api/sandboxes/<sandbox_id>"
    routes.add("/api/sandboxes", "create_sandbox", api.create, needs=use, methods=["POST"], limit=large)
    routes.add(one, "sandbox", api.show, needs=use)
    routes.add(one, "remove_sandbox", api.remove, needs=use, methods=["DELETE"])
    routes.add(f"{one}/clock", "sandbox_clock", api.clock, needs=use, methods=["POST"])
    routes.add(f"{one}/results", "sandbox_results", api.results, needs=use, methods=["POST"])
    routes.add(f"{one}/message", "sandbox_message", api.message, needs=use, methods=["POST"])
    routes.add(f"{one}/retry", "retry_sandbox", api.retry, needs=use, methods=["POST"])
    routes.add(f"{one}/restart", "restart_sandbox", api.restart, needs=use, methods=["POST"], limit=large)
    routes.add(f"{one}/test", "sandbox_test", api.test, needs=use)
    routes.add("/sandboxes/<sandbox_id>/page", "sandbox_page", pages.show, needs=use)
    routes.add("/sandboxes/<sandbox_id>/page", "submit_sandbox", pages.submit, needs=use, methods=["POST"])
