// Types: in CAST and column definitions SQL's names, in {fn CONVERT(x, …)} also ODBC's.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "sql/datetime.h"
#include "sql/parser_impl.h"

namespace couch::sql {
namespace {

// What may follow a type's name in parentheses.
enum class Shape : uint8_t { Plain, Length, Precision, Fraction };

struct TypeName {
  std::string_view name;
  TypeKind kind;
  Shape shape;
};

// CHAR is not padded here, so it is VARCHAR; NCHAR and the like are the same, since all text is Unicode.
constexpr TypeName type_names[] = {
    {"BIGINT", TypeKind::BigInt, Shape::Plain},
    {"BINARY", TypeKind::VarBinary, Shape::Length},
    {"BIT", TypeKind::Bit, Shape::Plain},
    {"BLOB", TypeKind::LongVarBinary, Shape::Length},
    {"BOOL", TypeKind::Bit, Shape::Plain},
    {"BOOLEAN", TypeKind::Bit, Shape::Plain},
    {"CHAR", TypeKind::Varchar, Shape::Length},
    {"CHARACTER", TypeKind::Varchar, Shape::Length},
    {"CLOB", TypeKind::LongVarchar, Shape::Length},
    {"DATE", TypeKind::Date, Shape::Plain},
    {"DATETIME", TypeKind::Timestamp, Shape::Fraction},
    {"DEC", TypeKind::Decimal, Shape::Precision},
    {"DECIMAL", TypeKind::Decimal, Shape::Precision},
    {"DOUBLE", TypeKind::Double, Shape::Plain},
    {"FLOAT", TypeKind::Double, Shape::Length},
    {"GUID", TypeKind::Guid, Shape::Plain},
    {"INT", TypeKind::Integer, Shape::Plain},
    {"INTEGER", TypeKind::Integer, Shape::Plain},
    {"JSON", TypeKind::LongVarchar, Shape::Plain},
    {"LONG", TypeKind::LongVarchar, Shape::Plain},
    {"LONGVARBINARY", TypeKind::LongVarBinary, Shape::Length},
    {"LONGVARCHAR", TypeKind::LongVarchar, Shape::Length},
    {"NCHAR", TypeKind::Varchar, Shape::Length},
    {"NUMERIC", TypeKind::Decimal, Shape::Precision},
    {"NVARCHAR", TypeKind::Varchar, Shape::Length},
    {"REAL", TypeKind::Real, Shape::Plain},
    {"SMALLINT", TypeKind::SmallInt, Shape::Plain},
    {"STRING", TypeKind::LongVarchar, Shape::Plain},
    {"TEXT", TypeKind::LongVarchar, Shape::Length},
    {"TIME", TypeKind::Time, Shape::Fraction},
    {"TIMESTAMP", TypeKind::Timestamp, Shape::Fraction},
    {"TINYINT", TypeKind::SmallInt, Shape::Plain},
    {"UNIQUEIDENTIFIER", TypeKind::Guid, Shape::Plain},
    {"UUID", TypeKind::Guid, Shape::Plain},
    {"VARBINARY", TypeKind::VarBinary, Shape::Length},
    {"VARCHAR", TypeKind::Varchar, Shape::Length},
};

// ODBC's names, behind SQL_ (ODBC 3.8, appendix E: CONVERT; 2.x names of the date types too).
struct OdbcTypeName {
  std::string_view name;
  TypeKind kind;
};
constexpr OdbcTypeName odbc_names[] = {
    {"BIGINT", TypeKind::BigInt},
    {"BINARY", TypeKind::VarBinary},
    {"BIT", TypeKind::Bit},
    {"CHAR", TypeKind::Varchar},
    {"DATE", TypeKind::Date},
    {"DECIMAL", TypeKind::Decimal},
    {"DOUBLE", TypeKind::Double},
    {"FLOAT", TypeKind::Double},
    {"GUID", TypeKind::Guid},
    {"INTEGER", TypeKind::Integer},
    {"LONGVARBINARY", TypeKind::LongVarBinary},
    {"LONGVARCHAR", TypeKind::LongVarchar},
    {"NUMERIC", TypeKind::Decimal},
    {"REAL", TypeKind::Real},
    {"SMALLINT", TypeKind::SmallInt},
    {"TIME", TypeKind::Time},
    {"TIMESTAMP", TypeKind::Timestamp},
    {"TINYINT", TypeKind::SmallInt},
    {"TYPE_DATE", TypeKind::Date},
    {"TYPE_TIME", TypeKind::Time},
    {"TYPE_TIMESTAMP", TypeKind::Timestamp},
    {"VARBINARY", TypeKind::VarBinary},
    {"VARCHAR", TypeKind::Varchar},
    {"WCHAR", TypeKind::Varchar},
    {"WLONGVARCHAR", TypeKind::LongVarchar},
    {"WVARCHAR", TypeKind::Varchar},
};

template <class Entry, size_t n>
constexpr bool in_order(const Entry (&entries)[n]) {
  return std::is_sorted(entries, entries + n, [](const Entry& a, const Entry& b) { return a.name < b.name; });
}
static_assert(in_order(type_names) && in_order(odbc_names));

template <class Entry, size_t n>
const Entry* find(const Entry (&entries)[n], std::string_view name) {
  const Entry* const found = std::lower_bound(
      entries, entries + n, name, [](const Entry& e, std::string_view key) { return e.name < key; });
  return found != entries + n && found->name == name ? found : nullptr;
}

constexpr uint32_t most_precision = 1000;

}  // namespace

// (n), or `otherwise` when there is none.
uint32_t Parser::type_length(uint32_t otherwise, uint32_t most) {
  if (!at(TokenKind::OpenParen)) return otherwise;
  const Token open = take();
  if (!at(TokenKind::Number)) fail_expected("a length");
  const Token token = take();
  const std::string text = text_of(token);
  uint32_t length = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), length);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || length > most) {
    fail(ErrorKind::Syntax, token.span,
         fmt::format("expected a whole number up to {}, found {}", most, shown(token)));
  }
  if (peek().kind != TokenKind::Comma) close(open);
  return length;
}

