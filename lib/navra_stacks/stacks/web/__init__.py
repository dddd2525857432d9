"""The parts of an environment: each makes several constructs and wires them to each other.

A part is asked by `WebStack`, makes its constructs in the scope that it is given, and may read the
whole environment: here toggles become constructs that are built, or built in a variant.
"""
