import json
import pickle

import redis


class Store:
    def __init__(self, client: redis.Redis, serializer=None):
        self.client = client
        if serializer is None:
            serializer = json
        self.serializer = serializer

    def get(self, name):
        return self.serializer.loads(self.client.get(name))

    def from_disk(self, path):
        return pickle.loads(path.read_bytes())


class Files:
    """Pickle by default, of what is in no server."""

    def __init__(self, serializer=pickle):
        self.serializer = serializer

    def get(self, path):
        return self.serializer.loads(path.read_bytes())
