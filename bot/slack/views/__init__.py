"""What people see, as pure functions from values to Block Kit."""
