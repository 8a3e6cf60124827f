"""Random policies and records for differential and property tests: everything from one seeded generator."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from policyengine.core.record import Field, RecordType, RecordTypes
from policyengine.language.operators import operators_for

Plain = dict[str, Any]

WORDS = ("ad", "advert", "gifted", "sale", "new", "summer", "Werbung", "โฆษณา", "広告", "class", "#ad", "🎉", "acme")
MARKETS = ("GB", "US", "DE", "JP", "NO")
LANGUAGES = ("en", "de", "de-AT", "th", "ja")
TIMES = ("2026-01-01T00:00:00Z", "2026-03-29T01:30:00+01:00", "2026-06-01T12:00:00Z", "2027-01-01T00:00:00+09:00")
DAYS = ("2026-01-01", "2026-06-01", "2026-06-02", "2026-12-31")
DURATIONS = ("30 min", "4h", "1d", "7d", "12 weeks", "1 month")
MONEY = ("100 EUR", "1000 EUR", "1000 USD", "0.7 EUR")
NUMBERS = (0, 1, 2, 3, 10, 18, 25, 10000, 0.5, 0.7)
OPTIONS = ("central", "shared", "decentralised")
IDS = ("ana", "ben", "spring", "p1", "0012")
AT = "2026-06-01T12:00:00Z"


class Generator:
    """Makes policies and records about one type of record."""

    def __init__(self, types: RecordTypes, seed: int, kind: str = "content") -> None:
        self.rng = Random(seed)
        self.types = types
        self.kind: RecordType = types[kind]

    # Records ----------------------------------------------------------------------------------------------------

    def record(self, *, told: float = 0.7) -> Plain:
        """Return a record in which each field is told with a probability."""
        record = self._object(self.kind.root, told, depth=0)
        return {**record, "type": self.kind.name, "id": "r1"}

    def _object(self, field: Field, told: float, depth: int) -> Plain:
        found = {}
        for name, child in field.fields.items():
            if (
                child.derived is None
                and name not in {"type", "id", "x", "approvals", "rulings"}
                and self.rng.random() < told
            ):
                value = self._value(child, told, depth)
                if value is not None:
                    found[name] = value
        return found

    def _value(self, field: Field, told: float, depth: int) -> Any:
        if field.type == "object":
            return self._object(field, told, depth + 1)
        if field.type == "list" and field.item is not None:
            item = field.item
            return [
                v for _ in range(self.rng.choice((0, 1, 2, 3))) if (v := self._value(item, told, depth + 1)) is not None
            ]
        if field.type == "map" and field.item is not None:
            return {"a": self._value(field.item, told, depth + 1)}
        if field.type == "any" or (field.type not in {"object", "list", "map"} and self.rng.random() < 0.03):
            return None
        return self._scalar(field, record=True)

    def _scalar(self, field: Field, *, record: bool = False) -> Any:  # noqa: PLR0912 - one case a type
        rng = self.rng
        match field.type:
            case "enum":
                return rng.choice(field.values) if field.values else None
            case "boolean":
                return rng.random() < 0.5
            case "integer" | "number":
                number = rng.choice(NUMBERS)
                return self._clamped(field, int(number) if field.type == "integer" else number)
            case "share":
                return (
                    self._clamped(field, rng.choice((0, 0.2, 0.5, 0.7, 1)))
                    if record
                    else rng.choice(("20%", "50%", "70%"))
                )
            case "money":
                return rng.choice(MONEY)
            case "duration":
                return rng.choice(DURATIONS)
            case "time":
                return rng.choice(TIMES)
            case "date":
                return rng.choice(DAYS)
            case "market":
                return rng.choice(MARKETS)
            case "language":
                return rng.choice(LANGUAGES)
            case "url":
                return rng.choice(
                    (
                        "https://acme.com/?utm_source=instagram&utm_medium=social",
                        "https://bit.ly/x",
                        "http://shop.acme.com",
                    )
                )
            case "id":
                return rng.choice(IDS)
            case "digest":
                return "sha256:" + "0" * 64
            case "text":
                return " ".join(rng.choice(WORDS) for _ in range(rng.choice((1, 2, 5))))
        return None

    def _clamped(self, field: Field, number: float) -> float:
        if field.minimum is not None and number < field.minimum:
            return float(field.minimum) if field.type != "integer" else int(field.minimum)
        if field.maximum is not None and number > field.maximum:
            return float(field.maximum) if field.type != "integer" else int(field.maximum)
        return number

    # Deletions --------------------------------------------------------------------------------------------------

    def without(self, record: Plain, count: int) -> Plain:
        """Return a copy without some facts: fields and fields of list elements, at any depth."""
        thinner = copy.deepcopy(record)
        for _ in range(count):
            places = [p for p in _places(thinner, ()) if p[-1] not in {"type", "id"} or len(p) > 1]
            if places:
                _delete(thinner, self.rng.choice(places))
        return thinner

    # Conditions -------------------------------------------------------------------------------------------------

    def condition(self, field: Field, depth: int = 3, *, element: bool = False) -> Plain:
        """Return a random condition about an object (the record or an element)."""
        roll = self.rng.random()
        if depth > 0 and roll < 0.35:
            form = self.rng.choice(("all_of", "any_of", "none_of", "not"))
            if form == "not":
                return {"not": self.condition(field, depth - 1, element=element)}
            return {
                form: [self.condition(field, depth - 1, element=element) for _ in range(self.rng.choice((1, 2, 3)))]
            }
        if not element and roll < 0.42:
            return {"$is.known": self.rng.random() < 0.7}
        if not element and roll < 0.48:
            return {"formula": self._formula()}
        if roll > 0.95:
            return {"$choices.model": self._of_choice()}
        entries: Plain = {}
        for _ in range(self.rng.choice((1, 1, 2))):
            path, found = self.rng.choice(_fields(field))
            prefix = "$record." if element and self.rng.random() < 0.1 else ""
            if prefix:
                path, found = self.rng.choice(_fields(self.kind.root))
            test = self._test(found, depth)
            if test is not None:
                entries[prefix + path] = test
        return entries or {"id": {"exists": True}} if not element else entries or self._fallback(field)

    def _of_choice(self) -> Any:
        options = self.rng.sample(OPTIONS, 2)
        return self.rng.choice(
            (options[0], options, {"is_not": options[0]}, {"not_in": options}, {"exists": self.rng.random() < 0.5})
        )

    def decisions(self) -> list[Plain]:
        """Return records that decide the choices, or fail to: late, void, against each other, in any order."""
        rng = self.rng
        found: list[Plain] = []
        for number in range(rng.choice((0, 1, 1, 2, 3))):
            choice = rng.choice(("choices.model", "choices.word"))
            decided = {
                "type": "choice",
                "id": f"c{number}",
                "concerns": choice,
                "chosen": rng.choice((*(OPTIONS if choice == "choices.model" else WORDS[:3]), "nothing")),
                "decided_by": rng.choice(("ana", "ana", "ana", "ben")),
                "decided_at": rng.choice(TIMES),
                "status": rng.choice(("decided", "decided", "draft")),
                "supersedes": rng.choice((f"c{number - 1}", "c9")),
            }
            found.append(
                {name: value for name, value in decided.items() if rng.random() < 0.95 or name in {"type", "id"}}
            )
        rng.shuffle(found)
        return found

    def _fallback(self, field: Field) -> Plain:
        return {_fields(field)[0][0]: {"exists": True}}

    def _formula(self) -> str:
        numbers = [p for p, f in _fields(self.kind.root) if f.type in {"integer", "number", "share"}]
        a, b = self.rng.choice(numbers), self.rng.choice(numbers)
        return self.rng.choice(
            (
                f"{a} + {b} > 3",
                f"ratio({a}, {b}) <= 0.5 or {a} == 1",
                f"({a} if {b} > 1 else {b}) >= 1 and not {a} < {b}",
                "sum(media.duration_s) > 10",
                f"max({a}, {b}, 1) == {a}",
            )
        )

    def _test(self, field: Field, depth: int) -> Any:
        op = self.rng.choice(operators_for(field.type))
        if field.type == "list":
            return self._list_test(field, op, depth)
        return self._scalar_test(field, op)

    def _scalar_test(self, field: Field, op: str) -> Any:  # noqa: PLR0912 - one case an operator
        value = self._scalar(field)
        if op == "exists" or value is None:
            return {"exists": self.rng.random() < 0.5}
        match op:
            case "is" | "is_not" | "above" | "at_least" | "below" | "at_most":
                if field.type == "text" and op in {"is", "is_not"} and self.rng.random() < 0.3:
                    return {op: "$choices.word"}
                if op == "is" and self.rng.random() < 0.5:
                    return value
                return {op: value}
            case "in" | "not_in":
                if field.type == "text" and self.rng.random() < 0.3:
                    return {op: "$values.words"}
                values = [self._scalar(field), value]
                return values if op == "in" and self.rng.random() < 0.5 else {op: values}
            case "between":
                return {"between": [0, 20]} if field.type in {"integer", "number"} else {"at_least": value}
            case "before" | "after" | "by" | "from":
                return {
                    op: self.rng.choice(
                        (
                            value,
                            self.rng.choice(DAYS),
                            "$now",
                            f"7d {self.rng.choice(('before', 'after'))} $now",
                            "2d before $record.scheduled_at",
                        )
                    )
                }
            case "older_than" | "newer_than":
                return {op: self.rng.choice(DURATIONS)}
            case "contains" | "starts_with" | "ends_with":
                return {op: self.rng.choice(WORDS), **({"same_case": True} if self.rng.random() < 0.2 else {})}
            case "matches":
                return {"matches": self.rng.choice(("[a-z]+", ".*ad.*", "(?s).*x"))}
            case "mentions":
                test: Plain = {"mentions": self.rng.choice((["ad", "広告"], "$terms.labels", "sale"))}
                return {**test, "within_first": 20} if self.rng.random() < 0.2 else test
            case "length":
                return {"length": {"at_most": self.rng.choice((3, 10, 50))}}
            case "occurrences":
                return {"occurrences": {"of": "a", "at_most": self.rng.choice((0, 1, 3))}}
        return {"exists": True}

    def _list_test(self, field: Field, op: str, depth: int) -> Any:
        item = field.item
        objects = item is not None and item.type == "object"
        if op == "exists" or item is None:
            return {"exists": self.rng.random() < 0.5}
        if op == "size":
            return {"size": {self.rng.choice(("at_least", "at_most", "is")): self.rng.choice((0, 1, 2))}}
        if not objects:
            value = self._scalar(item)
            if value is None:
                return {"size": {"at_least": 1}}
            values = [value, self._scalar(item)]
            if item.type == "market" and self.rng.random() < 0.3:
                values = ["$groups.dach"]
            return (
                {"includes": value}
                if op == "includes"
                else {self.rng.choice(("includes_any", "includes_all", "only")): values}
            )
        if op in {"same", "rising"} and self.rng.random() < 0.5:
            names = [p for p, f in _fields(item) if f.type in {"integer", "number", "time"}]
            return {"rising": names[0]} if op == "rising" and names else {"same": [_fields(item)[0][0]]}
        inner = self.condition(item, depth - 1, element=True)
        quantifier = self.rng.choice(("some", "every", "none", "count", "share"))
        bounds: dict[str, Plain] = {
            "count": {"at_least": self.rng.choice((1, 2))},
            "share": {"at_most": self.rng.choice(("20%", "50%"))},
        }
        bound = bounds.get(quantifier)
        test = {quantifier: inner if bound is None else {"of": inner, **bound}}
        return {**test, "where": self.condition(item, 0, element=True)} if self.rng.random() < 0.3 else test

    # Policies ---------------------------------------------------------------------------------------------------

    def rule(self, number: int) -> Plain:
        """Return a random rule."""
        rng = self.rng
        rule: Plain = {"id": f"r{number}", "title": "a rule"}
        lists = [
            (p, f)
            for p, f in _fields(self.kind.root)
            if f.type == "list" and f.item is not None and f.item.type == "object"
        ]
        about = self.kind.root
        element = rng.random() < 0.3
        if element:
            rule["for_each"], chosen = rng.choice(lists)
            assert chosen.item is not None
            about = chosen.item
        if rng.random() < 0.5:
            rule |= {"when": self.condition(about, element=element), "then": rng.choice(("flag", "hold", "block"))}
        else:
            rule |= {
                "require": self.condition(about, element=element),
                "otherwise": rng.choice(("flag", "hold", "block")),
            }
            if rng.random() < 0.5:
                rule["when"] = self.condition(about, element=element)
        if rng.random() < 0.1:
            rule["except"] = self.condition(about, 1, element=element)
        return rule

    def policy(self, number: int, rules: int = 5) -> Plain:
        """Return a random policy."""
        policy: Plain = {
            "kind": "check",
            "id": f"p{number}",
            "title": "a policy",
            "owner": "team",
            "applies_to": self.kind.name,
            "values": {
                "words": {"is": list(WORDS[:4]), "by": {self.rng.choice(("language", "platform", "market")): {}}}
            },
            "rules": [self.rule(n) for n in range(rules)],
        }
        by = policy["values"]["words"]["by"]
        dimension = next(iter(by))
        by[dimension] = {"language": {"de": ["Werbung"]}, "platform": {"tiktok": ["sale"]}, "market": {"JP": ["広告"]}}[
            dimension
        ]
        if self.rng.random() < 0.3:
            policy["only_for"] = self.condition(self.kind.root, 1)
        return policy

    def names(self) -> list[Plain]:
        """Return the definitions, word lists and directory that the random policies refer to."""
        return [
            {"kind": "definitions", "id": "is", "owner": "team", "applies_to": self.kind.name,
             "define": {"known": {"title": "known", **self.condition_without_names()}}},
            {"kind": "terms", "id": "terms.labels", "owner": "team",
             "words": {"is": ["ad", "#ad"], "by": {"language": {"de": ["Werbung"]}}}, "except": ["ad hoc"]},
            {"kind": "directory", "id": "directory", "owner": "team",
             "people": {"ana": {"team": "team"}}, "groups": {"dach": ["DE", "AT", "CH"]},
             "calendars": {"office": {"zone": "Europe/Berlin", "hours": {"monday to friday": "09:00 to 17:00"}}},
             "markets": {m: {"calendar": "office"} for m in ("DE", "AT", "CH")}},
            {"kind": "choice", "id": "choices.model", "owner": "team", "question": "Which?",
             "options": list(OPTIONS), "may_decide": {"person": "ana"}},
            {"kind": "choice", "id": "choices.word", "owner": "team", "question": "Which word?",
             "options": list(WORDS[:3]), "may_decide": {"team": "team"}},
        ]  # fmt: skip

    def condition_without_names(self) -> Plain:
        """Return a small condition for the definition that the policies use."""
        return {"any_of": [{"platform": "tiktok"}, {"text": {"mentions": "ad"}}]}


def _fields(field: Field, prefix: str = "") -> list[tuple[str, Field]]:
    """Return the testable fields below an object, lists not passed through."""
    found: list[tuple[str, Field]] = []
    for name, child in field.fields.items():
        if name in {"x", "approvals", "rulings"}:
            continue
        path = f"{prefix}{name}"
        if child.type == "object":
            found.extend(_fields(child, f"{path}."))
        elif child.type not in {"map", "any"} and operators_for(child.type) and child.type != "frames":
            found.append((path, child))
    return found


def _places(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield the places of all fields (never of list elements)."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield (*path, key)
            yield from _places(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _places(child, (*path, index))


def _delete(value: Any, path: tuple[Any, ...]) -> None:
    for part in path[:-1]:
        value = value[part]
    del value[path[-1]]
