"""What is said to the host's sign-on provider, and what is believed of its answers (OpenID Connect Core and Discovery
1.0, PKCE of RFC 7636). No transaction is open meanwhile, and nothing is followed that leads elsewhere. The libraries
for it take a fifth of a second to load, so pages import this file when somebody signs in there."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from flask import current_app
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import KeySet

from crowd import clock
from crowd.accounts.signing_on import Client, Failed
from crowd.config import is_loopback
from crowd.i18n import _
from crowd.keyed import keyed

SCOPE = "openid email profile"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]
SECONDS, MOST = 10, 1_000_000  # that an answer may take, and bytes that it may have
LEEWAY = 120  # seconds by which two clocks may differ
KEPT_FOR = timedelta(minutes=10)
_kept: dict[str, tuple[datetime, dict[str, Any]]] = {}  # documents and keys of this process, by their address


class _Session(OAuth2Session):
    """Asks as Authlib does, but follows nothing, waits for no slow one and reads no endless one."""

    def request(self, method: str, url: str, **more: Any) -> requests.Response:
        if not is_safe(url):
            raise Failed(_("An address of the provider does not begin with https://: %(url)s", url=url))
        end = time.monotonic() + SECONDS
        answer: requests.Response = super().request(
            method, url, **more | {"allow_redirects": False, "timeout": SECONDS, "stream": True}
        )
        with answer:
            answer._content = _read(answer, end)  # what .json() and .text read
        if answer.is_redirect:
            raise Failed(
                _("%(url)s leads elsewhere, and we do not follow that. Give the address it leads to.", url=url)
            )
        return answer


def _read(answer: requests.Response, end: float) -> bytes:
    body = b""
    while part := answer.raw.read1(65_536, decode_content=True):
        body += part
        if len(body) > MOST or time.monotonic() > end:
            raise requests.Timeout
    return body


def is_safe(url: str) -> bool:
    """Whether nobody between us and there can read along: https, or this machine."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    except ValueError:
        return False


def _asked(client: Client, url: str, ask: Callable[[_Session], requests.Response]) -> dict[str, Any]:
    """The object in an answer. Raises Failed with the sentence for whatever else comes."""
    try:
        answer = ask(_Session())
        found = answer.json()
    except requests.JSONDecodeError:
        found = None
    except requests.RequestException as error:
        current_app.logger.warning("sign-on: %s", type(error).__name__)
        raise Failed(_("%(name)s cannot be reached at %(url)s, or is too slow.", name=client.name, url=url)) from None
    if answer.status_code != 200:
        raise Failed(_("%(url)s answers with the error %(status)s.", url=url, status=answer.status_code))
    if not isinstance(found, dict):
        raise Failed(_("%(url)s answers with something else than a JSON document.", url=url))
    return found


def _fetched(client: Client, url: str, fresh: bool = False) -> dict[str, Any]:
    at, found = _kept.get(url, (None, {}))
    if at is None or fresh or not at <= clock.now() < at + KEPT_FOR:
        found = _asked(client, url, lambda s: cast(requests.Response, s.get(url, withhold_token=True)))
        _kept[url] = clock.now(), found
    return found


def document(client: Client, fresh: bool = False) -> dict[str, Any]:
    """What the provider says about itself, checked. Raises Failed."""
    if not is_safe(client.issuer):
        raise Failed(_("The address of the provider has to begin with https://."))
    found = _fetched(client, client.issuer.rstrip("/") + "/.well-known/openid-configuration", fresh)
    if found.get("issuer") != client.issuer:
        said = str(found.get("issuer", ""))[:300]
        raise Failed(_("There the provider calls itself “%(said)s”. Enter its address exactly like that.", said=said))
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not (isinstance(found.get(name), str) and is_safe(found[name])):
            raise Failed(_("Its document has no “%(name)s” that begins with https://.", name=name))
    return found


def check(client: Client) -> None:
    """Whether sign-ins can begin there: its document and its keys, as they are now. Raises Failed."""
    _keys(client, document(client, fresh=True), fresh=True)


def _session(client: Client, found: dict[str, Any]) -> _Session:
    ways = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
    back = f"{current_app.config['BASE_URL']}/login/sign-on"
    return _Session(
        client.client,
        client.secret,
        token_endpoint_auth_method=way if client.secret else "none",
        scope=SCOPE,
        redirect_uri=back,
        code_challenge_method="S256",
    )


def address(client: Client, state: str) -> str:
    """Where a browser goes to sign in. Raises Failed. Nonce and verifier are made from the state, and kept nowhere."""
    found = document(client)
    url, _state = _session(client, found).create_authorization_url(
        found["authorization_endpoint"], state, _verifier(state), nonce=_nonce(state)
    )
    return str(url)


