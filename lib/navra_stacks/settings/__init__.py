"""Settings: the types that describe an environment, and the rules that validate them.

No module in this package imports cdktf or starts node. Most modules omit `from __future__ import
annotations`: with that import, pydantic would have to evaluate each annotation from a string.
"""
