"""Imports of the modules that jsii generates."""
