"""All queries, one file an idea. They take and return domain values, never rows, and never commit."""
