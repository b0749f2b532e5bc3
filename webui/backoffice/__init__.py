"""The pages for designers and operators.

access.py    who is signed in, and what each route needs    problems.py   errors, as pages and as JSON
sign_in.py   signing in and out, the own password           rendering.py  forms as end users see them
designing.py the routes of forms, processes, sandboxes
forms.py     the list of forms, new ones, the builder       versions.py   what was saved, compared and deployed
sandbox.py   what trying a draft calls                      sandbox_pages.py  the page that its end user sees
form_api.py  what the builder saves                         preview.py    a draft as end users will see it
processes.py         the list of processes, the designer        new_process.py    what a process begins with
process_versions.py  what was saved and deployed, compared      process_texts.py  the texts that can be compared
find.py              the search over everything
heat_map.py          where people give up               days.py           days in addresses
process_api.py       what the designer saves                    process_data.py   what the designer knows
listing.py   search, order and pages of a list              embedding.py  what scripts find in a page
saving.py    what scripts send
tokens.py    the list of process tokens, a new one          token_form.py the form for one
token_api.py a token for a script                           issued.py     the link of one, shown once
token_sheet.py many tokens from a CSV file                  token_page.py one, and what became of it
token_words.py what is said of one, in words
sent.py      the JSON that scripts send
audit.py     the audit trail                                dashboard.py  how journeys go; chart.py draws it
own_account.py  one's own account and second factor         reset_password.py  a new password by a link
provider.py  signing in at the OpenID provider
accounts.py  the accounts of others                         api_keys.py   keys of programs
requests.py  where a request comes from; usual answers
people.py    the routes of stores, users and policies       stores.py     the identity stores
users.py     the search for users, the page of one          user_changes.py  a new user, the form of one
user_actions.py  locks, statuses, deleting, revoking        user_journey.py  a journey for a user
policies.py  TOTP policies and what they mean               policy_form.py   the form of one
theme.py     light or dark
navigation.py  what the navigation offers                  notices.py    what is said after something was done
asking.py    what is asked before, with the reason          pairs.py      rows of a name, a kind and a value
instances.py         the list of process instances      instance_page.py     one of them, also live and as a report
instance_query.py    which ones are looked for          instance_actions.py  what can be done to one, each on a page
instance_bulk.py     what is done to many               instance_form.py     what an operator says there
installation.py      the routes of the settings         setting_form.py      the form of a group of them
branding.py  how end users' pages look                  brand_preview.py     the real pages beside it
mail.py      the mail server                            retention.py         how long what is over is kept
instance_export.py   one as JSON or PDF                 instance_words.py    what is said of them, in words
api_reference.py     what the REST API does, to be read and searched
hooks.py     the routes of webhooks                     webhooks.py   the list, one of them, its form
webhook_actions.py  switching, secrets, deleting        deliveries.py what was delivered, and sending it again
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask

from engine.accounts import Permission
from engine.application import Application
from webui import bodies
from webui.backoffice import designing, hooks, installation, people, problems, theme
from webui.backoffice.access import PUBLIC, Access, Routes
from webui.backoffice.accounts import AccountPages
from webui.backoffice.api_keys import ApiKeyPages
from webui.backoffice.api_reference import ApiReferencePages
from webui.backoffice.audit import AuditPages
from webui.backoffice.dashboard import DashboardPages
from webui.backoffice.find import FindPage
from webui.backoffice.instance_actions import ACTIONS, DONE, Action, ActionPages
from webui.backoffice.instance_bulk import BULK, BulkPages
from webui.backoffice.instance_export import InstanceExport
from webui.backoffice.instance_page import InstancePage
from webui.backoffice.instances import InstanceList
from webui.backoffice.navigation import NAVIGATION
from webui.backoffice.notices import NOTICES
from webui.backoffice.own_account import OwnAccountPages
from webui.backoffice.provider import ProviderPages
from webui.backoffice.reset_password import ResetPages
from webui.backoffice.shown import filters
from webui.backoffice.sign_in import SignInPages
from webui.backoffice.token_api import TokenApi
from webui.backoffice.token_page import TokenPage
from webui.backoffice.token_sheet import TokenSheetPages
from webui.backoffice.tokens import TokenPages
from webui.error_handlers import Random

PREFIX = "/backoffice"
NAME = "backoffice"


def install(app: Flask, application: Application, random: Random, *, https: bool) -> None:
    """Add the backoffice to `app`."""
    access = Access(application, secure=https)
    routes = Routes(Blueprint(NAME, __name__, url_prefix=PREFIX))
    _sign_in(routes, SignInPages(application, access), ResetPages(application))
    _provider(routes, ProviderPages(application, access, random, secure=https))
    _dashboard(routes, DashboardPages(application), FindPage(application, access))
    _own(routes, OwnAccountPages(application, access))
    _accounts(routes, AccountPages(application, access))
    _api_keys(routes, ApiKeyPages(application, access))
    designing.add(routes, application, access)
    _tokens(routes, application, access)
    _token_sheets(routes, TokenSheetPages(application, access, random))
    _instances(routes, application, access)
    people.add(routes, application, access)
    installation.add(routes, application, access)
    hooks.add(routes, application, access)
    _audit(routes, AuditPages(application, access))
    # Whoever is not signed in does not even learn which pages there are.
    every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    routes.add("/<path:rest>", "nowhere", problems.nowhere, needs=Permission.ACCOUNT_OWN, methods=every)
    access.guard(routes)
    problems.install(routes.blueprint, random)
    app.register_blueprint(routes.blueprint)
    app.extensions["permissions"] = {f"{NAME}.{endpoint}": needs for endpoint, needs in routes.needs.items()}
    for endpoint, limit in routes.limits.items():
        bodies.allow(app, f"{NAME}.{endpoint}", limit)
    for endpoint in ("submit_sandbox", *installation.UPLOADS):
        bodies.allow_files(app, f"{NAME}.{endpoint}")
    app.jinja_env.filters.update(filters(application.clock))
    app.jinja_env.globals |= {"signed_in": access.current, "navigation": NAVIGATION, "notices": {**NOTICES, **DONE}}
    app.jinja_env.globals["appearance"] = theme
    app.jinja_env.globals["permits"] = lambda permission: access.permits(Permission(permission))


def _sign_in(routes: Routes, pages: SignInPages, reset: ResetPages) -> None:
    own = Permission.ACCOUNT_OWN
    routes.add("/sign-in", "sign_in", pages.show, needs=PUBLIC)
    routes.add("/sign-in", "do_sign_in", pages.sign_in, needs=PUBLIC, methods=["POST"])
    routes.add("/sign-in/code", "sign_in_code", pages.code, needs=PUBLIC)
    routes.add("/sign-in/code", "do_sign_in_code", pages.give_code, needs=PUBLIC, methods=["POST"])
    routes.add("/reset/<link>", "reset", reset.show, needs=PUBLIC)
    routes.add("/reset/<link>", "do_reset", reset.change, needs=PUBLIC, methods=["POST"])
    routes.add("/sign-out", "sign_out", pages.sign_out, needs=own, methods=["POST"], before_change=True)
    routes.add("/password", "password", pages.password, needs=own, before_change=True)
    routes.add("/password", "change_password", pages.change_password, needs=own, methods=["POST"], before_change=True)
    routes.add("/colours", "choose_theme", theme.choose, needs=own, methods=["POST"], before_change=True)
    routes.add("/colours/<theme>.css", "theme_css", theme.css, needs=PUBLIC)
    routes.add("/api/session", "session", pages.session, needs=own)


def _provider(routes: Routes, pages: ProviderPages) -> None:
    own, post = Permission.ACCOUNT_OWN, ["POST"]
    routes.add("/sign-in/provider", "provider_sign_in", pages.begin, needs=PUBLIC)
    routes.add("/sign-in/provider/callback", "provider_callback", pages.finish, needs=PUBLIC)
    routes.add("/account/identity", "own_identity", pages.own, needs=own)
    routes.add("/account/identity/link", "link_identity", pages.link, needs=own, methods=post)
    routes.add("/account/identity/unlink", "unlink_identity", pages.unlink, needs=own, methods=post)


def _dashboard(routes: Routes, pages: DashboardPages, find: FindPage) -> None:
    routes.add("/", "home", pages.show, needs=Permission.DASHBOARD_VIEW)
    # Everybody may look; what is found depends on who does.
    routes.add("/search", "find", find.show, needs=Permission.ACCOUNT_OWN)


def _own(routes: Routes, pages: OwnAccountPages) -> None:
    own, post, factor = Permission.ACCOUNT_OWN, ["POST"], "/account/second-factor"
    routes.add("/account", "account", pages.show, needs=own)
    routes.add("/account/sessions/<session_id>/end", "end_session", pages.end_session, needs=own, methods=post)
    routes.add("/account/other-sessions/end", "end_other_sessions", pages.end_others, needs=own, methods=post)
    routes.add(factor, "second_factor", pages.factor, needs=own, before_factor=True)
    routes.add(factor, "start_factor", pages.start, needs=own, methods=post, before_factor=True)
    routes.add(f"{factor}/confirm", "confirm_factor", pages.confirm, needs=own, methods=post, before_factor=True)
    routes.add(f"{factor}/codes", "new_recovery_codes", pages.new_codes, needs=own, methods=post)
    routes.add(f"{factor}/off", "turn_factor_off", pages.turn_off, needs=own, methods=post)


def _accounts(routes: Routes, pages: AccountPages) -> None:
    view, edit = Permission.ACCOUNTS_VIEW, Permission.ACCOUNTS_EDIT
    routes.add("/accounts", "accounts", pages.list, needs=view)
    routes.add("/accounts", "create_account", pages.create, needs=edit, methods=["POST"])
    routes.add("/new-account", "new_account", pages.new, needs=edit)
    routes.add("/accounts/<account>", "show_account", pages.show, needs=view)
    routes.add("/accounts/<account>/role", "change_role", pages.change_role, needs=edit, methods=["POST"])
    routes.add("/accounts/<account>/identity", "link_account", pages.link, needs=edit, methods=["POST"])
    routes.add("/accounts/<account>/do/<action>", "ask_account", pages.ask, needs=edit)
    routes.add("/accounts/<account>/do/<action>", "act_on_account", pages.act, needs=edit, methods=["POST"])


def _api_keys(routes: Routes, pages: ApiKeyPages) -> None:
    own = Permission.API_KEYS_OWN
    routes.add("/api-keys", "api_keys", pages.list, needs=own)
    routes.add("/api-keys", "create_api_key", pages.create, needs=own, methods=["POST"])
    routes.add("/new-api-key", "new_api_key", pages.new, needs=own)
    routes.add("/api-reference", "api_reference", ApiReferencePages().show, needs=own)
    routes.add("/api-keys/<key_id>/revoke", "ask_revoke_api_key", pages.ask_revoke, needs=own)
    routes.add("/api-keys/<key_id>/revoke", "revoke_api_key", pages.revoke, needs=own, methods=["POST"])


def _tokens(routes: Routes, application: Application, access: Access) -> None:
    view, create = Permission.TOKENS_VIEW, Permission.TOKENS_CREATE
    pages, api = TokenPages(application, access), TokenApi(application, access)
    routes.add("/tokens", "tokens", pages.list, needs=view)
    routes.add("/tokens", "create_token", pages.create, needs=create, methods=["POST"])
    routes.add("/new-token", "new_token", pages.new, needs=create)
    routes.add("/tokens/<token_id>", "token", TokenPage(application, access).show, needs=view)
    routes.add("/tokens/<token_id>/switch", "switch_token", pages.ask_switch, needs=create)
    routes.add("/tokens/<token_id>/switch", "do_switch_token", pages.switch, needs=create, methods=["POST"])
    routes.add("/tokens/<token_id>/renew", "renew_token", pages.ask_renew, needs=create)
    routes.add("/tokens/<token_id>/renew", "do_renew_token", pages.renew, needs=create, methods=["POST"])
    routes.add("/api/tokens", "create_token_by_script", api.create, needs=create, methods=["POST"])


def _token_sheets(routes: Routes, pages: TokenSheetPages) -> None:
    create, post, path = Permission.TOKENS_CREATE, ["POST"], "/new-tokens"
    routes.add(path, "new_tokens", pages.ask, needs=create)
    routes.add(path, "preview_tokens", pages.preview, needs=create, methods=post)
    routes.add(f"{path}/template", "token_template", pages.template, needs=create)
    routes.add(f"{path}/make", "make_tokens", pages.make, needs=create, methods=post)
    routes.add(f"{path}/file", "token_file", pages.file, needs=create, methods=post)
    routes.add(f"{path}/codes", "token_codes", pages.codes, needs=create, methods=post)


def _instances(routes: Routes, application: Application, access: Access) -> None:
    view, one, export = Permission.INSTANCES_VIEW, "/instances/<instance_id>", InstanceExport(application, access)
    instances, page = InstanceList(application, access), InstancePage(application, access)
    actions, bulk = ActionPages(application, access), BulkPages(application, access)
    routes.add("/instances", "instances", instances.show, needs=view)
    routes.add("/api/live/instances", "live_instances", instances.live, needs=view)
    routes.add(one, "instance", page.show, needs=view)
    routes.add(f"/api/live{one}", "live_instance", page.live, needs=view)
    routes.add(f"{one}/report", "instance_report", page.report, needs=view)
    # That somebody takes one away is written down, so neither is a GET.
    take, post = Permission.INSTANCES_EXPORT, ["POST"]
    routes.add(f"{one}/export", "export_instance", export.download, needs=take, methods=post)
    routes.add(f"{one}/report.pdf", "instance_pdf", export.report, needs=take, methods=post)
    for each in ACTIONS:
        path, name, needs = f"{one}/{each.name}", f"{each.name}_instance", each.needs
        routes.add(path, f"ask_{name}", _for(each, actions.ask), needs=needs)
        routes.add(path, name, _for(each, actions.perform), needs=needs, methods=["POST"])
    for each in BULK:
        path, name, needs = f"/many-instances/{each.name}", f"{each.name}_instances", each.needs
        routes.add(path, f"ask_{name}", _for(each, bulk.ask), needs=needs)
        routes.add(path, name, _for(each, bulk.perform), needs=needs, methods=["POST"])


def _for(action: Action, view: Callable[..., Any]) -> Callable[..., Any]:
    """Return the view for one action: a function, because the routes are known by their functions' names."""

    def view_of_action(**values: str) -> Any:
        return view(action, **values)

    return view_of_action


def _audit(routes: Routes, pages: AuditPages) -> None:
    view = Permission.AUDIT_VIEW
    routes.add("/audit", "audit", pages.list, needs=view)
    routes.add("/audit/verification", "verify_audit", pages.verify, needs=view)
    routes.add("/audit/export", "export_audit", pages.export, needs=Permission.AUDIT_EXPORT, methods=["POST"])
