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

from . import status
from .adapter import TypeAdapter, ValidationError
from .aliases import AliasChoices, AliasPath
from .api import Api, ApiState
from .asgi import ASGIApplication
from .background import BackgroundTask, BackgroundTasks
from .connection import HTTPConnection
from .encoders import jsonable_encoder
from .errors import HTTPException, RequestValidationError, ResponseValidationError
from .etag import ETag
from .exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
    websocket_request_validation_exception_handler,
)
from .fields import Json
from .files import FileResponse, file_response
from .frontend import frontend
from .functional import (
    MISSING,
    AfterValidator,
    AllowInfNan,
    BeforeValidator,
    Discriminator,
    FailFast,
    OnErrorOmit,
    PlainValidator,
    Strict,
    StringConstraints,
    Tag,
    UrlConstraints,
    ValidateAs,
    ValidationInfo,
    WithJsonSchema,
    WrapValidator,
)
from .functional_serializers import PlainSerializer, SerializationInfo, SerializeAsAny, WrapSerializer
from .lifespan import app_lifespan, state
from .models import AliasGenerator, ModelConfig, PrivateAttr, RootModel, fields_set, with_config
from .models.decorators import (
    computed_field,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)
from .mount import mount
from .operation import operation
from .pagination import LimitOffsetParams, paginate
from .params import (
    Body,
    Cookie,
    Depends,
    Field,
    File,
    Form,
    Header,
    Path,
    Query,
    Security,
)
from .response_classes import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from .routing import include_router, router_options
from .security import (
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
from .serialize.dumping import dump
from .sse import ServerSentEvent
from .static import static_files
from .streaming import EventSourceResponse, StreamingResponse
from .types import AnyUrl, EmailStr, HttpUrl
from .uploads import UploadFile
from .websockets.asynchronous import AsyncWebSocket
from .websockets.connection import WebSocket
from .websockets.handshake import (
    WebSocketDisconnect,
    WebSocketException,
    WebSocketRequestValidationError,
    WebSocketState,
)
from .websockets.origin import SameOrigin
from .websockets.route import websocket

__all__ = [
    "MISSING",
    "APIKeyCookie",
    "APIKeyHeader",
    "APIKeyQuery",
    "ASGIApplication",
    "AfterValidator",
    "AliasChoices",
    "AliasGenerator",
    "AliasPath",
    "AllowInfNan",
    "AnyUrl",
    "Api",
    "ApiState",
    "AsyncWebSocket",
    "BackgroundTask",
    "BackgroundTasks",
    "BeforeValidator",
    "Body",
    "Cookie",
    "Depends",
    "Discriminator",
    "ETag",
    "EmailStr",
    "EventSourceResponse",
    "FailFast",
    "Field",
    "File",
    "FileResponse",
    "Form",
    "HTMLResponse",
    "HTTPAuthorizationCredentials",
    "HTTPBasic",
    "HTTPBasicCredentials",
    "HTTPBearer",
    "HTTPConnection",
    "HTTPDigest",
    "HTTPException",
    "Header",
    "HttpUrl",
    "JSONResponse",
    "Json",
    "LimitOffsetParams",
    "ModelConfig",
    "OAuth2",
    "OAuth2AuthorizationCodeBearer",
    "OAuth2PasswordBearer",
    "OAuth2PasswordRequestForm",
    "OAuth2PasswordRequestFormStrict",
    "OnErrorOmit",
    "OpenIdConnect",
    "Path",
    "PlainSerializer",
    "PlainTextResponse",
    "PlainValidator",
    "PrivateAttr",
    "Query",
    "RedirectResponse",
    "RequestValidationError",
    "Response",
    "ResponseValidationError",
    "RootModel",
    "SameOrigin",
    "Security",
    "SecurityScopes",
    "SerializationInfo",
    "SerializeAsAny",
    "ServerSentEvent",
    "StreamingResponse",
    "Strict",
    "StringConstraints",
    "Tag",
    "TypeAdapter",
    "UploadFile",
    "UrlConstraints",
    "ValidateAs",
    "ValidationError",
    "ValidationInfo",
    "WebSocket",
    "WebSocketDisconnect",
    "WebSocketException",
    "WebSocketRequestValidationError",
    "WebSocketState",
    "WithJsonSchema",
    "WrapSerializer",
    "WrapValidator",
    "app_lifespan",
    "computed_field",
    "dump",
    "field_serializer",
    "field_validator",
    "fields_set",
    "file_response",
    "frontend",
    "http_exception_handler",
    "include_router",
    "jsonable_encoder",
    "model_serializer",
    "model_validator",
    "mount",
    "operation",
    "paginate",
    "request_validation_exception_handler",
    "router_options",
    "state",
    "static_files",
    "status",
    "websocket",
    "websocket_request_validation_exception_handler",
    "with_config",
]
