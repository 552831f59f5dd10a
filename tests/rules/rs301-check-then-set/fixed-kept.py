import redis

client = redis.Redis(socket_timeout=2)


def in_an_elif(name, user, closed):
    if closed:
        return
    elif not client.exists(f"name:{name}"):
        client.set(f"name:{name}", user, ex=86_400)


def behind_a_comment(name, user):
    if not client.exists(f"name:{name}"):
        # nobody has it yet
        client.set(f"name:{name}", user, ex=86_400)


def with_more_in_it(name, user, tell):
    if not client.exists(f"name:{name}"):
        client.set(f"name:{name}", user, ex=86_400)
        tell(user)


def plainly(name, user):
    client.set(f"name:{name}", user, ex=86_400, nx=True)
