#pragma once
// Decimal numbers as text (value.h, Decimal): exact comparison at any length, arithmetic with 100 digits.
// Arguments are valid decimals (is_decimal) unless said otherwise. Results are canonical: no exponent up to
// 400 places, no '+', no zeros that say nothing, no "-0".
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace couch::sql::engine {

// [+-] digits [. digits] [e [+-] digits], at least one digit before or after the point; nothing else around
// it.
bool is_decimal(std::string_view text);

int compare_decimals(std::string_view a, std::string_view b);  // < 0, 0, > 0
// What memcmp orders as compare_decimals does.
std::string decimal_sort_key(std::string_view number);

std::optional<int64_t> decimal_to_int(std::string_view number);  // only when it is whole and fits
double decimal_to_double(std::string_view number);               // the nearest; infinite past the range
std::string canonical_decimal(std::string_view number);
std::string decimal_of(int64_t number);
std::string decimal_of(double number);  // the shortest digits that read back as it; finite only

// Error(DivisionByZero, OutOfRange).
std::string add_decimals(std::string_view a, std::string_view b);
std::string subtract_decimals(std::string_view a, std::string_view b);
std::string multiply_decimals(std::string_view a, std::string_view b);
std::string divide_decimals(std::string_view a, std::string_view b);  // to 38 significant digits
std::string modulo_decimals(std::string_view a, std::string_view b);  // the sign of a
std::string negate_decimal(std::string_view a);
std::string round_decimal(std::string_view a, int64_t places);  // half away from zero; places may be negative
std::string truncate_decimal(std::string_view a, int64_t places);
std::string floor_decimal(std::string_view a);
std::string ceiling_decimal(std::string_view a);

}  // namespace couch::sql::engine
