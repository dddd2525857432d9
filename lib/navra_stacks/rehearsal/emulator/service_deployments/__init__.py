"""Service deployments of Amazon ECS in the emulator, which tests can script to fail."""
