"""Operations as methods of a client, typed by the very functions that do them on the server.

A call is declared by the function of its operation and by the models of what its address holds:

    renew = Plain(tokens.renew_token, TokenNamed)      client.tokens.renew(token_id="…") -> TokenLink

Where a model has nothing but names for what an address holds, its names are those of the method's arguments.
"""

from collections.abc import Callable, Iterator
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from pydantic import BaseModel

from webui.api.models.base import Nothing, Page
from webui.api.operation import Call
from webui.client.connection import Answer, Connection

S = ParamSpec("S")
P = TypeVar("P", bound=BaseModel)
Q = TypeVar("Q", bound=BaseModel)
B = TypeVar("B", bound=BaseModel)
T = TypeVar("T", bound=BaseModel)
R = TypeVar("R")


class Group:
    """Operations that belong together."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection


class Bound(Generic[S, R]):
    """An operation of one client."""

    def __init__(self, run: Callable[..., R], ask: Callable[S, Answer[Any]]) -> None:
        self.run = run
        """What does it on the server."""
        self.__doc__ = run.__doc__
        self._ask = ask

    def __call__(self, *arguments: S.args, **named: S.kwargs) -> R:
        """Have it done, and return what the server says; raises `CallFailed`."""
        value: R = self._ask(*arguments, **named).value
        return value

    def answer(self, *arguments: S.args, **named: S.kwargs) -> Answer[R]:
        """Do the same, and return the answer with its ETag."""
        return self._ask(*arguments, **named)


class Plain(Generic[S, P, R]):
    """Takes what its address holds."""

    def __init__(self, run: Callable[[Call[P, Nothing, Nothing]], R], place: Callable[S, P]) -> None:
        self.run, self.place = run, place

    def __get__(self, group: Group, _: type[Group]) -> Bound[S, R]:
        def ask(*arguments: S.args, **named: S.kwargs) -> Answer[Any]:
            return group.connection.ask(self.run, self.place(*arguments, **named), Nothing())

        return Bound(self.run, ask)


class Sending(Generic[S, P, B, R]):
    """Takes a body, and what its address holds."""

    def __init__(self, run: Callable[[Call[P, Nothing, B]], R], place: Callable[S, P]) -> None:
        self.run, self.place = run, place

    def __get__(self, group: Group, _: type[Group]) -> Bound[Concatenate[B, S], R]:
        def ask(body: B, *arguments: S.args, **named: S.kwargs) -> Answer[Any]:
            return group.connection.ask(self.run, self.place(*arguments, **named), Nothing(), body)

        return Bound(self.run, ask)


class Removing(Generic[S, P, Q, R]):
    """Takes what its address says and holds."""

    def __init__(self, run: Callable[[Call[P, Q, Nothing]], R], place: Callable[S, P]) -> None:
        self.run, self.place = run, place

    def __get__(self, group: Group, _: type[Group]) -> Bound[Concatenate[Q, S], R]:
        def ask(query: Q, *arguments: S.args, **named: S.kwargs) -> Answer[Any]:
            return group.connection.ask(self.run, self.place(*arguments, **named), query)

        return Bound(self.run, ask)


class BoundListing(Generic[S, T]):
    """A list of one client."""

    def __init__(self, run: Callable[..., Page[T]], pages: Callable[S, Iterator[Page[T]]]) -> None:
        self.run = run
        """What does it on the server."""
        self.__doc__ = run.__doc__
        self._pages = pages

    def __call__(self, *arguments: S.args, **named: S.kwargs) -> Iterator[T]:
        """Yield every entry; the next page is asked for when it is needed. Raises `CallFailed`."""
        return (each for page in self.pages(*arguments, **named) for each in page.items)

    def pages(self, *arguments: S.args, **named: S.kwargs) -> Iterator[Page[T]]:
        """Yield page by page."""
        return self._pages(*arguments, **named)


class Listing(Generic[S, Q, T]):
    """A list; takes what its address says."""

    def __init__(self, run: Callable[[Call[Nothing, Q, Nothing]], Page[T]], query: Callable[S, Q]) -> None:
        self.run, self.query = run, query

    def __get__(self, group: Group, _: type[Group]) -> BoundListing[S, T]:
        def pages(*arguments: S.args, **named: S.kwargs) -> Iterator[Page[T]]:
            return _pages(group.connection, self.run, Nothing(), self.query(*arguments, **named))

        return BoundListing(self.run, pages)


class ListingOf(Generic[S, P, Q, T]):
    """A list of something that its address holds, which is its first argument; takes what its address says."""

    def __init__(self, run: Callable[[Call[P, Q, Nothing]], Page[T]], query: Callable[S, Q]) -> None:
        self.run, self.query = run, query

    def __get__(self, group: Group, _: type[Group]) -> BoundListing[Concatenate[P, S], T]:
        def pages(place: P, *arguments: S.args, **named: S.kwargs) -> Iterator[Page[T]]:
            return _pages(group.connection, self.run, place, self.query(*arguments, **named))

        return BoundListing(self.run, pages)


def _pages(connection: Connection, run: Callable[..., Any], place: BaseModel, query: BaseModel) -> Iterator[Page[Any]]:
    while True:
        page: Page[Any] = connection.ask(run, place, query).value
        yield page
        if page.next is None:
            return
        query = query.model_copy(update={"after": page.next})
