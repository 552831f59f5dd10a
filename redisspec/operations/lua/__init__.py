"""The Lua that operations become: its pieces, their order, their text."""
