"""What office staff may change of a policy, one change at a time, each readable by itself.

Pure: a change is a set of values that can be kept, and it makes a new document of an old one.
What it may not do is refused when the document is read (`policy_from`).
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

from app.referrals.natures import Nature
from app.triage.policy import Kind

# Found, these speak for an offer or explain a danger away, or say which of our teams fits a call that
# nobody here could place: more of them make a policy less careful.
_CALMING = frozenset({Kind.SAFE, Kind.BENIGN, Kind.CONDUCT, Kind.TOPIC})
# And so may fewer of these: a topic that is gone lets a call be what is ours by another word of it.
_CAREFUL = frozenset(Kind) - (_CALMING - {Kind.TOPIC})
CALM = "calm"
_CALM_CONCEPTS = {
    ("weapons", "en"): "en_weapons_denied",
    ("weapons", "es"): "es_no_weapons",
    ("injuries", "en"): "en_nobody_hurt",
    ("injuries", "es"): "es_no_injury",
    ("threats", "en"): "en_no_physical",
    ("threats", "es"): "es_no_contact",
    (CALM, "en"): "en_calm",
    (CALM, "es"): "es_calm",
}
LIMITS = ("narrative_words", "evidence", "evidence_unasked")
DANGER = "danger"
"""Among the natures of a call type's word: calls of that type always go back."""


class BadChange(ValueError):
    """A change that does not fit the document it is made on; says why."""


@dataclass(frozen=True)
class Change:
    """One change. `name` is how it is kept, its fields are what it says."""

    name: ClassVar[str]

    def on(self, document: dict[str, Any]) -> None:
        """Make the change on a document. Raises `BadChange`."""
        raise NotImplementedError

    def is_less_careful(self, document: Mapping[str, Any]) -> bool:
        """Whether, of this document, it could make more calls ours: such a change is read twice."""
        raise NotImplementedError

    def values(self) -> dict[str, Any]:
        """As it is kept."""
        return {"change": self.name, **asdict(self)}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        return cls(**{name: value for name, value in values.items() if name != "change"})


@dataclass(frozen=True)
class AddPhrase(Change):
    """A new way to tell of something, with an example that it finds and one that it lets be."""

    name = "add_phrase"
    kind: str
    reason: str
    """What it tells of: the reason's code, a nature, or of what speaks for calm, the question it settles."""
    language: str
    text: str
    example: str
    counter_example: str

    @property
    def concept(self) -> str:
        """Where it belongs. What speaks for calm joins its like, so that one saying counts once."""
        if self.kind == Kind.SAFE:
            return _CALM_CONCEPTS[self.reason, self.language]
        return f"office_{self.kind}_{self.reason}"

    def on(self, document: dict[str, Any]) -> None:
        line = {self.language: self.text, "is": self.example, "not": self.counter_example}
        concept = _find(document, self.concept)
        if concept is None:
            if self.kind == Kind.SAFE:
                raise BadChange(self.concept)
            concept = {"concept": self.concept, "kind": self.kind, "reason": self.reason, "phrases": []}
            document["concepts"].append(concept)
        concept["phrases"].append(line)

    def is_less_careful(self, document: Mapping[str, Any]) -> bool:
        return Kind(self.kind) in _CALMING

    def rule(self, document: Mapping[str, Any]) -> str:
        """The name that the phrase will have: it is the last of its concept."""
        concept = _find(document, self.concept)
        return f"{self.concept}.{len(concept['phrases']) + 1 if concept else 1}"


@dataclass(frozen=True)
class RetirePhrase(Change):
    """A phrase is no longer looked for. Its number is never given to another."""

    name = "retire_phrase"
    rule: str

    def on(self, document: dict[str, Any]) -> None:
        phrase_at(document, self.rule)["retired"] = True

    def is_less_careful(self, document: Mapping[str, Any]) -> bool:
        concept = _concept(document, self.rule.rpartition(".")[0])
        return Kind(concept["kind"]) in _CAREFUL


@dataclass(frozen=True)
class SetNature(Change):
    """Who may answer a nature of call, what must be asked, and what the Office promises, in minutes."""

    name = "set_nature"
    nature: str
    lanes: list[str]
    settle: list[str]
    call_back_minutes: int
    arrive_minutes: int

    def on(self, document: dict[str, Any]) -> None:
        if self.nature not in document["natures"]:
            raise BadChange(self.nature)
        document["natures"][self.nature] |= {
            "lanes": list(self.lanes),
            "settle": list(self.settle),
            "call_back_minutes": self.call_back_minutes,
            "arrive_minutes": self.arrive_minutes,
        }

    def is_less_careful(self, document: Mapping[str, Any]) -> bool:
        now = document["natures"][self.nature]
        return bool(set(self.lanes) - set(now["lanes"]) or set(now["settle"]) - set(self.settle))


@dataclass(frozen=True)
class SetLimits(Change):
    """How much has to be told, and how much must speak for calm."""

    name = "set_limits"
    narrative_words: int
    evidence: int
    evidence_unasked: int

    def on(self, document: dict[str, Any]) -> None:
        document["limits"] |= {limit: getattr(self, limit) for limit in LIMITS}

    def is_less_careful(self, document: Mapping[str, Any]) -> bool:
        return any(getattr(self, limit) < document["limits"][limit] for limit in LIMITS)


@dataclass(frozen=True)
class AddTypeWord(Change):
    """A word in a centre's call types that tells what the call is about, or that it is dangerous."""

    name = "add_type_word"
    word: str
    nature: str

    def on(self, document: dict[str, Any]) -> None:
        types = document["call_types"]
        if self.nature == DANGER:
            types["danger_words"] = f"{types['danger_words'].rstrip()} {self.word}"
            return
        if self.nature not in types["natures"]:
            raise BadChange(self.nature)
        entry = types["natures"][self.nature]
        entry["words"] = f"{entry['words']} {self.word}".strip()

    def is_less_careful(self, document: Mapping[str, Any]) -> bool:
        return self.nature not in {DANGER, Nature.PARTNER}


_KINDS: dict[str, type[Change]] = {
    kind.name: kind for kind in (AddPhrase, RetirePhrase, SetNature, SetLimits, AddTypeWord)
}


def change_of(values: Mapping[str, Any]) -> Change:
    """A change as it was kept."""
    return _KINDS[values["change"]].of(values)


def with_changes(document: Mapping[str, Any], changes: Iterable[Change]) -> dict[str, Any]:
    """A new document: the old one with these changes, in their order. Raises `BadChange`."""
    changed = deepcopy(dict(document))
    for change in changes:
        change.on(changed)
    return changed


def phrase_at(document: Mapping[str, Any], rule: str) -> dict[str, Any]:
    """The entry of a phrase, by the name of its rule. Raises `BadChange`."""
    concept, _, number = rule.rpartition(".")
    phrases = _concept(document, concept)["phrases"]
    if not number.isascii() or not number.isdigit() or not 0 < int(number) <= len(phrases):
        raise BadChange(rule)
    entry: dict[str, Any] = phrases[int(number) - 1]
    return entry


def _concept(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = _find(document, name)
    if found is None:
        raise BadChange(name)
    return found


def _find(document: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    return next((entry for entry in document["concepts"] if entry["concept"] == name), None)
