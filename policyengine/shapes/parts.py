"""The types from which kinds build their documents, and what they mean to the builder and to the schema generator.

A kind's document is a `msgspec.Struct`; its fields use the types here and `str`, `int`, `bool`, `Decimal`, `Literal`,
`list`, `dict[str, …]`, other structs and `… | None`. Alternatives are one struct with optional fields and `one_of`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from msgspec import Struct

from policyengine.core.quantity import Duration, Money
from policyengine.core.source import Node

__all__ = [
    "Condition",
    "Day",
    "Doc",
    "Duration",
    "Form",
    "Id",
    "Instant",
    "MayBeEmpty",
    "Message",
    "Money",
    "Number",
    "OneOrMore",
    "Part",
    "Raw",
    "Refers",
    "Share",
    "Tighter",
    "Use",
]


class Part(Struct, frozen=True, eq=False, kw_only=True):
    """A mapping of a policy document.

    `one_of` lists groups of keys of which exactly one must be given; `at_least_one` groups of which one or more must.
    Python keywords are spelled with `msgspec.field(name="except")`.
    """

    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    at_least_one: ClassVar[tuple[tuple[str, ...], ...]] = ()


class Condition(Struct, frozen=True, eq=False):
    """A condition as written. Every field of this type is annotated with `Use`."""

    node: Node


class Raw(Struct, frozen=True, eq=False):
    """Data as written, which the kind reads itself (values, templates). Annotate with `Form` for its schema."""

    node: Node


class Use(Struct, frozen=True):
    """What a condition is for: whether it tightens or loosens, and what its paths are about.

    `about`: `record` (the policy's `applies_to`), `element` (the sibling `for_each`, else the record), or the name of a
    record type. One law (language.md, Truth): what tightens needs only a possible yes, what loosens a certain yes.
    """

    effect: Literal["tightens", "loosens"]
    about: str = "record"


class Tighter(Struct, frozen=True):
    """Which way a key becomes tighter, for overlays; a key without it may not change.

    `any` (it decides nothing), `same`, `up` and `down` (numbers, lengths of time, words in the order in which their
    type lists them, no before yes; of raw data `down` is `no`), `more` and `fewer` (entries of lists and mappings; a
    key that may be added, or left out), `wider` and `narrower` (conditions; without it, what their `Use` says).

    `unsaid` is what a key means that is left out: `loosest` or `tightest` for a limit, at most a word of its type,
    `never` or `always` for a condition, `same` where nobody can tell. `about` names another key of the same mapping
    that this one is about: while the base leaves that one out, it may be added. New entries of a list stand behind
    those of the base, with `new_first` before them.
    """

    direction: Literal["any", "same", "up", "down", "more", "fewer", "wider", "narrower"]
    unsaid: str = ""
    about: str = ""
    new_first: bool = False


class Form(Struct, frozen=True):
    """The written form of a text or number: `id`, `share`, `number`, `day`, `time`, `message`, `zone` and others."""

    name: str


class Refers(Struct, frozen=True):
    """What a text names: `team role person calendar on_call market platform terms policy record_type field zone …`.

    `policy` may be narrowed to a kind: `policy:escalation`. The set checks it and offers the nearest name.
    """

    to: str


class OneOrMore(Struct, frozen=True):
    """A list that may be written as its only entry."""


class MayBeEmpty(Struct, frozen=True):
    """A list or mapping that may be empty, because to have nothing means something (`fails: []`)."""


class Doc(Struct, frozen=True):
    """What a key means, in one plain sentence, and an example value in YAML."""

    meaning: str
    example: str = ""


Id = Annotated[str, Form("id")]
Message = Annotated[Raw, Form("message")]
Share = Annotated[Decimal, Form("share")]
Number = Annotated[Decimal, Form("number")]
Day = Annotated[date, Form("day")]
Instant = Annotated[datetime, Form("time")]
