"""Cues written from the codebook alone, before any text was looked at; tried, not used (`docs/tagger.md`)."""

from __future__ import annotations

import re

CUES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"unblock\w*|unstuck|no longer (?:blocked|stuck)|moving again|can (?:now )?(?:continue|proceed|go on|deploy|ship|merge)",
        r"\b(?:was|were|is|been|got) (?:blocked|stuck|waiting)",
        r"access|permission|approv\w+|answer\w*",
        r"(?:that|it) (?:worked|fixed|did it)|works now|solved",
        r"\b(?:code|design|security|readiness|peer)? ?review\w*",
        r"caught|spotted|noticed|found (?:a|an|the|that)|flagged",
        r"before (?:it|the|we|they|any\w*|merge|launch|release|prod\w*|run)",
        r"instead of|rather than|switched to|went with|changed (?:the|their|our) (?:plan|decision|mind|choice|approach)",
        r"trade-?offs?|options?|compar\w+|cost|risk",
        r"\b(?:runbook|guide|template|RFC|ADR|postmortem|talk|docs?|handbook|playbook|reference)\b",
        r"(?:use|uses|used|using|follow\w*|adopted|build\w*|works?) (?:it|by|from|on|to)",
        r"mentor\w*|coach\w*|onboard\w*|sponsor\w*|feedback|grow\w*|handed|hand(?:ing)? over|let (?:her|him|them|\w+) (?:lead|run|present|own)",
        r"on (?:her|his|their) own|by (?:herself|himself|themselves)|first time",
        r"agree\w*|align\w*|consensus|signed off|same page|one (?:owner|plan)",
        r"teams?\b|squads?|across|everyone",
        r"duplicat\w*|consolidat\w*|merged .* into one|one (?:\w+ )?(?:instead|library|system|service|platform|pipeline)|standard\w*|unif\w*|shared",
        r"real problem|actual problem|wrong (?:problem|question)|root cause|reframe\w*|not the problem|not now|nobody (?:had )?(?:noticed|asked|seen)",
        r"years?|months?|20[23]\d|long[- ]term|strategy|roadmap|ahead",
        r"decided|made the call|my call|went ahead|chose to|rolled? back|owned? it|took responsibility",
        r"without (?:knowing|confirm\w*|data|waiting)|incomplete|uncertain\w*|didn't know|not sure|no (?:time|answer|data)",
        r"\b(?:shipped|fixed|merged|deployed|migrated|implemented|finished|released|closed|built)\b",
        r"\?\s*$",
        r"\b(?:should|could|would|will|I'll|we'll|going to|want to|plan to|planned|todo|tomorrow|next week)\b",
        r"\b(?:nobody|no one|didn't|did not|never|not|still|anyway|without)\b",
        r"\b(?:can|could) (?:someone|anyone|you)|help\?|who (?:owns|can|knows)",
        r"^(?:thanks|thank you|ty|thx)\b.{0,20}$",
        r"\b(?:thanks|thank you|thx|ty|kudos|props|shout ?out)\b",
        r"\b(?:I|my|we|our)\b",
        r"\blink\b\s*$",
        r"\bbot\b|alert|build|pipeline failed|passed",
    )
]
