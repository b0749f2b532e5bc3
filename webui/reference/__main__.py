"""Writes the generated pages of docs/."""

from webui.reference import write

write()
