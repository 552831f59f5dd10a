import redis

client = redis.Redis(socket_timeout=2)


def record(player, points):
    best = client.zscore("board:all", player)
    if best is None or points > best:
        client.zadd("board:all", {player: points})


def top(player, points):
    least = client.zrange("board:top", 0, 0, withscores=True)
    if least[0][1] < points:
        client.zrem("board:top", least[0][0])
        client.zadd("board:top", {player: points})
