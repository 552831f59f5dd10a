import redis

r = redis.Redis(socket_timeout=2)


def fill(name, items):
    batch = []
    for i, item in enumerate(items):
        batch.append(item)
        if i % 100 == 99:
            r.sadd(name, *batch)
            batch = []
    r.sadd(name, *batch)


def fill_map(name, items):
    batch = {}
    for item in items:
        batch[item] = 1
        if len(batch) >= 100:
            r.zadd(name, batch)
            batch = {}
    r.zadd(name, batch)


def chunks(items, n):
    for i in range(0, len(items), n):
        yield items[i : i + n]


def fill_chunks(name, items):
    for chunk in chunks(items, 100):
        r.sadd(name, *chunk)
    for i in range(0, len(items), 100):
        r.srem(name, *items[i : i + 100])
    for chunk in chunks(items, 100):
        r.delete(*[f"a:{i}" for i in chunk])
    for chunk in chunks(items, 100):
        r.zadd(name, {one: 1 for one in chunk})


def work(group, me, run):
    found = r.xreadgroup(group, me, {"events": ">"}, count=10, block=1_000)
    for stream, entries in found:
        for entry, fields in entries:
            run(fields)
            r.xack(stream, group, entry)


def names_by_the_hundred(groups):
    for group in groups:
        with client.pipeline(transaction=False) as pipe:
            for user in group:
                pipe.get(f"name:{user}")
            yield from pipe.execute()


def close(accounts):
    for account in accounts:
        with client.pipeline() as pipe:
            pipe.watch(f"account:{account}")
            if pipe.hget(f"account:{account}", "state") == b"open":
                pipe.multi()
                pipe.hset(f"account:{account}", "state", "closed")
                pipe.execute()


def imported(rows):
    pipe = client.pipeline(transaction=False)
    for count, row in enumerate(rows):
        pipe.hset("cities", row[0], row[1])
        if count % 1_000 == 0:
            pipe.execute()
    pipe.execute()


def of_each_shard(hosts, user):
    for host in hosts:
        shard = redis.Redis(host, socket_timeout=2)
        yield shard.get(f"name:{host}:{user}")


def chunks_of_keys(keys):
    for chunk in chunks(keys, 100):
        yield from r.mget(chunk)


class Proxy:
    def __init__(self):
        self._pipe = r.pipeline()

    def __getattr__(self, name):
        return getattr(self._pipe, name)


class Store:
    def __init__(self):
        self.pipe = Proxy()

    def names(self, users):
        for user in users:
            self.pipe.hgetall(f"user:{user}")
        return self.pipe.execute()
