"""Plain rules, one idea a file. Nothing here touches a database, Slack, a clock or the environment."""
