"""Tests of `navra local` with real containers."""
