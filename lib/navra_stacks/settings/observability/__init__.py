"""Settings of logs and alarms."""
