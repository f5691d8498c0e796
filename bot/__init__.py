"""Multiplier: a Slack bot that captures evidence of staff-level work while it happens."""
