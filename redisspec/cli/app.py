"""One run of the command line: finds the verb, runs it, and turns every end into an exit status."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from redisspec.cli.command_error import CommandError
from redisspec.cli.terminal import Terminal, prepare
from redisspec.cli.verbs import VERBS, overview

UNUSABLE = 2
INTERRUPTED = 130
BROKEN_PIPE = 141
DEBUG = "REDISSPEC_DEBUG"


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; never raises for what a user can do."""
    prepare()
    terminal = Terminal()
    # A run builds a tree and ends: the collector would walk it again and again for nothing.
    collected = gc.isenabled()
    gc.disable()
    try:
        status = _guarded(arguments, terminal)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence(sys.stdout)
        return BROKEN_PIPE
    except OSError as error:
        terminal.fail(CommandError(f"cannot write the output: {error.strerror or error}"))
        _silence(sys.stdout)
        return UNUSABLE
    finally:
        if collected:
            gc.enable()
    return status


def _guarded(arguments: Sequence[str], terminal: Terminal) -> int:
    try:
        return _dispatch(arguments)
    except CommandError as failure:
        sys.stdout.flush()
        terminal.fail(failure)
        return UNUSABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if error.filename is None:
            raise  # of a stream: every file that is opened has a name
        return _unexpected(error, terminal)
    except Exception as error:
        return _unexpected(error, terminal)


def _unexpected(error: Exception, terminal: Terminal) -> int:
    if os.environ.get(DEBUG):
        import traceback  # noqa: PLC0415 - only where it is asked for

        sys.stderr.write("".join(traceback.format_exception(error)))
    else:
        terminal.fail(_internal(error))
    return UNUSABLE


def _internal(error: Exception) -> CommandError:
    from redisspec import __version__  # noqa: PLC0415 - only on the way down

    lines = str(error).splitlines()
    said = f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
    return CommandError(
        f"redisspec {__version__} failed, and the fault is not yours: {said}",
        f"report it with the spec and what `{DEBUG}=1 redisspec ...` prints",
    )


def _dispatch(arguments: Sequence[str]) -> int:
    if not arguments:
        sys.stderr.write(overview())
        return UNUSABLE
    verb, *rest = arguments
    if verb in ("-h", "--help", "help"):
        if rest and rest[0] in VERBS:
            return _dispatch((rest[0], "--help"))
        sys.stdout.write(overview())
        return 0
    if verb not in VERBS:
        raise _unknown(verb)
    module = import_module(f"redisspec.cli.{verb}")
    parser = module.parser()
    if any(word in ("-h", "--help") for word in rest):
        sys.stdout.write(parser.format_help())
        return 0
    status: int = module.run(parser.parse_args(rest))
    return status


def _unknown(word: str) -> CommandError:
    from redisspec.diagnostics.suggest import nearest  # noqa: PLC0415 - only for what is mistyped

    if word in ("-V", "--version"):
        return CommandError(f"`{word}` stands alone", f"write `redisspec {word}`")
    kind = "option" if word.startswith("-") else "command"
    near = nearest(word, [*VERBS, "--help", "--version"])
    return CommandError(
        f"there is no {kind} `{word}`",
        f"did you mean `redisspec {near}`?" if near else "`redisspec --help` lists the commands",
    )


def _silence(stream: object) -> None:
    """Point a broken stream at nothing, so that its flush at exit does not complain."""
    with suppress(OSError, ValueError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())  # type: ignore[attr-defined] # a stream without one: suppressed
        os.close(null)
