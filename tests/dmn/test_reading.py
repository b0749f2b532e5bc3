"""What a file must be like: every problem has its code, its element and its line."""

import pytest

from engine import dmn
from engine.dmn.elements import INSTEAD
from engine.dmn.reading import MAXIMUM_DECISIONS
from engine.dmn.requirements import MAXIMUM_CHAIN, MAXIMUM_REQUIRED
from engine.dmn.xml import MAXIMUM_NAME, NAMESPACES
from engine.errors import MAXIMUM_PROBLEMS
from tests.dmn.files import MODEL, codes, decision, document, evaluated, literal, problems, table

GOOD = document(decision(table("UNIQUE | a || x\n1 | > 1 || a + 1"), attributes='name="D"'))


def of_table(drawn: str) -> list[str]:
    return codes(document(decision(table(drawn))))


def test_a_good_file_has_no_problems() -> None:
    assert codes(GOOD) == []


@pytest.mark.parametrize("namespace", sorted(NAMESPACES))
def test_every_version_of_dmn_is_read(namespace: str) -> None:
    assert evaluated(GOOD.replace(MODEL.encode(), namespace.encode()), "d", {"a": 2}) == 3


def test_a_prefix_makes_no_difference() -> None:
    content = (
        GOOD.decode().replace("xmlns=", "xmlns:q=").replace("</", "</q:").replace("<", "<q:").replace("<q:/q:", "</q:")
    )
    assert codes(content.encode()) == []


def test_decisions_keep_the_order_of_the_file_and_know_their_lines() -> None:
    content = document(f"{decision(literal('b'), 'd', requires='b')}\n{decision(literal('1'), 'b')}")
    reading = dmn.read(content, "t.dmn")
    assert [(each.id, each.line) for each in reading.decisions.values()] == [("d", 2), ("b", 3)]


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        ("NONE | a || x\n1 | - || 1", "dmn.unknown-policy"),
        ("unique | a || x\n1 | - || 1", "dmn.unknown-policy"),
        ("COLLECT MEAN | a || x\n1 | - || 1", "dmn.unknown-policy"),
        ("COLLECT SUM | a || x | y\n1 | - || 1 | 2", "dmn.aggregation"),
        ("COLLECT COUNT | a || x | y\n1 | - || 1 | 2", "dmn.aggregation"),
        ("UNIQUE | || x\n1 | - || 1", "dmn.no-input"),
        ("UNIQUE | a > || x\n1 | - || 1", "dmn.expression"),
        ("UNIQUE | first name || x\n1 | - || 1", "dmn.expression"),
        ("UNIQUE | a || x\n1 | > || 1", "dmn.expression"),
        ("UNIQUE | a || x\n1 | 'text' || 1", "dmn.expression"),
        ("UNIQUE | a || x\n1 | - || -", "dmn.expression"),
        ("UNIQUE | a || x\n1 | - || unknown(1)", "dmn.expression"),
        ("UNIQUE | a || x\n1 | - || ? + 1", "dmn.expression"),
        ("UNIQUE | a || x\nvalues | ] ||\n1 | - || 1", "dmn.expression"),
        ("UNIQUE | a || x\nvalues | || [\n1 | - || 1", "dmn.expression"),
        ("UNIQUE | a || x\n1 | - || 1\ndefault | || if", "dmn.expression"),
        ("UNIQUE | a || x |\n1 | - || 1 | 2", "dmn.output-name"),
        ("UNIQUE | a || x | x\n1 | - || 1 | 2", "dmn.output-name"),
        ("UNIQUE | a || x\n1 | - | - || 1", "dmn.cells"),
        ("UNIQUE | a | b || x\n1 | - || 1", "dmn.cells"),
        ("UNIQUE | a || x\n1 | - || 1 | 2", "dmn.cells"),
        ("PRIORITY | a || x\n1 | - || 1", "dmn.no-output-values"),
        ("OUTPUT ORDER | a || x | y\n1 | - || 1 | 2", "dmn.no-output-values"),
        ("PRIORITY | a || x\nvalues | || [1..2], 3\n1 | - || 3", "dmn.output-values"),
        ("PRIORITY | a || x\nvalues | || 1,\n1 | - || 1", "dmn.expression"),
        ("PRIORITY | a || x\nvalues | || < 3\n1 | - || 2", "dmn.output-values"),
        ("PRIORITY | a || x\nvalues | || a, b\n1 | - || a", "dmn.output-values"),
        ('UNIQUE | a || x\nvalues | || "a"\n1 | - || "b"', "dmn.output-value"),
        ('UNIQUE | a || x\nvalues | || "a"\n1 | - ||', "dmn.output-value"),
        ('UNIQUE | a || x\nvalues | || "a"\n1 | - || "a"\ndefault | || "b"', "dmn.output-value"),
    ],
)
def test_a_table_that_cannot_be_run_is_refused(drawn: str, code: str) -> None:
    assert of_table(drawn) == [code]


