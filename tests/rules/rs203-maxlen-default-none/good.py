import redis

client = redis.Redis(socket_timeout=2)


def publish(topic, fields, maxlen=100_000):
    client.xadd(f"topic:{topic}", fields, maxlen=maxlen)


def asked(topic, fields, maxlen):
    client.xadd(f"topic:{topic}", fields, maxlen=maxlen)
