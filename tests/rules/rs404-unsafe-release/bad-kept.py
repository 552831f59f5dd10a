import redis

client = redis.Redis(socket_timeout=2)


def in_an_elif(name, token, closed):
    if closed:
        return
    elif client.get(f"lock:{name}") == token:
        client.delete(f"lock:{name}")


def behind_a_comment(name, token):
    if client.get(f"lock:{name}") == token:
        # it is ours
        client.delete(f"lock:{name}")


def plainly(name, token):
    if token == client.get(f"lock:{name}"):
        client.delete(f"lock:{name}")