def test_an_aggregation_needs_collect() -> None:
    drawn = table("UNIQUE | a || x\n1 | - || 1").replace('"UNIQUE"', '"UNIQUE" aggregation="SUM"')
    assert codes(document(decision(drawn))) == ["dmn.aggregation"]


def test_a_table_has_an_output() -> None:
    assert codes(document(decision('<decisionTable hitPolicy="PRIORITY"/>'))) == ["dmn.no-output"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "dmn.no-decision"),
        ('<inputData id="i"/>', "dmn.no-decision"),
        (decision(literal("1"), ""), "dmn.no-id"),
        (f"<decision>{literal('1')}</decision>", "dmn.no-id"),
        (f"{decision(literal('1'))}<inputData name='x'/>", "dmn.no-id"),
        (decision(literal("1"), "x" * (MAXIMUM_NAME + 1)), "dmn.too-long"),
        (decision(literal("1"), attributes=f'name="{"x" * (MAXIMUM_NAME + 1)}"'), "dmn.too-long"),
        (decision(""), "dmn.no-logic"),
        (decision(literal("1") + table("UNIQUE | a || x")), "dmn.two-logics"),
        (decision(literal("1") + literal("2")), "dmn.twice"),
        (decision("<literalExpression><text>1</text><text>2</text></literalExpression>"), "dmn.twice"),
        (decision("<literalExpression><text>1<b>2</b></text></literalExpression>"), "dmn.unknown-element"),
        (decision(f"{literal('1')}<literal/>"), "dmn.unknown-element"),
        (decision(f"{literal('1')}<rule/>"), "dmn.unknown-element"),
        (decision(f'{literal("1")}<x xmlns="urn:other"/>'), "dmn.unknown-element"),
        (f'{decision(literal("1"))}<decision xmlns="" id="lost"/>', "dmn.unknown-element"),
        (decision(literal("1"), requires="none"), "dmn.unknown-requirement"),
        (decision(literal("1"), requires="@d"), "dmn.unknown-requirement"),
        (decision(literal("1"), requires="i") + '<inputData id="i"/>', "dmn.unknown-requirement"),
        (decision(f"<informationRequirement/>{literal('1')}"), "dmn.requirement"),
        (decision(literal("1"), requires="d"), "dmn.cycle"),
    ],
)
def test_a_file_that_cannot_be_run_is_refused(content: str, code: str) -> None:
    assert codes(document(content)) == [code]


def test_ids_are_unique() -> None:
    assert codes(document(decision(literal("1")) * 2)) == ["dmn.duplicate-id"] * 2
    assert codes(document(decision(literal("1")) + '<inputData id="d"/>')) == ["dmn.duplicate-id"] * 2


def test_decisions_that_require_one_another_are_refused() -> None:
    circle = "".join(decision(literal("1"), f"d{n}", requires=f"d{(n + 1) % 5}") for n in range(5))
    (problem,) = problems(document(circle))
    assert problem.code == "dmn.cycle"
    assert problem.message == "The decision 'd4' requires the decision 'd0', which needs it in turn."


def test_two_required_decisions_have_two_names() -> None:
    named = [f'<decision id="{each}" name="x">{literal("1")}</decision>' for each in "ab"]
    assert codes(document("".join(named) + decision(literal("x"), requires="a b"))) == ["dmn.same-name"]


def test_a_file_has_only_so_many_decisions() -> None:
    many = [decision(literal("1"), f"d{n}") for n in range(MAXIMUM_DECISIONS + 1)]
    assert codes(document("".join(many[1:]))) == []
    assert codes(document("".join(many))) == ["dmn.too-many-decisions"]


