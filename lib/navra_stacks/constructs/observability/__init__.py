"""Log groups, metric filters, alarms and the dashboard."""
