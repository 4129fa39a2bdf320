"""The template engine: Jinja, with what it does for each name, call and value of a page done once, or cheaper.

`shop.app` gives it to the application. Templates are written, and pages look, as with Jinja's own environment.
"""

from collections.abc import Callable, MutableMapping
from types import FunctionType, MethodType
from typing import Any

import markupsafe
from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.utils import _PassArg
from markupsafe import Markup, escape

_escaped = markupsafe._escape_inner  # type: ignore[attr-defined]  # noqa: SLF001  # `escape`, without making a Markup


class QuickCalls(Context):
    """Calls macros, functions and methods at once; Jinja asks of each call six things that hold for hardly any."""

    def call(
        self,
        called: Callable[..., Any],
        /,
        *args: Any,
        _loop_vars: dict[str, Any] | None = None,
        _block_vars: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Call something for a template, with the context that it asks for, if any."""
        kind = type(called)
        if kind is Macro:
            return called(self.eval_ctx, *args, **kwargs)
        if kind is FunctionType or kind is MethodType:
            asks = getattr(called, "jinja_pass_arg", None)
            if asks is None:
                return called(*args, **kwargs)
            if asks is _PassArg.eval_context:
                return called(self.eval_ctx, *args, **kwargs)
        return super().call(called, *args, _loop_vars=_loop_vars, _block_vars=_block_vars, **kwargs)


class PlainOutput(CodeGenerator):
    """Writes templates that put values out by `shown`; Jinja makes a new Markup of each, though they are joined anyway."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")


def shown(value: Any) -> str:
    """Give a value as HTML: escaped, unless it is HTML already."""
    kind = type(value)
    if kind is str:
        return _escaped(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return str(value) if kind is int else escape(value)


class QuickEnvironment(Environment):
    """Templates that all know the same global names, as one dictionary.

    Jinja chains a dictionary of its own before it for each template, and for every component that a page imports
    compares two such chains name by name.
    """

    context_class = QuickCalls
    code_generator_class = PlainOutput
    shown = staticmethod(shown)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give the names that a template knows."""
        return super().make_globals(d) if d else self.globals
