import redis

client = redis.Redis(socket_timeout=2)


def redeem(token):
    user = client.getdel(f"invite:{token}")
    return user


def redeem_if_any(token):
    user = client.get(f"invite:{token}")
    if user is not None:
        client.delete(f"invite:{token}")
    return user


def take_field(user):
    found = client.hget("pending", user)
    client.hdel("pending", user)
    return found


def sync(users):
    for user in client.hkeys("active"):
        stamp = client.hget("active", user)
        users.update(user, stamp)
        client.hdel("active", user)


def redeem_both(token):
    user = client.get(f"invite:{token}")
    client.delete(f"invite:{token}", f"inviter:{token}")
    return user


def put_aside(job):
    state = client.get(f"state:{job}")
    if state:
        client.set(f"ended:{job}", state, ex=86_400)
        client.delete(f"state:{job}")


def redeem_code(user, code):
    if client.get(f"code:{user}") != code:
        return False
    client.delete(f"code:{user}")
    return True


def oldest(user, most):
    found = client.lrange(f"log:{user}", -most, -1)
    client.ltrim(f"log:{user}", 0, -most - 1)
    return found
