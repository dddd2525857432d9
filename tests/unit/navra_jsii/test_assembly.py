"""Which requests need an assembly."""

from __future__ import annotations

from pathlib import Path

from navra_jsii.assemblies.assembly import Assembly

GOOGLE = Assembly("@cdktf/provider-google", "1.0.0", Path("google/_jsii/google.tgz"))


def test_a_request_needs_the_assembly_of_each_type_that_it_names() -> None:
    request = b'{"fqn":"@cdktf/provider-google.bucket.Bucket","args":[{"$jsii.byref":"x"}]}'
    assert GOOGLE.is_needed_by(request)
    assert GOOGLE.modules_in(request) == {"bucket"}


def test_a_request_for_another_provider_whose_name_starts_alike_does_not_need_it() -> None:
    request = b'{"fqn":"@cdktf/provider-google-beta.bucket.Bucket"}'
    assert not GOOGLE.is_needed_by(request)
    assert not GOOGLE.modules_in(request)
