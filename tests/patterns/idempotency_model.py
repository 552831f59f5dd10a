"""What idempotency records promise, as plain Python: told what was asked, when, and what was answered.

As in `session_model.py` an answer falls into an interval of the server's clock, and what lies within it may
be either way.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

SLACK_MS = 4

At = tuple[float, float]


@dataclass
class Record:
    token: str
    fingerprint: str
    attempt: int
    lease: At
    gone: At
    result: str | None = None


def over(end: At, at: At) -> bool | None:
    """Whether a moment has passed; None where that depends."""
    if end[0] > at[1] + SLACK_MS:
        return False
    return True if end[1] < at[0] - SLACK_MS else None


@dataclass
class IdempotencyModel:
    keep: int
    lease: int
    records: dict[str, Record] = field(default_factory=dict)

    def begun(
        self, key: str, token: str, fingerprint: str, answer: tuple[str, object], at: At
    ) -> None:
        """`answer` is ("run", attempt), ("done", result), ("flight", seconds) or ("conflict", None)."""
        word, told = answer
        record = self.records.get(key)
        gone = True if record is None else over(record.gone, at)
        allowed: list[tuple[str, object]] = []
        if gone is not False:
            allowed.append(("run", 1))
        if record is not None and gone is not True:
            if record.fingerprint != fingerprint:
                allowed.append(("conflict", None))
            elif record.result is not None:
                allowed.append(("done", record.result))
            else:
                lease = over(record.lease, at)
                if lease is not True:
                    allowed.append(("flight", told))
                if lease is not False:
                    allowed.append(("run", record.attempt + 1))
        assert answer in allowed, (answer, allowed, record, at)
        if word == "run":
            assert isinstance(told, int)
            self.records[key] = Record(
                token, fingerprint, told, self._in(self.lease, at), self._in(self.keep, at)
            )
        if word == "flight" and record is not None:
            assert isinstance(told, float)
            left = record.lease[0] - at[1] - SLACK_MS, record.lease[1] - at[0] + SLACK_MS
            assert left[0] <= told * 1000 <= left[1]

    def completed(
        self, key: str, run: Record, result: str, answer: tuple[str, object], at: At
    ) -> None:
        """`answer` is ("result", what is recorded), ("flight", seconds) or ("conflict", None)."""
        record = self.records.get(key)
        gone = True if record is None else over(record.gone, at)
        made = Record(
            run.token, run.fingerprint, run.attempt, run.lease, self._in(self.keep, at), result
        )
        allowed: list[tuple[tuple[str, object], Record]] = []
        if gone is not False:
            allowed.append((("result", result), made))
        if record is not None and gone is not True:
            if record.fingerprint != run.fingerprint:
                allowed.append((("conflict", None), record))
            elif record.result is not None:
                allowed.append((("result", record.result), record))
            elif record.token != run.token:
                allowed.append((("flight", answer[1]), record))
            else:
                allowed.append((("result", result), made))
        after = [state for one, state in allowed if one == answer]
        assert after, (answer, allowed)
        # Where two states give one answer, either may be: it ends at the earlier's end, or at the later's.
        self.records[key] = replace(
            after[0],
            gone=(min(state.gone[0] for state in after), max(state.gone[1] for state in after)),
        )

    def failed(self, key: str, run: Record, answer: bool, at: At) -> None:
        self._owned(key, run, answer, at)
        if answer:
            self.records.pop(key, None)

    def renewed(self, key: str, run: Record, answer: bool, at: At) -> None:
        record = self._owned(key, run, answer, at)
        if answer and record is not None:
            record.lease = self._in(self.lease, at)
            ends = record.lease
            record.gone = max(record.gone[0], ends[0]), max(record.gone[1], ends[1])

    def _owned(self, key: str, run: Record, answer: bool, at: At) -> Record | None:
        record = self.records.get(key)
        owned = record is not None and record.token == run.token and record.result is None
        gone = True if record is None else over(record.gone, at)
        if gone is None and owned:
            return record
        assert answer is (owned and gone is False), (answer, record, run)
        return record

    @staticmethod
    def _in(ms: int, at: At) -> At:
        return at[0] + ms, at[1] + ms
