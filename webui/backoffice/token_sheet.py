"""Many process tokens from a CSV file: what is asked, what is wrong with it, and the links as a file, once.

The file is nowhere between the steps but in the page that shows it; so are the links, see `engine.tokens.batch`.
"""

import re
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, make_response, render_template, request
from werkzeug.exceptions import BadRequest

from engine import csv_cells
from engine.application import Application
from engine.definitions import DefinitionNotFound
from engine.errors import Problem
from engine.instances import NotStartable
from engine.tokens import TokenInvalid, handed
from engine.tokens.batch import HANDED_OVER, SECRET_BYTES, BatchEntry, SheetInvalid, Terms
from engine.tokens.rules import MAXIMUM_LIMIT
from engine.tokens.sheet import DELIMITERS, MAXIMUM_BYTES, MAXIMUM_ROWS, TEMPLATE, Sheet
from forms.qr import svg
from webui.backoffice.access import Access
from webui.backoffice.issued import QR_SIZE, address_of
from webui.backoffice.token_form import UNITS, TokenForm
from webui.error_handlers import Random

SHOWN_ROWS = 20
"""How many rows are shown before the tokens are made."""
SHOWN_PROBLEMS = 200
"""How many problems are shown at once."""
CODES = 100
"""How many QR codes a page has: each takes some milliseconds."""

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_FIELDS = ("process", "type", "limit", "not_before", "not_after", "duration", "unit")
_SEPARATORS = dict(zip(("comma", "semicolon", "tab"), DELIMITERS, strict=True))