def test_one_decision_requires_only_so_much() -> None:
    def requiring(count: int) -> bytes:
        inputs = "".join(f'<inputData id="i{n}" name="i {n}"/>' for n in range(count))
        requires = " ".join(f"@i{n}" for n in range(count))
        return document(inputs + decision(literal("i 7"), requires=f"{requires} @i0"))

    assert codes(requiring(MAXIMUM_REQUIRED)) == []
    assert "dmn.too-many-requirements" in codes(requiring(MAXIMUM_REQUIRED + 1))


def test_a_long_chain_is_refused() -> None:
    def chain(length: int) -> bytes:
        first = decision(literal("1"), "d1")
        rest = (decision(literal(f"d{n - 1} + 1"), f"d{n}", requires=f"d{n - 1}") for n in range(2, length + 1))
        return document(first + "".join(rest))

    assert evaluated(chain(MAXIMUM_CHAIN), f"d{MAXIMUM_CHAIN}", {}) == MAXIMUM_CHAIN
    assert codes(chain(MAXIMUM_CHAIN + 5)) == ["dmn.long-chain"]


@pytest.mark.parametrize("kind", sorted(set(INSTEAD) - {"businessKnowledgeModel", "decisionService", "import"}))
def test_what_of_a_decision_is_not_run_is_refused_with_what_to_draw_instead(kind: str) -> None:
    logic = f'<{kind} id="boxed"/>'
    within = f"<literalExpression>{logic}</literalExpression>" if kind == "importedValues" else logic
    (problem,) = problems(document(decision(within)))
    assert (problem.code, problem.element, problem.line) == ("dmn.not-run", "boxed", 2)


@pytest.mark.parametrize("kind", ["businessKnowledgeModel", "decisionService", "import"])
def test_what_of_a_file_is_not_run_is_refused(kind: str) -> None:
    content = document(f"{decision(literal('1'))}<{kind} id='k' name='Rate'><variable name='x'/></{kind}>")
    (problem,) = problems(content)
    assert (problem.code, problem.element) == ("dmn.not-run", "k")
    assert "'Rate' is not run." in problem.message


def test_documentation_is_left_alone() -> None:
    content = document(
        "<description>About</description>"
        '<extensionElements><other xmlns="urn:x"/></extensionElements>'
        '<inputData id="i" name="Age"><variable name="Age" typeRef="number"/></inputData>'
        '<knowledgeSource id="k" name="Law"/><textAnnotation id="t"><text>note</text></textAnnotation>'
        '<association id="a"/><group id="g"/>'
        '<itemDefinition name="tAge"><typeRef>number</typeRef><itemComponent name="x"/></itemDefinition>'
        + decision(
            "<question>How?</question><allowedAnswers>Any</allowedAnswers><variable name='v' typeRef='tAge'/>"
            "<authorityRequirement><requiredAuthority href='#k'/></authorityRequirement>"
            "<decisionTable><input label='Age'><description>d</description>"
            "<inputExpression typeRef='number'><text>1</text></inputExpression></input><output typeRef='string'/>"
            "<annotation name='Note'/><rule><description>d</description><inputEntry><text>1</text></inputEntry>"
            "<outputEntry><text>2</text></outputEntry><annotationEntry><text>why</text></annotationEntry></rule>"
            "</decisionTable>"
        )
        + '<dmndi:DMNDI xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"><dmndi:DMNDiagram/></dmndi:DMNDI>'
    )
    assert evaluated(content, "d", {}) == 2


@pytest.mark.parametrize("restriction", ["allowedValues", "typeConstraint"])
def test_a_type_that_restricts_its_values_is_a_warning(restriction: str) -> None:
    within = f'<itemComponent name="y"><{restriction}><text>1</text></{restriction}></itemComponent>'
    (problem,) = problems(document(f'<itemDefinition name="x">{within}</itemDefinition>{decision(literal("1"))}'))
    assert (problem.code, problem.severity) == ("dmn.type-not-checked", "warning")


FEEL = [
    "feel",
    "FEEL",
    "S-FEEL",
    "http://www.omg.org/spec/FEEL/20140401",
    "https://www.omg.org/spec/DMN/20230324/FEEL/",
]


