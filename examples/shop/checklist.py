"""Expectations that are noted as they are met, so that the demo can end with a list of them."""

import sys
from dataclasses import dataclass, field


@dataclass(slots=True)
class Checklist:
    """What was expected, and whether it was so."""

    lines: list[str] = field(default_factory=list)
    failed: int = 0

    def expect(self, what: str, found: object, wanted: object = True) -> None:
        """Note whether `found` is what was wanted."""
        if found == wanted:
            self.lines.append(f"  ok      {what}")
        else:
            self.failed += 1
            self.lines.append(f"  FAILED  {what}: expected {wanted!r}, found {found!r}")

    def show(self) -> int:
        """Print the list; the exit status that it stands for."""
        print("\n".join(self.lines))
        if self.failed:
            print(f"\n{self.failed} of {len(self.lines)} expectations failed", file=sys.stderr)
        else:
            print(f"\nall {len(self.lines)} expectations met")
        return 1 if self.failed else 0
