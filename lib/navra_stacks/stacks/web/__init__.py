"""The stack of a web application, with one module for each area of its architecture.

An area creates several constructs and connects them. Areas may read all settings of the
environment, because toggles decide which constructs an area creates and in which variant.
"""
