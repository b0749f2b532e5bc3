"""An OpenID provider in a process of its own, by the server side of Authlib; tests make it lie.

Run as a program, it prints its address, and ends with its standard input. `PUT /control` takes `users` (claims by
subject) and `lies`: what it does otherwise than it should, until it is told another.
"""

import hmac
import json
import os
import sys
import threading
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.common.urls import add_params_to_uri
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, OpenIDCode
from flask import Flask, Response, jsonify, redirect, render_template_string, request
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Response as AnyResponse

TIMES = "exp", "iat", "nbf", "auth_time"
CLIENT, SECRET = "idflow", "s3cret/with+signs"

PAGE = """<!doctype html><html lang="en"><title>Example ID</title><style>
body {font: 17px system-ui; background: #17324d; color: #fff; display: grid; place-items: center; min-height: 95vh}
form {background: #fff; color: #123; padding: 32px; border-radius: 4px} input, button {font: inherit; padding: 8px}
</style><form method="post"><h1>Example ID</h1><p>{{ client }} wants to know who you are.</p>
<p><label for="sub">User</label> <input id="sub" name="sub" required></p><button>Log in</button>
<button name="deny" value="1" formnovalidate>Cancel</button></form></html>"""


@dataclass
class Client(ClientMixin):
    redirect_uris: tuple[str, ...] = ()
    id_token_signed_response_alg = "ES256"

    def get_client_id(self) -> str:
        return CLIENT

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith("/backoffice/sign-in/provider/callback")

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in {"client_secret_basic", "client_secret_post"}

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):
    code: str
    subject: str
    data: dict[str, str]

    def get_redirect_uri(self) -> str:
        return self.data["redirect_uri"]

    def get_scope(self) -> str:
        return self.data["scope"]

    def get_nonce(self) -> str | None:
        return self.data.get("nonce")

    def get_auth_time(self) -> None:
        return None

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None

    code_challenge = property(lambda self: self.data.get("code_challenge"))
    code_challenge_method = property(lambda self: self.data.get("code_challenge_method"))


