"""Patterns on real servers: generated from a small spec, sync and awaited through one face."""
