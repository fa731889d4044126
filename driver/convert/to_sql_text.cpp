// Parameters for the character types, the binary types and GUID.
#include "driver/convert/errors.h"
#include "driver/convert/guid.h"
#include "driver/convert/number.h"
#include "driver/convert/parameters.h"
#include "driver/convert/sources.h"
#include "driver/convert/utf.h"

namespace couch::driver {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// "If the length of the character string is odd, the last byte of the string is not converted" (C to SQL:
// Character).
std::string bytes_of_hex(std::string_view text, const ParameterType& as) {
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = hex_value(text[i]), low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) not_a(SqlState::s22018, text, "hexadecimal value", sql_type_name(as.sql_type));
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

}  // namespace

sql::Value to_sql_text(ParameterValue given, const ParameterType& as) {
  std::string text;
  if (auto* characters = std::get_if<std::string>(&given.value))
    text = std::move(*characters);
  else if (const auto* binary = std::get_if<sql::Binary>(&given.value))
    text = utf::repaired(binary->bytes);  // UTF-8, as SQL_C_BINARY gives it out
  else
    text = text_of(sql::view(given.value));
  // Column sizes count characters; applications disagree whether an emoji is one or two, so the lesser count
  // decides.
  if (as.column_size != 0 && text.size() > as.column_size && utf::characters(text) > as.column_size)
    throw OdbcError{SqlState::s22001, "the value's {} characters do not fit {} with {}",
                    utf::characters(text), sql_type_name(as.sql_type), as.column_size};
  return text;
}

sql::Value to_sql_binary(ParameterValue given, const ParameterType& as) {
  auto* binary = std::get_if<sql::Binary>(&given.value);
  sql::Binary bytes =
      binary ? std::move(*binary) : sql::Binary{bytes_of_hex(text_of(sql::view(given.value)), as)};
  if (as.column_size != 0 && bytes.bytes.size() > as.column_size)
    throw OdbcError{SqlState::s22001, "the value's {} bytes do not fit {} with {}", bytes.bytes.size(),
                    sql_type_name(as.sql_type), as.column_size};
  return bytes;
}

// A GUID is text in a document: as it was written, but for what the quotes or braces of a literal are.
sql::Value to_sql_guid(ParameterValue given, const ParameterType& as) {
  const std::string text = text_of(sql::view(given.value));
  const auto guid = parse_guid(text);
  if (!guid) not_a(SqlState::s22018, text, "GUID", sql_type_name(as.sql_type));
  const std::string_view plain = trimmed(text);
  return plain.size() == 36 ? std::string{plain} : guid_text(*guid);
}

}  // namespace couch::driver
