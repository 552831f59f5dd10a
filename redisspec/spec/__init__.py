"""Spec files: their models, the small grammars in them, and their lowering to a program."""
