"""Looks for expressions that do not end well: `python tests/feel/fuzz.py --minutes 10`.

Expressions come from a grammar and from changed conformance cases; each is compiled and evaluated with some variables.
Anything else than a value or a FeelError, and anything that takes longer than a second, is a finding; so is a value
that differs when it is evaluated twice, or one that shows an opaque value.
"""

import argparse
import json
import random
import sys
import traceback
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import click

from engine import feel
from engine.feel.builtins import BUILTINS

SECRET = "canary-7f3a"
SLOW = 1.0
"""Seconds."""
SETTINGS = feel.Settings(
    now=lambda: datetime(2024, 2, 29, 12, 30, tzinfo=UTC), random=lambda: 0.25, uuid=lambda: UUID(int=7)
)


class Opaque:
    """Stands for a reference to a secret."""

    attribute = SECRET

    def __repr__(self) -> str:
        return SECRET

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        raise AssertionError("an expression compared an opaque value")

    __hash__ = None  # type: ignore[assignment]


def deep_list(depth: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(depth):
        made = [made]
    return made


CONTEXT: dict[str, Any] = {
    "a": 1,
    "b": {"c": [1, 2.5, "x", None, {"d": True}], "d": "text"},
    "list": list(range(50)),
    "texts": ["b", "a", "ß", "\U0001f600"],
    "long": "ab" * 2000,
    "deep": deep_list(500),
    "huge": 10**5000,
    "tiny": 5e-324,
    "nan": float("nan"),
    "infinite": float("inf"),
    "secret": Opaque(),
    "hidden": {"k": [Opaque()], "t": (1, Opaque())},
    "f": 0.1,
    "first name": "Ada",
}
ATOMS = [
    *("0", "1", "-1", "2.5", "1e6144", "1e-6143", "34", "0.1", "9999999999999999999999999999999999", "12"),
    *(
        '""',
        '"a"',
        '"abc"',
        '"[a-z]+"',
        '"(a)(b)?"',
        '"$1"',
        '"1,000.5"',
        '"2024-02-29"',
        '"P1D"',
        '"i"',
        '"\\\\d"',
        '","',
        '"."',
    ),
    *("true", "false", "null", "[]", "{}", "[1,2,3]", '["a","b"]', "[1..5]", "(1..5)", "]1..5[", "(< 5)", "(>= 2)"),
    *(
        '@"2024-02-29"',
        '@"-99999-01-01"',
        '@"999999999-12-31"',
        '@"10:15:00"',
        '@"10:15:00Z"',
        '@"10:15:00@Europe/Paris"',
    ),
    *(
        '@"2024-03-31T02:30:00@Europe/Paris"',
        '@"2024-02-29T23:59:59.999+14:00"',
        '@"P1Y2M"',
        '@"-P3DT4H5M6.7S"',
        '@"P999999999Y"',
    ),
    *CONTEXT,
    *(
        "b.c",
        "b.c.d",
        "hidden.k",
        "item",
        "x",
        "y",
        "partial",
        "function(x) x",
        "function(x, y) x < y",
        "secret.attribute",
    ),
    *('{k: 1, "l m": [k]}', '{key: "a", value: 1}', "nothing"),
]
BINARY = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in", ".."]
TYPES = [
    "number",
    "string",
    "list<number>",
    "context<a: number>",
    "range<date>",
    "function<Any> -> Any",
    "date and time",
    "Any",
]
PROPERTIES = [
    "a",
    "k",
    "year",
    "day",
    "weekday",
    "time offset",
    "timezone",
    "start",
    "end included",
    "days",
    "months",
    "hour",
]


SHAPES = [
    *(["§ ± §", "(§ ± §)"] * 2),
    *("§[§]", "§.¶", "if § then § else §", "for x in § return §", "for x in §..§, y in § return §"),
    *(
        "some x in § satisfies §",
        "every x in § satisfies §",
        "[§, §]",
        "{x: §, y: §}",
        "§ instance of ¤",
        "§ between § and §",
    ),
]
"""`§` stands for an expression, `±` for an operator, `¶` for a property, `¤` for a type."""


def generated(random_: random.Random, depth: int) -> str:
    """Return an expression."""
    if depth <= 0 or random_.random() < 0.15:
        return random_.choice(ATOMS)
    shape = random_.choice([*SHAPES, *(["call"] * 5)])
    if shape == "call":
        name = random_.choice(list(BUILTINS))
        count = len(random_.choice(BUILTINS[name]).parameters) + random_.choice([0, 0, 0, 0, 1, -1])
        shape = f"{name}({', '.join('§' * max(count, 0))})"
    fillings = {"±": BINARY, "¶": PROPERTIES, "¤": TYPES}
    return "".join(
        generated(random_, depth - 1) if part == "§" else random_.choice(fillings[part]) if part in fillings else part
        for part in shape
    )


def mutated(random_: random.Random, cases: list[str]) -> str:
    """Return a conformance case with parts taken out, doubled, or from other cases."""
    text = random_.choice(cases)
    for _ in range(random_.randint(1, 4)):
        start = random_.randint(0, len(text))
        end = min(len(text), start + random_.randint(0, 8))
        match random_.randrange(4):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:end] + text[start:end] * random_.randint(1, 5) + text[end:]
            case 2:
                other = random_.choice(cases)
                place = random_.randint(0, len(other))
                text = text[:start] + other[place : place + 10] + text[end:]
            case 3:
                text = (
                    text[:start]
                    + random_.choice([*ATOMS, *BINARY, "(", ")", "[", "]", "{", "}", '"', "\\", "?"])
                    + text[end:]
                )
    return text


