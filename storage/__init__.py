"""Everything the bot remembers: tables, queries and migrations."""
