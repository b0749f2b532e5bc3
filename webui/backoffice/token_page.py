"""The page of one process token: what it permits and what is left, who opened it and began, when it was refused."""

from dataclasses import dataclass
from datetime import timedelta

from flask import render_template, request

from engine.accounts import Permission
from engine.application import Application
from webui.backoffice.access import Access
from webui.backoffice.instance_words import STATUSES
from webui.backoffice.token_form import KNOWN
from webui.backoffice.token_words import REFUSED, TokenWords

_MAXIMUM_ID = 2**53


@dataclass(frozen=True, slots=True)
class TokenPage:
    """Shows a token; that changes nothing."""

    application: Application
    access: Access

    def show(self, token_id: str) -> str:
        """Show one, with the latest things that happened to it, or those before the events that the address names."""
        begun_before, refused_before = _before("begun"), _before("refused")
        found = self.application.token_office.history(token_id, begun_before, refused_before)
        words = TokenWords(self.application)
        state, tone = words.state(found.token)
        return render_template(
            "backoffice/tokens/token.html",
            token=found.token,
            process=found.process,
            begun=found.begun,
            refused=found.refused,
            opened=found.opened,
            older=begun_before is not None or refused_before is not None,
            state=state,
            tone=tone,
            uses=words.uses(found.token),
            moment=words.moment,
            longest=timedelta(seconds=found.token.maximum_duration),
            labels=KNOWN,
            reasons=REFUSED,
            statuses=STATUSES,
            named=self.access.permits(Permission.INSTANCES_VIEW),
        )


def _before(name: str) -> int | None:
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= _MAXIMUM_ID else None
