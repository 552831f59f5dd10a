"""Reads Python: other people's source becomes calls of Redis, with keys traced to what they are made of."""
