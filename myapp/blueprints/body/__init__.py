"""FastAPI's request bodies are dataclasses or marshmallow Schemas in a Flask view's signature.

## What FastAPI gives

A Pydantic model among the arguments is the JSON body: decoded, converted, checked, documented. Several models are told
apart by name, `embed=True` asks for a name even when there is one only, `Body()` puts a number or a string there too.
Models nest, and go out as they came in.

## What matches it here

| FastAPI | Flask |
|---|---|
| `class NewPost(BaseModel)` | `@dataclass class NewPost`, or a marshmallow `Schema` |
| `Field(max_length=, gt=, alias=, title=, description=, examples=)` | `myapp.kit.Field`, same keywords |
| `@field_validator`, with a `ValidationInfo` of the others, `@model_validator`, `@computed_field` | the same |
| `model_config = ConfigDict(alias_generator=…, …)` | `model_config: ClassVar = ModelConfig(alias_generator=…, …)` |
| `class Tags(RootModel[list[str]])` | the same, `myapp.kit.RootModel` |
| `list[Heading \\| Picture]`, `Field(discriminator="kind")`, `list[int \\| Link]` | the same |
| `Discriminator(shape_of)`, a function, with a `Tag` for each member | the same |
| `Field(default_factory=lambda data: …)`, `PrivateAttr` | the same |
| `AliasChoices`, `AliasPath`, `AliasGenerator`, TypedDict, `with_config`, NamedTuple | the same |
| `post: NewPost`, path, query and body in one signature | the same, read by `@operation()` |
| two models, `Body()`, `Body(embed=True)` | `myapp.kit.Body` |
| nested models, `list[Image]`, `set[int]`, `dict[int, float]`, `HttpUrl`, `EmailStr` | the same hints |
| a model that a team already has | `review: Annotated[dict[str, Any], Body(ReviewSchema)]`: what `load` returns |
| `APIRouter(strict_content_type=False)`: no Content-Type is JSON | `operation(strict_content_type=False)` |
| 422 for malformed JSON, a wrong Content-Type, each wrong field | the same `type`, `loc`, `msg`, `input` and `ctx` |

A Schema of one's own keeps its hooks, its `Meta.unknown` and its field classes. The kit ignores unknown keys where Meta
says nothing, as FastAPI does; marshmallow alone would refuse them.

## What differs

A limit is checked before the functions beside it in `Annotated`, wherever it stands. A value that breaks its type or a
limit on the way out is a 500, also in an instance that the view made, which Pydantic would send as it is. In the code,
a dataclass's mutable default is a factory, as the standard library demands, and a class whose required attributes
follow optional ones says `@dataclass(kw_only=True)`. Calling a dataclass checks nothing: only what comes with a
request, and what goes out through a response model, is checked. A dataclass stands for a Pydantic model; where the
original has a dataclass too, `ModelConfig(from_attributes=False)` says so in its errors.

## When not to use it

For files and HTML forms, which are not JSON. For a PATCH on one database row a partial Schema is shorter than a second
dataclass: `Body(PostUpdateSchema(partial=True))`, as the folder `sql_databases` does.

`deploy/bench` measures `POST /body/posts/` and `GET /body/posts/feed/`.
"""
