"""Two balances of one keyspace and a ledger change together, under contention too."""

from concurrent.futures import ThreadPoolExecutor

from kit.checklist import Checklist
from recipes_redis import InsufficientFunds, Recipes

BANK = "north"
ANN, BOB = 1, 2


def show(recipes: Recipes, checks: Checklist) -> None:
    """Move money, be refused, move it to oneself, and move it from many threads at once."""
    recipes.balance.set(BANK, ANN, 10_000)
    checks.expect("a transfer says what is left", recipes.transfer(BANK, ANN, BOB, 2_500), 7_500)
    refused = (0, 0)
    try:
        recipes.transfer(BANK, ANN, BOB, 8_000)
    except InsufficientFunds as error:
        refused = (error.held, error.wanted)
    checks.expect("one beyond the balance is refused", refused, (7_500, 8_000))
    checks.expect("to oneself it changes nothing", recipes.transfer(BANK, BOB, BOB, 2_500), 2_500)

    def send(number: int) -> bool:
        try:
            recipes.transfer(BANK, *((ANN, BOB) if number % 3 else (BOB, ANN)), 500)
        except InsufficientFunds:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        done = sum(threads.map(send, range(120)))
    total = recipes.balance.get(BANK, ANN) + recipes.balance.get(BANK, BOB)
    checks.expect("8 threads later no cent is lost or made", total, 10_000)
    checks.expect("the ledger has what was done, no more", recipes.ledger.length(BANK), done + 2)