@dataclass(frozen=True, slots=True)
class TokenSheetPages:
    """The pages that make tokens from a file."""

    application: Application
    access: Access
    random: Random

    def ask(self) -> Response:
        """Ask for the file, and what all of its tokens have in common."""
        return self._ask(TokenForm.empty("", request.args.get("definition", "")))

    def template(self) -> Response:
        """Return an empty file, for whoever has a spreadsheet that splits at commas, or at semicolons."""
        delimiter = _SEPARATORS.get(request.args.get("separator", ""), ",")
        return _csv(csv_cells.line(TEMPLATE, delimiter) + csv_cells.LINE_END, "process-tokens-template")

    def preview(self) -> Response:
        """Show what the file would make, or everything that is wrong with it; nothing is made."""
        form, content = TokenForm.posted(request.form), _sent()
        if not content:
            form.errors["file"] = "Choose a file that is not empty."
        terms = self._terms(form)
        if terms is None:
            return self._ask(form)
        try:
            sheet, problems = self.application.token_office.look_at_sheet(content, terms)
        except (DefinitionNotFound, NotStartable, TokenInvalid) as refused:
            return self._refuse(form, refused)
        if problems:
            return self._ask(form, problems)
        return self._confirm(form, sheet, content)

    def make(self) -> Response:
        """Make the tokens, all or none. The same page sent twice makes them once."""
        form, secret = TokenForm.posted(request.form), _secret()
        try:
            content = b64decode(request.form.get("content", ""), validate=True)
        except ValueError:
            raise BadRequest("Send the file again.") from None
        terms = self._terms(form)
        if terms is None:
            return self._ask(form)
        try:
            number = self.application.token_office.make_batch(content, terms, secret, by=self.access.who)
        except SheetInvalid as refused:
            return self._ask(form, refused.problems)
        except (DefinitionNotFound, NotStartable, TokenInvalid) as refused:
            return self._refuse(form, refused)
        page = render_template(
            "backoffice/tokens/made.html",
            number=number,
            secret=request.form["secret"],
            separator=request.form.get("separator", ""),
            minutes=int(HANDED_OVER.total_seconds()) // 60,
            codes=range(-(-number // CODES)),
            size=CODES,
        )
        return make_response(page)

    def file(self) -> Response:
        """Return the links as a CSV file."""
        zone = self.application.settings.zone
        delimiter = _SEPARATORS.get(request.form.get("separator", ""), ",")
        lines = handed.lines(self._links("csv"), self._address, zone, delimiter)
        content = csv_cells.BYTE_ORDER_MARK + "".join(f"{line}{csv_cells.LINE_END}" for line in lines)
        return _csv(content, f"process-tokens-{self.application.clock.now():%Y%m%dT%H%M%SZ}")

    def codes(self) -> str:
        """Show the QR codes of some of the links, to be printed."""
        entries, page = self._links("codes"), max(0, request.form.get("page", 0, type=int))
        chosen = [each for each in entries[page * CODES : (page + 1) * CODES] if each.link]
        links = [self._address(each.link) for each in chosen]
        codes = [svg(link, f"QR code of {each.name}", QR_SIZE) for each, link in zip(chosen, links, strict=True)]
        return render_template("backoffice/tokens/codes.html", codes=[*zip(chosen, links, codes, strict=True)])

    def _links(self, form: str) -> list[BatchEntry]:
        return self.application.token_office.take_links(_secret(), by=self.access.who, form=form)

    def _address(self, link: str) -> str:
        return address_of(link, self.application.settings)

    def _terms(self, form: TokenForm) -> Terms | None:
        """Return what all tokens have in common; None when that cannot be read, or there is something wrong already."""
        options = form.terms(self.application.settings.zone)
        return None if form.errors else Terms(**options)

    def _refuse(self, form: TokenForm, refused: DefinitionNotFound | NotStartable | TokenInvalid) -> Response:
        if isinstance(refused, TokenInvalid):
            form.note(refused)
        else:
            form.errors["process"] = refused.message
        return self._ask(form)

    def _ask(self, form: TokenForm, problems: Sequence[Problem] = ()) -> Response:
        page = render_template(
            "backoffice/tokens/sheet.html",
            form=form,
            errors=form.errors,
            problems=problems[:SHOWN_PROBLEMS],
            unshown=max(0, len(problems) - SHOWN_PROBLEMS),
            processes=self.application.processes.choices(),
            units=UNITS,
            zone=self.application.settings.time_zone,
            maximum_limit=MAXIMUM_LIMIT,
            maximum_rows=MAXIMUM_ROWS,
            maximum_kib=MAXIMUM_BYTES // 1024,
        )
        wrong = bool(form.errors or problems)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)

    def _confirm(self, form: TokenForm, sheet: Sheet, content: bytes) -> Response:
        hidden = {name: form.given[name] for name in _FIELDS if form.given.get(name)}
        separator = next(name for name, mark in _SEPARATORS.items() if mark == sheet.delimiter)
        secret = urlsafe_b64encode(self.random(SECRET_BYTES)).decode().rstrip("=")
        hidden |= {"content": b64encode(content).decode(), "separator": separator, "secret": secret}
        page = render_template(
            "backoffice/tokens/preview.html",
            rows=sheet.rows[:SHOWN_ROWS],
            number=len(sheet.rows),
            terms=self._said(form.given),
            hidden=hidden,
        )
        return make_response(page)

    def _said(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return what all tokens have in common, in words."""
        key, _, version = given["process"].partition(":")
        names = {each.key: each.name for each in self.application.processes.choices()}
        kinds = {
            "count": f"Count limited: {given.get('limit', '')} each",
            "time": "Time limited",
            "unlimited": "Unlimited",
        }
        zone = self.application.settings.time_zone
        times = [
            f"{word} {given[name].replace('T', ' ')} {zone}"
            for name, word in (("not_before", "from"), ("not_after", "until"))
            if given.get(name)
        ]
        return {
            "Process": f"{names.get(key, key)}, {'version ' + version if version else 'always the newest version'}",
            "Type": kinds[given["type"]],
            "Valid": " ".join(times) or "from now on",
            "Maximum duration": f"{given['duration']} {given['unit']}",
        }


def _secret() -> bytes:
    """Return what the page that asks has been given to fetch the links with."""
    text = request.form.get("secret", "")
    if not _SECRET.fullmatch(text):
        raise BadRequest("Send the file again.")
    return urlsafe_b64decode(f"{text}=")


def _sent() -> bytes:
    """Return the file that was sent; empty when there is none."""
    file = request.files.get("file")
    if file is None:
        return b""
    with closing(file):
        # One more than is taken, so that it is told.
        content: bytes = file.read(MAXIMUM_BYTES + 1)
        return content


def _csv(content: str, name: str) -> Response:
    """Return a file; nothing that anybody wrote gets into its name."""
    response = Response(content.encode(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
