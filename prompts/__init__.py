"""The words people read: questions, hints, messages, ladder. No logic."""
