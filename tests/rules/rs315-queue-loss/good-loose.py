import redis

client = redis.Redis(socket_timeout=2)


def read_once(run):
    for _, entries in client.xreadgroup("readers", "me", {"events": ">"}, noack=True):
        run(entries)


def read_as_told(run, options):
    for _, entries in client.xreadgroup("readers", "me", {"events": ">"}, **options):
        run(entries)
