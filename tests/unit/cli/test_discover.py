"""`navra discover` does not replace the inventory of an account with the ids of an emulator."""

from pathlib import Path

import pytest

from environments.staging import STAGING
from navra_stacks.cli.app import main
from navra_stacks.cli.discover import _inventory_path
from navra_stacks.cli.options import configured_endpoint

VARIABLES = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")


@pytest.fixture(autouse=True)
def _no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("arguments", "variables", "selected_by"),
    [
        (["--endpoint-url", "http://127.0.0.1:9"], {}, "--endpoint-url"),
        ([], {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "AWS_ENDPOINT_URL"),
        ([], {"AWS_ENDPOINT_URL_EC2": "http://127.0.0.1:9"}, "AWS_ENDPOINT_URL_EC2"),
    ],
)
def test_an_emulator_needs_the_option_out(
    arguments: list[str],
    variables: dict[str, str],
    selected_by: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("boto3")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as end:
        main(["discover", "staging", *arguments])
    assert end.value.code == 2
    assert capsys.readouterr().err == (
        f"navra: {selected_by} selects an emulator, whose ids must not replace the inventory of "
        "the account; pass a file with --out\n"
    )


def test_an_emulator_with_the_option_out_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "emulated.inventory.json"
    assert _inventory_path(STAGING, path, "--endpoint-url") == path


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"AWS_ENDPOINT_URL": ""},
        {
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        },
    ],
)
def test_without_an_endpoint_the_account_is_aws(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert configured_endpoint(None) is None
    assert STAGING.inventory is not None
    assert _inventory_path(STAGING, None, None) == STAGING.inventory.path
