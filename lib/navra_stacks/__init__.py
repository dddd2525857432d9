"""AWS environments of containerised web applications, described once, as Terraform JSON.

Describe an `Environment` and pass it to `synthesize`. `__init__.pyi` lists the public names. Each
is imported on first use: settings and errors load without node, and `WebStack` and `synthesize`
load cdktf. An import of cdktf that comes later finds it prepared by `navra_jsii`.
"""

import lazy_loader

import navra_jsii

navra_jsii.activate(on_import=True)
_load, __dir__, _names = lazy_loader.attach_stub(__name__, __file__)

__all__ = sorted({*_names} - {"errors", "settings"})

_RENAMED = {
    "Adopted": "ImportedResource",
    "BudgetRejections": "LogPatternAlarm",
    "FargateMix": "CapacityProviderStrategy",
    "GithubDelivery": "GitHubDeployRole",
    "Inventory": "ImportInventory",
    "Permission": "IamPermission",
    "Problem": "SettingsProblem",
    "Recorded": "ExistingIds",
    "Registry": "EcrRepositories",
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("navra-stacks")
    if name in _RENAMED:
        # ImportError, because `from navra_stacks import ...` replaces an AttributeError's text.
        raise ImportError(f"{name} is now {_RENAMED[name]}: see docs/upgrading.md", name=__name__)
    if name not in _names:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _load(name)
