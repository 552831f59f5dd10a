import redis

client = redis.Redis(socket_timeout=2)


def rebuild(scores):
    with client.pipeline() as pipe:
        pipe.delete("board:top")
        for name, score in scores:
            pipe.zadd("board:top", {name: score})
        pipe.execute()


def renamed(scores):
    client.delete("{board}:new")
    client.zadd("{board}:new", dict(scores))
    client.rename("{board}:new", "{board}:top")


def renamed_at_last(scores):
    client.delete("{board}:new")
    client.zadd("{board}:new", {name: score for name, score in scores})
    client.rename("{board}:new", "{board}:top")


def nothing_to_add(names):
    client.delete("names")
    client.rpush("names", "first")


def or_added(names, again):
    if again:
        client.delete("maybe")
    else:
        client.rpush("maybe", *names)
