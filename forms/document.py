"""The form document: bpmn.io's form-js schema with this project's elements.

    {"type": "default", "id": "ShowCurrentTOTP", "versionTag": "1", "title": "…", "components": [{"type": "text", …}]}

`title` is this project's: what the browser calls the page. What an editor writes for itself (its version) is passed
over; any other property that is not known is refused: it would not do what its author expects.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Self

from engine.errors import MAXIMUM_PROBLEMS, InvalidDeployment, Problem, Severity
from engine.form import Answer
from forms import languages, reading, source
from forms.container import Container, Repeating
from forms.element import Element
from forms.input import Input
from forms.template import Template

_CACHED_DOCUMENTS = 128
_LARGEST_KEPT = 256 * 1024

_NAMES_WITHIN = frozenset({"this", "_this_", "parent", "_parent_", "i", "_i_"})
"""What stands for the fields of an item, within a dynamic list."""


@dataclass(frozen=True)
class FormDocument:
    """One form, in one language, with what is wrong with it."""

    name: str | None = None
    """The data form name: its `id`; None when it has no valid one."""
    version_tag: str | None = None
    title: Template = field(default_factory=Template)
    """Empty when the document has none."""
    language: str = "en"
    """Of its texts."""
    languages: frozenset[str] = frozenset()
    """Which it has translations for."""
    elements: tuple[Element, ...] = ()
    """Those that could be read, in their order."""
    problems: tuple[Problem, ...] = ()
    """In the order of their lines."""

    @classmethod
    def parse(cls, content: bytes, language: str | None = None) -> Self:
        """Read a document; this never fails: whatever is wrong is among its problems.

        `language` is the one to read it in, if it has it; None is the one it was written in.
        """
        root, problems = source.read(content)
        return cls(problems=problems) if root is None else cls._made(root, problems, language)

    @classmethod
    def _made(cls, root: source.Located, problems: tuple[Problem, ...], language: str | None) -> Self:
        """Return what a document says in a language."""
        found = languages.offered(root)
        chosen = languages.lookup(language, found) if language else None
        badly = (replace(each, line=line) for line, each in languages.problems(root, reading.texts))
        reader = reading.Reader([*problems, *badly])
        document = reader.read(languages.in_language(root, chosen))
        return cls(
            name=document.name,
            version_tag=document.version_tag,
            title=document.title,
            language=chosen or document.language,
            languages=found,
            elements=document.elements,
            problems=_told(reader.problems),
        )

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """The elements that ask for an answer, at any depth."""
        return tuple(each for each in _within(self.elements) if isinstance(each, Input))

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """What the form asks for, each place once; of a dynamic list, the list."""
        found = {each.path: each for each in _answers(self.elements, ())}
        return tuple(found.values())

    @cached_property
    def depended_on(self) -> frozenset[str]:
        """The names of the fields whose answers change what else is on the page."""
        everything = list(_within(self.elements))
        read = frozenset().union(self.title.names, *(each.names for each in everything))
        keyed = {each.path[0] for each in everything if isinstance(each, Input | Container) and each.path}
        within = keyed if read & _NAMES_WITHIN else frozenset()
        return frozenset(read & keyed) | within


def load(content: bytes, language: str | None = None) -> FormDocument:
    """Return the document that was deployed as `content`; kept for the next time unless it is unusually large.

    Raises:
        InvalidDeployment: when it could not have been deployed.

    """
    return (_kept if len(content) <= _LARGEST_KEPT else _loaded)(content, language)


def _loaded(content: bytes, language: str | None) -> FormDocument:
    document = FormDocument.parse(content, language)
    errors = [problem for problem in document.problems if problem.severity is Severity.ERROR]
    if errors:
        raise InvalidDeployment(errors)
    return document


_kept = lru_cache(_CACHED_DOCUMENTS)(_loaded)


def check(content: bytes) -> FormDocument:
    """Return the document as it was written, with what is wrong with it in any of its languages."""
    root, found = source.read(content)
    if root is None:
        return FormDocument(problems=found)
    document = FormDocument._made(root, found, None)  # noqa: SLF001 - in its own file
    problems = list(document.problems)
    for language in sorted(document.languages)[: languages.MAXIMUM_LANGUAGES]:
        for each in FormDocument._made(root, found, language).problems:  # noqa: SLF001 - in its own file
            if each not in problems:
                problems.append(replace(each, message=f"In {language}: {each.message}"))
    return replace(document, problems=_told(problems))


def _within(elements: tuple[Element, ...]) -> Iterator[Element]:
    for each in elements:
        yield each
        if isinstance(each, Container):
            yield from _within(each.components)


def _answers(elements: tuple[Element, ...], within: tuple[str, ...]) -> Iterator[Answer]:
    for each in elements:
        if isinstance(each, Repeating):
            yield Answer(".".join((*within, *each.path)), "list")
        elif isinstance(each, Container):
            yield from _answers(each.components, (*within, *each.path))
        elif isinstance(each, Input) and not each.disabled:
            yield Answer(".".join((*within, *each.path)), each.answer)


def _told(problems: list[Problem]) -> tuple[Problem, ...]:
    """Return the problems in the order of their lines, as many as people can use."""
    told = tuple(sorted(dict.fromkeys(problems), key=lambda each: each.line or 0))
    if len(told) <= MAXIMUM_PROBLEMS:
        return told
    message = f"There are {len(told) - MAXIMUM_PROBLEMS} more problems."
    return (*told[:MAXIMUM_PROBLEMS], Problem("form.more-problems", message, "Mend these first."))
