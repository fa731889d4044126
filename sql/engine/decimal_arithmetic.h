#pragma once
// The one place that knows boost::multiprecision (it costs seconds to compile).
#include <string>
#include <string_view>

namespace couch::sql::engine {

// '+', '-', '*', '/' (38 significant digits) or '%' of two decimals, b not zero for the last two; the result
// may have an exponent. Error(OutOfRange) past 10^±1000000.
std::string calculate(char operation, std::string_view a, std::string_view b);

}  // namespace couch::sql::engine
