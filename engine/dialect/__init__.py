"""BPMN XML into the normal form of a process, and the deployment rules.

    reading = read(content, "journey.bpmn", activities)

Diagrams are Zeebe's, as bpmn.io's tools write them today; Camunda 7 and SpiffWorkflow extensions are read into the same
form. What is drawn either runs or is refused with a reason: nothing that decides how a process runs is ignored.
"""

from engine.dialect.custom_data_form import CustomDataForm, ExceededCustomDataFormRetake, ShownForm
from engine.dialect.declared_activity import Activities, DeclaredActivity
from engine.dialect.reader import parse as parsed
from engine.dialect.reading import Reading, read
from engine.dialect.summary import ProcessSummary, Summary, summarise
from engine.dialect.xml import is_id

__all__ = [
    "Activities",
    "CustomDataForm",
    "DeclaredActivity",
    "ExceededCustomDataFormRetake",
    "ProcessSummary",
    "Reading",
    "ShownForm",
    "Summary",
    "is_id",
    "parsed",
    "read",
    "summarise",
]
