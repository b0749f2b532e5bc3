"""How often an activity runs: multi-instance and standard loops, ad-hoc sub-processes."""

import pytest

from engine.model import AdHoc, MultiInstance, Source, StandardLoop, Syntax
from tests.dialect.diagrams import codes, element, task_between


def feel(text: str) -> Source:
    return Source(text, Syntax.FEEL, 0)


def repeated(inner: str, kind: str = "manualTask", attributes: str = "") -> str:
    return task_between(f'<{kind} id="task" {attributes}>{inner}</{kind}>')


def several(inner: str, attributes: str = "") -> str:
    return repeated(f"<multiInstanceLoopCharacteristics {attributes}>{inner}</multiInstanceLoopCharacteristics>")


def zeebe(attributes: str, attributes_of_loop: str = "", inner: str = "") -> str:
    extension = f"<extensionElements><zeebe:loopCharacteristics {attributes}/></extensionElements>"
    return several(extension + inner, attributes_of_loop)


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (
            zeebe('inputCollection="=items" inputElement="item"'),
            MultiInstance(sequential=False, collection=feel("items"), item="item"),
        ),
        (
            zeebe(
                'inputCollection="= items " inputElement="item" outputCollection="results" outputElement="=item.id"',
                'isSequential="true"',
                "<completionCondition>=done</completionCondition>",
            ),
            MultiInstance(
                sequential=True,
                collection=feel("items"),
                item="item",
                output_collection="results",
                output_item=feel("item.id"),
                completion=feel("done"),
            ),
        ),
        (
            several("", 'isSequential="true" camunda:collection="items" camunda:elementVariable="item"'),
            MultiInstance(sequential=True, collection=feel("items"), item="item"),
        ),
        (
            several(
                "<completionCondition>${n == 2}</completionCondition>",
                'camunda:collection="${service.items}" camunda:elementVariable="item"',
            ),
            MultiInstance(
                sequential=False,
                collection=Source("service.items", Syntax.JUEL, 0),
                item="item",
                completion=Source("n == 2", Syntax.JUEL, 0),
            ),
        ),
        (
            several("<loopCardinality>3</loopCardinality>"),
            MultiInstance(sequential=False, cardinality=feel("3")),
        ),
        (
            several("<loopCardinality>${count}</loopCardinality>", 'isSequential="1"'),
            MultiInstance(sequential=True, cardinality=Source("count", Syntax.JUEL, 0)),
        ),
        (
            several('<loopDataInputRef>items</loopDataInputRef><inputDataItem id="i" name="item"/>'),
            MultiInstance(sequential=False, collection=feel("items"), item="item"),
        ),
        (
            several(
                """<loopDataInputRef>d</loopDataInputRef><loopDataOutputRef>results</loopDataOutputRef>
                <inputDataItem id="item"/><outputDataItem id="o" name="result"/>"""
            )
            + '<dataObject id="d" name="items"/>',
            MultiInstance(
                sequential=False,
                collection=feel("items"),
                item="item",
                output_collection="results",
                output_item=feel("result"),
            ),
        ),
        (
            repeated(
                """<standardLoopCharacteristics testBefore="true"><loopCondition>a &lt; 3</loopCondition>
                </standardLoopCharacteristics>"""
            ),
            StandardLoop(feel("a < 3"), test_before=True),
        ),
        (repeated('<standardLoopCharacteristics loopMaximum="3"/>'), StandardLoop(maximum=3)),
        (repeated(""), None),
    ],
)
def test_loops(process: str, expected: MultiInstance | StandardLoop | None) -> None:
    assert element(process, "task").loop == expected


