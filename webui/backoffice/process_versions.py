"""What there is of a process besides the draft: versions and saved states, compared and restored."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from engine.application import Application
from engine.process_compare import Comparison, compare
from engine.process_library import History, ProcessLibrary
from webui.backoffice.access import Access
from webui.backoffice.embedding import embedded
from webui.backoffice.process_texts import DRAFT, SAVED, Text, change_of, text_of, usual
from webui.backoffice.versions import shown

LISTED = 300
"""How many differences the page lists."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two texts and what is different."""

    old: Text
    new: Text
    comparison: Comparison

    @property
    def data(self) -> Markup:
        """What the diagrams beside each other are drawn from."""
        changes = [change_of(each) for each in self.comparison.changes]
        old, new = ({"name": each.name, "content": each.text} for each in (self.old, self.new))
        return embedded({"mode": "compare", "old": old, "new": new, "changes": changes})


@dataclass(frozen=True, slots=True)
class ProcessVersionPages:
    """The pages of versions."""

    application: Application
    access: Access

    def show(self, key: str) -> str:
        """List versions and saved states; compare the two that are asked for."""
        history = self.library.history(key)
        old, new = (request.args.get(each, "") for each in ("old", "new"))
        known = {DRAFT, *(str(each.version) for each in history.versions)}
        known |= {f"{SAVED}{each.revision}" for each in history.states}
        return render_template(
            "backoffice/processes/versions.html",
            key=key,
            history=history,
            process=history.process,
            compared=self._compare(history, old, new) if {old, new} <= known else None,
            usual=usual(history),
            shown=shown,
            listed=LISTED,
            saved=SAVED,
            draft=DRAFT,
        )

    def version(self, key: str, version: int) -> str:
        """Show one version, to look at."""
        found, content = self.library.version(key, version)
        return render_template(
            "backoffice/processes/version.html",
            key=key,
            version=found,
            history=self.library.history(key),
            data=embedded({"mode": "view", "content": content.decode(errors="replace")}),
            draft=DRAFT,
        )

    def restore(self, key: str) -> Response:
        """Put a version or a saved state into the draft."""
        history = self.library.history(key)
        found = text_of(self.library, history, request.form.get("which", ""))
        seen = request.form.get("revision", -1, type=int)
        self.library.restore(key, found.content, seen=seen, by=self.access.who)
        after = url_for("backoffice.process_versions", key=key, done="restored")
        return redirect(after, HTTPStatus.SEE_OTHER)

    def _compare(self, history: History, old: str, new: str) -> Compared:
        before, after = (text_of(self.library, history, each) for each in (old, new))
        return Compared(before, after, compare(before.content, after.content))

    @property
    def library(self) -> ProcessLibrary:
        """The processes."""
        return self.application.processes
