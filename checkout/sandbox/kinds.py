"""Kinds of parameters and how Stripe refuses a wrong one. Called by params.py, which lists what is served."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from checkout.sandbox.errors import Unusable

WHOLE = re.compile(r"-?[0-9]{1,15}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


class Kind(Protocol):
    """Something that turns what came over the wire into a value, or raises `Unusable`."""

    def read(self, raw: Any, path: str) -> Any:
        """Check one parameter; `path` is its name as Stripe says it."""
        ...


def plain(raw: Any, path: str) -> str:
    """Insist on a single, non-empty text."""
    if not isinstance(raw, str):
        raise Unusable("Invalid string: {}", param=path)
    if raw == "":
        raise Unusable(
            f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a parameter;"
            f" however '{path}' cannot be unset. You should remove '{path}' from your request or supply a"
            " non-empty value.",
            param=path,
            code="parameter_invalid_empty",
        )
    return raw


@dataclass(frozen=True)
class Text:
    """A text of limited length, or one of a few words."""

    longest: int = 5000
    words: tuple[str, ...] = ()

    def read(self, raw: Any, path: str) -> str:
        """Check length and choice."""
        text = plain(raw, path)
        if self.words and text not in self.words:
            raise Unusable(f"Invalid {path}: must be one of {', '.join(self.words)}", param=path)
        if len(text) > self.longest:
            raise Unusable(
                f"Invalid string: {text[:20]}...{text[-10:]}; must be at most {self.longest} characters",
                param=path,
            )
        return text


@dataclass(frozen=True)
class Address:
    """An http or https address."""

    def read(self, raw: Any, path: str) -> str:
        """Check scheme and host."""
        text = plain(raw, path)
        try:
            parts = urlsplit(text)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", text)
        except ValueError:
            usable = False
        if not usable or len(text) > 5000:
            raise Unusable("Not a valid URL", param=path, code="url_invalid")
        return text


@dataclass(frozen=True)
class Mail:
    """An e-mail address."""

    def read(self, raw: Any, path: str) -> str:
        """Check the rough shape."""
        text = plain(raw, path)
        if not EMAIL.fullmatch(text) or len(text) > 512:
            raise Unusable(f"Invalid email address: {text[:100]}", param=path, code="email_invalid")
        return text


@dataclass(frozen=True)
class Whole:
    """A whole number within bounds."""

    least: int | None = None
    most: int | None = None

    def read(self, raw: Any, path: str) -> int:
        """Check digits and bounds."""
        text = plain(raw, path)
        if not WHOLE.fullmatch(text):
            raise Unusable(f"Invalid integer: {text[:40]}", param=path, code="parameter_invalid_integer")
        number = int(text)
        if self.least is not None and number < self.least:
            raise Unusable(
                f"This value must be greater than or equal to {self.least}.",
                param=path,
                code="parameter_invalid_integer",
            )
        if self.most is not None and number > self.most:
            raise Unusable(
                f"This value must be less than or equal to {self.most}.",
                param=path,
                code="parameter_invalid_integer",
            )
        return number


@dataclass(frozen=True)
class Flag:
    """true or false."""

    def read(self, raw: Any, path: str) -> bool:
        """Check the word."""
        text = plain(raw, path)
        if text not in {"true", "false"}:
            raise Unusable(f"Invalid boolean: {text[:40]}", param=path)
        return text == "true"


@dataclass(frozen=True)
class Metadata:
    """Stripe's key-value pairs: at most 50, keys of 40, values of 500 characters."""

    def read(self, raw: Any, path: str) -> dict[str, str]:
        """Check the three limits."""
        if raw == "":
            return {}
        if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
            raise Unusable("Invalid object", param=path)
        if len(raw) > 50:
            raise Unusable("Metadata can have up to 50 keys.", param=path)
        for key, value in raw.items():
            if len(key) > 40 or len(value) > 500:
                raise Unusable(
                    f"Metadata keys have at most 40 characters and values at most 500; check '{key[:40]}'.",
                    param=f"{path}[{key[:40]}]",
                )
        return {key: value for key, value in raw.items() if value != ""}


@dataclass(frozen=True)
class Listing:
    """A list of one kind."""

    of: Kind
    most: int = 100

    def read(self, raw: Any, path: str) -> list[Any]:
        """Check every entry in its order."""
        if not isinstance(raw, dict) or not all(re.fullmatch(r"[0-9]{1,4}", key) for key in raw):
            raise Unusable("Invalid array", param=path)
        if len(raw) > self.most:
            raise Unusable(f"Array {path} exceeded maximum {self.most} allowed elements.", param=path)
        return [self.of.read(raw[key], f"{path}[{key}]") for key in sorted(raw, key=int)]


@dataclass(frozen=True)
class Group:
    """Named parameters, some of them required; everything else is unknown."""

    fields: Mapping[str, Kind]
    required: frozenset[str] = field(default_factory=frozenset)

    def read(self, raw: Any, path: str = "") -> dict[str, Any]:
        """Check names, presence and every value."""
        if not isinstance(raw, dict):
            raise Unusable("Invalid object", param=path)
        named = {name: f"{path}[{name}]" if path else name for name in [*raw, *self.fields]}
        unknown = [named[name][:80] for name in raw if name not in self.fields]
        if unknown:
            plural = "s" if len(unknown) > 1 else ""
            raise Unusable(
                f"Received unknown parameter{plural}: {', '.join(unknown[:10])}"
                " (unknown to Stripe, or not served by the payments sandbox)",
                param=unknown[0],
                code="parameter_unknown",
            )
        for name in sorted(self.required - set(raw)):
            raise Unusable(
                f"Missing required param: {named[name]}.", param=named[name], code="parameter_missing"
            )
        return {name: self.fields[name].read(value, named[name]) for name, value in raw.items()}


@dataclass(frozen=True)
class Either:
    """A group, or a single value: `created=5` and `created[gte]=5`."""

    group: Group
    single: Kind

    def read(self, raw: Any, path: str) -> Any:
        """Take whichever came."""
        return (self.group if isinstance(raw, dict) else self.single).read(raw, path)
