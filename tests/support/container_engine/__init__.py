"""Run containers as Fargate does, in a local container engine, from images made in the tests."""
