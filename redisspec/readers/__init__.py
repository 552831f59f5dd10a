"""Readers: other people's source becomes procedures."""
