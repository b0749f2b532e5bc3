"""What was filled in in a form, as far as the instance still knows it; what it does not know is made up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from engine.dialect import CustomDataForm
from engine.form import SHOWN
from engine.instances import Step
from engine.journey_test import Submit
from engine.throwaway import Throwaway
from engine.variables import MASK
from forms.trying import Tries, tries
from webui.testing.codes import CodeField, code_fields, of_form
from webui.testing.exploring.choosing import Seeded
from webui.testing.exploring.filling import Filler, Mode
from webui.testing.recording.original import Original
from webui.testing.recording.personal import Personal

ROUNDS = 4
RANDOM = 6
"""How many times answers are made up where those that are known lead another way."""

_TEXTS = frozenset({"textfield", "textarea"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to fill a form in."""

    submit: Submit
    notes: tuple[str, ...] = ()
    """What is not as it was."""


class Answering:
    """Fills in the forms of one instance again."""

    def __init__(self, original: Original, activities: Mapping[str, Any], personal: Personal) -> None:
        self._original = original
        self._personal = personal
        self._codes = code_fields(original.processes, activities)
        by_form = {each.id: of_form(each, self._codes) for each in original.elements.values() if each.form is not None}
        self._by_form = by_form
        self._filler = Filler(by_form, {})

    def taken(self, throwaway: Throwaway, step: Step, *, hidden: bool) -> Iterator[Attempt]:
        """Return ways to fill the open form in so that it is taken, the likeliest first.

        `hidden` says that the answers of this visit were replaced by those of a later one.
        """
        task = step.task
        if task is None:
            return
        codes = self._by_form.get(task.element_id, {})
        note = (f"{task.element_id}: it was filled in again later; the later answers are used here.",) if hidden else ()
        yield self._known(throwaway, step, right=True, notes=note)
        if codes:
            yield self._known(throwaway, step, right=False, notes=note)
        made_up = f"{task.element_id}: what was answered is not known; this leads the same way."
        for number, mode in enumerate((Mode.FIRST, *[Mode.RIGHT] * RANDOM)):
            choices = Seeded(f"{task.element_id}/{number}")
            yield Attempt(self._filler.fill(throwaway, step, mode, choices), (made_up,))

    def refused(self, throwaway: Throwaway, step: Step) -> Iterator[Attempt]:
        """Return ways to fill the open form in so that it is refused."""
        task = step.task
        if task is None:
            return
        note = (f"{task.element_id}: what was refused is not known; this is refused, too.",)
        yield Attempt(Submit({}), note)
        for number in range(RANDOM):
            choices = Seeded(f"{task.element_id}/wrong/{number}")
            yield Attempt(self._filler.fill(throwaway, step, Mode.WRONG, choices), note)

    def _known(self, throwaway: Throwaway, step: Step, *, right: bool, notes: tuple[str, ...]) -> Attempt:
        task = step.task
        assert task is not None  # noqa: S101 - the caller has looked
        codes, answers = self._by_form.get(task.element_id, {}), self._answers(task.element_id)
        values: dict[str, Any] = {}
        left_out: list[str] = []
        said = list(notes)
        for _ in range(ROUNDS):
            posted = {SHOWN: list(values), **{name: _texts(each) for name, each in values.items()}} if values else None
            found = tries(
                task.form.content,
                step.variables,
                earlier=task.earlier,
                posted=posted,
                now=throwaway.clock.now(),
            )
            left = [each for each in found if each.name not in values and each.name not in left_out]
            if not left:
                break
            for each in left:
                if each.kind == "filepicker":
                    left_out.append(each.name)
                    continue
                value, note = self._answer(each, codes.get(each.name), answers, task.element_id, right=right)
                values[each.name] = value
                if note:
                    said.append(f"{task.element_id}, {each.name}: {note}")
        values = {name: each for name, each in values.items() if each not in ("", None, [])}
        said += [f"{task.element_id}, {each}: a file, which is not recorded." for each in left_out]
        return Attempt(Submit(values, tuple(left_out)), tuple(said))

    def _answer(
        self, each: Tries, code: CodeField | None, answers: Mapping[str, Any], element: str, *, right: bool
    ) -> tuple[Any, str]:
        if code is not None or each.kind == "onetimecode":
            asked = code or CodeField("", each.name, "totp")
            return (asked.right if right else asked.wrong), ""
        value = answers.get(each.name)
        if each.sensitive or value == MASK:
            known = each.valid[0][0] if each.valid and each.valid[0] else ""
            return known, "sensitive, and never kept; this is made up."
        if value is None:
            return "", ""
        if each.kind in _TEXTS and isinstance(value, str):
            made_up = [typed[0] for typed in each.valid if typed and isinstance(typed[0], str)]
            return self._personal.text(value, f"{element}.{each.name}", made_up), ""
        return _typed(each.kind, value), ""

    def _answers(self, element_id: str) -> dict[str, Any]:
        """Return the answers that the instance holds, by the names of the fields."""
        key = CustomDataForm.read(self._original.elements[element_id].properties).form_data_key
        table: Any = self._original.detail.variables.get("_customFormData")
        for part in key.split("."):
            table = table.get(part) if isinstance(table, Mapping) else None
        return dict(_flat(table, "")) if isinstance(table, Mapping) else {}


def _flat(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _flat(each, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        for index, each in enumerate(value):
            yield from _flat(each, f"{name}[{index}]")
    else:
        yield name, value


def _typed(kind: str, value: Any) -> Any:
    """Return what somebody typed or chose for a value that was kept."""
    if kind == "checkbox":
        return True if value is True else []
    if kind == "datetime" and isinstance(value, str):
        day, _, clock = value.rpartition("T") if "T" in value else ("", "", value)
        if not day:
            return value if "-" in value[:5] and ":" not in value else value[:5]
        return [day, clock[:5]]
    if isinstance(value, list):
        return [_written(each) for each in value]
    return _written(value)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return ["true" if each is True else str(each) for each in values]
