"""YAML with line numbers: JSON values only, and nothing that can grow.

Of YAML 1.2 this is the JSON schema (10.2) with unquoted texts: `true`, `false`, `null`, numbers; everything else is a
text, so that `012345` and `no` are what they look like. There are no anchors, aliases, tags or merge keys, which are
the ways by which a small file makes something large or an object of the program.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

MAXIMUM_BYTES = 512 * 1024
"""How large a file may be."""

MAXIMUM_DEPTH = 40
"""How deep lists and contexts may be in each other."""

_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)
"""Those that PyYAML gives by itself; what they mean there does not matter."""

_WORDS: Mapping[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]{1,3})?")


class Unreadable(Exception):
    """It is not YAML, or more than that."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Located:
    """A value with the line that it begins in."""

    value: Any
    """A JSON scalar, a list of `Located`, or a dict of them by their keys."""
    line: int

    @property
    def plain(self) -> Any:
        """The JSON value."""
        if isinstance(self.value, dict):
            return {key: each.plain for key, each in self.value.items()}
        if isinstance(self.value, list):
            return [each.plain for each in self.value]
        return self.value


class _Loader(yaml.SafeLoader):
    """Refuses aliases while the tree is made."""

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        if self.check_event(yaml.AliasEvent):
            raise Unreadable("Aliases (*name) cannot be used.", self.peek_event().start_mark.line + 1)  # type: ignore[no-untyped-call] # PyYAML has no types here
        return super().compose_node(parent, index)


def read(content: bytes) -> list[Located]:
    """Return the documents of a file, of which it has one at least; raises `Unreadable`."""
    if len(content) > MAXIMUM_BYTES:
        raise Unreadable(f"The file has more than {MAXIMUM_BYTES // 1024} KiB.", None)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise Unreadable("The file is not UTF-8.", None) from None
    try:
        loader = _Loader(text)
        try:
            roots = list(_documents(loader))
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(f"This is not YAML: {error.problem}.", mark.line + 1 if mark else None) from None
    except yaml.YAMLError:
        raise Unreadable("This is not YAML: it has characters that no text has.", None) from None
    except RecursionError:
        raise Unreadable("Lists and contexts are too deep in each other.", None) from None
    if not roots:
        raise Unreadable("The file is empty.", None)
    return [_located(each, 0) for each in roots]


def _documents(loader: _Loader) -> Iterator[Node]:
    while loader.check_node():
        if (node := loader.get_node()) is not None:
            yield node


def _located(node: Node, depth: int) -> Located:
    line = node.start_mark.line + 1
    if node.tag not in _TAGS:
        raise Unreadable(f"The tag {node.tag} cannot be used.", line)
    if depth > MAXIMUM_DEPTH:
        raise Unreadable("Lists and contexts are too deep in each other.", line)
    if isinstance(node, MappingNode):
        return Located(_mapping(node, depth), line)
    if isinstance(node, SequenceNode):
        return Located([_located(each, depth + 1) for each in node.value], line)
    if not isinstance(node, ScalarNode):
        raise Unreadable("This is neither a text nor a list nor a context.", line)
    # What is quoted is a text, whatever it looks like.
    return Located(node.value if node.style is not None else _plain(node.value), line)


def _mapping(node: MappingNode, depth: int) -> dict[str, Located]:
    found: dict[str, Located] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            raise Unreadable("The name of an entry is a text.", line)
        if key.value in found:
            raise Unreadable(f"{key.value!r} is there twice.", line)
        found[key.value] = _located(value, depth + 1)
    return found


def _plain(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
