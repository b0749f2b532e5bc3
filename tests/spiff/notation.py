"""BPMN in a short notation, so that a test shows its process.

start s        s -> u        s -> u if x > 1        f: s -> u     (a flow's id is s_u unless it is given)
end e          terminate e   fail e Error           undo h        (a service task that compensates)
user u         work w        script t x.y = n > 3   manual m      task t        call c process
send s M       receive r M   rule r decision        (a flow's id after an activity or gateway is its default flow)
xor g flow     or g flow     and g                  race g        (exclusive, inclusive, parallel, event-based)
catch b w Error              catch b w              (an error boundary event on w, for one error or for all)

wait c EVENT   throw t EVENT   end e EVENT   start s EVENT   on b w EVENT   beside b w EVENT   beside s EVENT
EVENT is: message M | signal S | timer T | condition C | error E | escalation E | compensation a | link L | cancel

`on` interrupts the activity, `beside` does not; `beside` with two words is a start event that does not interrupt.
"""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

_EXTENDED = '<bpmn:{tag} id="{name}"{default}><bpmn:extensionElements>{inner}</bpmn:extensionElements></bpmn:{tag}>'
_FORM = (
    '<zeebe:userTask/><zeebe:formDefinition formId="Form"/>'
    '<zeebe:properties><zeebe:property name="formDataKey" value="{name}"/></zeebe:properties>'
)
_EXTENSIONS = {
    "user": ("userTask", _FORM),
    "work": ("serviceTask", '<zeebe:taskDefinition type="work"/>'),
    "script": ("scriptTask", '<zeebe:script resultVariable="{first}" expression={expression}/>'),
    "rule": ("businessRuleTask", '<zeebe:calledDecision decisionId="{first}" resultVariable="{name}"/>'),
    "call": ("callActivity", '<zeebe:calledElement processId="{first}"/>'),
}
_PLAIN = {
    "and": '<bpmn:parallelGateway id="{name}"/>',
    "xor": '<bpmn:exclusiveGateway id="{name}"{default}/>',
    "or": '<bpmn:inclusiveGateway id="{name}"{default}/>',
    "race": '<bpmn:eventBasedGateway id="{name}"/>',
    "manual": '<bpmn:manualTask id="{name}"{default}/>',
    "task": '<bpmn:task id="{name}"{default}/>',
    "send": '<bpmn:sendTask id="{name}" messageRef="{rest}"/>',
    "receive": '<bpmn:receiveTask id="{name}" messageRef="{rest}"/>',
    "undo": '<bpmn:serviceTask id="{name}" isForCompensation="true"><bpmn:extensionElements>'
    '<zeebe:taskDefinition type="work"/></bpmn:extensionElements></bpmn:serviceTask>',
    "terminate": '<bpmn:endEvent id="{name}"><bpmn:terminateEventDefinition id="{name}_t"/></bpmn:endEvent>',
    "fail": '<bpmn:endEvent id="{name}"><bpmn:errorEventDefinition id="{name}_e" errorRef="{rest}"/></bpmn:endEvent>',
}
_EVENTS = {
    "start": ("startEvent", ""),
    "end": ("endEvent", ""),
    "wait": ("intermediateCatchEvent", ""),
    "throw": ("intermediateThrowEvent", ""),
}
_REFERENCES = {"message": "Message", "signal": "Signal", "error": "Error", "escalation": "Escalation"}
_ROOTS = {
    "message": '<bpmn:message id="{id}" name="{id}"><bpmn:extensionElements>'
    '<zeebe:subscription correlationKey="=if key = null then &quot;k&quot; else key"/></bpmn:extensionElements>'
    "</bpmn:message>",
    "signal": '<bpmn:signal id="{id}" name="{id}"/>',
    "error": '<bpmn:error id="{id}" errorCode="{id}"/>',
    "escalation": '<bpmn:escalation id="{id}" escalationCode="{id}"/>',
}


