"""What of the diagrams was reached: flow nodes, sequence flows and boundary events.

parts.py   what can be reached of a process        visits.py  what one instance reached
counts.py  by test and in total                    choice.py  which diagrams are looked at
table.py   for a terminal                          page.py    for a browser: one file, with the diagrams coloured
cobertura.py, as_json.py  for other programs       folder.py  all of them in one folder
"""

from webui.testing.coverage.counts import Coverage
from webui.testing.coverage.parts import Diagram, Part, Sort
from webui.testing.coverage.visits import Trace, Visits

__all__ = ["Coverage", "Diagram", "Part", "Sort", "Trace", "Visits"]
