import redis

client = redis.Redis(socket_timeout=2)


def rebuild(names):
    with client.pipeline(transaction=True) as pipe:
        pipe.delete("names")
        pipe.rpush("names", *names)
        pipe.execute()


def done(job):
    with client.pipeline(transaction=True) as pipe:
        pipe.zrem("running", job)
        pipe.sadd("finished", job)
        pipe.execute()


def insert(project, task, fields):
    pipe = client.pipeline(transaction=True)
    pipe.hset(f"task:{task}", mapping=fields)
    pipe.sadd(f"tasks:{project}", task)
    pipe.execute()


class Tasks:
    def keep(self, task, pipe=None):
        sender = pipe or client
        sender.set(f"kept:{task}", "new", ex=60)

    def list(self, task, pipe=None):
        sender = pipe or client
        sender.rpush("listed", task)

    def pipeline(self, transaction=False):
        return client.pipeline(transaction=transaction)

    def add(self, task):
        pipe = self.pipeline()
        self.keep(task, pipe=pipe)
        self.list(task, pipe=pipe)
        pipe.execute()
