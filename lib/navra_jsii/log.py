"""The logger of this package."""

__all__ = ["log"]

_warned = False


def log(message: str, *values: object, warn: bool = False) -> None:
    """Log a message to the logger ``navra_jsii``.

    Args:
        message: A format string.
        values: The values for the format string.
        warn: True for an unexpected event, which is logged as a warning. Python prints warnings
            even if logging is not configured. Only the first event of a process is a warning: later
            ones usually follow from it, and are logged at level INFO like all other messages.
    """
    global _warned
    import logging  # imported here, since it is seldom needed

    logger = logging.getLogger("navra_jsii")
    (logger.warning if warn and not _warned else logger.info)(message, *values)
    _warned = _warned or warn
