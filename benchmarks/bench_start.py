"""How long the command line takes to start: `--version` beside `python -c pass`, and lint of the shop's spec."""

from __future__ import annotations

from timing import ROOT, Run, medians, python, verdict

ROUNDS = 30
_BAR = 3


def main() -> None:
    """Print the medians, and the ratio with its bar."""
    shop = ROOT / "examples" / "shop"
    redisspec = python("-m", "redisspec")
    seconds = medians(
        {
            "python -c pass": Run(python("-c", "pass"), shop),
            "redisspec --version": Run([*redisspec, "--version"], shop),
            "redisspec --help": Run([*redisspec, "--help"], shop),
            "redisspec lint, the shop": Run([*redisspec, "lint"], shop),
        },
        ROUNDS,
    )
    base = seconds["python -c pass"]
    for name, taken in seconds.items():
        ratio = taken / base
        bar = _BAR if name == "redisspec --version" else None
        print(f"  {name:<26}{taken * 1e3:>8.1f} ms{ratio:>8.2f}x   {verdict(ratio, bar)}")


if __name__ == "__main__":
    main()
