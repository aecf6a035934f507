"""The proof beside the secret in the address: a plain header, or a signature in one of the usual forms."""

import base64
import hashlib
import hmac

import pytest

from saleshandy_mcp.core.hooks.hook_proof import HookProof, hook_proof
from saleshandy_mcp.core.services import Service

BODY, SECRET = b'{"event": "contact.created"}', "sesame"
SIGNED = hmac.new(SECRET.encode(), BODY, hashlib.sha256)


def proof(**environ: str) -> HookProof:
    named = {f"SALESSHEET_HOOK_{name.upper()}": value for name, value in environ.items()}
    found = hook_proof({"SALESSHEET_HOOK_SECRET": SECRET, "SALESSHEET_HOOK_HEADER": "X-Sign", **named}, CRM)
    assert found
    return found


CRM = Service.SALESSHEET


@pytest.mark.parametrize(
    "signature",
    [
        SIGNED.hexdigest(),
        SIGNED.hexdigest().upper(),
        f"sha256={SIGNED.hexdigest()}",
        base64.b64encode(SIGNED.digest()).decode(),
        f"v1={base64.b64encode(SIGNED.digest()).decode()}",
    ],
)
def test_a_signature_fits_in_each_usual_form(signature: str) -> None:
    assert proof().fits({"X-Sign": signature}, BODY)
    assert not proof().fits({"X-Sign": signature}, BODY + b" ")
    assert not proof(secret="another").fits({"X-Sign": signature}, BODY)
    assert not proof(header="X-Other").fits({"X-Sign": signature}, BODY)


@pytest.mark.parametrize("given", ["", "sha256=", SIGNED.hexdigest()[:-1], "é" * 64, SECRET])
def test_anything_else_does_not(given: str) -> None:
    assert not proof().fits({"X-Sign": given}, BODY)


@pytest.mark.parametrize("algorithm", ["sha1", "sha512"])
def test_another_algorithm_can_be_set(algorithm: str) -> None:
    made = hmac.digest(SECRET.encode(), BODY, algorithm).hex()
    assert proof(algorithm=algorithm).fits({"X-Sign": made}, BODY)
    assert not proof().fits({"X-Sign": made}, BODY)


def test_saleshandy_sends_a_plain_secret_unless_it_is_set_otherwise() -> None:
    environ = {"SALESHANDY_HOOK_SECRET": SECRET, "SALESHANDY_HOOK_HEADER": "X-Secret"}
    found = hook_proof(environ, Service.SALESHANDY)
    assert found
    assert found.fits({"X-Secret": SECRET}, b"anything")
    assert not found.fits({"X-Secret": "sesam"}, b"anything")
    assert SECRET not in repr(found)


def test_without_a_secret_nothing_is_checked() -> None:
    assert hook_proof({}, CRM) is None


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"HEADER": "X-Sign"}, "SALESSHEET_HOOK_SECRET"),
        ({"SECRET": SECRET}, "SALESSHEET_HOOK_HEADER"),
        ({"SECRET": SECRET, "HEADER": "X Sign"}, "SALESSHEET_HOOK_HEADER"),
        ({"SECRET": SECRET, "HEADER": "X-Sign", "ALGORITHM": "md5"}, "SALESSHEET_HOOK_ALGORITHM"),
    ],
)
def test_what_is_missing_or_wrong_is_named_without_the_secret(environ: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=named) as caught:
        hook_proof({f"SALESSHEET_HOOK_{name}": value for name, value in environ.items()}, CRM)
    assert SECRET not in str(caught.value)
