"""Program in, `{path: text}` out; the writer alone touches the disk."""
