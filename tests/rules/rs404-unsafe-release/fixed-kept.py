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
    client.eval("if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0", 1, f"lock:{name}", token)
