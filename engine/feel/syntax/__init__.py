"""From text to trees: the words, the grammar of FEEL, and that of JUEL."""
