"""TOTP policies: the list, and one of them: its settings on the left, what they mean on the right.

What they mean is computed here, on every change by a small script, or by *Preview*. A change is shown with what it does
to the devices that are registered, and saved only after that.
"""

from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.application import Application
from engine.identity import Cause, NameTaken, PolicyRecord, PolicySettings, listing
from engine.identity.apps import Does
from engine.identity.cause import MAXIMUM_REASON
from engine.identity.meaning import changes, meaning
from engine.identity.policy_settings import SETTINGS
from engine.identity.texts import MAXIMUM_NAME
from webui.backoffice.access import Access
from webui.backoffice.asking import cause, seen
from webui.backoffice.policy_form import GROUPS, PolicyForm, maximum_of, shown

LIKELY = 0.01
"""From which chance of being guessed in a year the page warns."""

APPS = {
    Does.WORKS: ("Works", "success"),
    Does.VARIES: ("Depends on the version", "warning"),
    Does.IGNORES: ("Shows wrong codes", "danger"),
    Does.UNKNOWN: ("Not known", "neutral"),
}
"""What an app does, as a word with its colour."""


@dataclass(frozen=True, slots=True)
class PolicyPages:
    """The pages of policies."""

    application: Application
    access: Access

    def list(self) -> str:
        """Show every policy."""
        with self.application.database.read() as session:
            policies = listing.policies(session)
        return render_template("backoffice/policies/list.html", policies=policies, settings=SETTINGS)

    def new(self) -> Response:
        """Ask what the policy is to say."""
        return self._form(None, PolicyForm.of(None))

    def create(self) -> Response:
        """Make a policy; or show what it would mean."""
        form = PolicyForm.sent(request.form)
        settings = form.settings()
        if request.form.get("do") == "preview":
            return self._form(None, form, previewed=True)
        name = form.name()
        if settings is not None and not form.errors:
            account = Cause(self.access.who)
            try:
                with self.application.write() as session:
                    made = self.application.identity.create_policy(session, name, **_values(settings), cause=account)
            except NameTaken as refused:
                form.errors["name"] = refused.message
            else:
                return _done(made, "policy-made")
        return self._form(None, form)

    def show(self, policy_id: str) -> Response:
        """Show the settings of a policy, and what they mean."""
        policy, _ = self._found(policy_id)
        return self._form(policy, PolicyForm.of(policy))

    def change(self, policy_id: str) -> Response:
        """Show what a change would mean, ask, and change the policy: in this order."""
        policy, registered = self._found(policy_id)
        form, do = PolicyForm.sent(request.form), request.form.get("do")
        settings = form.settings()
        if settings is None or do == "preview":
            return self._form(policy, form, previewed=do == "preview")
        changed = changes(policy, _values(settings))
        if not changed:
            return _done(policy, "policy-same")
        errors: dict[str, str] = {}
        if do == "save":
            why = cause(self.access, errors)
            if not errors:
                identity = self.application.identity
                with self.application.write() as session:
                    current = identity.policy_as_seen(session, policy_id, seen())
                    identity.update_policy(session, current, **_values(settings), cause=why)
                return _done(policy, "policy-changed")
        page = render_template(
            "backoffice/policies/review.html",
            policy=policy,
            version=seen(),
            form=form,
            errors=errors,
            names=list(SETTINGS),
            maximum=MAXIMUM_REASON,
            changes=changed,
            registered=registered,
            shown=shown,
        )
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK)

    def meaning(self) -> str:
        """Return what some settings mean, for the script: a part of a page."""
        policy_id = request.args.get("policy")
        policy = self._found(policy_id)[0] if policy_id else None
        form = PolicyForm.sent(request.args)
        return render_template("backoffice/policies/meaning.html", **self._meaning(policy, form))

    def _form(self, policy: PolicyRecord | None, form: PolicyForm, *, previewed: bool = False) -> Response:
        page = render_template(
            "backoffice/policies/policy.html",
            policy=policy,
            # An answer that was refused is still about what the person saw.
            version=(seen() or policy.version) if policy else "",
            form=form,
            errors=form.errors,
            groups=GROUPS,
            maximum_of=maximum_of,
            maximum_name=MAXIMUM_NAME,
            previewed=previewed,
            **self._meaning(policy, form),
        )
        wrong = bool(form.errors) and request.method == "POST"
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)

    def _meaning(self, policy: PolicyRecord | None, form: PolicyForm) -> dict[str, Any]:
        # Who has not come to the issuer yet wants to know what the numbers mean all the same.
        given = {**form.given, "issuer": form.given.get("issuer") or "-"}
        trying = PolicyForm(given)
        settings = trying.settings()
        changed = changes(policy, _values(settings)) if policy is not None and settings is not None else ()
        return {
            "meant": None if settings is None else meaning(settings),
            "wrong": trying.errors,
            "settings": SETTINGS,
            "apps": APPS,
            "likely": LIKELY,
            "changes": tuple(each for each in changed if each.name != "issuer" or form.given.get("issuer")),
            "registered": 0 if policy is None else self._found(policy.id)[1],
            "shown": shown,
            "percent": percent,
        }

    def _found(self, policy_id: str) -> tuple[PolicyRecord, int]:
        with self.application.database.read() as session:
            policy = self.application.identity.policy_by_id(session, policy_id)
            return policy, listing.registered(session, policy.id)


def percent(chance: float) -> str:
    """Return a chance as people read it: `0.04 % (1 in 2,500)`."""
    # Below this the digits say nothing to anybody.
    share = f"{chance * 100:.2g} %" if chance >= 1e-6 else "less than 0.0001 %"  # noqa: PLR2004 - see above
    return f"{share} (1 in {round(1 / chance):,})" if chance else share


def _values(settings: PolicySettings) -> dict[str, Any]:
    return {name: value for name, value in asdict(settings).items() if name in SETTINGS}


def _done(policy: PolicyRecord, done: str) -> Response:
    return redirect(url_for("backoffice.policy", policy_id=policy.id, done=done), HTTPStatus.SEE_OTHER)
