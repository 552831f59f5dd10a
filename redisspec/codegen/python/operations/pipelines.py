"""An operation that is not atomic: its calls gathered in the written order and sent together."""

from __future__ import annotations

from redisspec.codegen.python import values
from redisspec.codegen.python.layout import (
    STEP,
    Expression,
    assignment,
    call,
    docstring,
    lines,
    prefixed,
    settled,
    signature,
)
from redisspec.codegen.python.module import Module
from redisspec.codegen.python.operations.calls import constructor, parameters
from redisspec.codegen.python.operations.names import (
    MODES,
    distinct,
    module_of,
    operation_class,
)
from redisspec.codegen.python.operations.refusals import wrapped
from redisspec.codegen.python.operations.results import annotation
from redisspec.codegen.python.view import Mode
from redisspec.ir.model import Keyspace
from redisspec.operations.compiled import (
    Constant,
    Item,
    KeyArgument,
    Param,
    PipelineOperation,
    PipelineStep,
)

BODY = 2 * STEP

_TOLD = "The calls are sent together in their order; the first error is raised after all were."
_GATHERED = "The calls go into the batch in their order."


def pipeline_text(pipeline: PipelineOperation, client: str, mode: Mode, header: str) -> str:
    """The module of an operation; `client` is the name of the package's class."""
    operation = pipeline.operation
    keyspaces = keyspaces_of(pipeline)
    module = module_of(operation, keyspaces, mode)
    said = (operation.doc or "").strip() or f"The operation {operation.name}, a pipeline."
    batch = f"{'Async' if mode == 'aio' else ''}{client}Batch"
    init = constructor(module, keyspaces, mode) if mode == "batch" else _begins(module, batch)
    head = [f"class {operation_class(operation)}:", *docstring(said, STEP), "", *init]
    body = _method(module, pipeline, mode)
    title = f"Operation {operation.name}{MODES[mode]}."
    return module.text(header, title, ["", *head, "", *body])


def keyspaces_of(pipeline: PipelineOperation) -> tuple[Keyspace, ...]:
    """The keyspaces whose methods are called."""
    return distinct([step.keyspace for step in pipeline.steps])


def _begins(module: Module, batch: str) -> list[str]:
    """`__slots__` and `__init__`: what begins a batch."""
    pad = " " * STEP
    kind = module.use_type(f"{module.root}batch", batch)
    begin = f"begin: {module.use('collections.abc', 'Callable')}[[], {kind}]"
    return [
        f'{pad}__slots__ = ("_begin",)',
        "",
        *signature("__init__", ("self", begin), "None"),
        f"{pad}    self._begin = begin",
    ]


def _method(module: Module, pipeline: PipelineOperation, mode: Mode) -> list[str]:
    operation = pipeline.operation
    items = tuple(name for name in operation.params if _walks(pipeline, name))
    result = annotation(module, pipeline.result)
    if mode == "batch":
        result = f"{module.runtime('batch', 'Pending')}[{result}]"
    head = signature(
        "__call__",
        ("self", *parameters(module, dict(operation.params), items)),
        result,
        is_async=mode == "aio",
    )
    said = (operation.doc or "").strip()
    why = " ".join((operation.reason or "").split()).rstrip(".")
    told = wrapped(f"Not one atomic step: {why}. {_GATHERED if mode == 'batch' else _TOLD}")
    check = module.runtime("operations", "check_items") if items else ""
    return [
        *head,
        *docstring("\n\n".join(text for text in (said, told) if text), BODY),
        *(line for name in items for line in settled(lines(call(check, name), BODY))),
        *_steps(module, pipeline, mode),
    ]


def _walks(pipeline: PipelineOperation, name: str) -> bool:
    return any(name in step.each for step in pipeline.steps)


def _steps(module: Module, pipeline: PipelineOperation, mode: Mode) -> list[str]:
    pad = " " * BODY
    gathered = [line for step in pipeline.steps for line in _step(module, pipeline, step, mode)]
    if mode == "batch":
        done = "_result" if pipeline.returned is not None else "self._lane.known(None)"
        return [*gathered, f"{pad}return {done}"]
    out = [f"{pad}_batch = self._begin()", *gathered]
    out.append(f"{pad}{'await ' if mode == 'aio' else ''}_batch.send()")
    return [*out, f"{pad}return _result.value"] if pipeline.returned is not None else out


def _step(module: Module, pipeline: PipelineOperation, step: PipelineStep, mode: Mode) -> list[str]:
    own = f"self._{step.keyspace.name}" if mode == "batch" else f"_batch.{step.keyspace.name}"
    given = [_argument(argument) for argument in step.arguments]
    named = [prefixed(f"{name}=", _argument(argument)) for name, argument in step.named]
    made = call(f"{own}.{step.method}", *given, *named)
    if step.each:
        targets = ", ".join(f"_each_{name}" for name in step.each)
        walked = (
            step.each[0]
            if len(step.each) == 1
            else f"{module.builtin('zip')}({', '.join(step.each)})"
        )
        loop = settled([f"{' ' * BODY}for {targets} in {walked}:"])
        return [*loop, *settled(lines(made, BODY + STEP))]
    if step.target is not None and step.target == pipeline.returned:
        return assignment("_result", made, BODY)
    return settled(lines(made, BODY))


def _argument(argument: KeyArgument) -> Expression:
    match argument:
        case Param(name):
            return name
        case Item(name):
            return f"_each_{name}"
        case Constant(value):
            return values.text(value) if isinstance(value, str) else repr(value)
