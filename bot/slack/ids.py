"""Every identifier that goes to Slack in a view and comes back in a payload.

The words of the manifest (`/evidence`, the shortcuts' callback ids) must stay as they are there.
"""

from __future__ import annotations

COMMAND = "/evidence"
SHORTCUT_CAPTURE_MESSAGE = "capture_message"
SHORTCUT_NEW_EVIDENCE = "new_evidence"

# Modals, by callback id.
VIEW_ENTRY = "entry_form"
VIEW_PART = "part_form"
VIEW_OUTCOME = "outcome_form"
VIEW_SETTINGS = "settings_form"
VIEW_DETAILS = "entry_details"

# Buttons and selects, by action id. What follows the last colon tells apart buttons of one block.
ENTRY_CHANGE = "entry_change"
ENTRY_OUTCOME = "entry_outcome"
ENTRY_UNDO = "entry_undo"
ENTRY_BRING_BACK = "entry_bring_back"
ENTRY_DELETE = "entry_delete"
ENTRY_DETAILS = "entry_details"
ENTRY_KIND = "entry_kind"
ENTRY_NEW = "entry_new"
PART_TELL = "part_tell"
PART_DISCARD = "part_discard"
CREDIT_KEEP = "credit_keep"
CREDIT_EDIT = "credit_edit"
CREDIT_DECLINE = "credit_decline"
CREDIT_STOP = "credit_stop"
LIST_PAGE = "list_page"
DM_KEEP = "dm_keep"
SETTINGS_OPEN = "settings_open"
EXPORT = "export_json"

# Fields of forms, by block id; each holds one element whose action id is `VALUE`.
VALUE = "value"
FIELD_TEXT = "text"
FIELD_OCCURRED_ON = "occurred_on"
FIELD_HELPED = "helped"
FIELD_OUTCOME = "outcome"
FIELD_NUMBER = "number"
FIELD_BASELINE = "baseline"
FIELD_OTHERWISE = "otherwise"
FIELD_LINKS = "links"
FIELD_ROLE = "role"
FIELD_REACH = "reach"
FIELD_KIND = "kind"
FIELD_KEEP_EMOJI = "keep_emoji"
FIELD_CREDIT_EMOJI = "credit_emoji"
FIELD_CREDITS = "wants_credits"
FIELD_LEVEL = "target_level"
