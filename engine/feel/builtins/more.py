"""What is in no chapter of the standard: identifiers, encodings, JSON (Camunda)."""

import json
from base64 import b64encode
from decimal import Decimal
from typing import Any

from engine.feel.budget import MAXIMUM_DEPTH, Run, too_deep
from engine.feel.builtins.declare import Library
from engine.feel.values.numbers import CONTEXT, calculated
from engine.feel.values.texts import json_text

LIBRARY = Library()


@LIBRARY.function("uuid", changing=True)
def uuid(run: Run) -> object:
    """Return a new random identifier (Camunda; RFC 9562, version 4)."""
    return str(run.settings.uuid())


@LIBRARY.function("to base64", "value: string")
def to_base64(_run: Run, text: str) -> object:
    """Return the text's UTF-8 in Base64 (Camunda; RFC 4648)."""
    return b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")


@LIBRARY.function("from json", "value: string")
def from_json(run: Run, text: str) -> object:
    """Read a value that is written as JSON (Camunda; RFC 8259); null when the text is none."""
    depth = deepest = 0
    for character in text:
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(character, 0)
        deepest = max(deepest, depth)
    if deepest > MAXIMUM_DEPTH:
        raise too_deep()
    try:
        # Half of a surrogate pair, which JSON can write, is no text: this raises a ValueError.
        json.dumps(json.loads(text), ensure_ascii=False).encode()
        return json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_refused)
    except ValueError:
        return run.null("the text is no JSON")


@LIBRARY.function("to json", "value: any")
def to_json(run: Run, value: object) -> object:
    """Return the value as JSON (Camunda; RFC 8259)."""
    return json_text(run, value)


def _number(text: str) -> Any:
    if len(text) > MAXIMUM_DEPTH:
        raise ValueError
    return calculated(CONTEXT.plus, Decimal(text))


def _refused(_text: str) -> Any:
    raise ValueError
