"""Geo indexes: members by place, found by distance."""

from __future__ import annotations

from redisspec.ir.methods import (
    Arg,
    Argument,
    Call,
    Const,
    Encoded,
    Given,
    Method,
    Plain,
    Reply,
    Stored,
    StoredEach,
)
from redisspec.ir.model import Keyspace
from redisspec.structures.common import (
    command,
    expires,
    expiry,
    plain_write,
    read,
    script,
    ttl_argument,
)

PLACE = (Argument("longitude", Plain("float")), Argument("latitude", Plain("float")))
NEAR = (
    Argument("radius", Plain("float"), keyword=True),
    Argument("count", Plain("int | None"), "None", keyword=True),
)


def methods(keyspace: Keyspace) -> tuple[Method, ...]:
    kind = keyspace.value
    assert kind is not None
    member = Argument("member", Stored(kind))
    found = Reply("distances", kind)
    circle = (
        Const("BYRADIUS"), Arg("radius", "check_radius"), Const("m"), Const("ASC"), Given("count", "COUNT"), Const("WITHDIST"),
    )  # fmt: skip
    return (
        _add(keyspace, member),
        read(keyspace, "search",
             "Return the members within `radius` metres of a place, the nearest first, with their distance in metres.",
             command("GEOSEARCH", Const("FROMLONLAT"), Arg("longitude", "check_longitude"), Arg("latitude", "check_latitude"), *circle), found,
             (*PLACE, *NEAR)),
        read(keyspace, "search_around",
             "Return the members within `radius` metres of a member (itself too), the nearest first, in metres.\n\n"
             "An unknown member is a ResponseError of the server.",
             command("GEOSEARCH", Const("FROMMEMBER"), Encoded("member"), *circle), found, (member, *NEAR)),
        read(keyspace, "position", "Return the member's (longitude, latitude), or None when it is not there.",
             command("GEOPOS", Encoded("member")), Reply("coordinates"), (member,)),
        read(keyspace, "distance", "Return the metres between two members, or None when one is not there.",
             command("GEODIST", Encoded("member"), Encoded("other"), Const("m")), Reply("float_or_none"),
             (member, Argument("other", Stored(kind)))),
        plain_write("remove", "Remove members and return how many there were.",
                    command("ZREM", Encoded("members")), Reply("int"),
                    (Argument("members", StoredEach(kind)),)),
        read(keyspace, "size", "Return how many members there are.", command("ZCARD"), Reply("int")),
    )  # fmt: skip


def _add(keyspace: Keyspace, member: Argument) -> Method:
    doc = (
        "Put the member at a place; True when it is new or has moved.\n\n"
        "Longitudes reach from -180 to 180 degrees, latitudes from -85.05112878 to 85.05112878."
    )
    place = (
        Arg("longitude", "check_longitude"),
        Arg("latitude", "check_latitude"),
        Encoded("member"),
    )
    arguments = (member, *PLACE, *ttl_argument(keyspace))
    bound = keyspace.bound.max_items
    if bound is None and not expires(keyspace):
        return plain_write(
            "add", doc, command("GEOADD", Const("CH"), *place), Reply("bool"), arguments
        )
    if bound is not None:
        doc += f"\n\nRaises CollectionFull, and changes nothing, where it would hold more than {bound:,} members."
    call = Call(
        script(keyspace, "geo_add", Const(bound or 0), *place),
        Reply("added_flag", limits=(bound,)),
        "never",
    )
    return Method("add", doc, call, arguments, (("GEOADD",), *expiry(keyspace)), "geo_add")
