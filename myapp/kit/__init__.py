"""FastAPI's mechanisms for ordinary Flask applications: one decorator, `@operation`, and one extension, `Api`.

    api = Api(title="Posts")
    api.init_app(app)

    @bp.post("/posts/")
    @operation(status_code=201)
    def create_post(post: PostIn, session: SessionDep) -> PostOut:
        ...

The view's signature is read once; validation, injection, serialization and the OpenAPI document follow from it. Names
and meanings are FastAPI's: whoever knows FastAPI knows this package. Each module pairs one of its mechanisms with one
extension.
"""

from myapp.kit.api import Api, ApiState
from myapp.kit.background import BackgroundTasks
from myapp.kit.encoders import jsonable_encoder
from myapp.kit.errors import HTTPException, RequestValidationError, ResponseValidationError
from myapp.kit.files import file_response, static_files
from myapp.kit.frontend import frontend
from myapp.kit.lifespan import app_lifespan, state
from myapp.kit.models import ModelConfig, dump, fields_set
from myapp.kit.mount import ASGIApplication, mount
from myapp.kit.operation import operation
from myapp.kit.params import (
    AfterValidator,
    BeforeValidator,
    Body,
    Cookie,
    Depends,
    Field,
    Form,
    Header,
    Path,
    Query,
    Security,
)
from myapp.kit.responses import InjectedResponse as Response
from myapp.kit.routing import include_router, router_options
from myapp.kit.security import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    HTTPDigest,
    OAuth2,
    OAuth2AuthorizationCodeBearer,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    OAuth2PasswordRequestFormStrict,
    OpenIdConnect,
    SecurityScopes,
)
from myapp.kit.sse import ServerSentEvent
from myapp.kit.streaming import EventSourceResponse, StreamingResponse
from myapp.kit.typehints import AnyUrl, EmailStr, HttpUrl
from myapp.kit.websockets.connection import WebSocket, WebSocketDisconnect, WebSocketException, WebSocketState
from myapp.kit.websockets.origin import SameOrigin
from myapp.kit.websockets.route import websocket

__all__ = [
    "APIKeyCookie",
    "APIKeyHeader",
    "APIKeyQuery",
    "ASGIApplication",
    "AfterValidator",
    "AnyUrl",
    "Api",
    "ApiState",
    "BackgroundTasks",
    "BeforeValidator",
    "Body",
    "Cookie",
    "Depends",
    "EmailStr",
    "EventSourceResponse",
    "Field",
    "Form",
    "HTTPAuthorizationCredentials",
    "HTTPBasic",
    "HTTPBasicCredentials",
    "HTTPBearer",
    "HTTPDigest",
    "HTTPException",
    "Header",
    "HttpUrl",
    "ModelConfig",
    "OAuth2",
    "OAuth2AuthorizationCodeBearer",
    "OAuth2PasswordBearer",
    "OAuth2PasswordRequestForm",
    "OAuth2PasswordRequestFormStrict",
    "OpenIdConnect",
    "Path",
    "Query",
    "RequestValidationError",
    "Response",
    "ResponseValidationError",
    "SameOrigin",
    "Security",
    "SecurityScopes",
    "ServerSentEvent",
    "StreamingResponse",
    "WebSocket",
    "WebSocketDisconnect",
    "WebSocketException",
    "WebSocketState",
    "app_lifespan",
    "dump",
    "fields_set",
    "file_response",
    "frontend",
    "include_router",
    "jsonable_encoder",
    "mount",
    "operation",
    "router_options",
    "state",
    "static_files",
    "websocket",
]
