"""Tests that need a real server, and the servers that they start."""
