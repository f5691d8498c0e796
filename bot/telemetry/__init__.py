"""What the bot tells those who run it: never a person's words, never a token."""
