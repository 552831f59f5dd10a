import uuid

import redis

client = redis.Redis(socket_timeout=2)


def names(users):
    return [client.get(f"name:{user}") for user in users]


def add(user, items):
    for item in items:
        client.sadd(f"items:{user}", item)


class Sessions:
    def __init__(self):
        self.redis = redis.Redis(socket_timeout=2)

    def owner(self, session):
        return self.redis.hget(f"session:{session}", "user")

    def owners(self, sessions):
        return {session: self.owner(session) for session in sessions}


def tag(users):
    for user in users:
        client.sadd(f"tags:{user.id}", *user.tags)


def addresses(network, found):
    for host in network.split(found["hosts"]):
        print(host)


def looked_up(network, users):
    for user in users:
        found = client.hgetall(f"user:{user}")
        addresses(network, found)


def both(users):
    for user in users:
        with client.pipeline() as pipe:
            pipe.get(f"name:{user}")
            pipe.get(f"mail:{user}")
            yield pipe.execute()


def merged(groups):
    found = {}
    for group in groups:
        found[group] = client.smembers(f"members:{group}")
    return [name for members in found.values() for name in members]


def total(users):
    counts = [client.llen(f"inbox:{user}") for user in users]
    seen = 0
    for count in counts:
        seen += count
        client.ping()
    return seen


def read_then_walked(groups):
    for group in groups:
        members = client.lrange(f"members:{group}", 0, 99)
    for member in members:
        client.publish("members", member)


def described(user):
    if not client.exists(f"user:{user}"):
        return None
    name = client.hget(f"user:{user}", "name")
    mail = client.hget(f"user:{user}", "mail")
    seen = client.get(f"seen:{user}")
    count = client.llen(f"inbox:{user}")
    return name, mail, seen, count


def all_described(users):
    return [described(user) for user in users]


def score(user):
    return client.zscore("ranks", user)


def shown(user):
    return f"{user} ({score(user)})"


def board(users):
    return [shown(user) for user in users]


def close_all(users):
    while users:
        user = users.pop()
        client.hset(f"user:{user}", "open", 0)


def nested(groups):
    for group in groups:
        client.hset(f"group:{group.id}", "state", "new")
        for user in group.users:
            client.hset(f"user:{user}", "state", "new")


def invented(count):
    for _ in range(count):
        client.sadd("tokens", uuid.uuid4().hex)


def without_job(jobs):
    locks = {key: client.get(key) for key in client.scan_iter("lock:*")}
    for lock, job in locks.items():
        if job not in jobs:
            client.delete(lock)


def forget(key):
    client.unlink(key)


def forget_all():
    for key in client.scan_iter("visit:*"):
        forget(key)


def of_a_file():
    for line in open("/etc/names"):
        client.sadd("names", line)


def of_an_answer():
    for name in fetch("https://example.org/names").json():
        client.hgetall(f"name:{name}")


def of_pairs_that_were_taken_apart(scores):
    for name, score in scores:
        client.zadd("board", name, score)


class Batch:
    def __init__(self):
        self.keys = []

    def add(self, key):
        self.keys.append(key)

    def send(self):
        for key in self.keys:
            client.hset(key, "state", "sent")


def filled_elsewhere(fill):
    names = {}
    fill(names)
    for name, value in names.items():
        client.set(f"name:{name}", value, ex=60)


class Stage:
    def __init__(self, name):
        self.name = name

    def size(self):
        return client.llen(f"stage:{self.name}")

    def times(self):
        return client.mget(f"start:{self.name}", f"end:{self.name}")


class Stages:
    def all(self):
        for name in client.smembers("stages"):
            yield Stage(name)

    def every(self):
        yield from self.all()

    def sizes(self):
        return sum(stage.size() for stage in self.all())

    def times(self):
        found = []
        for stage in self.every():
            found.append(stage.times())
        return found

    def listed(self, names):
        stages = []
        for name in names:
            stages.append(Stage(name))
        return [stage.size() for stage in stages]

    def made(self, names):
        stages = [Stage(name) for name in names]
        for stage in stages:
            stage.times()
