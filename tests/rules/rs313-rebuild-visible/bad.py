import redis

client = redis.Redis(socket_timeout=2)


def rebuild(scores):
    client.delete("board:top")
    for name, score in scores:
        client.zadd("board:top", {name: score})


def rebuild_some(scores, least):
    client.delete(
        "board:some",
    )
    # those that count

    for name, score in scores:
        if score < least:
            continue  # too few
        client.zadd(
            "board:some",
            {name: score},
        )
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
