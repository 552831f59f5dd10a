"""Loops that send a command a round and are left alone."""

import redis

client = redis.Redis(socket_timeout=2)
KINDS = ("new", "old")


def kept(users):
    for user in users:
        try:
            print(user)
        except ValueError:
            client.hset(f"failed:{user}", "state", "new")


def claimed(jobs):
    for job in jobs:
        client.set(f"claim:{job}", "me", nx=True, ex=60)


def of_each_kind(user):
    for kind in KINDS:
        client.hset(f"user:{user}", kind, "0")


def of_some_kinds(user):
    for kind in ["a", "b", "c"]:
        client.hset(f"user:{user}", kind, "0")


def configured(config):
    for user in config.USERS:
        client.hset(f"user:{user}", "state", "new")


def portions(groups):
    for group in groups:
        with client.pipeline() as pipe:
            pipe.sadd("members", *group)
            pipe.execute()


def failed(users):
    for user in users:
        try:
            print(user)
        except ValueError:
            with client.pipeline() as pipe:
                pipe.hset(f"failed:{user}", "state", "new")
                pipe.expire(f"failed:{user}", 60)
                pipe.execute()


def by_group(groups):
    for group in groups:
        for member in client.smembers(f"group:{group}"):
            client.publish("members", member)
