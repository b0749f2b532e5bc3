"""The only package that knows SpiffWorkflow: it runs what `engine.model` describes.

SpiffWorkflow 3.2 keeps the token semantics; what it gets wrong is corrected here by subclassing:

* no script engine of its own anywhere: expressions are FEEL (`expressions`);
* process variables live once per instance, beside the tasks, not in them (`workflow`);
* an own loop that looks at a task's state again before running it, with a budget (`loop`);
* BPMN errors go to the innermost boundary event that catches them, the coded one before the catch-all (`errors`);
* what is stored is the state of tasks alone, never a specification and nothing that is interpreted on loading
  (`state`);
* finished history above the live tokens is cut off at each wait state (`trim`);
* a parallel gateway does not predict past itself (`gateways`).

`Run` is the door; nothing else here is for others.
"""

from engine.spiff.run import Passed, Run, StepFailed, WaitingTask
from engine.spiff.specification import Specification

__all__ = ["Passed", "Run", "Specification", "StepFailed", "WaitingTask"]
