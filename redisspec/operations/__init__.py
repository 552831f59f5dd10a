"""Operations: steps in a checked subset of Python, compiled to one atomic Lua script."""