def element(text: str) -> str:
    """Return the XML of one element; XML is returned as it is."""
    if text.startswith("<"):
        return text
    if "->" in text:
        return _flow(*text.split("->"))
    kind, name, *more = text.split(" ", 2)
    rest = more[0] if more else ""
    first, _, last = rest.partition(" = ") if kind == "script" else rest.partition(" ")
    if kind == "catch":
        return _boundary(name, first, f"error {last}".strip(), "true")
    if kind in {"on", "beside"} and last:
        if first in {*_REFERENCES, "timer", "condition", "compensation", "cancel"}:
            return _event("startEvent", name, rest, ' isInterrupting="false"')
        return _boundary(name, first, last, "true" if kind == "on" else "false")
    if kind in _EVENTS:
        return _event(_EVENTS[kind][0], name, rest)
    values = {"name": name, "rest": rest, "first": first, "expression": quoteattr(f"={last}")}
    values["default"] = f' default="{rest}"' if rest and kind not in {"script", "rule", "call"} else ""
    if kind in _EXTENSIONS:
        tag, inner = _EXTENSIONS[kind]
        return _EXTENDED.format(tag=tag, name=name, inner=inner.format(**values), default=values["default"])
    return _PLAIN[kind].format(**values)


def roots(body: str, beside: str) -> str:
    """Return the messages, signals, errors and escalations that `body` refers to and `beside` lacks."""
    found = []
    for kind in _REFERENCES:
        used = dict.fromkeys(re.findall(rf'{kind}Ref="(\w+)"', body))
        found += [_ROOTS[kind].format(id=each) for each in used if f'id="{each}"' not in beside]
    return "".join(found)


def each(  # noqa: PLR0913 - what can be written of it
    text: str, collection: str, *, item: str = "item", out: str = "", sequential: bool = False, until: str = ""
) -> str:
    """Return an activity that runs once for each item; `out` is `variable = expression`."""
    results, _, result = out.partition(" = ")
    output = f" outputCollection={quoteattr(results)} outputElement={quoteattr('=' + result)}" if out else ""
    loop = f'<zeebe:loopCharacteristics inputCollection={quoteattr("=" + collection)} inputElement="{item}"{output}/>'
    done = f"<bpmn:completionCondition>={escape(until)}</bpmn:completionCondition>" if until else ""
    return _looping(
        text,
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<bpmn:extensionElements>{loop}</bpmn:extensionElements>{done}</bpmn:multiInstanceLoopCharacteristics>",
    )


def times(text: str, cardinality: str, *, sequential: bool = False, until: str = "") -> str:
    """Return an activity that runs so many times."""
    done = f"<bpmn:completionCondition>={escape(until)}</bpmn:completionCondition>" if until else ""
    return _looping(
        text,
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<bpmn:loopCardinality>={escape(cardinality)}</bpmn:loopCardinality>{done}"
        "</bpmn:multiInstanceLoopCharacteristics>",
    )


def repeat(text: str, condition: str = "", *, maximum: int | None = None, before: bool = False) -> str:
    """Return an activity that runs again while the condition is true."""
    most = "" if maximum is None else f' loopMaximum="{maximum}"'
    inner = f"<bpmn:loopCondition>{escape(condition)}</bpmn:loopCondition>" if condition else ""
    return _looping(
        text,
        f'<bpmn:standardLoopCharacteristics testBefore="{str(before).lower()}"{most}>{inner}'
        "</bpmn:standardLoopCharacteristics>",
    )


def inside(name: str, *elements: str, kind: str = "subProcess", attributes: str = "") -> str:
    """Return a sub-process of elements in the short notation."""
    return f'<bpmn:{kind} id="{name}" {attributes}>{"".join(map(element, elements))}</bpmn:{kind}>'


def on_event(name: str, *elements: str) -> str:
    """Return an event sub-process."""
    return inside(name, *elements, attributes='triggeredByEvent="true"')


def transaction(name: str, *elements: str) -> str:
    """Return a transaction of elements in the short notation."""
    return inside(name, *elements, kind="transaction")


def ad_hoc(name: str, *elements: str, until: str = "", active: str = "", attributes: str = "") -> str:
    """Return an ad-hoc sub-process; `until` is its completion condition, `active` gives the ids of what starts."""
    chosen = f"<zeebe:adHoc activeElementsCollection={quoteattr('=' + active)}/>" if active else ""
    extensions = f"<bpmn:extensionElements>{chosen}</bpmn:extensionElements>" if chosen else ""
    done = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    return inside(
        name, extensions or "<!-- -->", *elements, done or "<!-- -->", kind="adHocSubProcess", attributes=attributes
    )


def call(name: str, process: str, *, all_in: bool = True, all_out: bool = True) -> str:
    """Return a call activity."""
    propagates = (
        f'propagateAllParentVariables="{str(all_in).lower()}" propagateAllChildVariables="{str(all_out).lower()}"'
    )
    called = f"<zeebe:calledElement processId={quoteattr(process)} {propagates}/>"
    return _EXTENDED.format(tag="callActivity", name=name, default="", inner=called)


