"""The catalogue of faults: pydantic's words for everything that can be wrong with a value.

https://docs.pydantic.dev/latest/errors/validation_errors/. The names in braces are the keys of a fault's `ctx`; `{s}`
is the plural.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MESSAGES: Final[Mapping[str, str]] = {
    "missing": "Field required",
    "default_factory_not_called": (
        "The default factory uses validated data, but at least one validation error occurred"
    ),
    "extra_forbidden": "Extra inputs are not permitted",
    "unexpected_keyword_argument": "Unexpected keyword argument",
    "value_error": "Value error, {error}",
    "assertion_error": "Assertion failed, {error}",
    "json_invalid": "JSON decode error",
    "json_type": "JSON input should be string, bytes or bytearray",
    "none_required": "Input should be None",
    "is_instance_of": "Input should be an instance of {class}",
    # containers and models
    "list_type": "Input should be a valid list",
    "tuple_type": "Input should be a valid tuple",
    "deque_type": "Input should be a valid deque",
    "set_type": "Input should be a valid set",
    "frozen_set_type": "Input should be a valid frozenset",
    "dict_type": "Input should be a valid dictionary",
    "ordered_dict_type": "Input should be a valid OrderedDict",
    "counter_type": "Input should be a valid Counter",
    "named_tuple_type": "Input should be a tuple, list, dictionary or an instance of {class_name}",
    "set_item_not_hashable": "Set items should be hashable",
    "iterable_type": "Input should be iterable",
    "model_type": "Input should be a valid dictionary or instance of {class_name}",
    "model_attributes_type": "Input should be a valid dictionary or object to extract fields from",
    "dataclass_type": "Input should be a dictionary or an instance of {class_name}",
    "union_tag_invalid": (
        "Input tag '{tag}' found using {discriminator} does not match any of the expected tags: {expected_tags}"
    ),
    "union_tag_not_found": "Unable to extract tag using discriminator {discriminator}",
    "too_short": "{field_type} should have at least {min_length} item{s} after validation, not {actual_length}",
    "too_long": "{field_type} should have at most {max_length} item{s} after validation, not {actual_length}",
    # numbers
    "greater_than": "Input should be greater than {gt}",
    "greater_than_equal": "Input should be greater than or equal to {ge}",
    "less_than": "Input should be less than {lt}",
    "less_than_equal": "Input should be less than or equal to {le}",
    "multiple_of": "Input should be a multiple of {multiple_of}",
    "finite_number": "Input should be a finite number",
    "bool_type": "Input should be a valid boolean",
    "bool_parsing": "Input should be a valid boolean, unable to interpret input",
    "int_type": "Input should be a valid integer",
    "int_parsing": "Input should be a valid integer, unable to parse string as an integer",
    "int_parsing_size": "Unable to parse input string as an integer, exceeded maximum size",
    "int_from_float": "Input should be a valid integer, got a number with a fractional part",
    "float_type": "Input should be a valid number",
    "float_parsing": "Input should be a valid number, unable to parse string as a number",
    "decimal_type": "Decimal input should be an integer, float, string or Decimal object",
    "decimal_parsing": "Input should be a valid decimal",
    "decimal_max_digits": "Decimal input should have no more than {max_digits} digit{s} in total",
    "decimal_max_places": "Decimal input should have no more than {decimal_places} decimal place{s}",
    "decimal_whole_digits": "Decimal input should have no more than {whole_digits} digit{s} before the decimal point",
    # text and bytes
    "string_type": "Input should be a valid string",
    "string_unicode": "Input should be a valid string, unable to parse raw data as a unicode string",
    "string_too_short": "String should have at least {min_length} character{s}",
    "string_too_long": "String should have at most {max_length} character{s}",
    "string_pattern_mismatch": "String should match pattern '{pattern}'",
    "bytes_type": "Input should be a valid bytes",
    "bytes_invalid_encoding": "Data should be valid {encoding}: {encoding_error}",
    "base64_decode": "Base64 decoding error: '{error}'",
    "bytes_too_short": "Data should have at least {min_length} byte{s}",
    "bytes_too_long": "Data should have at most {max_length} byte{s}",
    "fraction_type": "Fraction input should be an integer, float, string or Fraction object",
    "fraction_parsing": "Input is not a valid fraction",
    "complex_type": (
        "Input should be a valid python complex object, a number, or a valid complex string following the rules at "
        "https://docs.python.org/3/library/functions.html#complex"
    ),
    # paths and regular expressions
    "path_type": "Input is not a valid path for {kind}",
    "path_not_file": "Path does not point to a file",
    "path_not_directory": "Path does not point to a directory",
    "path_not_socket": "Path does not point to a socket",
    "path_exists": "Path already exists",
    "parent_does_not_exist": "Parent directory does not exist",
    "pattern_type": "Input should be a valid pattern",
    "pattern_str_type": "Input should be a string pattern",
    "pattern_bytes_type": "Input should be a bytes pattern",
    "pattern_regex": "Input should be a valid regular expression",
    # choices
    "enum": "Input should be {expected}",
    "literal_error": "Input should be {expected}",
    "byte_size": "could not parse value and unit from byte string",
    "byte_size_unit": "could not interpret byte unit: {unit}",
    "uuid_type": "UUID input should be a string, bytes or UUID object",
    "uuid_parsing": "Input should be a valid UUID, {error}",
    "uuid_version": "UUID version {expected_version} expected",
    # dates and times
    "date_type": "Input should be a valid date",
    "date_parsing": "Input should be a valid date in the format YYYY-MM-DD, {error}",
    "date_from_datetime_parsing": "Input should be a valid date or datetime, {error}",
    "date_from_datetime_inexact": "Datetimes provided to dates should have zero time - e.g. be exact dates",
    "time_type": "Input should be a valid time",
    "time_parsing": "Input should be in a valid time format, {error}",
    "datetime_type": "Input should be a valid datetime",
    "datetime_parsing": "Input should be a valid datetime, {error}",
    "datetime_from_date_parsing": "Input should be a valid datetime or date, {error}",
    "time_delta_type": "Input should be a valid timedelta",
    "time_delta_parsing": "Input should be a valid timedelta, {error}",
    "zoneinfo_str": "invalid timezone: {value}",
    "timezone_aware": "Input should have timezone info",
    "timezone_naive": "Input should not have timezone info",
    "date_past": "Date should be in the past",
    "date_future": "Date should be in the future",
    "datetime_past": "Input should be in the past",
    "datetime_future": "Input should be in the future",
    # the network
    "name_email_type": "Input is not a valid NameEmail",
    "url_type": "URL input should be a string or URL",
    "url_parsing": "Input should be a valid URL, {error}",
    "url_too_long": "URL should have at most {max_length} character{s}",
    "url_scheme": "URL scheme should be {expected_schemes}",
    "ip_v4_address": "Input is not a valid IPv4 address",
    "ip_v6_address": "Input is not a valid IPv6 address",
    "ip_any_address": "value is not a valid IPv4 or IPv6 address",
    "ip_v4_network": "Input is not a valid IPv4 network",
    "ip_v6_network": "Input is not a valid IPv6 network",
    "ip_any_network": "value is not a valid IPv4 or IPv6 network",
    "ip_v4_interface": "Input is not a valid IPv4 interface",
    "ip_v6_interface": "Input is not a valid IPv6 interface",
    "ip_any_interface": "value is not a valid IPv4 or IPv6 interface",
}

SINGULAR: Final = ("min_length", "max_length", "max_digits", "decimal_places", "whole_digits")
"""The figures in `ctx` that decide between "item" and "items"."""

MARSHMALLOW: Final[Mapping[str, str]] = {
    "Missing data for required field.": "missing",
    "Unknown field.": "extra_forbidden",
}
"""marshmallow's own messages that mean what a fault of the catalogue means."""
