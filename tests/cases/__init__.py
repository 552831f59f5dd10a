"""Golden cases: a spec, and the text that it leads to."""
