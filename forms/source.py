"""JSON text whose objects know the lines that they start on.

Stricter than RFC 8259 where a form needs it: one value a name, no NaN or Infinity, limits on size, depth and numbers.
"""

import bisect
import json
import json.decoder
import json.scanner
import math
from collections import Counter
from functools import partial
from typing import Any

from engine.errors import Problem
from engine.form import MAXIMUM_BYTES

MAXIMUM_DEPTH = 32
"""How deep objects and arrays may be nested."""

MAXIMUM_DIGITS = 15
"""How many digits a whole number may have: every editor keeps that many exactly."""


class Located(dict[str, Any]):
    """A JSON object."""

    line: int
    """Of its opening brace, counted from 1."""


class _TooDeep(Exception):
    pass


class _Decoder(json.JSONDecoder):
    """The pure-Python scanner of the standard library, told apart by where each object starts."""

    def __init__(self, text: str) -> None:
        super().__init__(parse_constant=self._constant, parse_int=self._integer, parse_float=self._float)
        self.problems: list[Problem] = []
        self._newlines = [index for index, character in enumerate(text) if character == "\n"]
        self._open: list[int] = []
        self.parse_object = self._object
        self.parse_array = self._array
        self.scan_once = json.scanner.py_make_scanner(self)  # type: ignore[attr-defined] # what the standard library's decoder is made of

    @property
    def line(self) -> int:
        """The line on which the innermost object or array starts that is being read."""
        return self._line(self._open[-1] if self._open else 0)

    def _line(self, index: int) -> int:
        return bisect.bisect_left(self._newlines, index) + 1

    def _enter(self, index: int) -> None:
        self._open.append(index)
        if len(self._open) > MAXIMUM_DEPTH:
            raise _TooDeep

    def _object(self, state: tuple[str, int], strict: Any, scan_once: Any, _hook: Any, _pairs: Any, memo: Any) -> Any:
        start = state[1] - 1
        self._enter(start)
        located = partial(self._located, self._line(start))
        value = json.decoder.JSONObject(state, strict, scan_once, None, located, memo)  # type: ignore[attr-defined] # what the standard library's decoder is made of
        self._open.pop()
        return value

    def _array(self, state: tuple[str, int], scan_once: Any) -> Any:
        self._enter(state[1] - 1)
        value = json.decoder.JSONArray(state, scan_once)  # type: ignore[attr-defined] # what the standard library's decoder is made of
        self._open.pop()
        return value

    def _located(self, line: int, pairs: list[tuple[str, Any]]) -> Located:
        located = Located(pairs)
        located.line = line
        if len(located) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            twice = ", ".join(repr(name) for name, count in counts.items() if count > 1)[:100]
            self._refuse("form.repeated-name", f"An object has {twice} more than once.", "Keep one.", line)
        return located

    def _constant(self, name: str) -> None:
        self._refuse("form.not-a-number", f"{name} is not a JSON value.", "Write a number or null.", self.line)

    def _integer(self, digits: str) -> int:
        if len(digits) <= MAXIMUM_DIGITS:
            return int(digits)
        message = f"A number has {len(digits)} digits; {MAXIMUM_DIGITS} are allowed."
        self._refuse("form.number-too-long", message, "Write a smaller number, or a text.", self.line)
        return 0

    def _float(self, digits: str) -> float:
        number = float(digits)
        if not math.isfinite(number):
            self._refuse("form.not-a-number", f"{digits[:50]} is too large.", "Write a smaller number.", self.line)
        return number

    def _refuse(self, code: str, message: str, remedy: str, line: int) -> None:
        self.problems.append(Problem(code, message, remedy, line=line))


def read(content: bytes) -> tuple[Located | None, tuple[Problem, ...]]:
    """Return the object that `content` holds, None when it holds none, and what is wrong with its JSON."""
    if len(content) > MAXIMUM_BYTES:
        message = f"The form has {len(content)} bytes; {MAXIMUM_BYTES} are allowed."
        return None, (Problem("form.too-large", message, "Split it into several forms."),)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, (Problem("form.not-utf-8", "The file is not UTF-8 text.", "Save it as UTF-8.", line=line),)
    decoder = _Decoder(text)
    try:
        value = decoder.decode(text)
    except _TooDeep:
        message = f"Objects and arrays are nested more than {MAXIMUM_DEPTH} deep."
        problem = Problem("form.too-deep", message, "Use fewer levels.", line=decoder.line)
    except json.JSONDecodeError as error:
        message = f"The file is not JSON: {error.msg} in column {error.colno}."
        problem = Problem("form.not-json", message, "Correct the text there or just before.", line=error.lineno)
    else:
        if isinstance(value, Located):
            return value, tuple(decoder.problems)
        problem = Problem(
            "form.not-an-object", "The file is not a JSON object.", 'Start with {"type": "default"}.', line=1
        )
    return None, (*decoder.problems, problem)
