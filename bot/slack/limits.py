"""Slack's limits on what may be shown (docs.slack.dev, Block Kit reference), in characters or pieces."""

from __future__ import annotations

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
SECTION_TEXT = 3_000
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
HEADER_TEXT = 150
BUTTON_TEXT = 75
OPTION_TEXT = 75
OPTION_VALUE = 150
SELECT_OPTIONS = 100
MODAL_TITLE = 24
INPUT_TEXT = 3_000
PRIVATE_METADATA = 3_000
MESSAGE_TEXT = 40_000
