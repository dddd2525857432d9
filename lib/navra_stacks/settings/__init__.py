"""Settings: the types that describe an environment, and the rules that validate it.

Nothing here imports cdktf or starts node. Most modules do without `from __future__ import
annotations`: pydantic would have to evaluate the string of each annotation on import.
"""
