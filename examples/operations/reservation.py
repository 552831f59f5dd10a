"""Seats held while somebody pays: a hold ends by itself, and no seat is sold twice."""

import time

from kit.checklist import Checklist
from recipes_redis import NoHold, Recipes, SoldOut

SHOW = 7
ANN, BOB, CYD = 1, 2, 3


def show(recipes: Recipes, checks: Checklist) -> None:
    """Two seats, three people who want one."""
    recipes.seats.set(SHOW, 2)
    recipes.hold_seat(SHOW, ANN, 60.0)
    until = recipes.hold_seat(SHOW, BOB, 0.5)
    checks.expect("asked again, a hold is the same", recipes.hold_seat(SHOW, BOB, 0.5), until)
    checks.expect("while both seats are held, a third waits", _holds(recipes, CYD), False)
    checks.expect("paid, a seat is sold", recipes.pay_seat(SHOW, ANN), 1)
    checks.expect("the other is held still", _holds(recipes, CYD), False)
    time.sleep(max(0.0, until - time.time()) + 0.02)
    try:
        recipes.pay_seat(SHOW, BOB)
        late = True
    except NoHold:
        late = False
    checks.expect("who pays too late has no seat", late, False)
    checks.expect("and the next one gets it", _holds(recipes, CYD), True)
    checks.expect("which was the last", recipes.pay_seat(SHOW, CYD), 0)


def _holds(recipes: Recipes, user: int) -> bool:
    try:
        recipes.hold_seat(SHOW, user, 60.0)
    except SoldOut:
        return False
    return True
