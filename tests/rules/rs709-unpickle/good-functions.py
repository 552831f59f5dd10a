import json
import pickle
from pathlib import Path

import redis

client = redis.Redis(socket_timeout=2)


def result(name):
    return decode_result(client.get(name))


def decode_result(data, *, deserializer=None):
    if deserializer is None:
        deserializer = json.loads
    return deserializer(data)["result"]


def decode_file(path: Path, *, loader=None):
    if loader is None:
        loader = pickle.loads
    return loader(path.read_bytes())
