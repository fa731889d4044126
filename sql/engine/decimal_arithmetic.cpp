#include "sql/engine/decimal_arithmetic.h"

#include <boost/multiprecision/cpp_dec_float.hpp>
#include <ios>

#include "sql/error.h"

namespace couch::sql::engine {

std::string calculate(char operation, std::string_view a, std::string_view b) {
  using Number =
      boost::multiprecision::number<boost::multiprecision::cpp_dec_float<100>, boost::multiprecision::et_off>;
  Number x{std::string{a}}, y{std::string{b}}, z;
  switch (operation) {
    case '+': z = x + y; break;
    case '-': z = x - y; break;
    case '*': z = x * y; break;
    case '/': z = x / y; break;
    default: z = x - y * boost::multiprecision::trunc(Number{x / y}); break;
  }
  if (!boost::multiprecision::isfinite(z))
    throw Error(ErrorKind::OutOfRange, "a decimal result is out of range");
  // In this form the precision counts the digits after the first one.
  return z.str(operation == '/' ? 37 : 99, std::ios_base::scientific);
}

}  // namespace couch::sql::engine
