"""What a tag is: the kinds of multiplier evidence and the article's six differences.

The kinds, their dimensions and the rules at their borders follow the project's codebook
(`docs/codebook.md`); the six dimensions are the six differences between senior and staff work in
the article the product implements.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Kind(StrEnum):
    """What a text is evidence *of*. `delivery` is producing, not multiplying; `none` is no evidence."""

    UNBLOCK = "unblock"
    REVIEW_CATCH = "review_catch"
    BETTER_DECISION = "better_decision"
    GUIDANCE = "guidance"
    MENTORING = "mentoring"
    ALIGNMENT = "alignment"
    COHERENCE = "coherence"
    PROBLEM_FRAMING = "problem_framing"
    LONG_TERM_BET = "long_term_bet"
    JUDGMENT_CALL = "judgment_call"
    DELIVERY = "delivery"
    NONE = "none"


class Dimension(StrEnum):
    """One of the six differences between senior and staff work."""

    SCOPE = "scope"
    TIME_HORIZON = "time_horizon"
    PROBLEM_DEFINITION = "problem_definition"
    INFLUENCE = "influence"
    MULTIPLYING = "multiplying"
    AMBIGUITY = "ambiguity"


#: The dimensions an entry of each kind shows unless its text says otherwise.
DIMENSIONS_OF: Mapping[Kind, tuple[Dimension, ...]] = MappingProxyType(
    {
        Kind.UNBLOCK: (Dimension.MULTIPLYING,),
        Kind.REVIEW_CATCH: (Dimension.MULTIPLYING,),
        Kind.BETTER_DECISION: (Dimension.MULTIPLYING, Dimension.INFLUENCE),
        Kind.GUIDANCE: (Dimension.MULTIPLYING, Dimension.SCOPE),
        Kind.MENTORING: (Dimension.MULTIPLYING, Dimension.AMBIGUITY),
        Kind.ALIGNMENT: (Dimension.INFLUENCE, Dimension.SCOPE),
        Kind.COHERENCE: (Dimension.SCOPE, Dimension.INFLUENCE),
        Kind.PROBLEM_FRAMING: (Dimension.PROBLEM_DEFINITION, Dimension.AMBIGUITY),
        Kind.LONG_TERM_BET: (Dimension.TIME_HORIZON, Dimension.SCOPE),
        Kind.JUDGMENT_CALL: (Dimension.AMBIGUITY, Dimension.TIME_HORIZON),
        Kind.DELIVERY: (),
        Kind.NONE: (),
    }
)

#: Kinds that can be kept as evidence, in the codebook's order.
EVIDENCE_KINDS: tuple[Kind, ...] = tuple(kind for kind in Kind if kind is not Kind.NONE)

Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class RankedKind(BaseModel):
    """One kind with the probability the tagger gives it."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    p: Probability


class Cue(BaseModel):
    """A few words of the text that carried a tag, and how much they carried (log-odds, > 0 is for it)."""

    model_config = ConfigDict(frozen=True)

    text: str
    weight: float


class Tag(BaseModel):
    """The tagger's reading of one text.

    `kind` is `ranked[0].kind` and `confidence` its probability. `ranked` holds all twelve kinds,
    best first, and sums to one. `why` is filled only when it was asked for.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    confidence: Probability
    ranked: tuple[RankedKind, ...]
    dimensions: tuple[Dimension, ...]
    why: tuple[Cue, ...] = ()
    tagger_version: str = ""


class Thresholds(BaseModel):
    """How sure the tagger must be. They belong to one model and come with it.

    `show`: probability of the best kind from which it is shown as the answer; below it the person
    is asked which of the two best it is. `suggest`: probability of multiplying evidence from which
    a text that nobody marked may be suggested as an entry; far stricter.
    """

    model_config = ConfigDict(frozen=True)

    show: Probability
    suggest: Probability


class Decision(StrEnum):
    """What to do with the tag of a text a person captured."""

    SHOW = "show"
    ASK = "ask"
    """Ask which of `ranked[0]` and `ranked[1]` it is."""
    NOT_EVIDENCE = "not_evidence"


def decide(tag: Tag, thresholds: Thresholds) -> Decision:
    """Show the kind, ask between the two best, or say that the text shows no evidence yet."""
    if tag.confidence < thresholds.show:
        return Decision.ASK
    return Decision.NOT_EVIDENCE if tag.kind is Kind.NONE else Decision.SHOW


def worth_suggesting(tag: Tag, thresholds: Thresholds) -> bool:
    """Whether a text that nobody marked is so surely multiplying evidence that it may be suggested."""
    if tag.kind in (Kind.NONE, Kind.DELIVERY):
        return False
    producing = sum(ranked.p for ranked in tag.ranked if ranked.kind in (Kind.NONE, Kind.DELIVERY))
    return 1.0 - producing >= thresholds.suggest
