"""BPMN in a short notation, so that a test shows its process.

start s        s -> u        s -> u if x > 1        user u        work w        script t x.y = n > 3
xor g flow     or g flow     and g                  end e         terminate e   fail e Error
catch b w Error              catch b w              (a boundary event on w, for one error or for all)
"""

_EXTENDED = '<bpmn:{tag} id="{name}"><bpmn:extensionElements>{inner}</bpmn:extensionElements></bpmn:{tag}>'
_FORM = (
    '<zeebe:userTask/><zeebe:formDefinition formId="Form"/>'
    '<zeebe:properties><zeebe:property name="formDataKey" value="{name}"/></zeebe:properties>'
)
_EXTENSIONS = {
    "user": ("userTask", _FORM),
    "work": ("serviceTask", '<zeebe:taskDefinition type="work"/>'),
    "script": ("scriptTask", '<zeebe:script resultVariable="{first}" expression="={last}"/>'),
}
_PLAIN = {
    "start": '<bpmn:startEvent id="{name}"/>',
    "end": '<bpmn:endEvent id="{name}"/>',
    "and": '<bpmn:parallelGateway id="{name}"/>',
    "xor": '<bpmn:exclusiveGateway id="{name}" {default}/>',
    "or": '<bpmn:inclusiveGateway id="{name}" {default}/>',
    "terminate": '<bpmn:endEvent id="{name}"><bpmn:terminateEventDefinition id="{name}_t"/></bpmn:endEvent>',
    "fail": '<bpmn:endEvent id="{name}"><bpmn:errorEventDefinition id="{name}_e" errorRef="{rest}"/></bpmn:endEvent>',
    "catch": '<bpmn:boundaryEvent id="{name}" attachedToRef="{first}">'
    '<bpmn:errorEventDefinition id="{name}_e" {error}/></bpmn:boundaryEvent>',
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
    values = {"name": name, "rest": rest, "first": first, "last": last}
    values |= {"default": rest and f'default="{rest}"', "error": last and f'errorRef="{last}"'}
    if kind in _EXTENSIONS:
        tag, inner = _EXTENSIONS[kind]
        return _EXTENDED.format(tag=tag, name=name, inner=inner.format(**values))
    return _PLAIN[kind].format(**values)


def _flow(source: str, rest: str) -> str:
    target, _, condition = rest.partition(" if ")
    source, target = source.strip(), target.strip()
    flow = f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
    if condition:
        flow += f"<bpmn:conditionExpression>{condition.replace('<', '&lt;')}</bpmn:conditionExpression>"
    return f"{flow}</bpmn:sequenceFlow>"