def marked(text: str, **attributes: str) -> str:
    """Return an element with more attributes."""
    head, _, rest = element(text).partition(" ")
    return f"{head} {' '.join(f'{key}={quoteattr(value)}' for key, value in attributes.items())} {rest}"


def outputs(text: str, **paths: str) -> str:
    """Return an element with an output mapping."""
    return _mapped(
        text,
        [f"<zeebe:output source={quoteattr('=' + value)} target={quoteattr(path)}/>" for path, value in paths.items()],
    )


def inputs(text: str, **values: str) -> str:
    """Return an element with input parameters."""
    return _mapped(
        text,
        [f"<zeebe:input source={quoteattr('=' + value)} target={quoteattr(key)}/>" for key, value in values.items()],
    )


def _mapped(text: str, parts: Iterable[str]) -> str:
    xml = element(text)
    mapping = f"<zeebe:ioMapping>{''.join(parts)}</zeebe:ioMapping>"
    if "<bpmn:extensionElements>" in xml.split(">", 2)[1] + ">":
        return xml.replace("<bpmn:extensionElements>", f"<bpmn:extensionElements>{mapping}", 1)
    return _insert(xml, f"<bpmn:extensionElements>{mapping}</bpmn:extensionElements>")


def _insert(xml: str, inner: str) -> str:
    """Put `inner` at the beginning of the outermost element."""
    head, _, rest = xml.partition(">")
    if head.endswith("/"):
        tag = head[1:].split(" ")[0]
        return f"{head[:-1]}>{inner}</{tag}>{rest}"
    return f"{head}>{inner}{rest}"


def _looping(text: str, loop: str) -> str:
    xml = element(text)
    if xml.endswith("/>") and xml.count("<") == 1:
        return _insert(xml, loop)
    return xml[: xml.rindex("</")] + loop + xml[xml.rindex("</") :]


def _flow(source: str, rest: str) -> str:
    target, _, condition = rest.partition(" if ")
    identifier, _, source = source.rpartition(":")
    source, target = source.strip(), target.strip()
    flow = f'<bpmn:sequenceFlow id="{identifier or f"{source}_{target}"}" sourceRef="{source}" targetRef="{target}">'
    if condition:
        flow += f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>"
    return f"{flow}</bpmn:sequenceFlow>"


def _boundary(name: str, host: str, event: str, cancels: str) -> str:
    compensates = event.startswith("compensation ")
    xml = _event(
        "boundaryEvent",
        name,
        "compensation" if compensates else event,
        f' attachedToRef="{host}" cancelActivity="{cancels}"',
    )
    if compensates:
        handler = event.split(" ")[1]
        xml += f'<bpmn:association id="{name}_{handler}" sourceRef="{name}" targetRef="{handler}"/>'
    return xml


def _event(tag: str, name: str, event: str, attributes: str = "") -> str:
    kind, _, value = event.partition(" ")
    if not event:
        return f'<bpmn:{tag} id="{name}"{attributes}/>'
    return f'<bpmn:{tag} id="{name}"{attributes}>{_definition(name, kind, value)}</bpmn:{tag}>'


def _definition(name: str, kind: str, value: str) -> str:
    if kind in _REFERENCES:
        reference = f' {kind}Ref="{value}"' if value else ""
        return f'<bpmn:{kind}EventDefinition id="{name}_d"{reference}/>'
    if kind == "timer":
        part = (
            "timeCycle"
            if re.match(r"=?R|[^=]* .* ", value)
            else "timeDate"
            if re.match(r"=?\d|=date", value)
            else "timeDuration"
        )
        when = f"<bpmn:{part}>{escape(value)}</bpmn:{part}>"
        return f'<bpmn:timerEventDefinition id="{name}_d">{when}</bpmn:timerEventDefinition>'
    if kind == "condition":
        return (
            f'<bpmn:conditionalEventDefinition id="{name}_d"><bpmn:condition>{escape(value)}</bpmn:condition>'
            "</bpmn:conditionalEventDefinition>"
        )
    if kind == "link":
        return f'<bpmn:linkEventDefinition id="{name}_d" name="{value}"/>'
    if kind == "compensation":
        reference = f' activityRef="{value}"' if value else ""
        return f'<bpmn:compensateEventDefinition id="{name}_d"{reference}/>'
    return f'<bpmn:{kind}EventDefinition id="{name}_d"/>'
