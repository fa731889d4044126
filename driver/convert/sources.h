#pragma once
// One function a source type. Each knows the C types that its row of the specification's table allows, takes
// a Target with a concise ODBC 3 C type, and hands everything else to text: the value of another class than
// its column's (a number in a text column) is its text.
#include <string>
#include <string_view>

#include "driver/convert/convert.h"

namespace couch::driver {

// What the source functions need besides the value.
struct Conversion {
  const sql::Type& type;  // the column's
  const Target& target;
  Progress* progress;
};

Converted bool_to_c(bool value, const Conversion& to);
Converted integer_to_c(int64_t value, const Conversion& to);
Converted double_to_c(double value, const Conversion& to);
Converted decimal_to_c(std::string_view digits, const Conversion& to);
Converted text_to_c(std::string_view text, const Conversion& to);
Converted guid_to_c(std::string_view text, const Conversion& to);
Converted date_to_c(const sql::Date& value, const Conversion& to);
Converted time_to_c(const sql::Time& value, const Conversion& to);
Converted timestamp_to_c(const sql::Timestamp& value, const Conversion& to);
Converted interval_to_c(const sql::Interval& value, const Conversion& to);
Converted binary_to_c(std::string_view bytes, const Conversion& to);

// ---- shared by several sources
std::string text_of(const sql::Cell& cell);  // as SQL_C_CHAR gives it; NULL is ""
bool is_integer_c(SQLSMALLINT c_type);       // the fixed-size exact types but SQL_C_NUMERIC, and SQL_C_BIT
struct WholePart;
struct Number;
// BIT and the integers. 22003 when it does not fit, 01S07 when digits after the point are lost. `shown` is
// for the message.
Converted put_integer(const WholePart& value, std::string_view shown, const Target& target);
// FLOAT, DOUBLE
Converted put_double(double value, const Target& target);
// NUMERIC
Converted put_numeric(const Number& value, std::string_view shown, const Target& target);
// A number as a single-field interval: 22015, 01S07.
Converted put_number_as_interval(const Number& value, std::string_view shown, const Target& target);
Converted put_interval(const sql::Interval& value, const Target& target);
// SQL_C_BINARY of a type of fixed size: the bytes of its column's default C type; 22003 when they do not fit.
Converted put_as_default_binary(const sql::Cell& cell, const Conversion& to);

}  // namespace couch::driver