Type Parser::type() {
  if (!at(TokenKind::Word)) fail_expected("a type");
  const Span begin = here();
  if (accept(Word::Interval)) return interval_type(nullptr);
  const TypeName* const entry = find(type_names, upper(text_of(peek())));
  if (entry == nullptr)
    fail_expected("a type", "for example BIGINT, DOUBLE, DECIMAL(18,2), VARCHAR(100), DATE, TIMESTAMP, BIT");
  const std::string_view name = entry->name;
  take();
  Type type;
  type.kind = entry->kind;
  type.json = name == "JSON";
  const auto is_word = [&](std::string_view word) {
    return at(TokenKind::Word) && equal_words(text_of(peek()), word);
  };
  if (name == "DOUBLE") accept(Word::Precision);
  if (name == "LONG") {  // LONG VARCHAR, LONG VARBINARY
    if (is_word("VARBINARY"))
      type.kind = TypeKind::LongVarBinary;
    else if (!is_word("VARCHAR"))
      fail_expected("VARCHAR");
    take();
  }
  if (name == "CHARACTER" || name == "CHAR" || name == "NCHAR" ||
      name == "BINARY") {  // VARYING, LARGE OBJECT
    if (is_word("VARYING")) take();
  }
  constexpr uint32_t most_length = std::numeric_limits<int32_t>::max();
  switch (entry->shape) {
    case Shape::Plain: break;
    case Shape::Length: {
      const uint32_t length = type_length(0, most_length);
      if (name == "FLOAT") {
        if (length > 0 && length <= 24)
          type.kind = TypeKind::Real;  // the precision is of the mantissa, in bits
      } else if (type.kind == TypeKind::Varchar || type.kind == TypeKind::VarBinary) {
        if (length == 0 && tokens_.list[at_ - 1].kind == TokenKind::CloseParen)
          fail(ErrorKind::Syntax, since(begin), "a length is at least 1");
        type.size = length;
      }
      if (at(TokenKind::Comma) && tokens_.list[at_ - 1].kind == TokenKind::Number) fail_expected(")");
      break;
    }
    case Shape::Precision: {
      type.size = type_length(0, most_precision);
      if (at(TokenKind::Comma) && tokens_.list[at_ - 1].kind == TokenKind::Number) {
        take();
        if (!at(TokenKind::Number)) fail_expected("the number of digits behind the point");
        const Token scale = take();
        const std::string text = text_of(scale);
        std::from_chars(text.data(), text.data() + text.size(), type.scale);
        if (type.scale < 0 || static_cast<uint32_t>(type.scale) > type.size ||
            text.find_first_of(".eE") != std::string::npos) {
          fail(ErrorKind::Syntax, scale.span,
               fmt::format("expected a whole number up to {}, found {}", type.size, text));
        }
        expect(TokenKind::CloseParen);
      }
      if (type.size == 0 && tokens_.list[at_ - 1].kind == TokenKind::CloseParen)
        fail(ErrorKind::Syntax, since(begin), "a precision is at least 1");
      break;
    }
    case Shape::Fraction: {
      type.scale = static_cast<int16_t>(type_length(every_digit, every_digit));
      if (at(TokenKind::Comma) && tokens_.list[at_ - 1].kind == TokenKind::Number) fail_expected(")");
      if (at_words(Word::With, Word::Time))
        fail_unsupported(since(begin), "WITH TIME ZONE", "times with an offset are converted to UTC");
      if (accept_words(Word::Without, Word::Time)) expect(Word::Zone);
      break;
    }
  }
  return type;
}

