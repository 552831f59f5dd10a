"""Expectations that are noted as they are met, so that the demo can end with a list of them."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Checklist:
    """What was expected, of which run (`sync`, `async`, or none in particular), and what failed."""

    run: str = ""
    expected: dict[str, list[str]] = field(default_factory=dict)
    failures: list[tuple[str, str]] = field(default_factory=list)

    def expect(self, what: str, found: object, wanted: object = True) -> None:
        """Note whether `found` is what was wanted."""
        self.expected.setdefault(what, []).append(self.run)
        if found != wanted:
            run = f" ({self.run})" if self.run else ""
            self.failures.append((what, f"{what}{run}: expected {wanted!r}, found {found!r}"))

    def show(self) -> int:
        """Print the list and what failed; the exit status that it stands for."""
        failed = {what for what, _ in self.failures}
        for what, runs in self.expected.items():
            state = "FAILED" if what in failed else "ok"
            print(f"  {state:<6}  {' '.join(runs):<10}  {what}")
        total = sum(map(len, self.expected.values()))
        if self.failures:
            print(f"\n{len(self.failures)} of {total} expectations failed:")
            for _, text in self.failures:
                print(f"  {text}")
            return 1
        print(f"\nall {total} expectations met")
        return 0
