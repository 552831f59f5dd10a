import redis

client = redis.Redis(socket_timeout=2)


def publish(topic, fields, maxlen=None):
    client.xadd(f"topic:{topic}", fields, maxlen=maxlen)
