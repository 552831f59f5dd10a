import redis

client = redis.Redis(socket_timeout=2)


def record(player, points):
    client.zadd("board:all", {player: points}, gt=True)


def top(player, points):
    with client.pipeline() as pipe:
        pipe.zadd("board:top", {player: points})
        pipe.zremrangebyrank("board:top", 0, -11)
        pipe.execute()


def due(now, run):
    for job in client.zrangebyscore("jobs", 0, now):
        run(job)