bool Parser::is_type_name(const Token& token) const {
  if (token.kind != TokenKind::Word) return false;
  const std::string name = upper(text_of(token));
  return name.rfind("SQL_", 0) == 0 || find(type_names, name) != nullptr;
}

// CONVERT's second argument: SQL_INTEGER, and for convenience a type as in CAST.
Type Parser::odbc_type() {
  if (!at(TokenKind::Word)) fail_expected("a type such as SQL_INTEGER");
  const std::string name = upper(text_of(peek()));
  if (name.rfind("SQL_", 0) != 0) return type();
  const std::string_view rest = std::string_view(name).substr(4);
  Type type;
  if (rest.rfind("INTERVAL_", 0) == 0) {  // SQL_INTERVAL_DAY_TO_SECOND
    const std::string_view fields = rest.substr(9);
    const size_t to = fields.find("_TO_");
    const auto leading = interval_field(fields.substr(0, to));
    const auto trailing = to == std::string_view::npos ? leading : interval_field(fields.substr(to + 4));
    const bool same_class =
        leading && trailing && (*trailing <= IntervalField::Month) == (*leading <= IntervalField::Month);
    if (!same_class || *trailing < *leading) fail_expected("a type such as SQL_INTEGER");
    type.kind = *leading <= IntervalField::Month ? TypeKind::IntervalYearMonth : TypeKind::IntervalDaySecond;
    type.leading = *leading;
    type.trailing = *trailing;
  } else {
    const OdbcTypeName* const entry = find(odbc_names, rest);
    if (entry == nullptr) fail_expected("a type such as SQL_INTEGER");
    type.kind = entry->kind;
    if (type.kind == TypeKind::Time || type.kind == TypeKind::Timestamp) type.scale = every_digit;
  }
  take();
  return type;
}

// YEAR, DAY(3), SECOND(3,6), DAY TO SECOND(6). `leading_digits` gets the first field's precision, 0 where
// none is stated.
Type Parser::interval_type(int* leading_digits) {
  const auto field = [&]() -> IntervalField {
    const auto found = at(TokenKind::Word) ? interval_field(text_of(peek())) : std::nullopt;
    if (!found) fail_expected("YEAR, MONTH, DAY, HOUR, MINUTE or SECOND");
    take();
    return *found;
  };
  const auto fraction = [&] {  // nothing is cut to it: a precision only has to be one
    if (peek().kind == TokenKind::Comma) {
      take();
      if (!at(TokenKind::Number)) fail_expected("the number of digits");
      take();
      expect(TokenKind::CloseParen);
    }
  };
  Type type;
  type.leading = type.trailing = field();
  const bool parenthesis = at(TokenKind::OpenParen);
  const uint32_t digits = type_length(0, 10);
  if (parenthesis && type.leading == IntervalField::Second)
    fraction();
  else if (parenthesis && at(TokenKind::Comma) && tokens_.list[at_ - 1].kind == TokenKind::Number)
    fail_expected(")");
  if (leading_digits != nullptr) *leading_digits = static_cast<int>(digits);
  if (at(Word::To)) {
    const Span to = take().span;
    type.trailing = field();
    const bool months = type.leading <= IntervalField::Month;
    if (type.trailing <= type.leading || months != (type.trailing <= IntervalField::Month)) {
      fail(ErrorKind::Syntax, since(to),
           "an interval goes from YEAR to MONTH, or from DAY to HOUR, MINUTE or SECOND, the larger first");
    }
    if (type.trailing == IntervalField::Second) type_length(0, 9);
  }
  type.kind =
      type.leading <= IntervalField::Month ? TypeKind::IntervalYearMonth : TypeKind::IntervalDaySecond;
  return type;
}

}  // namespace couch::sql
