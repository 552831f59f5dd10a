"""The language server: what the linter says, shown while one writes. Needs the extra `lsp`."""
