"""Fills in a form at random, by what its fields declare."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from engine.form import SHOWN, Posted, Upload
from engine.instances import Step
from engine.journey_test import Submit
from engine.throwaway import Throwaway
from engine.throwaway.samples import fill
from forms.trying import NOTHING, Numbers, Texts, Tries, Typed, tries
from webui.testing.codes import CodeField
from webui.testing.exploring.choosing import Choices

ROUNDS = 4
"""How often fields are looked for that the answers have made appear."""

_NAMED = {Texts: re.compile(r'"([^"]+)"'), Numbers: re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")}
"""What texts and numbers are like in an expression."""


class Mode(StrEnum):
    """How a form is filled in."""

    FIRST = "first"
    """With the first right answer to everything."""
    RIGHT = "right"
    BORDER = "border"
    WRONG = "wrong"
    """One answer is wrong."""
    CODE = "code"
    """Everything is right but the codes."""
    EMPTY = "empty"


class Filler:
    """Fills in forms; `answers` are tried first, by the names of fields."""

    def __init__(
        self,
        codes: Mapping[str, Mapping[str, CodeField]],
        answers: Mapping[str, str],
        conditions: Iterable[str] = (),
    ) -> None:
        """Know the codes that forms ask for, by the ids of the elements and the names of the fields.

        What is in `conditions` of the process is tried in fields, as it makes a difference.
        """
        self._codes = codes
        self._answers = answers
        self._named = {kind: _found(pattern, conditions) for kind, pattern in _NAMED.items()}

    def fill(self, throwaway: Throwaway, step: Step, mode: Mode, choices: Choices) -> Submit:
        """Return what is filled in in the form that is open."""
        task = step.task
        if task is None or task.readonly or mode is Mode.EMPTY:
            return Submit({})
        codes = self._codes.get(task.element_id, {})
        typed: dict[str, Typed] = {}
        wrong = ""
        for _ in range(ROUNDS):
            found = tries(
                task.form.content,
                step.variables,
                earlier=task.earlier,
                posted=self._posted(throwaway, typed) if typed else None,
                now=throwaway.clock.now(),
            )
            left = [each for each in found if each.name not in typed]
            if not left:
                break
            if mode is Mode.WRONG and not wrong:
                can = [each for each in left if each.wrong]
                can = [each for each in can if each.name not in codes] or can
                wrong = choices.choice(can).name if can else ""
            for each in left:
                typed[each.name] = self._choose(each, codes.get(each.name), mode, choices, wrong=each.name == wrong)
        return _as_submit(typed)

    def secrets(self, step: Step, throwaway: Throwaway, done: Submit) -> dict[str, str]:
        """Return what was filled in that is sensitive, each with the form that it belongs to."""
        task = step.task
        if task is None:
            return {}
        sensitive = throwaway.application.instances.forms.sensitive(task.form.content)
        texts = ((name, value) for name, value in done.values.items() if isinstance(value, str))
        return {value: task.element_id for name, value in texts if name in sensitive and "{{" not in value}

    def _choose(self, each: Tries, code: CodeField | None, mode: Mode, choices: Choices, *, wrong: bool) -> Typed:
        if wrong:
            return choices.choice(each.wrong)
        if code is not None:
            return (code.wrong if mode is Mode.CODE else code.right,)
        if each.kind == "onetimecode":
            return ("{{wrongTotp}}",) if mode is Mode.CODE else ("{{totp}}",)
        given = self._answers.get(each.name)
        if given is not None:
            return (given,)
        if mode is Mode.FIRST:
            return each.valid[0] if each.valid else NOTHING
        options = each.border if mode is Mode.BORDER and each.border else each.valid
        named = self._named.get(type(each.declared), ()) if mode is Mode.RIGHT else ()
        return choices.typed(each, options, named)

    def _posted(self, throwaway: Throwaway, typed: Mapping[str, Typed]) -> Posted:
        known, left = throwaway.codes(), list(throwaway.recovery_codes)
        filled: dict[str, list[str | Upload]] = {SHOWN: list(typed)}
        for name, values in typed.items():
            filled[name] = [fill(each, known, left) if isinstance(each, str) else each for each in values]
        return filled


def _found(pattern: re.Pattern[str], conditions: Iterable[str]) -> tuple[Typed, ...]:
    return tuple((each,) for each in dict.fromkeys(found for text in conditions for found in pattern.findall(text)))


def _as_submit(typed: Mapping[str, Typed]) -> Submit:
    values: dict[str, Any] = {}
    left_out = []
    for name, each in typed.items():
        texts = [text for text in each if isinstance(text, str)]
        if len(texts) < len(each):
            left_out.append(name)
        elif len(texts) == 1:
            values[name] = texts[0]
        elif texts:
            values[name] = texts
    return Submit(values, tuple(left_out))
