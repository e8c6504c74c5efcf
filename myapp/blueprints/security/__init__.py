"""FastAPI's security schemes are the kit's: a scheme is a dependency that reads credentials, scopes gather on the way.

## What FastAPI gives

Classes that read one kind of credentials each (a bearer token, HTTP Basic, an API key), answer 401 when there are none,
and appear in the document, so that `/docs` has an Authorize button. `Security(..., scopes=[...])` says what a token
must be for; `SecurityScopes` tells a dependency what was asked for on the way to it. Checking is left to the
application: the tutorial hashes with pwdlib and signs tokens with PyJWT.

## What matches it here

| FastAPI | Flask |
|---|---|
| `OAuth2PasswordBearer`, `OAuth2AuthorizationCodeBearer`, `OAuth2`, `OpenIdConnect` | the same names in `myapp.kit` |
| `HTTPBasic`, `HTTPBearer`, `HTTPDigest` | the same |
| `APIKeyHeader`, `APIKeyQuery`, `APIKeyCookie` | the same |
| `OAuth2PasswordRequestForm`, and Strict | the same; the form's fields are `Form()` parameters |
| `Security(..., scopes=[...])`, `SecurityScopes` | the same; other scopes are another call in one request |
| `auto_error=False`, `make_not_authenticated_error` | the same |
| the Authorize dialog in `/docs` | the same page, from the same part of the document |
| PyJWT and pwdlib (Argon2) | the same libraries, in `myapp.authentication` and `myapp.passwords` |

A token is signed with `MYAPP_SECRET_KEY` and good for `MYAPP_ACCESS_TOKEN_MINUTES`; both sides have the same secret, so
the token of one opens the other. What a token may be for depends on the user's role, when it is given and again when it
is used. An unknown address takes as long to refuse as a wrong password. `MYAPP_API_KEYS` opens `/security/api-key`.

## What differs

Nothing that a client sees. Under gevent the Argon2 hash runs in a thread of its own, so that a login does not hold up
the worker's other requests; FastAPI runs a `def` operation in a thread as a whole.

## When not to use it

People with browsers are better served by a session cookie (Flask-Login, as `/admin/` does): a token in a page's storage
can be stolen by a script, and can't be taken back before it expires. For signing in by way of another site use Authlib.
"""
