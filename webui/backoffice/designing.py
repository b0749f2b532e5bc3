"""The routes of what designers draw: forms, processes, and the sandboxes in which they try them."""

from engine.accounts import Permission
from engine.application import Application
from engine.sandbox import Sandboxes
from webui import bodies
from webui.backoffice.access import Access, Routes
from webui.backoffice.form_api import FormApi
from webui.backoffice.forms import FormPages
from webui.backoffice.heat_map import HeatMapPage
from webui.backoffice.new_process import NewProcess
from webui.backoffice.preview import Preview
from webui.backoffice.process_api import ProcessApi
from webui.backoffice.process_versions import ProcessVersionPages
from webui.backoffice.processes import ProcessPages
from webui.backoffice.sandbox import SandboxApi
from webui.backoffice.sandbox_pages import SandboxPages
from webui.backoffice.versions import VersionPages


def add(routes: Routes, application: Application, access: Access) -> None:
    """Add them."""
    _forms(routes, application, access)
    _processes(routes, application, access)
    _sandboxes(routes, application, access)


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


def _processes(routes: Routes, application: Application, access: Access) -> None:
    view, edit = Permission.PROCESSES_VIEW, Permission.PROCESSES_EDIT
    large = bodies.MAXIMUM_FORM_BODY
    pages, new = ProcessPages(application, access), NewProcess(application, access)
    versions, api = ProcessVersionPages(application, access), ProcessApi(application, access)
    routes.add("/processes", "processes", pages.list, needs=view)
    routes.add("/processes", "create_process", new.create, needs=edit, methods=["POST"], limit=large)
    routes.add("/new-process", "new_process", new.ask, needs=edit)
    routes.add("/process-templates", "element_templates", pages.templates, needs=view)
    routes.add("/processes/<key>", "designer", pages.designer, needs=edit)
    routes.add("/processes/<key>/forms", "process_forms", new.forms, needs=edit)
    routes.add("/processes/<key>/forms", "make_forms", new.make_forms, needs=Permission.FORMS_EDIT, methods=["POST"])
    routes.add("/processes/<key>/export", "export_process", pages.export, needs=view)
    routes.add("/processes/<key>/discard", "discard_process", pages.ask_discard, needs=edit)
    routes.add("/processes/<key>/discard", "do_discard_process", pages.discard, needs=edit, methods=["POST"])
    routes.add("/processes/<key>/versions", "process_versions", versions.show, needs=view)
    routes.add("/processes/<key>/versions/<int:version>", "process_version", versions.version, needs=view)
    routes.add("/processes/<key>/restore", "restore_process", versions.restore, needs=edit, methods=["POST"])
    heat = HeatMapPage(application, access)
    routes.add("/processes/<key>/heat-map", "heat_map", heat.show, needs=Permission.DASHBOARD_VIEW)
    script = "/api/processes/<key>"
    routes.add(f"{script}/draft", "save_process_draft", api.save_draft, needs=edit, methods=["PUT"], limit=large)
    routes.add(f"{script}/versions", "save_process", api.save, needs=edit, methods=["POST"], limit=large)
    routes.add(f"{script}/versions/<int:version>", "read_process_version", api.version, needs=view)
    routes.add(f"{script}/choices", "process_choices", api.choices, needs=edit)
    routes.add(f"{script}/changes", "process_changes", api.changes, needs=view)


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
