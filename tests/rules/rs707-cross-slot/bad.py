from redis.asyncio.cluster import RedisCluster as AsyncCluster
from redis.cluster import RedisCluster

client = RedisCluster(host="cache", socket_timeout=2)


def several(user, names):
    client.mget(f"name:{user}", f"mail:{user}")
    client.mget([f"name:{user}", f"mail:{user}"])
    client.mset({f"name:{user}": 1, f"mail:{user}": 2})
    client.rename(f"old:{user}", f"new:{user}")
    client.sinter([f"tags:{name}" for name in names])
    client.eval("return 1", 2, f"name:{user}", f"mail:{user}")
    client.mget("{a}:x", "{b}:x")


def together(user):
    with client.pipeline(transaction=True) as pipe:
        pipe.set(f"name:{user}", 1, ex=60)
        pipe.set(f"mail:{user}", 1, ex=60)
        pipe.execute()


async def awaited(cluster: AsyncCluster, one, other):
    await cluster.sunionstore(f"all:{one}", f"part:{other}")
