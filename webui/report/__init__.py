"""The report of a process instance as a PDF, made here and by nobody else's service.

paper.py      pages, fonts, headings, and what stands at their feet
diagram.py    the drawing of a process, read from its file
drawing.py    that drawing on a page, with the way of an instance through it
instance.py   what the report says
fonts.py      the font that it is written in
"""
