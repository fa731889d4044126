#include "sql/engine/decimal.h"

#include <catch2/catch.hpp>
#include <random>

#include "sql/error.h"

using namespace couch::sql;
using namespace couch::sql::engine;

TEST_CASE("Decimals read, and are written in one way", "[decimal]") {
  for (auto good : {"1", "-1", "+1", "1.5", ".5", "5.", "1e5", "1E-5", "00012"}) CHECK(is_decimal(good));
  for (auto bad : {"", "-", ".", "e5", "1e", "1 ", "0x1", "1.2.3", "inf", "nan", "1e+"}) {
    INFO(bad);
    CHECK_FALSE(is_decimal(bad));
  }
  CHECK(canonical_decimal("+001.500") == "1.5");
  CHECK(canonical_decimal("-0.0") == "0");
  CHECK(canonical_decimal("12e3") == "12000");
  CHECK(canonical_decimal("12e-3") == "0.012");
  CHECK(canonical_decimal("1e1000") == "1e1000");
  CHECK(decimal_of(0.1) == "0.1");
  CHECK(decimal_of(1e21) == "1000000000000000000000");
}

TEST_CASE("Decimals compare at any length and form", "[decimal]") {
  CHECK(compare_decimals("10", "9") > 0);
  CHECK(compare_decimals("-10", "-9") < 0);
  CHECK(compare_decimals("1.10", "1.1") == 0);
  CHECK(compare_decimals("0", "-0.000") == 0);
  CHECK(compare_decimals("1e400", "9e399") > 0);
  CHECK(compare_decimals("0.001", "0.01") < 0);
  CHECK(compare_decimals("-0.001", "0") < 0);
  std::string big(500, '9');
  CHECK(compare_decimals(big, big + "1") < 0);
  CHECK(compare_decimals(big + ".1", big) > 0);
}

TEST_CASE("Decimal sort keys are ordered as the numbers are", "[decimal]") {
  std::mt19937 random(7);
  auto one = [&] {
    std::string text = random() % 2 ? "-" : "";
    for (auto n = random() % 6 + 1; n > 0; --n) text += static_cast<char>('0' + random() % 10);
    if (random() % 2) text += '.';
    for (auto n = random() % 4; n > 0; --n) text += static_cast<char>('0' + random() % 10);
    return text + (random() % 4 == 0 ? "e" + std::to_string(static_cast<int>(random() % 40) - 20) : "");
  };
  for (int i = 0; i < 5000; ++i) {
    std::string a = one(), b = one();
    INFO(a << " " << b);
    int order = compare_decimals(a, b), keys = decimal_sort_key(a).compare(decimal_sort_key(b));
    CHECK((order < 0) == (keys < 0));
    CHECK((order == 0) == (keys == 0));
  }
}

TEST_CASE("Decimal arithmetic is exact, and says what cannot be", "[decimal]") {
  CHECK(add_decimals("0.1", "0.2") == "0.3");
  CHECK(subtract_decimals("18446744073709551616", "18446744073709551615") == "1");
  CHECK(multiply_decimals("99999999999999999999", "99999999999999999999") ==
        "9999999999999999999800000000000000000001");
  CHECK(divide_decimals("1", "3") == "0.33333333333333333333333333333333333333");
  CHECK(modulo_decimals("-7", "3") == "-1");
  CHECK_THROWS_AS(divide_decimals("1", "0.0"), Error);
  CHECK_THROWS_AS(modulo_decimals("1", "0"), Error);
  CHECK(round_decimal("2.675", 2) == "2.68");
  CHECK(round_decimal("-2.5", 0) == "-3");
  CHECK(round_decimal("0.05", 0) == "0");
  CHECK(round_decimal("0.5", 0) == "1");
  CHECK(round_decimal("1250", -2) == "1300");
  CHECK(round_decimal("49", -2) == "0");
  CHECK(round_decimal("99.99", 1) == "100");
  CHECK(truncate_decimal("-2.79", 1) == "-2.7");
  CHECK(truncate_decimal("-0.79", 0) == "0");
  CHECK(truncate_decimal("199", -2) == "100");
  CHECK(floor_decimal("-0.5") == "-1");
  CHECK(ceiling_decimal("-0.5") == "0");
  CHECK(ceiling_decimal("1.00001") == "2");
  CHECK(negate_decimal("0") == "0");
  CHECK(decimal_to_int("9223372036854775807") == INT64_MAX);
  CHECK(decimal_to_int("-9223372036854775808") == INT64_MIN);
  CHECK_FALSE(decimal_to_int("9223372036854775808"));
  CHECK_FALSE(decimal_to_int("1.5"));
  CHECK(decimal_to_int("1.0") == 1);
  CHECK(decimal_to_double("1e-400") == 0);
}
