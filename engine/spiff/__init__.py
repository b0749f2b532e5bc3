"""The only package that knows SpiffWorkflow: it runs what `engine.model` describes.

A token is a SpiffWorkflow `Task`, what it stands at a `TaskSpec`, where it is a `BpmnWorkflow` or `BpmnSubWorkflow`.
Its interpretation of BPMN is corrected here by subclassing:

* no tree of tasks: tokens are a table, an element decides what follows when it is left (`token`, `element`, `scope`);
* no script engine: expressions are FEEL, and nothing of a diagram is ever Python (`expressions`);
* variables live once per process, beside the tokens; loops, sub-processes and called processes have their own places
  (`scope`);
* joins count tokens by flow (`gateways`); loops have a scope for their instances (`loops`);
* what an event waits for is evaluated when it begins to wait, and said to the outside (`catching`, `run`);
* errors and escalations go to the innermost event that catches them, the coded one first (`handling`);
* an own loop that looks at a token's state again before running it, with a budget (`loop`);
* what is stored is where tokens stand, never a specification and nothing that is interpreted on loading (`state`).

`Run` is the door; nothing else here is for others.
"""

from engine.spiff.environment import Environment, Variables
from engine.spiff.loop import StepFailed
from engine.spiff.migration import MigrationPlan
from engine.spiff.migration import plan as migration_plan
from engine.spiff.operations import NotMovable
from engine.spiff.records import Away, Passed, Position, TaskNotCurrent, Waiting, WaitingTask
from engine.spiff.run import Run
from engine.spiff.specification import Specification
from engine.spiff.state import Saved, Tables
from engine.spiff.thrown import Thrown

__all__ = [
    "Away",
    "Environment",
    "MigrationPlan",
    "NotMovable",
    "Passed",
    "Position",
    "Run",
    "Saved",
    "Specification",
    "StepFailed",
    "Tables",
    "TaskNotCurrent",
    "Thrown",
    "Variables",
    "Waiting",
    "WaitingTask",
    "migration_plan",
]