@dataclass
class State:
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for."""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "first", "use": "sig"}))


STATE = State()
OTHER = ECKey.generate_key("P-256", {"kid": "first"})


class Grant(grants.AuthorizationCodeGrant):
    def save_authorization_code(self, code: str, request: Any) -> None:
        STATE.codes[code] = Code(code, request.user, dict(request.payload.data))

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        return STATE.codes.get(code)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        del STATE.codes[authorization_code.code]

    def authenticate_user(self, authorization_code: Code) -> str:
        return authorization_code.subject


class Tokens(OpenIDCode):
    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return False

    def resolve_client_private_key(self, client: Client) -> ECKey:
        return STATE.key

    def get_encode_header(self, client: Client) -> dict[str, str]:
        return {"alg": "ES256", "kid": str(STATE.key.kid)}

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        return {"iss": request.host_url.rstrip("/")}

    def generate_user_info(self, user: str, scope: str) -> dict[str, Any]:
        thin = STATE.lies.get("thin", False)
        return {"sub": user} if thin else {"sub": user, **STATE.users.get(user, {})}

    def encode_id_token(self, token: dict[str, Any], request: Any) -> str:
        made = super().encode_id_token(token, request)
        lies, key = STATE.lies, STATE.key
        claims = {**jwt.decode(made, key, ["ES256"]).claims, **lies.get("claims", {})}
        # Times are told in seconds from now.
        times = {
            name: lies["now"] + claims[name] for name in TIMES if isinstance(lies.get("claims", {}).get(name), int)
        }
        claims = {name: value for name, value in {**claims, **times}.items() if value is not None}
        match lies.get("sign"):
            case "none":
                return jwt.encode({"alg": "none"}, claims, key, ["none"])
            case "secret":
                return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), ["HS256"])
            case "public":
                # The public key as if it were a shared secret: no library does that for us.
                parts = (json.dumps(each).encode() for each in ({"alg": "HS256", "kid": "first"}, claims))
                said = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
                signature = hmac.digest(key.as_pem(private=False), said, "sha256")
                return b".".join((said, urlsafe_b64encode(signature).rstrip(b"="))).decode()
            case "other":
                return jwt.encode({"alg": "ES256", "kid": "first"}, claims, OTHER, ["ES256"])
            case "cut":
                return f"{made[:-4]}AAAA"
        header = {"alg": "ES256", **({} if lies.get("no kid") else {"kid": str(key.kid)})}
        return jwt.encode(header, claims, key, ["ES256"])


app = Flask(__name__)
server = AuthorizationServer(
    app,
    query_client=lambda client_id: Client() if client_id == CLIENT else None,
    save_token=lambda token, request: STATE.tokens.update({token["access_token"]: request.user}),
)
server.register_grant(Grant, [Tokens(require_nonce=True), CodeChallenge(required=True)])


@app.before_request
def note() -> None:
    STATE.asked.append(request.path)


@app.put("/control")
def control() -> Response:
    for name, value in request.get_json().items():
        setattr(STATE, name, value)
    asked, STATE.asked = STATE.asked, []
    if STATE.lies.get("rotate"):
        STATE.key = ECKey.generate_key("P-256", {"kid": STATE.lies["rotate"], "use": "sig"})
    return jsonify(asked[:-1])


@app.get("/.well-known/openid-configuration")
def discovery() -> Response:
    here = request.host_url.rstrip("/")
    found = {
        "issuer": here,
        "authorization_endpoint": f"{here}/authorize?tenant=1",
        "token_endpoint": f"{here}/token",
        "jwks_uri": f"{here}/keys",
        "userinfo_endpoint": f"{here}/userinfo",
        "end_session_endpoint": f"{here}/logout",
        "authorization_response_iss_parameter_supported": True,
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    }
    return jsonify({**found, **STATE.lies.get("discovery", {})})


@app.get("/keys")
def keys() -> Response:
    # One of a kind that nobody knows yet, too.
    return jsonify(keys=[STATE.key.as_dict(private=False), {"kty": "future", "kid": "later"}])


@app.route("/authorize", methods=["GET", "POST"])
def authorize() -> AnyResponse | str:
    here = request.host_url.rstrip("/")
    grant = server.get_consent_grant(end_user=None)
    if request.method == "GET":
        return render_template_string(PAGE, client=grant.client.get_client_id())
    if request.form.get("deny"):
        back = [("error", "access_denied"), ("state", request.args["state"]), ("iss", here)]
        return redirect(add_params_to_uri(request.args["redirect_uri"], back))
    response = server.create_authorization_response(grant_user=request.form["sub"], grant=grant)
    issuer = STATE.lies.get("iss", here)
    return redirect(add_params_to_uri(response.location, [("iss", issuer)]) if issuer else response.location)


@app.post("/token")
def token() -> Response:
    if "token" in STATE.lies:
        return Response(STATE.lies["token"] * STATE.lies.get("times", 1), STATE.lies.get("status", 200))
    made: Response = server.create_token_response()
    return made


@app.get("/userinfo")
def userinfo() -> Response:
    subject = STATE.tokens[request.headers["Authorization"].removeprefix("Bearer ")]
    return jsonify({"sub": subject, **STATE.users.get(subject, {}), **STATE.lies.get("userinfo", {})})


@app.get("/logout")
def logout() -> AnyResponse:
    hint = jwt.decode(request.args["id_token_hint"], STATE.key, ["ES256"])
    assert hint.claims["aud"] == [CLIENT]
    return redirect(request.args["post_logout_redirect_uri"])


if __name__ == "__main__":
    serving = make_server("localhost", 0, app, threaded=True)
    sys.stdout.write(f"http://localhost:{serving.server_port}\n")
    sys.stdout.flush()
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    # Whoever started it holds the other end.
    sys.stdin.read()
