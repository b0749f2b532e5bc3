"""Values and conditions as they are drawn: which text is FEEL, which is JUEL, and which is the text itself."""

from lxml import etree

from engine.dialect.xml import line_of, problem, text_of
from engine.errors import Problem
from engine.model import Source, Syntax

_FEEL_URI = "/FEEL/"
"""Part of every URI that the versions of DMN give FEEL."""


def is_expression(text: str) -> bool:
    """Tell whether `text` is an expression where only a plain name is taken."""
    return text.startswith("=") or "${" in text or "#{" in text


def feel_or_text(node: etree._Element, text: str | None) -> Source | None:
    """Return a value as Zeebe writes it: `=` begins FEEL, anything else is the text itself; an empty one is None."""
    if not text:
        return None
    if text.startswith("="):
        return feel(node, text)
    return Source(text, Syntax.LITERAL, line_of(node))


def juel_or_text(node: etree._Element, text: str) -> Source | None:
    """Return a value as Camunda 7 writes it: one `${…}` expression, text with some in it, or the text itself."""
    inner = text.strip()
    if not inner:
        return None
    if _is_juel(inner) and "${" not in inner[2:]:
        return Source(inner[2:-1].strip(), Syntax.JUEL, line_of(node))
    mixed = is_expression(inner) and not inner.startswith("=")
    return Source(text, Syntax.TEMPLATE if mixed else Syntax.LITERAL, line_of(node))


def feel_juel_or_text(node: etree._Element, text: str | None) -> Source | None:
    """Return a value of BPMN's own, which no tool marks: `=` begins FEEL, `${…}` is JUEL, the rest is text."""
    stripped = (text or "").strip()
    return feel(node, stripped) if stripped.startswith("=") else juel_or_text(node, stripped)


def feel_or_juel(node: etree._Element, text: str | None) -> Source | None:
    """Return an expression where no text is taken: FEEL with or without `=`, or `${…}`; an empty one is None."""
    stripped = (text or "").strip()
    if not stripped:
        return None
    if _is_juel(stripped):
        return Source(stripped[2:-1].strip(), Syntax.JUEL, line_of(node))
    return feel(node, stripped)


def feel(node: etree._Element, text: str) -> Source:
    """Return FEEL, with or without `=` before it."""
    return Source(text.strip().removeprefix("=").strip(), Syntax.FEEL, line_of(node))


def read_expression(
    expression: etree._Element, field: str, what: str, default_language: str, problems: list[Problem]
) -> Source | None:
    """Return what a BPMN expression says (BPMN 2.0.2, 8.4.13); what is wrong with it is added to `problems`.

    `what` names it in a message, for people: `the condition of the sequence flow 'a'`; `field` for programs.
    `default_language` is the file's `expressionLanguage`.
    """
    text = text_of(expression).strip()
    if not text:
        message = f"{what} is empty."
        problems.append(
            problem(expression, "empty-condition", message, "Write an expression or remove it.", field=field)
        )
        return None
    # XPath is BPMN's own default: tools write it without meaning it.
    language = expression.get("language") or ("" if "XPath" in default_language else default_language)
    match "feel" if _FEEL_URI in language else language.strip().lower():
        case "feel":
            return feel(expression, text)
        case "juel":
            inner = text[2:-1] if _is_juel(text) else text
            return Source(inner.strip(), Syntax.JUEL, line_of(expression))
        case "":
            return feel_or_juel(expression, text)
    message = f"{what} is written in {language!r}."
    problems.append(problem(expression, "condition-language", message, "Write it in FEEL.", field=field))
    return None


def _is_juel(text: str) -> bool:
    return text.startswith("${") and text.endswith("}")
