"""How often an activity runs (BPMN 2.0.2, 10.3.8)."""

from dataclasses import replace

from lxml import etree

from engine.dialect.extensions import read_extensions
from engine.dialect.sources import feel
from engine.dialect.survey import Survey
from engine.dialect.xml import children, flag, id_of, label_of, local, name_of, text_of
from engine.model import MultiInstance, Source, StandardLoop

_MAXIMUM_DIGITS = 9


def read_loop(activity: etree._Element, survey: Survey) -> MultiInstance | StandardLoop | None:
    """Return how often an activity runs; None is once. What is wrong is kept in the survey."""
    several = list(children(activity, "multiInstanceLoopCharacteristics"))
    standard = list(children(activity, "standardLoopCharacteristics"))
    if len(several) + len(standard) > 1:
        message = f"{label_of(activity)} is repeated in two ways."
        survey.refuse(activity, "two-loops", message, "Keep one of them; put the activity into a sub-process.")
    if several:
        return _multi_instance(several[0], survey)
    return _standard_loop(standard[0], survey) if standard else None


def _multi_instance(loop: etree._Element, survey: Survey) -> MultiInstance:
    behavior = loop.get("behavior", "All")
    if behavior != "All":
        message = f'{label_of(loop)} has behavior="{behavior}", which is not run.'
        survey.refuse(
            loop,
            "attribute-not-run",
            message,
            "Remove it, and draw a throw event after the activity.",
            field="behavior",
        )
    drawn = MultiInstance(
        sequential=flag(loop, "isSequential"),
        collection=_data(loop, "loopDataInputRef", survey),
        item=_item(loop, "inputDataItem"),
        cardinality=survey.expression(loop, "loopCardinality", "the cardinality"),
        output_collection=_text(_data(loop, "loopDataOutputRef", survey)),
        output_item=_output_item(loop),
        completion=survey.expression(loop, "completionCondition", "the completion condition"),
    )
    said = read_extensions(loop).loop
    if said is None:
        return drawn
    if drawn.collection is not None and said.collection is not None:
        message = f"{label_of(loop)} has two collections."
        survey.refuse(loop, "two-collections", message, "Keep one of them.", field="collection")
    return replace(
        drawn,
        collection=said.collection or drawn.collection,
        item=said.item or drawn.item,
        output_collection=said.output_collection or drawn.output_collection,
        output_item=said.output_item or drawn.output_item,
    )


def _data(loop: etree._Element, kind: str, survey: Survey) -> Source | None:
    """Return the variable that a reference means: the name of the data object with this id, or the text itself."""
    reference = next(children(loop, kind), None)
    text = local(text_of(reference))
    if reference is None or not text:
        return None
    return feel(reference, survey.data.get(text, text))


def _text(source: Source | None) -> str | None:
    return None if source is None else source.text.removeprefix("processvar.")


def _item(loop: etree._Element, kind: str) -> str | None:
    item = next(children(loop, kind), None)
    return None if item is None else name_of(item) or id_of(item) or None


def _output_item(loop: etree._Element) -> Source | None:
    item = _item(loop, "outputDataItem")
    return None if item is None else feel(loop, item)


def _standard_loop(loop: etree._Element, survey: Survey) -> StandardLoop:
    written = loop.get("loopMaximum", "").strip()
    maximum = int(written) if written.isascii() and written.isdigit() and len(written) <= _MAXIMUM_DIGITS else None
    if written and not maximum:
        message = f"{label_of(loop)} has the maximum {written!r}."
        survey.refuse(loop, "loop-maximum", message, "Write a whole number of 1 or more.", field="loopMaximum")
    condition = survey.expression(loop, "loopCondition", "the condition")
    return StandardLoop(condition, maximum, flag(loop, "testBefore"))
