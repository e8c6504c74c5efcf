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
| the Authorize dialog in `/docs`, `swagger_ui_init_oauth` | the same page, from the same part of the document |
| PyJWT and pwdlib (Argon2) | the same libraries, in `myapp.authentication` and `myapp.passwords` |

An access token is signed with `MYAPP_SECRET_KEY` and good for `MYAPP_ACCESS_TOKEN_MINUTES`. It says who made it and for
whom, that it is an access token, whose (the user's number) and of which login; what it may be for depends on the user's
role, when it is given and again when it is used. `MYAPP_API_KEYS` opens `/security/api-key`, and `/security/digest`
without sending a key (`myapp.digest`).

Below `/security/openid` the application is itself what `OAuth2AuthorizationCodeBearer` and `OpenIdConnect` point to, so
that the dialog can be tried out: people sign in on a page, and the client (`/docs`) exchanges a code for a token. PKCE
is required, a code is good once, and the ID token is signed with a key whose public part is published
(`myapp.accounts.openid`).

What FastAPI's tutorial leaves to the application is below `/security/account`, the same on both sides; the rules are in
`myapp.accounts`, which knows neither framework:

| | |
|---|---|
| `refresh` | a refresh token is good for one use and gives the next; using one twice ends the login, whoever did |
| `sign-out`, `deactivate` | end one login, or all with the account; their access tokens open nothing from then on |
| `sign-up`, `forgot-password` | a Celery task looks the address up and mails: no answer tells who is known |
| `POST /`, `reset-password` | take the mailed token, once, and set a password |
| `change-password` | wants the present password; like a reset, it ends every login |

Guesses are counted for the account and the client together, so that nobody can lock somebody else out
(`myapp.throttle`), at `/admin/login/` as well; what needs no login is limited by client. Beyond a limit: 429 with
Retry-After. On the Flask side Flask-Limiter counts requests, in the original `limits`, the library below it; `limits`
counts guesses on both. The counters are in Redis where `MYAPP_REDIS_URL` says so, and in each process for itself while
that does not answer (`myapp.counters`).

`myapp/dependencies.py` has what other folders ask for: `CurrentUser`, `ActiveUser`, `Administrator`, `SessionDep` and
their like, as `myapp/twin_dependencies.py` has on the other side.

## What differs

Nothing that a client sees. Under gevent the Argon2 hash runs in a thread of its own, so that a login does not hold up
the worker's other requests; FastAPI runs a `def` operation in a thread as a whole. Both sides have the same secret, but
a login is a row: on two databases the token of one side does not open the other. The dialog has no part for Digest,
which is the browser's own: it asks for name and password itself.

## When not to use it

People with browsers are better served by a session cookie (Flask-Login, as `/admin/` does): a token in a page's storage
can be stolen by a script. Looking the login up costs a join in every request that brings a token; where thousands a
second must not ask a database, leave it out and keep access tokens short. For signing in by way of another site use
Authlib. As an OpenID provider for clients of others take Keycloak or its like: this one knows a single client, no
consent, no session, and signs with Ed25519 alone, where OpenID Connect wants RS256 of every provider. For second
factors and passkeys use a service or Flask-Security.
"""
