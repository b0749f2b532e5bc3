"""The routes of identity stores, users and policies."""

from engine.accounts import Permission
from engine.application import Application
from webui.backoffice.access import Access, Routes
from webui.backoffice.policies import PolicyPages
from webui.backoffice.stores import StorePages
from webui.backoffice.user_actions import ACTIONS, UserActions
from webui.backoffice.user_changes import UserChangePages
from webui.backoffice.user_journey import UserJourney
from webui.backoffice.users import UserPages


def add(routes: Routes, application: Application, access: Access) -> None:
    """Add them."""
    _stores(routes, StorePages(application, access))
    _users(routes, application, access)
    _policies(routes, PolicyPages(application, access))


def _stores(routes: Routes, pages: StorePages) -> None:
    view, edit, one = Permission.STORES_VIEW, Permission.STORES_EDIT, "/stores/<store_id>"
    routes.add("/stores", "stores", pages.list, needs=view)
    routes.add("/stores", "create_store", pages.create, needs=edit, methods=["POST"])
    routes.add("/new-store", "new_store", pages.new, needs=edit)
    routes.add(one, "store", pages.show, needs=view)
    routes.add(one, "change_store", pages.change, needs=edit, methods=["POST"])
    routes.add(f"{one}/switch", "switch_store", pages.ask_switch, needs=edit)
    routes.add(f"{one}/switch", "do_switch_store", pages.switch, needs=edit, methods=["POST"])


def _users(routes: Routes, application: Application, access: Access) -> None:
    view, edit, of_store = Permission.USERS_VIEW, Permission.USERS_EDIT, "/stores/<store_id>"
    one = f"{of_store}/users/<user_id>"
    pages, changes = UserPages(application, access), UserChangePages(application, access)
    actions, journey = UserActions(application, access), UserJourney(application, access)
    routes.add("/users", "users", pages.search, needs=view)
    routes.add(f"{of_store}/users", "create_user", changes.create, needs=edit, methods=["POST"])
    routes.add(f"{of_store}/new-user", "new_user", changes.new, needs=edit)
    routes.add(one, "user", pages.show, needs=view)
    routes.add(f"{one}/edit", "edit_user", changes.edit, needs=edit)
    routes.add(f"{one}/edit", "change_user", changes.change, needs=edit, methods=["POST"])
    for name, action in ACTIONS.items():
        routes.add(f"{one}/{name}", f"ask_{name}_user", actions.asking(name), needs=action.needs)
        routes.add(f"{one}/{name}", f"do_{name}_user", actions.doing(name), needs=action.needs, methods=["POST"])
    revoke, credential = Permission.CREDENTIALS_REVOKE, f"{one}/credentials/<credential_id>/revoke"
    routes.add(credential, "ask_revoke", actions.ask_revoke, needs=revoke)
    routes.add(credential, "do_revoke", actions.revoke, needs=revoke, methods=["POST"])
    create = Permission.TOKENS_CREATE
    routes.add(f"{one}/journey", "ask_journey", journey.ask, needs=create)
    routes.add(f"{one}/journey", "start_journey", journey.start, needs=create, methods=["POST"])


def _policies(routes: Routes, pages: PolicyPages) -> None:
    view, edit, one = Permission.POLICIES_VIEW, Permission.POLICIES_EDIT, "/policies/<policy_id>"
    routes.add("/policies", "policies", pages.list, needs=view)
    routes.add("/policies", "create_policy", pages.create, needs=edit, methods=["POST"])
    routes.add("/new-policy", "new_policy", pages.new, needs=edit)
    routes.add("/policy-meaning", "policy_meaning", pages.meaning, needs=view)
    routes.add(one, "policy", pages.show, needs=view)
    routes.add(one, "change_policy", pages.change, needs=edit, methods=["POST"])
