"""One look at a form by one person: where its elements stand, what they hold, which are hidden, what is wrong.

A page is shown, refreshed and read by the same steps, so that what is shown is what is taken.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from engine.form import SHOWN, Posted
from forms.container import Container, Repeating
from forms.element import Element
from forms.input import AnswerRefused, Input, clean, is_secret
from forms.page import Page
from forms.place import Answering, Path, Place, Scope

ROUNDS = 8
"""How often everything is looked at again because something else has changed; what then still changes stays so."""

MAXIMUM_PLACES = 5_000
"""How many places the items of all dynamic lists may make together; items after them are not there."""

_MISSING = object()


class Visit:
    """The places of a form, with their values."""

    def __init__(self, elements: Iterable[Element], page: Page) -> None:
        self._page = page
        self._answering = Answering(page.patience)
        self._made = 0
        top = Scope(page.scope, self._answering)
        self.places = self._stand(elements, (), top, page.known, conditional=False)
        everything = list(walk(self.places))
        self.inputs = [each for each in everything if isinstance(each.element, Input)]
        """The places of the fields, hidden or not, in their order."""
        if page.posted is not None:
            self._note_asked(page.posted)
        self._work_out([each for each in everything if each.element.conditional.hide is not None])

    def check(self) -> bool:
        """Find what is wrong with the fields that are there; return whether everything is right."""
        for place in self.inputs:
            if not place.hidden and place.asked and not place.errors and _input(place).asks(place):
                place.errors = tuple(_input(place).verify(place))
        return not any(place.errors for place in self.inputs if not place.hidden)

    def errors(self) -> dict[str, str]:
        """Return what is wrong: the first sentence of each field, by its name."""
        wrong = (each for each in self.inputs if each.errors and not each.hidden)
        return {each.name: _input(each).words(each, each.errors[0]) for each in wrong}

    @property
    def unasked(self) -> tuple[Place, ...]:
        """The fields that are there now and were not on the page that was sent."""
        return tuple(each for each in self.inputs if not (each.hidden or each.asked) and _input(each).asks(each))

    def answers(self) -> dict[str, Any]:
        """Return what the process keeps: the values of the fields that are there."""
        kept: dict[str, Any] = {}
        for place in self.inputs:
            if not place.hidden and not _input(place).disabled:
                put(kept, place.path, _input(place).kept(place))
        return kept

    def _stand(
        self, elements: Iterable[Element], base: Path, around: Scope, known: object, *, conditional: bool
    ) -> list[Place]:
        """Return the places of `elements`, whose values stand below `base`; `known` is what they hold at first."""
        places = []
        for element in elements:
            path = (*base, *element.path) if isinstance(element, Input | Container) else base
            place = Place(element, self._page, path, around)
            place.conditional = conditional or element.conditional.hide is not None
            places.append(place)
            if isinstance(element, Input):
                place.first = place.value = _first(element, place, at(known, element.path, _MISSING))
                put(self._answering.data, path, element.seen(place))
            elif isinstance(element, Repeating):
                place.inside = list(self._items(place, element, at(known, element.path, None)))
            elif isinstance(element, Container):
                inside = partial(self._stand, element.components, path, around, conditional=place.conditional)
                place.inside = [inside(at(known, element.path, {}))]
        return places

    def _items(self, place: Place, element: Repeating, held: object) -> Iterator[list[Place]]:
        items = held if isinstance(held, list) else []
        for index in range(element.count(place, held)):
            if self._made > MAXIMUM_PLACES:
                return
            self._made += len(element.components)
            path = (*place.path, index)
            put(self._answering.data, path, {})
            scope = place.around.item(at(self._answering.data, path, {}), index)
            item = items[index] if index < len(items) else {}
            yield self._stand(element.components, path, scope, item, conditional=place.conditional)

    def _note_asked(self, posted: Posted) -> None:
        """Find the fields that the person has seen."""
        shown = {each for each in posted.get(SHOWN, ()) if isinstance(each, str)}
        for place in self.inputs:
            place.asked = not place.conditional or place.name in posted or place.name in shown

    def _work_out(self, conditional: list[Place]) -> None:
        """Decide what the fields hold and which elements are there: any of them may depend on any other."""
        dependent = [place for place in self.inputs if _input(place).depends]
        before: object = None
        for number in range(ROUNDS if conditional or dependent else 1):
            for place in dependent if number else self.inputs:
                self._hold(place)
                self._note(place)
            hides = {place: _hides(place) for place in conditional}
            _spread(self.places, hides, hidden=False)
            for place in self.inputs if conditional else ():
                self._note(place)
            now = (hides, [place.value for place in dependent])
            if now == before:
                return
            before = now

    def _hold(self, place: Place) -> None:
        """Set what a field holds: what was sent for it, otherwise what it held at first."""
        element, posted = _input(place), self._page.posted
        place.value, place.errors, place.typed = place.first, (), None
        if posted is not None and place.asked and element.asks(place):
            values = posted.get(place.name, ())
            texts = [each for each in values if isinstance(each, str)] if isinstance(values, list | tuple) else []
            place.typed = tuple(clean(each, lines=True) for each in texts)
            try:
                place.value = element.take(place, values)
            except AnswerRefused as refused:
                place.value = element.empty
                place.errors = (refused.said,) if self._page.checked else ()
        element.settle(place)

    def _note(self, place: Place) -> None:
        """Let expressions see what a field holds: nothing, where it is hidden."""
        put(self._answering.data, place.path, None if place.hidden else _input(place).seen(place))
        self._answering.version += 1


def walk(places: Iterable[Place]) -> Iterator[Place]:
    """Return the places and all that are in them, in their order."""
    for place in places:
        yield place
        for inside in place.inside:
            yield from walk(inside)


def at(value: object, path: Path, default: object) -> Any:
    """Return what stands at a path in contexts and lists; `default` when there is nothing."""
    found: Any = value
    for part in path:
        if isinstance(part, int):
            there = isinstance(found, list) and part < len(found)
        else:
            there = isinstance(found, Mapping) and part in found
        if not there:
            return default
        found = found[part]
    return found


def put(data: dict[str, Any], path: Path, value: object) -> None:
    """Set what stands at a path, making contexts and lists on the way."""
    table: Any = data
    for part, following in pairwise(path):
        fresh: object = [] if isinstance(following, int) else {}
        if isinstance(part, int):
            table.extend({} for _ in range(part + 1 - len(table)))
        elif not isinstance(table.get(part), type(fresh)):
            table[part] = fresh
        table = table[part]
    if isinstance(path[-1], int):
        table.extend({} for _ in range(path[-1] + 1 - len(table)))
    table[path[-1]] = value


def _hides(place: Place) -> bool:
    """Tell whether the condition of an element hides it: as in form-js also when it cannot be decided."""
    formula = place.element.conditional.hide
    value = False if formula is None else formula.of(place.scope)
    return value is True or value is None


def _spread(places: Iterable[Place], own: Mapping[Place, bool], *, hidden: bool) -> None:
    """Hide what is in hidden places, too."""
    for place in places:
        place.hidden = hidden or own.get(place, False)
        for inside in place.inside:
            _spread(inside, own, hidden=place.hidden)


def _first(element: Input, place: Place, known: object) -> Any:
    """Return what a field holds at first; a secret is never put into one."""
    return element.default(place) if known is _MISSING or is_secret(known) else element.initial(place, known)


def _input(place: Place) -> Input:
    element = place.element
    if not isinstance(element, Input):
        raise TypeError(f"{element.type} asks for nothing")
    return element
