import redis
from redis.cluster import RedisCluster

client = RedisCluster(host="cache", socket_timeout=2)
single = redis.Redis(socket_timeout=2)


class Store:
    def __init__(self, prefix):
        # It may bear the tag: "{app}".
        self.prefix = prefix

    def both(self, user):
        return client.mget(f"{self.prefix}:name:{user}", f"{self.prefix}:mail:{user}")


def tagged(user, first, names):
    client.mget(f"name:{{{user}}}", f"mail:{{{user}}}")
    client.mget(f"{{{user}}}:name", f"{{{user}}}:mail")
    client.sinter([f"{{tags}}:{name}" for name in names])
    client.rename("{jobs}:old", "{jobs}:new")
    client.mget(names)
    client.mget(first, user)


def key_by_key(user):
    # The client sends these key by key.
    client.delete(f"name:{user}", f"mail:{user}")
    client.exists(f"name:{user}", f"mail:{user}")
    with client.pipeline() as pipe:
        pipe.set(f"name:{user}", 1, ex=60)
        pipe.set(f"mail:{user}", 1, ex=60)
        pipe.execute()


def one_server(user):
    return single.mget(f"name:{user}", f"mail:{user}")
