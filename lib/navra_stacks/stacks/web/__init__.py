"""The stack of a web application, one module an area of its architecture.

Each area creates several constructs and connects them. It may read the whole environment: here a
toggle decides which constructs exist and in which variant.
"""
