"""Diagrams as SVG, from their own drawing (BPMN 2.0.2, chapter 12): what was reached is coloured and counted.

shapes.py  what each kind of element looks like      labels.py  texts that fit
svg.py     the whole picture, light and dark         webui/diagram.py  where things are drawn
"""

from webui.testing.drawing.svg import Look, Mark, draw

__all__ = ["Look", "Mark", "draw"]
