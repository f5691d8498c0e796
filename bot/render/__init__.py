"""Pictures and documents. Knows nothing of databases, services or Slack: values come in, bytes go out."""
