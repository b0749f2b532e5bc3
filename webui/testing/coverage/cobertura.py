"""Coverage as Cobertura XML (coverage-04.dtd), with the lines of the diagrams' XML: for build servers and editors."""

from collections import Counter

from lxml import etree

from webui.testing.coverage.counts import Coverage
from webui.testing.coverage.parts import Diagram, Part


def cobertura(coverage: Coverage, now: int) -> bytes:
    """Return the document; `now` is the time in milliseconds since 1970. The branches of a node are its flows."""
    root = etree.Element("coverage", version="1", timestamp=str(now), complexity="0")
    etree.SubElement(etree.SubElement(root, "sources"), "source").text = "."
    package = etree.SubElement(etree.SubElement(root, "packages"), "package", name="bpmn", complexity="0")
    classes = etree.SubElement(package, "classes")
    rates = [_class(classes, each, coverage.hits(key)) for key, each in coverage.in_order()]
    for node in (root, package):
        _rate(node, Counter({name: sum(each[name] for each in rates) for name in ("lines", "hit", "ways", "taken")}))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _class(classes: etree._Element, diagram: Diagram, hits: Counter[str]) -> Counter[str]:
    node = etree.SubElement(classes, "class", name=diagram.process, filename=diagram.file, complexity="0")
    etree.SubElement(node, "methods")
    lines = etree.SubElement(node, "lines")
    by_line: dict[int, list[Part]] = {}
    for part in diagram.parts:
        by_line.setdefault(part.line, []).append(part)
    rates: Counter[str] = Counter()
    for number, parts in sorted(by_line.items()):
        # A line is as good as the worst of what begins in it.
        times = min(hits[each.id] for each in parts)
        line = etree.SubElement(lines, "line", number=str(number), hits=str(times))
        ways = [way for each in parts for way in each.ways]
        line.set("branch", "true" if ways else "false")
        if ways:
            taken = sum(1 for each in ways if hits[each])
            line.set("condition-coverage", f"{100 * taken // len(ways)}% ({taken}/{len(ways)})")
            rates.update(ways=len(ways), taken=taken)
        rates.update(lines=1, hit=int(times > 0))
    _rate(node, rates)
    return rates


def _rate(node: etree._Element, rates: Counter[str]) -> None:
    node.set("line-rate", f"{rates['hit'] / rates['lines'] if rates['lines'] else 1:.4f}")
    node.set("branch-rate", f"{rates['taken'] / rates['ways'] if rates['ways'] else 1:.4f}")
    if node.tag == "coverage":
        names = {"lines": "lines-valid", "hit": "lines-covered", "ways": "branches-valid", "taken": "branches-covered"}
        for name, attribute in names.items():
            node.set(attribute, str(rates[name]))
