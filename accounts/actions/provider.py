"""Signing in with the identity provider of the province (OpenID Connect): it says who somebody is, and never
what he may do. Authorisation code with PKCE; an account is found by a claim that the provider has verified,
and none is ever made.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.core import signing
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from accounts.actions.devices import SignedIn, new_device
from accounts.actions.entering import OtpMissing, SignInRefused
from accounts.actions.second import has_second, takes_second
from accounts.actions.trying import begin_try, end_try
from accounts.queries import find_user
from accounts.rules import Verb
from base.errors import NotFound, Refusal
from base.models import Asker

log = logging.getLogger("alarm")
SALT, MINUTES = "accounts.provider", 10
PATIENCE = 5.0
ALGORITHMS = ["RS256", "ES256", "PS256"]


class ProviderGone(Refusal):
    code = "provider.unavailable"
    vi = "Hệ thống định danh của tỉnh tạm thời không trả lời; xin thử lại sau ít giây."
    en = "The province's identity provider does not answer for the moment; please try again in some seconds."
    status = 503
    retry_after = 10


@dataclass(frozen=True)
class Leave:
    """Where the browser goes, and what its client brings back with the provider's answer."""

    url: str
    ticket: str


def begin_provider(*, by: Asker) -> Leave:
    """Sends somebody to the provider; NotFound where there is none."""
    by.must(Verb.OWN_ACCOUNT)
    known = {"verifier": secrets.token_urlsafe(48), "nonce": secrets.token_urlsafe(16)}
    with _client() as client:
        place = _metadata(client)["authorization_endpoint"]
        words = {"code_verifier": known["verifier"], "nonce": known["nonce"]}
        url, state = client.create_authorization_url(place, **words)
    return Leave(url, signing.dumps({**known, "state": state}, salt=SALT))


def finish_provider(
    *, by: Asker, ticket: str, state: str, code: str, otp: str, device_name: str, address: str, at: datetime
) -> SignedIn:
    """The tokens for whom the provider knows, if he has an account here; any other answer is refused in the
    same words. A second factor is asked for as at the other door, unless the provider has proved one."""
    by.must(Verb.OWN_ACCOUNT)
    begun = begin_try(by=by, address=address)
    claims = _claims(_opened(ticket, state), code)
    user = find_user(str(claims.get(settings.OIDC_CLAIM) or ""))
    if user is None or claims.get(f"{settings.OIDC_CLAIM}_verified") is not True:
        raise SignInRefused()
    proved = bool(settings.OIDC_ACR) and claims.get("acr") in settings.OIDC_ACR
    if has_second(user.pk) and not proved:
        if not otp:
            end_try(by=by, begun=begun)
            raise OtpMissing(path="otp")
        proved = takes_second(user.pk, otp, at)
        if not proved:
            raise SignInRefused()
    done = new_device(user, device_name, at, otp_at=at if proved else None)
    end_try(by=by, begun=begun)
    return done


def _client() -> OAuth2Session:
    if not settings.OIDC_ISSUER:
        raise NotFound()
    return OAuth2Session(
        settings.OIDC_CLIENT_ID,
        settings.OIDC_CLIENT_SECRET,
        redirect_uri=settings.OIDC_REDIRECT_URI,
        scope=settings.OIDC_SCOPE,
        code_challenge_method="S256",
    )


def _opened(ticket: str, state: str) -> dict[str, str]:
    """What was agreed when he left; SignInRefused for a ticket of somebody else, or of too long ago."""
    try:
        known: dict[str, str] = signing.loads(ticket, salt=SALT, max_age=MINUTES * 60)
    except signing.BadSignature:
        raise SignInRefused() from None
    if not hmac.compare_digest(known["state"].encode(), state.encode("utf-8", "replace")):
        raise SignInRefused()
    return known


def _claims(known: dict[str, str], code: str) -> dict[str, Any]:
    """What the provider says of him, proved by its signature; and what it tells of him when asked."""
    try:
        with _client() as client:
            at = _metadata(client)
            words = {"grant_type": "authorization_code", "code": code, "code_verifier": known["verifier"]}
            told = client.fetch_token(at["token_endpoint"], timeout=PATIENCE, **words)
            keys = KeySet.import_key_set(_json(client, at["jwks_uri"]))
            claims = _checked(str(told.get("id_token") or ""), keys, known["nonce"])
            if settings.OIDC_CLAIM not in claims and "userinfo_endpoint" in at:
                more = _json(client, at["userinfo_endpoint"], withhold_token=False)
                claims = {**more, **claims} if more.get("sub") == claims["sub"] else claims
    except requests.RequestException:
        raise ProviderGone() from None
    except (OAuthError, JoseError, ValueError, KeyError) as error:
        log.warning("the identity provider's answer was refused: %s", type(error).__name__)
        raise SignInRefused() from None
    return claims


def _checked(id_token: str, keys: KeySet, nonce: str) -> dict[str, Any]:
    """The claims of a token that this provider has signed for us, for this very sign-in, and just now."""
    claims: dict[str, Any] = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
    must = {"iss": settings.OIDC_ISSUER, "aud": settings.OIDC_CLIENT_ID, "nonce": nonce}
    rules: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in must.items()}
    rules |= {name: {"essential": True} for name in ("sub", "exp", "iat")}
    jwt.JWTClaimsRegistry(leeway=60, **rules).validate(claims)
    return claims


def _metadata(client: OAuth2Session) -> dict[str, Any]:
    """Where the provider's doors are, in its own words."""
    try:
        found: dict[str, Any] = _json(
            client, settings.OIDC_ISSUER.rstrip("/") + "/.well-known/openid-configuration"
        )
    except (requests.RequestException, ValueError):
        raise ProviderGone() from None
    if found.get("issuer") != settings.OIDC_ISSUER:
        log.error("the identity provider calls itself otherwise than OIDC_ISSUER")
        raise ProviderGone()
    return found


def _json(client: OAuth2Session, url: str, *, withhold_token: bool = True) -> Any:
    """What stands there; nobody is followed elsewhere."""
    answer = client.get(url, withhold_token=withhold_token, timeout=PATIENCE, allow_redirects=False)
    answer.raise_for_status()
    return answer.json()
