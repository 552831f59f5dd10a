import pickle
import redis

class Store:
    def __init__(self, client: redis.Redis, serializer=None):
        self.client = client
        if serializer is None:
            serializer = pickle
        self.serializer = serializer
        self.loads = pickle.loads

    def _decode(self, data):
        return pickle.loads(data)

    def _decode2(self, data):
        return self.serializer.loads(data)

    def get(self, name):
        return self._decode(self.client.get(name))

    def get2(self, name):
        return self._decode2(self.client.get(name))

    def get3(self, name):
        return self.serializer.loads(self.client.get(name))

    def get4(self, name):
        return self.loads(self.client.get(name))

def decode(x, loads=pickle.loads):
    return loads(x)

def use(client: redis.Redis):
    return decode(client.get("a"))