@pytest.mark.parametrize("language", FEEL)
def test_feel_has_many_names(language: str) -> None:
    attribute = f'expressionLanguage="{language}"'
    content = decision(literal("1").replace("literalExpression>", f"literalExpression {attribute}>", 1))
    assert codes(document(content, attribute)) == []


@pytest.mark.parametrize("language", ["juel", "javascript", "http://example.org/FEEL"])
def test_another_language_is_refused(language: str) -> None:
    attribute = f'expressionLanguage="{language}"'
    drawn = table("UNIQUE | a || x\nvalues | 1 || 2\n1 | 1 || 2\ndefault | || 2")
    assert codes(document(decision(drawn), attribute)) == ["dmn.language"] * 6
    cell = drawn.replace("<inputEntry>", f"<inputEntry {attribute}>")
    assert codes(document(decision(cell))) == ["dmn.language"]
    assert codes(document(decision(cell.replace(attribute, 'expressionLanguage="feel"')), "")) == []


def test_a_name_for_the_value_of_an_input_is_refused() -> None:
    drawn = table("UNIQUE | a || x\n1 | - || 1")
    named = drawn.replace("<input>", '<input xmlns:c="http://camunda.org/schema/1.0/dmn" c:inputVariable="v">')
    assert codes(document(decision(named))) == ["dmn.input-variable"]


def test_all_problems_are_found_at_once_in_the_order_of_the_file() -> None:
    drawn = table("SOME | || x | x\n1 | > || if\n2 | - || 1").replace("<rule>", '<rule id="r">')
    found = problems(document(f"<context/>\n{decision(drawn)}\n{decision('', 'e', requires='none')}"))
    assert [(each.code, each.element, each.line) for each in found] == [
        ("dmn.not-run", "file", 2),
        ("dmn.unknown-policy", "d", 3),
        ("dmn.no-input", "d", 4),
        ("dmn.output-name", "d", 6),
        ("dmn.cells", "r", 7),
        ("dmn.expression", "r", 7),
        ("dmn.expression", "r", 7),
        ("dmn.cells", "r", 8),
        ("dmn.no-logic", "e", 10),
        ("dmn.unknown-requirement", "e", 10),
    ]


def test_a_message_says_which_cell_it_is_and_where_in_it() -> None:
    drawn = table("UNIQUE | a || x\n1 | - || 1\n2 | > || 1").replace("&gt;", "1,\n\n&gt; )")
    labelled = drawn.replace("<input>", '<input id="age" label="Age">').replace(
        "<inputEntry>", '<inputEntry id="cell">'
    )
    (problem,) = problems(document(decision(labelled, attributes='name="Dish"')))
    assert problem.message.startswith("The cell of input 1 ('Age') in rule 2 of the decision 'Dish' is not FEEL: ")
    assert problem.remedy == "Correct '1,\\n\\n> )'."
    assert (problem.element, problem.line) == ("cell", 8)


def test_only_so_many_problems_are_listed_errors_first() -> None:
    warned = '<itemDefinition name="x"><allowedValues/></itemDefinition>'
    found = problems(document(warned + decision(literal("1"), requires="x " * (MAXIMUM_PROBLEMS + 20))))
    assert len(found) == MAXIMUM_PROBLEMS + 1
    assert {each.code for each in found[:-1]} == {"dmn.unknown-requirement"}
    assert found[-1].message == "There are 21 more problems."


def test_messages_stay_short() -> None:
    name = "x" * 100_000
    drawn = table(f"UNIQUE | a || {name}\n1 | 'a || 1").replace("<input>", f'<input label="{name}">')
    for problem in problems(document(decision(drawn, name, attributes=f'name="{name}"', requires=name))):
        assert len(problem.message) < 500


@pytest.mark.parametrize(
    ("extension", "attribute"),
    [
        ('<z:versionTag xmlns:z="http://camunda.org/schema/zeebe/1.0" value=" v2 "/>', ""),
        ("", 'xmlns:c="http://camunda.org/schema/1.0/dmn" c:versionTag="v2"'),
    ],
)
def test_the_version_tag_is_read(extension: str, attribute: str) -> None:
    content = decision(f"<extensionElements>{extension}</extensionElements>{literal('1')}", attributes=attribute)
    assert dmn.read(document(content), "t.dmn").decisions["d"].version_tag == "v2"
