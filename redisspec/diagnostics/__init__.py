"""Located messages, with their renderings."""