def finding(text: str, syntax: str) -> str | None:
    """Return what is wrong with how an expression ends; None when nothing is."""
    begin = perf_counter()
    try:
        expression = feel.compile(text, syntax)
        warnings: list[str] = []
        value = expression.evaluate(CONTEXT, SETTINGS, warnings)
        again = expression.evaluate(CONTEXT, SETTINGS)
        if any(SECRET in warning for warning in warnings):
            return "a warning shows an opaque value"
        shown, repeated = json.dumps(feel.to_json(value)), json.dumps(feel.to_json(again))
        if SECRET in shown:
            return "the value shows an opaque value"
        if shown != repeated:
            return "two evaluations differ"
    except feel.FeelError as error:
        if SECRET in str(error):
            return "an error shows an opaque value"
    except BaseException:  # noqa: BLE001 - that is what is looked for
        return traceback.format_exc(limit=-3)
    seconds = perf_counter() - begin
    return f"it took {seconds:.1f} s" if seconds > SLOW * 2 else None


def main() -> int:
    """Run for some minutes, and print how many there were and what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    random_ = random.Random(arguments.seed)  # noqa: S311 - it must be repeatable
    path = Path(__file__).parent / "data" / "tck.json"
    cases = [case["expression"] for case in json.loads(path.read_text(encoding="utf-8"))]
    end = perf_counter() + arguments.minutes * 60
    counts: Counter[str] = Counter()
    findings: dict[str, str] = {}
    while perf_counter() < end:
        from_grammar = random_.random() < 0.6
        text = generated(random_, random_.randint(1, 5)) if from_grammar else mutated(random_, cases)
        syntax = "juel" if random_.random() < 0.05 else "feel"
        counts["grammar" if from_grammar else "mutation"] += 1
        wrong = finding(text, syntax)
        if wrong is not None:
            counts["findings"] += 1
            if wrong not in findings and len(findings) < 50:
                findings[wrong] = text
                click.echo(f"--- {syntax}: {text!r}\n{wrong}")
    click.echo(f"{arguments.minutes:g} minutes, seed {arguments.seed}: {dict(counts)}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
