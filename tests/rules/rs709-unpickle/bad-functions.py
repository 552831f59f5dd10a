import pickle

import redis


class Job:
    def __init__(self, client: redis.Redis, deserializer=None):
        self.client = client
        self.deserializer = deserializer

    def result(self, name):
        found = self.client.get(name)
        return decode_result(found, deserializer=self.deserializer)


def decode_result(data, *, deserializer=None):
    if deserializer is None:
        deserializer = pickle.loads
    return deserializer(data)["result"]


def decode_job(data, *, deserializer=None):
    deserializer = deserializer or pickle.loads
    return deserializer(data)["job"]
