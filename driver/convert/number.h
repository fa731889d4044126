#pragma once
// Numbers as text, taken apart without loss, and put into ODBC's C types. Text is ASCII here; no locale has a
// say.
#include <sql.h>
#include <sqlext.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace couch::driver {

// A numeric literal: [sign] digits [. digits] [e [sign] digits]. Borrows from its text.
struct Number {
  bool negative = false;
  std::string_view whole, fraction;  // digits as written, either may be empty
  int64_t exponent = 0;              // held within ±1,000,000,000

  // Its digits are those of `whole` and `fraction`; the point stands before digit `point()`, which may lie
  // outside them.
  size_t digit_count() const { return whole.size() + fraction.size(); }
  int digit(size_t i) const { return (i < whole.size() ? whole[i] : fraction[i - whole.size()]) - '0'; }
  int64_t point() const { return static_cast<int64_t>(whole.size()) + exponent; }
};
// nullopt: no numeric literal. Blanks around it are the caller's (trimmed()).
std::optional<Number> parse_number(std::string_view text);
// Without the white space at both ends.
std::string_view trimmed(std::string_view text);

// The part of a number before its point.
struct WholePart {
  uint64_t magnitude = 0;
  bool negative = false;
  bool overflow = false;  // the magnitude has more than 64 bits
  bool fraction = false;  // something other than 0 follows the point
};
WholePart whole_part(const Number& number);
WholePart whole_part(int64_t value);
WholePart whole_part(double value);  // overflow for infinities and NaN

// nullopt: too large for a double. What is too small is 0.
std::optional<double> to_double(std::string_view trimmed_text, const Number& number);

enum class NumericFit : unsigned char { Whole, FractionLost, TooLarge };
// SQL_NUMERIC_STRUCT with `scale` digits after the point; digits past them are cut. precision 0: the most it
// can have, 38.
NumericFit to_numeric(const Number& number, SQLSMALLINT precision, SQLSMALLINT scale,
                      SQL_NUMERIC_STRUCT& out);
// Its digits: "-12.50".
std::string numeric_text(const SQL_NUMERIC_STRUCT& in);

// Digits without exponent, at most `scale` of them after the point when it is not negative; `cut` says
// whether others than 0 were lost. nullopt: more than `most` digits before the point.
std::optional<std::string> plain_text(const Number& number, int scale, size_t most, bool& cut);

// Text of a number, without allocating.
class NumberText {
 public:
  explicit NumberText(int64_t value);
  // The shortest digits that read back as the same number, without an exponent from 0.0001 up to 1e16. Never
  // longer than SQL_DOUBLE's display size, 24.
  explicit NumberText(double value);
  explicit NumberText(float value);
  std::string_view view() const { return {text_.data(), size_}; }

 private:
  template <class T>
  void shortest(T value);
  std::array<char, 32> text_;
  size_t size_ = 0;
};

// How many characters of a number's text may not be cut: the sign and the digits before the point; all when
// there is an exponent.
size_t uncuttable(std::string_view number_text);

}  // namespace couch::driver
