"""Journey tests that were written by doing: what was done, and what came of it each time."""

from collections.abc import Iterable, Sequence

from engine.errors import IdflowError
from engine.instances import InstanceDetail
from engine.journey_test import Given, Passed, Verb, assemble, write_step
from engine.journey_test.expecting import passed
from engine.sandbox import recording
from engine.throwaway import Trial
from webui.testing.acting import perform

_WIDTH = 118


def comment(lines: Iterable[str]) -> str:
    """Return lines as comments of a file."""
    made = []
    for line in lines:
        words, text = " ".join(line.split()).split(" "), ""
        for word in words:
            if text and len(text) + len(word) >= _WIDTH:
                made.append(text)
                text = ""
            text = f"{text} {word}".strip()
        made.append(text)
    # A file is read as lines: what some take for the end of one is not written.
    return "".join(f"# {''.join(each if each.isprintable() else '?' for each in line)}\n" for line in made)


def document(  # noqa: PLR0913, PLR0917 - what a test consists of
    trial: Trial, name: str, given: Given, verbs: Sequence[Verb], key: str, notes: Sequence[str] = ()
) -> str:
    """Do everything in an instance that was just started, and return it as a journey test with what came of it."""
    steps, seen = [recording.began(trial.detail)], _stand(trial.detail)
    for verb in verbs:
        try:
            perform(trial, verb)
        except IdflowError as error:
            steps.append(comment([f"Here it could not go on: {error.message}"]))
            break
        now = _stand(trial.detail)
        # What changes nothing needs no expectation.
        steps.append(recording.step(verb, trial.detail if now != seen else None))
        seen = now
    last = [write_step(Passed(passed(trial.detail)))] if trial.detail is not None and passed(trial.detail) else []
    return comment(notes) + assemble(name, key, given, [*steps, *last])


def _stand(detail: InstanceDetail | None) -> object:
    if detail is None:
        return None
    return detail.record.status, len(detail.history), [(each.element_id, each.failed) for each in detail.places]