def _verifier(state: str) -> str:
    return keyed("sign-on verifier", state)


def _nonce(state: str) -> str:
    return keyed("sign-on nonce", state)


def claims(client: Client, state: str, code: str) -> dict[str, Any]:
    """Who has signed in there, in the provider's words, all of them checked. Raises Failed."""
    found = document(client)
    session = _session(client, found)
    answer = _exchanged(client, session, found["token_endpoint"], code=code, code_verifier=_verifier(state))
    token = _believed(client, found, answer, state)
    more = found.get("userinfo_endpoint")
    if "email" not in token and isinstance(more, str) and answer.get("access_token"):
        told = _asked(client, more, lambda _new: cast(requests.Response, session.get(more)))
        if told.get("sub") == token["sub"]:  # Core, 5.3.2
            return {**told, **token}
    return token


def _exchanged(client: Client, session: _Session, url: str, **fields: str) -> dict[str, Any]:
    name = client.name
    try:
        return dict(session.fetch_token(url, **fields))
    except OAuthError as error:
        current_app.logger.warning("sign-on: the token endpoint answers %s", error.error)
        if error.error in ("invalid_client", "unauthorized_client"):
            raise Failed(
                _("%(name)s does not accept the client ID or the secret of this site. Tell the host.", name=name)
            ) from None
        raise Failed(_("%(name)s says that this sign-in is too old, or was used. Begin again.", name=name)) from None
    except (requests.RequestException, ValueError) as error:
        current_app.logger.warning("sign-on: the token endpoint: %s", type(error).__name__)
        raise Failed(_("%(name)s has a problem just now. Try again in a few minutes.", name=name)) from None


def _believed(client: Client, found: dict[str, Any], answer: dict[str, Any], state: str) -> dict[str, Any]:
    """The claims of an ID token that is signed, of this provider, for us, for this sign-in, and of now."""
    token = _signed(client, found, str(answer.get("id_token", "")))
    made = CodeIDToken(
        token.claims,
        token.header,
        {"iss": {"essential": True, "value": client.issuer}, "aud": {"essential": True, "value": client.client}},
        {"nonce": _nonce(state), "client_id": client.client, "access_token": answer.get("access_token")},
    )
    try:
        made.validate(int(clock.now().timestamp()), LEEWAY)
    except ClaimError as error:
        current_app.logger.warning("sign-on: the ID token is refused for its %s", error.claim)
        raise Failed(_why_not(client, error)) from None
    if not (isinstance(made["sub"], str) and 0 < len(made["sub"]) <= 255):
        raise Failed(_("%(name)s did not tell us who you are.", name=client.name))
    return dict(made)


def _why_not(client: Client, error: ClaimError) -> str:
    name = client.name
    if isinstance(error, ExpiredTokenError):
        return _(
            "The answer of %(name)s is too old, or its clock and ours differ. Try again, and tell the host.", name=name
        )
    return {
        "iss": _("The answer was made by somebody else than %(name)s, so we do not believe it.", name=name),
        "aud": _("The answer of %(name)s is meant for another site, so we do not believe it.", name=name),
        "azp": _("The answer of %(name)s is meant for another site, so we do not believe it.", name=name),
        "nonce": _("The answer of %(name)s belongs to another sign-in. Begin again.", name=name),
        "iat": _("The answer of %(name)s comes from the future: its clock and ours differ. Tell the host.", name=name),
        "nbf": _("The answer of %(name)s comes from the future: its clock and ours differ. Tell the host.", name=name),
    }.get(error.claim, _("The answer of %(name)s lacks something, so we do not believe it. Tell the host.", name=name))


def _signed(client: Client, found: dict[str, Any], text: str) -> jwt.Token:
    """A token with a good signature. Keys may have been changed since we read them: then they are read once more."""
    for fresh in (False, True):
        keys = _keys(client, found, fresh)
        try:
            return jwt.decode(text, keys, ALGORITHMS)
        except (JoseError, ValueError) as error:
            why = type(error).__name__
    current_app.logger.warning("sign-on: the ID token is refused: %s", why)
    raise Failed(_("The answer of %(name)s is not signed with its key, so we do not believe it.", name=client.name))


def _keys(client: Client, found: dict[str, Any], fresh: bool) -> KeySet:
    try:
        return KeySet.import_key_set(cast(Any, _fetched(client, found["jwks_uri"], fresh)))
    except (JoseError, ValueError, KeyError, TypeError):
        raise Failed(_("%(url)s holds no keys that we can read.", url=found["jwks_uri"])) from None