@pytest.mark.parametrize(
    "kind",
    ["task", "userTask", "callActivity", "subProcess", "transaction", "adHocSubProcess", "receiveTask", "scriptTask"],
)
def test_any_activity_may_be_repeated(kind: str) -> None:
    loop = '<standardLoopCharacteristics loopMaximum="3"/>'
    assert not {"not-run", "endless-loop"} & set(codes(repeated(loop, kind)))


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (several(""), ["multi-instance"]),
        (zeebe('inputElement="item"'), ["multi-instance"]),
        (zeebe('inputCollection="=items"', inner="<loopCardinality>3</loopCardinality>"), ["multi-instance"]),
        (several('<loopCardinality>3</loopCardinality><inputDataItem name="item"/>'), ["multi-instance"]),
        (zeebe('inputCollection="=items" inputElement="an item"'), ["bad-variable"]),
        (zeebe('inputCollection="=items" inputElement="_item"'), ["bad-variable"]),
        (zeebe('inputCollection="=items" outputCollection="results"'), ["multi-instance"]),
        (zeebe('inputCollection="=items" outputElement="=item"'), ["multi-instance"]),
        (zeebe('inputCollection="=items" outputCollection="_r" outputElement="=item"'), ["reserved-variable"]),
        (zeebe('inputCollection="=items +"'), ["expression"]),
        (several("<loopCardinality>-1</loopCardinality>"), ["multi-instance"]),
        (several("<loopCardinality>2.5</loopCardinality>"), ["multi-instance"]),
        (several('<loopCardinality>"3"</loopCardinality>'), ["multi-instance"]),
        (several("<loopCardinality/>"), ["empty-condition"]),
        (several("<loopCardinality>0</loopCardinality>"), []),
        (several("<loopCardinality>3</loopCardinality>", 'behavior="None"'), ["attribute-not-run"]),
        (
            zeebe('inputCollection="=items"', 'camunda:collection="others"'),
            ["two-dialects"],
        ),
        (zeebe('inputCollection="=items"', inner="<loopDataInputRef>others</loopDataInputRef>"), ["two-collections"]),
        (zeebe('inputCollection="=items" unheardOf="x"'), ["extension-not-run"]),
        (
            zeebe('inputCollection="=items"').replace(
                "</manualTask>", '<standardLoopCharacteristics loopMaximum="2"/></manualTask>'
            ),
            ["two-loops"],
        ),
        (repeated("<standardLoopCharacteristics/>"), ["endless-loop"]),
        (repeated('<standardLoopCharacteristics loopMaximum="0"/>'), ["loop-maximum"]),
        (repeated('<standardLoopCharacteristics loopMaximum="many"/>'), ["loop-maximum"]),
        (repeated(f'<standardLoopCharacteristics loopMaximum="{"9" * 5000}"/>'), ["loop-maximum"]),
        (
            repeated("<standardLoopCharacteristics><loopCondition>a +</loopCondition></standardLoopCharacteristics>"),
            ["expression"],
        ),
        (
            repeated('<extensionElements><zeebe:loopCharacteristics inputCollection="=a"/></extensionElements>'),
            ["misplaced-extension"],
        ),
    ],
)
def test_loops_that_cannot_run_are_refused(process: str, expected: list[str]) -> None:
    assert codes(process) == expected


def ad_hoc(inner: str = "", attributes: str = "", extension: str = "") -> str:
    extended = f"<extensionElements>{extension}</extensionElements>" if extension else ""
    return repeated(extended + '<task id="a"/><task id="b"/>' + inner, "adHocSubProcess", attributes)


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (ad_hoc(), AdHoc()),
        (
            ad_hoc(
                "<completionCondition>=done</completionCondition>",
                'ordering="Sequential" cancelRemainingInstances="false"',
            ),
            AdHoc(sequential=True, completion=feel("done"), cancel_remaining=False),
        ),
        (
            ad_hoc(extension='<zeebe:adHoc activeElementsCollection="=[&quot;a&quot;]"/>'),
            AdHoc(activities=feel('["a"]')),
        ),
    ],
)
def test_ad_hoc_sub_processes(process: str, expected: AdHoc) -> None:
    assert element(process, "task").ad_hoc == expected
    assert [element(process, each).scope for each in ("a", "b")] == ["task", "task"]


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (ad_hoc(attributes='ordering="Random"'), ["attribute-not-run"]),
        (ad_hoc(attributes='cancelRemainingInstances="maybe"'), ["attribute-not-run"]),
        (ad_hoc("<completionCondition>a +</completionCondition>"), ["expression"]),
        (ad_hoc(extension='<zeebe:adHoc outputCollection="r" outputElement="=a"/>'), ["extension-not-run"]),
        (ad_hoc(extension='<zeebe:adHoc activeElementsCollection="=[" />'), ["expression"]),
    ],
)
def test_ad_hoc_sub_processes_that_cannot_run_are_refused(process: str, expected: list[str]) -> None:
    assert codes(process) == expected
