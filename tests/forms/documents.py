"""Random form documents: of declared elements, with properties of the declared kinds, sound or not."""

from typing import Any

from hypothesis import strategies as st

from forms import declarations

DECLARED = declarations()["elements"]
NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}",
    "{{a}}",
    "{{#loop list}}{{this}}{{/loop}}",
    "{{",
    "=a",
    "=",
    "__proto__",
    "constructor",
    "\u202eevil\u202c",
    "a\x00b",
    "\ud800",
    "\ufdd00\ufdd1",
    "https://a.example/{{a}}",
    "# {{a}}",
    "(a+)+$",
    "2026-01-31",
    "a.b",
]
"""Texts that have broken pages, parsers and people."""

HARMLESS = [
    *(
        "text",
        "{{a}}",
        "data:image/png;base64,AA",
        "https://a.example/{{b}}",
        "# A {{list}}",
        "{{#if a = 1}}{{b}}{{/if}}",
    ),
    *(
        "<b>{{a}}</b><script>x</script>",
        "{{#loop list}}- {{this}}\n{{/loop}}",
        "otpauth://x/{{a}}",
        "\u202eevil",
        "__proto__",
    ),
]
"""Texts that deployment takes nearly everywhere."""

EXPRESSIONS = [
    "=a",
    "=list",
    "=a = 1",
    "=not(a)",
    "=this.x",
    "=parent.a",
    "=[1, 2]",
    '={"a": a}',
    "=count(list) > 1",
    "=1/0",
]

texts = st.sampled_from(NASTY) | st.text(max_size=12)
scalars: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers(-3, 20) | st.floats() | texts
json_values: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)
names = st.sampled_from(["a", "b", "list", "c.d", "x1"])


def _of_kind(declared: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return values of the declared kind."""
    low, high = declared["minimum"], declared["maximum"]
    number = st.integers(low if low is not None else 0, high if high is not None else 50)
    formula = st.sampled_from(EXPRESSIONS)
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "choice": st.sampled_from(declared["choices"] or [""]),
        "flag": st.booleans(),
        "flag-or-feel": st.booleans() | formula,
        "integer": number,
        "number": number,
        "number-or-feel": st.integers(0, 30) | formula,
        "feel": formula,
    }
    if declared["kind"] == "list":
        return st.lists(_properties(declared["item"], sound=True), min_size=1, max_size=3)
    if declared["path"][-1] in {"key", "path"}:
        return names
    return kinds.get(declared["kind"], st.sampled_from(HARMLESS))


@st.composite
def _properties(draw: st.DrawFn, declared: list[dict[str, Any]], *, sound: bool) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for each in declared:
        needed = each["required"] or each["path"] == ["path"]
        if each["path"] == ["id"] or not (needed or draw(st.integers(0, 3)) == 0):
            continue
        target = made
        for part in each["path"][:-1]:
            target = target.setdefault(part, {})
        any_kind = not sound and draw(st.integers(0, 5)) == 0
        target[each["path"][-1]] = draw(json_values if any_kind else _of_kind(each))
    return made


@st.composite
def elements(draw: st.DrawFn, *, sound: bool, depth: int = 2) -> dict[str, Any]:
    """Return one element, with what is in it."""
    declared = draw(st.sampled_from(DECLARED))
    made = draw(_properties(declared["properties"], sound=sound))
    element = {**declared["create"], "type": declared["type"], **made}
    if "valuesKey" in made or "valuesExpression" in made:
        element.pop("values", None)
        if "valuesExpression" in made:
            element.pop("valuesKey", None)
    if declared["container"] and depth:
        element["components"] = draw(st.lists(elements(sound=sound, depth=depth - 1), max_size=2))
    translatable: list[str] = [
        ".".join(each["path"])
        for each in declared["properties"]
        if (each["translatable"] and isinstance(_at(element, each["path"]), str)) or not sound
    ]
    if draw(st.booleans()) and translatable:
        table = st.dictionaries(
            st.sampled_from(translatable), st.sampled_from(HARMLESS) if sound else texts, max_size=2
        )
        element["translations"] = {"de": draw(table)}
    return element


def _at(element: Any, path: list[str]) -> Any:
    for part in path:
        element = element.get(part) if isinstance(element, dict) else None
    return element


def documents(*, sound: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Return whole documents; `sound` ones are mostly deployed."""
    components = st.lists(elements(sound=sound), max_size=2 if sound else 4)
    optional: dict[Any, st.SearchStrategy[Any]] = {"title": st.sampled_from(HARMLESS) if sound else texts}
    if not sound:
        optional |= {"language": scalars, "translations": json_values}
    needed = {"type": st.just("default"), "id": st.just("Example"), "components": components}
    return st.fixed_dictionaries(needed, optional=optional)


variables = st.dictionaries(names.filter(lambda name: "." not in name), json_values, max_size=4)
