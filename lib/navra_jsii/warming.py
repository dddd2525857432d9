"""Fill the cache for a program before its first run, in an image or in the cache of a CI system."""

from collections.abc import Iterable
from importlib import import_module

__all__ = ["warm"]

_STATIC = "TF_RESOURCE_TYPE"
"""A static attribute of every resource and data source of a prebuilt provider."""


def warm(modules: Iterable[str]) -> None:
    """Prepare everything that a first run with these modules would prepare.

    The cache is complete when this process has ended. A run of the program itself has the same
    effect, and prepares the classes that it uses, too.

    Args:
        modules: Modules of prebuilt providers, such as ``cdktf_cdktf_provider_aws.lb``.

    Raises:
        ImportError: a module does not exist.
    """
    from navra_jsii.activation import activate

    activate()
    imported = [import_module(name) for name in modules]
    declared = [
        getattr(module, name) for module in imported for name in getattr(module, "__all__", ())
    ]
    # The first of these requests loads all modules.
    for kind in declared:
        getattr(kind, _STATIC, None)
