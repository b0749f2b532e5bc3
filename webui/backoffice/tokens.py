"""The list of process tokens, a new one, and what can be done with one."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from engine.application import Application
from engine.definitions import DefinitionNotFound
from engine.identity import NameTaken
from engine.instances import NotStartable
from engine.store.models import TokenStatus
from engine.store.paging import After
from engine.tokens import TokenEntry, TokenInvalid, WhetherOpened
from engine.tokens.rules import MAXIMUM_LIMIT, MAXIMUM_NAME
from webui.backoffice.access import Access
from webui.backoffice.issued import shown_link
from webui.backoffice.pairs import KINDS
from webui.backoffice.token_form import KNOWN, UNITS, TokenForm
from webui.backoffice.token_words import OPENED, TokenWords

PAGE = 50
"""How many tokens one page of the list has."""

MAXIMUM_QUERY = 200
"""How many characters of a search are used."""


@dataclass(frozen=True, slots=True)
class ShownToken:
    """A token in the list."""

    entry: TokenEntry
    uses: str
    """What limits it, and what is left."""
    state: str
    tone: str
    """The colour of the state."""


@dataclass(frozen=True, slots=True)
class TokenPages:
    """The pages of process tokens."""

    application: Application
    access: Access

    def list(self) -> str:
        """Show the tokens that are looked for."""
        query = request.args.get("q", "").strip()[:MAXIMUM_QUERY]
        after = After.read(request.args.get("after", ""))
        opened = request.args.get("opened", "")
        which = WhetherOpened(opened) if opened in OPENED else None
        page = self.application.token_office.search(query, after, PAGE, which)
        words = TokenWords(self.application)
        tokens = [ShownToken(each, words.uses(each.token), *words.state(each.token)) for each in page.rows]
        return render_template(
            "backoffice/tokens/list.html",
            tokens=tokens,
            query=query,
            opened=which,
            kinds=OPENED,
            first=after is None,
            next=page.next and str(page.next),
        )

    def new(self) -> Response:
        """Ask what the token is for."""
        definition, version = request.args.get("definition", ""), request.args.get("version", type=int)
        process = definition if version is None else f"{definition}:{version}"
        return self._ask(TokenForm.empty(self.application.tokens.random_name(), process))

    def create(self) -> Response:
        """Make a token, and show its link: only now."""
        form = TokenForm.posted(request.form)
        options = form.options(self.application.settings.zone)
        if form.errors:
            return self._ask(form)
        try:
            issued = self.application.token_office.issue(**options, by=self.access.who)
        except TokenInvalid as refused:
            form.note(refused)
        except NameTaken as refused:
            form.errors["name"] = refused.message
        except (DefinitionNotFound, NotStartable) as refused:
            form.errors["process"] = refused.message
        else:
            shown = shown_link(issued, self.application.settings)
            return make_response(render_template("backoffice/tokens/issued.html", shown=shown, renewed=False))
        return self._ask(form)

    def ask_switch(self, token_id: str) -> str:
        """Say what switching a token off, or on again, does."""
        token = self.application.token_office.get(token_id)
        return render_template("backoffice/tokens/switch.html", token=token)

    def switch(self, token_id: str) -> Response:
        """Switch a token off, or on again."""
        try:
            status = TokenStatus(request.form.get("status", ""))
        except ValueError:
            raise BadRequest("Say whether the token is to be ACTIVE or INACTIVE.") from None
        self.application.token_office.switch(token_id, status, by=self.access.who)
        done = {TokenStatus.ACTIVE: "token-on", TokenStatus.INACTIVE: "token-off"}[status]
        return redirect(url_for("backoffice.tokens", done=done), HTTPStatus.SEE_OTHER)

    def ask_renew(self, token_id: str) -> str:
        """Say what a new link does."""
        return render_template("backoffice/tokens/renew.html", token=self.application.token_office.get(token_id))

    def renew(self, token_id: str) -> str:
        """Give a token a new link, and show it: only now."""
        shown = shown_link(self.application.token_office.renew(token_id, by=self.access.who), self.application.settings)
        return render_template("backoffice/tokens/issued.html", shown=shown, renewed=True)

    def _ask(self, form: TokenForm) -> Response:
        page = render_template(
            "backoffice/tokens/new.html",
            form=form,
            errors=form.errors,
            processes=self.application.processes.choices(),
            known=KNOWN,
            kinds=KINDS,
            units=UNITS,
            zone=self.application.settings.time_zone,
            maximum_name=MAXIMUM_NAME,
            maximum_limit=MAXIMUM_LIMIT,
        )
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)
