import redis
from fastapi import FastAPI, Request
from flask import Flask, request

app = Flask(__name__)
api = FastAPI()
client = redis.Redis(socket_timeout=2)


@app.route("/drafts/<name>", methods=["DELETE"])
def drop(name):
    for key in client.scan_iter(match=f"draft:{name}:*"):
        client.unlink(key)
    return "", 204


@app.route("/search")
def search():
    wanted = request.args.get("q", "").strip()
    return client.keys("draft:*" + wanted + "*")


@api.get("/drafts/{name}")
async def drafts(name: str, request: Request):
    _, found = client.scan(match=f"draft:{name}:*")
    _, more = client.scan(match=f"draft:{request.query_params['also']}:*")
    return found, more, client.get(f"draft:{name}:title")


class Access:
    def __init__(self, client: redis.Redis, request):
        self.client = client
        self.request = request

    def allow(self):
        self.client.acl_setuser("web", keys=[f"own:{self.request.POST['user']}:*"])
