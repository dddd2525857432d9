"""The memory of RDS instance classes, and the limits that follow from it."""

import re

__all__ = ["max_connections"]

_GIB_PER_XLARGE = {
    r"t3|t4g": 16,
    r"m[5-8][a-z]*": 16,
    r"r[5-8][a-z]*": 32,
    r"c6gd": 8,
    r"x2g|x2idn": 64,
    r"x2iedn|x2iezn": 128,
}
"""The memory in GiB of the size ``xlarge``, by a regular expression for the family (RDS User Guide,
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html). The
memory of the other sizes is proportional."""

_PARTS_OF_XLARGE = {"micro": 1 / 16, "small": 1 / 8, "medium": 1 / 4, "large": 1 / 2, "xlarge": 1.0}


def _memory_gib(instance_class: str) -> float | None:
    """Return the memory of an instance class in GiB; None if it is not known."""
    _, family, size = instance_class.split(".")
    for pattern, gib in _GIB_PER_XLARGE.items():
        if re.fullmatch(pattern, family):
            number = size.removesuffix("xlarge")
            return gib * (int(number) if number.isdigit() else _PARTS_OF_XLARGE[size])
    return None


def max_connections(instance_class: str) -> int | None:
    """Return the highest number of connections that PostgreSQL can accept; None if not known.

    By default, the limit is ``LEAST(DBInstanceClassMemory/9531392, 5000)`` (RDS User Guide,
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections).
    The memory in that formula is what the operating system and RDS leave of the memory of the
    class, so the actual limit is lower: 198 instead of 225 with 2 GiB, 413 instead of 450 with
    4 GiB (measured in https://gist.github.com/guizmaii/1cacffef793c2ba9645083c3e18b3d8c).
    """
    memory = _memory_gib(instance_class)
    return None if memory is None else min(int(memory * 1024**3 / 9531392), 5000)
