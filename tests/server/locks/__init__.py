"""Locks on real servers."""
