"""Tests that run the containers of a task definition in a local container engine."""
