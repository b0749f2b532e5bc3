"""Contexts (DMN 1.5, 10.3.4.9)."""

from collections.abc import Mapping
from typing import Any

from engine.feel.budget import MAXIMUM_DEPTH, Run, too_deep
from engine.feel.builtins.declare import Library
from engine.feel.values.kinds import FOREIGN, adopted, is_context

LIBRARY = Library()


@LIBRARY.function("get value", "m: context, key: string")
def get_value(run: Run, context: Mapping[str, object], key: str) -> object:
    """Return the entry of a key; null without it (DMN 1.5, table 80)."""
    if key not in context:
        return run.null("the context has no entry {!r}", key)
    value = context[key]
    return adopted(value) if type(value) in FOREIGN else value


@LIBRARY.function("get value", "context: context, keys: list")
def get_value_within(run: Run, context: Mapping[str, object], keys: list[object]) -> object:
    """Return the entry within contexts, by a list of keys (Camunda)."""
    value: object = context
    for key in keys:
        if not is_context(value) or type(key) is not str:
            return run.null("there is no such entry")
        value = get_value(run, value, key)
    return value if keys else None


@LIBRARY.function("get entries", "m: context")
def get_entries(run: Run, context: Mapping[str, object]) -> object:
    """Return a list of the entries as contexts of `key` and `value` (DMN 1.5, table 80)."""
    run.tick(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@LIBRARY.function("context", "entries: list")
def context_of(run: Run, entries: list[object]) -> object:
    """Return the context of entries with `key` and `value` (DMN 1.5, table 80)."""
    made: dict[str, object] = {}
    for entry in entries:
        run.tick()
        if not is_context(entry):
            return run.null("an entry is no context")
        key = entry.get("key")
        if type(key) is not str or "value" not in entry or key in made:
            return run.null("an entry has no key, has no value, or is there twice")
        made[key] = entry["value"]
    return made


@LIBRARY.function("context put", "context: context, key: string, value: any")
def context_put(run: Run, context: Mapping[str, object], key: str, value: object) -> object:
    """Return the context with an entry added or changed (DMN 1.5, table 80)."""
    run.tick(1 + (len(context) >> 2))
    return {**context, key: value}


@LIBRARY.function("context put", "context: context, keys: list, value: any")
def context_put_within(run: Run, context: Mapping[str, object], keys: list[object], value: object) -> object:
    """Return the context with an entry changed within contexts, by a list of keys (DMN 1.5, table 80)."""
    texts = [key for key in keys if type(key) is str]
    if not keys or len(texts) < len(keys):
        return run.null("the keys are no texts")
    if len(keys) > MAXIMUM_DEPTH:
        raise too_deep()
    return _put(run, context, texts, value)


def _put(run: Run, context: Mapping[str, object], keys: list[str], value: object) -> object:
    key, *rest = keys
    if rest:
        inner = context.get(key)
        if not is_context(inner):
            return run.null("there is no context {!r}", key)
        value = _put(run, inner, rest, value)
        if value is None:
            return None
    run.tick(1 + (len(context) >> 2))
    return {**context, key: value}


@LIBRARY.function("context merge", "contexts: list")
def context_merge(run: Run, contexts: list[Any]) -> object:
    """Return the entries of all contexts as one; a later one prevails (DMN 1.5, table 80)."""
    if not all(map(is_context, contexts)):
        return run.null("only contexts can be merged")
    made: dict[str, object] = {}
    for each in contexts:
        run.tick(1 + (len(each) >> 2))
        made.update(each)
    return made


@LIBRARY.function("context merge", "context: context, more*: context")
def context_merge_of(run: Run, context: Any, more: list[Any]) -> object:
    """Return the entries of all contexts as one; a later one prevails (Camunda)."""
    return context_merge(run, [context, *more])
