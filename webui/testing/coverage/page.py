"""Coverage for a browser: one page without scripts that loads nothing, with the diagrams coloured, light and dark."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape

from webui.testing.coverage.counts import Coverage, Share
from webui.testing.coverage.parts import Diagram, Sort
from webui.testing.drawing import Look, Mark, draw
from webui.testing.drawing.svg import STYLE as DIAGRAM

_STYLE = """\
:root{color-scheme:light dark;--canvas:#f3f4f8;--surface:#fff;--text:#171a21;--muted:#565d6c;--line:#e0e3ea;
--good:#0f7048;--bad:#b3241c;--accent:#3f4fd6}
@media (prefers-color-scheme:dark){:root{--canvas:#0c0e13;--surface:#161920;--text:#eceef3;--muted:#a4abba;
--line:#2a2f3a;--good:#6fd6a5;--bad:#ff9d94;--accent:#a3adff}}
*{box-sizing:border-box}
body{margin:0;padding:24px;background:var(--canvas);color:var(--text);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",sans-serif}
main{max-width:1400px;margin:0 auto}
h1{font-size:1.5rem;margin:0 0 16px}h2{font-size:1.2rem;margin:0}h3{font-size:1rem;margin:16px 0 4px}
section,.wide{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:16px;margin:0 0 16px}
.wide{overflow-x:auto}
.drawn{overflow-x:auto;margin-top:12px}
.drawn svg{max-width:max(100%,900px);height:auto;display:block}
table{border-collapse:collapse;width:100%}
th,td{text-align:start;padding:6px 12px;border-bottom:1px solid var(--line)}
tr:last-child>*{border-bottom:0}
td.n,th.n{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
.muted{color:var(--muted)}.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}
a{color:var(--accent)}
ul{margin:4px 0;padding-inline-start:20px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
"""

_HEAD = (
    "<thead><tr><th>{}</th>"
    + "".join(f'<th class="n">{each.value}</th>' for each in Sort)
    + '<th class="n">total</th></tr></thead>'
)


def page(coverage: Coverage) -> str:
    """Return the whole page."""
    style = _STYLE + DIAGRAM
    allowed = f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"
    body = "\n".join(_body(coverage))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src {allowed}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Coverage of diagrams</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n{body}\n"
        "</main>\n</body>\n</html>\n"
    )


def _body(coverage: Coverage) -> Iterator[str]:
    yield "<h1>Coverage of diagrams</h1>"
    rows = [
        (
            f'<a href="#d{number}">{escape(each.label)}</a> <span class="muted">{escape(each.file)}</span>',
            [coverage.share(key, sort) for sort in Sort],
        )
        for number, (key, each) in enumerate(coverage.in_order())
    ]
    yield _table("process", [*rows, ("all of them", [coverage.total(sort) for sort in Sort])])
    for number, (key, each) in enumerate(coverage.in_order()):
        yield f'<section id="d{number}">{_diagram(coverage, key, each)}</section>'
    if coverage.by_test:
        yield "<h2>What each test reached</h2>"
        tests = [(escape(test), [coverage.total(sort, test) for sort in Sort]) for test in sorted(coverage.by_test)]
        yield _table("test", tests, judged=False)


def _table(first: str, rows: list[tuple[str, list[Share]]], *, judged: bool = True) -> str:
    """Return a table; `judged` says that it is bad when something was not reached."""
    made = "".join(f"<tr><td>{name}</td>{''.join(_cells(shares, judged=judged))}</tr>" for name, shares in rows)
    return f'<div class="wide"><table>{_HEAD.format(first)}<tbody>{made}</tbody></table></div>'


def _cells(shares: list[Share], *, judged: bool) -> Iterator[str]:
    for each in shares:
        yield f'<td class="n">{each}</td>'
    total = sum(shares, Share(0, 0))
    look = "" if not judged else " good" if total.reached == total.there else " bad"
    yield f'<td class="n{look}">{total.percent:.0f} %</td>'


def _diagram(coverage: Coverage, key: str, diagram: Diagram) -> str:
    hits, missing = coverage.hits(key), coverage.missing(key)
    marks = {each.id: Mark(Look.REACHED if hits[each.id] else Look.MISSED, hits[each.id]) for each in diagram.parts}
    svg = draw(diagram.content, marks, title=f"{diagram.label}, coloured by what was reached")
    share = coverage.share(key)
    about = (
        f'<p class="muted">{escape(diagram.process)} in {escape(diagram.file)}: {share} reached. '
        "What is green was reached as often as its number says; what is red and dashed was not.</p>"
    )
    region = f'class="drawn" tabindex="0" role="region" aria-label="Diagram of {escape(diagram.label)}"'
    drawn = f"<div {region}>{svg}</div>" if svg else '<p class="muted">The file has no drawing.</p>'
    listed = "".join(
        f'<li><code>{escape(each.id)}</code> {escape(each.label)} <span class="muted">line {each.line}</span></li>'
        for each in missing
    )
    absent = f"<h3>Missing</h3><ul>{listed}</ul>" if missing else ""
    return f"<h2>{escape(diagram.label)}</h2>{about}{drawn}{absent}"
