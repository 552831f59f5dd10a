import redis

client = redis.Redis(socket_timeout=2)


def rebuild(scores):
    with client.pipeline(transaction=True) as pipe:
        pipe.delete("board:top")
        for name, score in scores:
            pipe.zadd("board:top", {name: score})
        pipe.execute()


def rebuild_some(scores, least):
    with client.pipeline(transaction=True) as pipe:
        pipe.delete(
            "board:some",
        )
        # those that count

        for name, score in scores:
            if score < least:
                continue  # too few
            pipe.zadd(
                "board:some",
                {name: score},
            )
        pipe.execute()
    return len(scores)


def rebuild_as_asked(names):
    client.delete("names")
    for name in names:
        if client.sadd("names", name):
            print(name)


def rebuild_a_text(names):
    client.delete("texts")
    for name in names:
        client.rpush("texts", f"""{name}
        """)


def rebuild_until(names, last):
    client.delete("until")
    for name in names:
        client.rpush("until", name)
        if name == last:
            return name


def rebuild_or_tell(names):
    client.delete("or")
    for name in names:
        client.rpush("or", name)
    else:
        print("done")


def rebuild_beside(names, pipe):
    client.delete("beside")
    for name in names:
        client.rpush("beside", name)
    print(pipe)


def rebuild_and_hand_on(names, tell):
    client.delete("handed")
    for name in names:
        client.rpush("handed", name)
        tell(client)


def rebuild_noted(names):
    client.delete("noted")
    for name in names:
        client.rpush("noted", name)  # the newest last


cluster = redis.RedisCluster(socket_timeout=2)


def rebuild_in_a_cluster(names):
    cluster.delete("spread")
    for name in names:
        cluster.rpush("spread", name)


def rebuild_at_once(names):
    with client.pipeline(transaction=True) as pipe:
        pipe.delete("once")
        pipe.rpush("once", *names)
        pipe.execute()


def rebuild_by_mapping(scores):
    with client.pipeline(transaction=True) as pipe:
        pipe.delete("mapped")
        pipe.zadd("mapped", {name: score for name, score in scores})
        pipe.execute()


def rebuild_by_pipeline(names):
    pipe = client.pipeline()
    for name in names:
        pipe.rpush("piped", name)
    client.delete("piped")
    pipe.execute()


def replace(names):
    client.rpush("replaced:new", *names)
    client.delete("replaced")
    if client.exists("replaced:new"):
        client.rename("replaced:new", "replaced")
