"""A sign-on provider for the tests: OpenID Connect as Authlib serves it, in a process of its own, with real keys, a
client secret and PKCE that are really checked, and switches for what can be wrong with one. Whoever comes is signed in
as `user` at once, as by a session that they have there. It prints its address."""

import json
import os
import sys
import threading
import time
from base64 import urlsafe_b64decode
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.models import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

from tests.accounts.signed_on import CLIENT, FIRST, SECRET

app = Flask(__name__)
now: dict[str, Any] = dict(FIRST)
keys = [RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})]
stranger = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
codes: dict[str, Any] = {}
tokens: dict[str, Any] = {}


class Client(ClientMixin):
    client_id = CLIENT

    def get_client_id(self):
        return CLIENT

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, uri):
        return uri in now["redirects"]

    def check_client_secret(self, secret):
        return secret == SECRET

    def check_endpoint_auth_method(self, method, _endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, kind):
        return kind == "code"

    def check_grant_type(self, kind):
        return kind == "authorization_code"


class Code(AuthorizationCodeMixin):
    def __init__(self, code, payload):
        self.code, self.user, self.asked = code, dict(now["user"]), dict(payload.data)
        self.code_challenge = self.asked.get("code_challenge")
        self.code_challenge_method = self.asked.get("code_challenge_method")

    def get_redirect_uri(self):
        return self.asked["redirect_uri"]

    def get_scope(self):
        return self.asked["scope"]

    def get_nonce(self):
        return self.asked.get("nonce")

    def get_auth_time(self):
        return int(time.time())

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class Grant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code, request):
        codes[code] = Code(code, request.payload)

    def query_authorization_code(self, code, _client):
        return codes.get(code)

    def delete_authorization_code(self, found):
        codes.pop(found.code)

    def authenticate_user(self, found):
        return found.user


class Signed(OpenIDCode):
    def exists_nonce(self, nonce, _request):
        return any(code.get_nonce() == nonce for code in codes.values())

    def resolve_client_private_key(self, _client):
        return stranger if now["forged"] else keys[-1]

    def get_client_algorithm(self, _client):
        return now["alg"]

    def get_encode_header(self, _client):
        return {"alg": now["alg"], "kid": keys[-1].kid}

    def get_compatible_claims(self, _request):
        at = int(time.time())
        return {"iss": here(), "aud": [CLIENT], "iat": at, "exp": at + 300}

    def generate_user_info(self, user, _scope):
        return user

    def encode_id_token(self, token, request):
        made = super().encode_id_token(token, request)
        if not (now["claims"] or now["without"]):
            return made
        part = made.split(".")[1]
        said = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))) | now["claims"]
        said = {name: value for name, value in said.items() if name not in now["without"]}
        return jwt.encode({"alg": "RS256", "kid": keys[-1].kid}, said, keys[-1])


server = AuthorizationServer(
    app,
    lambda name: Client() if name == CLIENT else None,
    lambda token, asked: tokens.update({token["access_token"]: asked.user}),
)
server.register_grant(Grant, [Signed(require_nonce=True), CodeChallenge(required=True)])


def here():
    return request.host_url.rstrip("/")


@app.get("/.well-known/openid-configuration")
def document():
    if now["elsewhere"]:
        return redirect("/somewhere")
    if now["documents"]:
        return Response(now["documents"])
    said = {name: f"{here()}/{name}" for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")}
    return jsonify({"issuer": here(), "jwks_uri": f"{here()}/keys", **said} | now["document"])


@app.get("/keys")
def published():
    return jsonify({"keys": [keys[-1].as_dict(private=False)]})


@app.get("/authorization_endpoint")
def authorize():
    grant = server.get_consent_grant(end_user=now["user"])
    return server.create_authorization_response(grant=grant, grant_user=None if now["denies"] else now["user"])


@app.post("/token_endpoint")
def token():
    time.sleep(now["slow"])
    return Response("no", now["token_status"]) if now["token_status"] else server.create_token_response()


@app.get("/userinfo_endpoint")
def userinfo():
    user = tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
    return jsonify(user) if user else Response("", 401)


@app.post("/switch")
def switch():
    now.update(request.get_json())
    return ""


@app.post("/rotate")
def rotate():
    keys.append(RSAKey.generate_key(2048, {"kid": f"key {len(keys)}", "use": "sig"}))
    return ""


def end_with_the_tests():
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    made = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=end_with_the_tests, daemon=True).start()
    print(f"http://127.0.0.1:{made.port}", flush=True)
    made.serve_forever()
