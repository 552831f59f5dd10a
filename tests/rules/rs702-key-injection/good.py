import re
import urllib.parse

import redis
from fastapi import FastAPI
from flask import Flask, request

app = Flask(__name__)
api = FastAPI()
client = redis.Redis(socket_timeout=2)


def literally(text):
    return re.sub(r"[*?\[\]\\^]", r"\\\g<0>", text)


@app.route("/drafts/<int:number>")
def drop(number):
    return client.keys(f"draft:{number}:*")


@app.route("/search")
def search():
    name = literally(request.args["q"])
    client.keys(f"draft:{name}:*")
    client.keys(f"draft:{int(request.args['id'])}:*")
    client.get(f"draft:{urllib.parse.quote(request.args['q'], safe='')}:title")
    # At the end of a key there is nothing left to choose.
    return client.get("draft:" + request.args["q"])


@api.get("/drafts/{number}")
async def drafts(number: int):
    return client.scan(match=f"draft:{number}:*")


def helper(name):
    """No handler: who calls it has seen to the name."""
    return client.keys(f"draft:{name}:*")
