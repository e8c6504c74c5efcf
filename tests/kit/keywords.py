"""The keywords of FastAPI and pydantic, and pydantic's names, that the kit does not have, each with its reason; the
README prints them.

test_signatures.py holds them against the signatures, strictly both ways.
"""

FLASKS_ROUTE = "Flask's own decorator above takes it"
DEPRECATED = "deprecated there"
DATACLASS = "the standard library's dataclasses have it, or an InitVar"
PYDANTIC = "about pydantic's own machinery"

LEFT_OUT: dict[str, dict[str, str]] = {
    "FastAPI": {
        "telemetry": "OpenTelemetry's own instrumentation of Flask does it",
        "debug": "`flask run --debug`: what is nobody's fault is shown there as FastAPI shows it",
        "routes": DEPRECATED,
        "middleware": "`add_middleware(app, ...)`, on the application that it wraps",
        "exception_handlers": "`app.register_error_handler`, which blueprints have too",
        "on_startup": DEPRECATED,
        "on_shutdown": DEPRECATED,
        "root_path": "deprecated there; a WSGI server or proxy says it (SCRIPT_NAME)",
    },
    "APIRouter": {
        "prefix": "`Blueprint(url_prefix=)`",
        "routes": DEPRECATED,
        "redirect_slashes": "the application's: `Api(redirect_slashes=)`; an included router's has no effect there",
        "default": "what answers where nothing matches is the application's (`app.errorhandler(404)`)",
        "dependency_overrides_provider": "an application's own affair",
        "route_class": "hooks of the blueprint, as the folder `middleware` shows",
        "on_startup": DEPRECATED,
        "on_shutdown": DEPRECATED,
        "lifespan": "the application has one, `Api(lifespan=)`, which may enter others",
    },
    "include_router": {},
    "get": {
        "path": FLASKS_ROUTE,
        "name": FLASKS_ROUTE,
    },
    "api_route": {
        "path": FLASKS_ROUTE,
        "methods": FLASKS_ROUTE,
        "name": FLASKS_ROUTE,
    },
    "websocket": {},
    **{
        name: {"regex": "deprecated there: `pattern`"}
        for name in ("Path", "Query", "Header", "Cookie", "Body", "Form", "File")
    },
    "jsonable_encoder": {},
    "get_swagger_ui_html": {},
    "get_redoc_html": {"with_google_fonts": "pages ask no other host for anything, so there are none"},
    "TypeAdapter": {"config": "`model_config` of the class", "_parent_depth": PYDANTIC, "module": PYDANTIC},
    "Depends": {},
    "Security": {},
    **{name: {} for name in ("PlainSerializer", "WrapSerializer", "field_serializer", "model_serializer")},
    "Field": {
        "frozen": DATACLASS,
        "init_var": DATACLASS,
        "extra": DEPRECATED,
    },
    "ConfigDict": {
        "frozen": DATACLASS,
        "validate_assignment": "an attribute of a dataclass takes what is assigned; the response is checked",
        "revalidate_instances": "a response is always checked, an instance in a request is there already",
        "validate_return": PYDANTIC,
        "json_encoders": DEPRECATED,
        "hide_input_in_errors": "no effect in FastAPI's 422",
        "regex_engine": "Python's `re`; a pattern that Rust's engine reads otherwise is one for nobody",
        **dict.fromkeys(
            ("cache_strings", "defer_build", "ignored_types", "plugin_settings", "protected_namespaces",
             "schema_generator", "validation_error_cause"),
            PYDANTIC,
        ),
    },
}  # fmt: skip

#: What `from pydantic import ...` has and the kit has not, beside its errors and warnings.
NAMES: dict[str, str] = {
    "BaseModel": "a dataclass",
    "dataclasses": "the standard library's",
    "create_model": "`dataclasses.make_dataclass`",
    "ConfigDict": "`ModelConfig`",
    "FieldSerializationInfo": "`SerializationInfo`, which has the attribute's name",
    "InstanceOf": "no request holds an instance, and FastAPI can't document it",
    "SkipValidation": "`Any`, with `WithJsonSchema` where the document is to say more",
    "ImportString": "a client is not to choose what the server imports",
    "GetPydanticSchema": "a marshmallow field in `Annotated` reads any type",
    "validate_call": "the arguments of an operation or a dependency are validated, other functions are called by code",
    "validate_email": "`EmailStr`, by email-validator as there",
    **dict.fromkeys(
        ("BaseConfig", "Extra", "PaymentCardNumber", "parse_obj_as", "root_validator", "schema_json_of", "schema_of",
         "validator"),
        DEPRECATED,
    ),
    **dict.fromkeys(
        ("GetCoreSchemaHandler", "GetJsonSchemaHandler", "ModelWrapValidatorHandler", "SerializerFunctionWrapHandler",
         "ValidatorFunctionWrapHandler", "VERSION", "__version__"),
        PYDANTIC,
    ),
}  # fmt: skip
