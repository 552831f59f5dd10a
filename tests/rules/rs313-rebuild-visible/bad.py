import redis

client = redis.Redis(socket_timeout=2)


def rebuild(scores):
    client.delete("board:top")
    for name, score in scores:
        client.zadd("board:top", {name: score})
