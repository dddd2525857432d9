"""Run the described tasks in a local container engine, behind the described routes."""
