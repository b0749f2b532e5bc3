"""Tasks as the tools write them."""

from tests.dialect.diagrams import activity, task_between


def user_task(extensions: str, attributes: str = "") -> str:
    return task_between(
        f'<userTask id="task" {attributes}><extensionElements>{extensions}</extensionElements></userTask>'
    )


def zeebe_input(source: str) -> str:
    return activity(
        f"""<zeebe:taskDefinition type="get-user"/><zeebe:ioMapping><zeebe:input {source} target="storeName"/>
        </zeebe:ioMapping>"""
    )


def camunda_input(value: str) -> str:
    return activity(
        f"""<camunda:inputOutput><camunda:inputParameter name="storeName">{value}</camunda:inputParameter>
        </camunda:inputOutput>""",
        'camunda:type="external" camunda:topic="get-user"',
    )


def spiff_input(value: str) -> str:
    return activity(
        f"""<spiffworkflow:serviceTaskOperator id="get-user"><spiffworkflow:parameters>
        <spiffworkflow:parameter id="storeName" type="str" value="{value}"/>
        </spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"""
    )
