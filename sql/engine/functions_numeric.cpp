// Arithmetic that reports instead of changing the type or answering NULL: 22003 past BIGINT and DOUBLE, 22012
// for a division by zero.
#include <cmath>
#include <random>

#include "sql/engine/decimal.h"
#include "sql/engine/function.h"
#include "sql/error.h"

namespace couch::sql::engine {

namespace {

[[noreturn]] void out_of_range(const char* what) { throw Error(ErrorKind::OutOfRange, what); }
[[noreturn]] void zero_division() { throw Error(ErrorKind::DivisionByZero, "division by zero"); }

struct Number {
  bool whole;
  int64_t i;
  double d;
};

Number number(const Arguments& a, int i) {
  if (a.is_integer(i)) return {true, a.integer(i), 0};
  return {false, 0, a.real(i)};
}
double real(const Number& n) { return n.whole ? static_cast<double>(n.i) : n.d; }

double calculate_real(char sign, double x, double y) {
  switch (sign) {
    case '+': return x + y;
    case '-': return x - y;
    case '*': return x * y;
    default: break;
  }
  if (y == 0) zero_division();
  return sign == '/' ? x / y : std::fmod(x, y);
}

int64_t calculate_whole(char sign, int64_t x, int64_t y) {
  int64_t result = 0;
  bool overflow = false;
  switch (sign) {
    case '+': overflow = __builtin_add_overflow(x, y, &result); break;
    case '-': overflow = __builtin_sub_overflow(x, y, &result); break;
    case '*': overflow = __builtin_mul_overflow(x, y, &result); break;
    default:
      if (y == 0) zero_division();
      if (sign == '%') return y == -1 ? 0 : x % y;
      overflow = x == INT64_MIN && y == -1;
      if (!overflow) result = x / y;
  }
  if (overflow) out_of_range("a result is out of the range of BIGINT");
  return result;
}

Number calculate_one(char sign, const Number& x, const Number& y) {
  if (x.whole && y.whole) return {true, calculate_whole(sign, x.i, y.i), 0};
  return {false, 0, calculate_real(sign, real(x), real(y))};
}

// couch_calculate('+-*', a, b, c, d): from the left, without precedence: the tree was that.
Result calculate_numbers(const Arguments& a) {
  std::string_view signs = a.text(0);
  Number result = number(a, 1);
  for (int i = 2; i < a.count(); ++i)
    result = calculate_one(signs[static_cast<size_t>(i - 2)], result, number(a, i));
  return result.whole ? Result{result.i} : Result{result.d};
}

Result calculate_reals(const Arguments& a) {
  std::string_view signs = a.text(0);
  double result = a.real(1);
  for (int i = 2; i < a.count(); ++i)
    result = calculate_real(signs[static_cast<size_t>(i - 2)], result, a.real(i));
  return result;
}

Result calculate_decimals(const Arguments& a) {
  std::string_view signs = a.text(0);
  std::string result{a.text(1)};
  for (int i = 2; i < a.count(); ++i) {
    std::string_view next = a.text(i);
    switch (signs[static_cast<size_t>(i - 2)]) {
      case '+': result = add_decimals(result, next); break;
      case '-': result = subtract_decimals(result, next); break;
      case '*': result = multiply_decimals(result, next); break;
      case '/': result = divide_decimals(result, next); break;
      default: result = modulo_decimals(result, next); break;
    }
  }
  return result;
}

Result negate(const Arguments& a) {
  if (!a.is_integer(0)) return -a.real(0);
  return calculate_whole('-', 0, a.integer(0));
}
Result absolute(const Arguments& a) {
  if (!a.is_integer(0)) return std::fabs(a.real(0));
  return a.integer(0) < 0 ? calculate_whole('-', 0, a.integer(0)) : a.integer(0);
}
Result sign(const Arguments& a) {
  double d = a.real(0);
  return int64_t{d > 0 ? 1 : d < 0 ? -1 : 0};
}

// By the digits that people see: 2.675 rounds to 2.68 although the double is a little less.
Result by_digits(const Arguments& a, std::string (*how)(std::string_view, int64_t)) {
  int64_t places = a.count() > 1 ? a.whole(1) : 0;
  if (a.is_integer(0)) {
    if (places >= 0) return a.integer(0);
    auto result = decimal_to_int(how(decimal_of(a.integer(0)), places));
    if (!result) out_of_range("a result is out of the range of BIGINT");
    return *result;
  }
  return decimal_to_double(how(decimal_of(a.real(0)), places));
}
Result round(const Arguments& a) { return by_digits(a, round_decimal); }
Result truncate(const Arguments& a) { return by_digits(a, truncate_decimal); }
Result floor(const Arguments& a) {
  return a.is_integer(0) ? Result{a.integer(0)} : Result{std::floor(a.real(0))};
}
Result ceiling(const Arguments& a) {
  return a.is_integer(0) ? Result{a.integer(0)} : Result{std::ceil(a.real(0))};
}
Result mod(const Arguments& a) {
  Number result = calculate_one('%', number(a, 0), number(a, 1));
  return result.whole ? Result{result.i} : Result{result.d};
}

constexpr double pi = 3.14159265358979323846;

template <double (*F)(double)>
Result of_real(const Arguments& a) {
  double result = F(a.real(0));
  if (std::isnan(result)) out_of_range("the argument is outside of what the function is defined for");
  return result;
}
double logarithm(double x) { return x > 0 ? std::log(x) : std::nan(""); }
double logarithm10(double x) { return x > 0 ? std::log10(x) : std::nan(""); }
double cotangent(double x) { return 1 / std::tan(x); }
double degrees(double x) { return x * 180 / pi; }
double radians(double x) { return x * pi / 180; }
double arc_cosine(double x) { return std::acos(x); }
double arc_sine(double x) { return std::asin(x); }
double arc_tangent(double x) { return std::atan(x); }
double cosine(double x) { return std::cos(x); }
double sine(double x) { return std::sin(x); }
double tangent(double x) { return std::tan(x); }
double exponential(double x) { return std::exp(x); }
double root(double x) { return std::sqrt(x); }

Result arc_tangent2(const Arguments& a) { return std::atan2(a.real(0), a.real(1)); }
Result pi_value(const Arguments&) { return pi; }
Result power(const Arguments& a) {
  if (a.real(0) == 0 && a.real(1) < 0) zero_division();
  double result = std::pow(a.real(0), a.real(1));
  if (std::isnan(result)) out_of_range("POWER of a negative number to a fraction");
  return result;
}

// [0, 1). With a seed the result is the seed's, always.
Result random_number(const Arguments& a) {
  uint64_t bits = 0;
  if (a.count() > 0)
    bits = std::mt19937_64(static_cast<uint64_t>(a.whole(0)))();
  else
    sqlite3_randomness(sizeof bits, &bits);
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

Result decimal_negate(const Arguments& a) { return negate_decimal(a.text(0)); }
Result decimal_abs(const Arguments& a) {
  return a.text(0).starts_with('-') ? negate_decimal(a.text(0)) : std::string{a.text(0)};
}
Result decimal_sign(const Arguments& a) { return int64_t{compare_decimals(a.text(0), "0")}; }
Result decimal_round(const Arguments& a) { return round_decimal(a.text(0), a.count() > 1 ? a.whole(1) : 0); }
Result decimal_truncate(const Arguments& a) {
  return truncate_decimal(a.text(0), a.count() > 1 ? a.whole(1) : 0);
}
Result decimal_floor(const Arguments& a) { return floor_decimal(a.text(0)); }
Result decimal_ceiling(const Arguments& a) { return ceiling_decimal(a.text(0)); }
Result decimal_mod(const Arguments& a) { return modulo_decimals(a.text(0), a.text(1)); }

// LIMIT and OFFSET from a parameter.
Result limit(const Arguments& a) {
  if (a.null(0) || !a.is_integer(0) || a.integer(0) < 0)
    out_of_range("LIMIT and OFFSET take a whole number, 0 or more");
  return a.integer(0);
}

Result same(const Arguments& a) { return a.value(0); }

}  // namespace

void add_numeric_functions(sqlite3* connection, Runtime& runtime) {
  static constexpr ScalarFunction functions[] = {
      {"couch_abs", 1, 1, absolute},
      {"couch_acos", 1, 1, of_real<arc_cosine>},
      {"couch_asin", 1, 1, of_real<arc_sine>},
      {"couch_atan", 1, 1, of_real<arc_tangent>},
      {"couch_atan2", 2, 2, arc_tangent2},
      {"couch_calculate", 3, 102, calculate_numbers},
      {"couch_ceiling", 1, 1, ceiling},
      {"couch_cos", 1, 1, of_real<cosine>},
      {"couch_cot", 1, 1, of_real<cotangent>},
      {"couch_dec_abs", 1, 1, decimal_abs},
      {"couch_dec_calculate", 3, 102, calculate_decimals},
      {"couch_dec_ceiling", 1, 1, decimal_ceiling},
      {"couch_dec_floor", 1, 1, decimal_floor},
      {"couch_dec_mod", 2, 2, decimal_mod},
      {"couch_dec_negate", 1, 1, decimal_negate},
      {"couch_dec_round", 1, 2, decimal_round},
      {"couch_dec_sign", 1, 1, decimal_sign},
      {"couch_dec_truncate", 1, 2, decimal_truncate},
      {"couch_degrees", 1, 1, of_real<degrees>},
      {"couch_exp", 1, 1, of_real<exponential>},
      {"couch_floor", 1, 1, floor},
      {"couch_limit", 1, 1, limit, true},
      {"couch_log", 1, 1, of_real<logarithm>},
      {"couch_log10", 1, 1, of_real<logarithm10>},
      {"couch_mod", 2, 2, mod},
      {"couch_negate", 1, 1, negate},
      {"couch_pi", 0, 0, pi_value},
      {"couch_power", 2, 2, power},
      {"couch_radians", 1, 1, of_real<radians>},
      {"couch_rand", 0, 1, random_number, true, false},
      {"couch_real_calculate", 3, 102, calculate_reals},
      {"couch_round", 1, 2, round},
      {"couch_same", 1, 1, same},
      {"couch_sign", 1, 1, sign},
      {"couch_sin", 1, 1, of_real<sine>},
      {"couch_sqrt", 1, 1, of_real<root>},
      {"couch_tan", 1, 1, of_real<tangent>},
      {"couch_truncate", 1, 2, truncate},
  };
  for (const ScalarFunction& f : functions) add(connection, runtime, f);
}

}  // namespace couch::sql::engine
