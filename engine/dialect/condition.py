"""The condition of a sequence flow (BPMN 2.0.2, 8.4.13): FEEL, with or without `=` before it, or JUEL in `${…}`."""

from lxml import etree

from engine.dialect.xml import children, line_of, problem, text_of
from engine.errors import Problem
from engine.model import Source, Syntax

_FEEL_URI = "/FEEL/"
"""Part of every URI that the versions of DMN give FEEL."""


def read_condition(flow: etree._Element, root: etree._Element, problems: list[Problem]) -> Source | None:
    """Return the condition of `flow`, or None when it has none; what is wrong with it is added to `problems`."""
    expression = next(children(flow, "conditionExpression"), None)
    if expression is None:
        return None
    text = text_of(expression).strip()
    if not text:
        message = "The sequence flow has an empty condition."
        problems.append(problem(expression, "empty-condition", message, "Write the condition or remove it."))
        return None
    language = expression.get("language") or _default_language(root)
    marked = text.startswith("${") and text.endswith("}")
    match _name(language):
        case "feel":
            return Source(text.removeprefix("=").strip(), Syntax.FEEL, line_of(expression))
        case "juel":
            return Source(text[2:-1].strip() if marked else text, Syntax.JUEL, line_of(expression))
        case "" if marked:
            return Source(text[2:-1].strip(), Syntax.JUEL, line_of(expression))
        case "":
            return Source(text.removeprefix("=").strip(), Syntax.FEEL, line_of(expression))
    message = f"The condition is written in {language!r}."
    problems.append(problem(expression, "condition-language", message, "Write it in FEEL."))
    return None


def _default_language(root: etree._Element) -> str:
    # XPath is BPMN's own default: tools write it without meaning it.
    language = root.get("expressionLanguage", "")
    return "" if "XPath" in language else language


def _name(language: str) -> str:
    return "feel" if _FEEL_URI in language else language.strip().lower()
