"""Emits the Python package: one accessor a keyspace, in three modes, and what they stand on."""
