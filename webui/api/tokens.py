"""Process tokens: links by which people begin a process."""

from datetime import timedelta
from http import HTTPStatus

from engine.accounts import Permission
from engine.definitions import DefinitionNotFound
from engine.identity import NameTaken
from engine.instances import NotStartable
from engine.tokens import IssuedToken, TokenInvalid
from engine.tokens.records import TokenChanged, TokenUnknown
from webui.api.models.base import Nothing, Page
from webui.api.models.tokens import NewToken, Opened, Token, TokenLink, TokenNamed, TokensAsked, TokenSwitch
from webui.api.operation import Call, Match, Operation
from webui.api.pages import after, of_rows
from webui.backoffice.issued import address_of


def list_tokens(call: Call[Nothing, TokensAsked, Nothing]) -> Page[Token]:
    """Return the tokens that are looked for."""
    asked = call.query
    found = call.application.token_office.search(asked.q, after(asked), asked.limit, asked.opened)
    return of_rows(found, Token, lambda each: each.token)


def get_token(call: Call[TokenNamed, Nothing, Nothing]) -> Token:
    """Return one token."""
    return Token.model_validate(call.application.token_office.get(call.path.token_id))


def get_token_openings(call: Call[TokenNamed, Nothing, Nothing]) -> Opened:
    """Return who opened the link of a token, and when."""
    return Opened.model_validate(call.application.token_office.openings(call.path.token_id))


def create_token(call: Call[Nothing, Nothing, NewToken]) -> TokenLink:
    """Make a token."""
    new = call.body
    issued = call.application.token_office.issue(
        name=new.name,
        definition_key=new.definition,
        definition_version=new.version,
        type=new.type,
        limit=new.limit,
        not_before=new.not_before,
        not_after=new.not_after,
        maximum_duration=timedelta(seconds=new.maximum_duration),
        parameters=new.parameters,
        by=call.by,
    )
    return _shown(issued, address_of(issued.link, call.application.settings))


def renew_token(call: Call[TokenNamed, Nothing, Nothing]) -> TokenLink:
    """Give a token a new link."""
    issued = call.application.token_office.renew(call.path.token_id, by=call.by)
    return _shown(issued, address_of(issued.link, call.application.settings))


def switch_token(call: Call[TokenNamed, Nothing, TokenSwitch]) -> Token:
    """Switch a token on or off."""
    status = call.body.status
    switched = call.application.token_office.switch(call.path.token_id, status, by=call.by, seen=call.seen)
    return Token.model_validate(switched)


def _shown(issued: IssuedToken, link: str) -> TokenLink:
    return TokenLink(id=issued.id, name=issued.name, link=link)


_VIEW, _CREATE, _ONE = Permission.TOKENS_VIEW, Permission.TOKENS_CREATE, "/tokens/{token_id}"

OPERATIONS = (
    Operation(list_tokens, "GET", "/tokens", "List process tokens, the newest first", _VIEW),
    Operation(
        create_token,
        "POST",
        "/tokens",
        "Make a process token; its link is shown once",
        _CREATE,
        (TokenInvalid, NameTaken, DefinitionNotFound, NotStartable),
        status=HTTPStatus.CREATED,
        made="/tokens/{id}",
    ),
    Operation(get_token, "GET", _ONE, "Get a process token", _VIEW, (TokenUnknown,)),
    Operation(
        get_token_openings,
        "GET",
        f"{_ONE}/openings",
        "Get who opened the link of a process token, and when",
        _VIEW,
        (TokenUnknown,),
        text="To fetch the page behind a link is no opening; a browser that shows it says so. One page counts once.",
    ),
    Operation(
        renew_token,
        "POST",
        f"{_ONE}/renew",
        "Give a process token a new link, which is shown once; the old one leads nowhere from now on",
        _CREATE,
        (TokenUnknown,),
    ),
    Operation(
        switch_token,
        "POST",
        f"{_ONE}/switch",
        "Switch a process token on or off",
        _CREATE,
        (TokenUnknown, TokenChanged),
        match=Match.TAKEN,
    ),
)
