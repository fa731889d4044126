// Truncation at each buffer size, and SQLGetData in parts.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <random>

#include "driver/convert/utf.h"
#include "driver/types.h"
#include "sql/coercion.h"
#include "sql/datetime.h"
#include "tests/unit/driver/convert_harness.h"

namespace couch::driver {

namespace {

using sql::TypeKind;

sql::Type type_of(TypeKind kind, uint32_t size = 0) {
  sql::Type type;
  type.kind = kind;
  type.size = size;
  return type;
}

// One call of SQLGetData with a buffer of exactly `capacity` bytes, so that a sanitizer sees a byte too many.
struct Part {
  Converted how = Converted::Whole;
  std::string bytes;  // without the terminator
  SQLLEN length = -77;
};
Part part(const sql::Cell& cell, const sql::Type& type, SQLSMALLINT c_type, size_t capacity,
          Progress* progress) {
  std::vector<char> room(capacity + 1);  // misaligned by one
  std::memset(room.data(), '\x5A', room.size());
  Part result;
  Target target;
  target.c_type = c_type;
  target.buffer = room.data() + 1;
  target.capacity = static_cast<SQLLEN>(capacity);
  target.length = target.indicator = &result.length;
  result.how = to_c(cell, type, target, progress);
  if (result.how == Converted::NoData || result.length == SQL_NULL_DATA) return result;
  const size_t unit = c_type == SQL_C_WCHAR ? 2 : 1;
  size_t used = c_type == SQL_C_BINARY ? 0 : unit;
  if (result.how != Converted::Truncated) {
    result.bytes.assign(room.data() + 1, static_cast<size_t>(result.length));
    used += result.bytes.size();
  } else if (c_type == SQL_C_BINARY) {
    result.bytes.assign(room.data() + 1, capacity);
    used = capacity;
  } else if (capacity >= unit) {
    size_t end = 0;  // terminators are looked for from the end: text may hold U+0000
    for (size_t at = 0; at + unit <= capacity; at += unit) {
      bool rest_untouched = true;
      for (size_t i = at + unit; i < capacity; ++i) rest_untouched = rest_untouched && room[i + 1] == '\x5A';
      if (std::string_view(room.data() + 1 + at, unit) == std::string_view("\0\0", unit) && rest_untouched) {
        end = at;
        break;
      }
      if (at + 2 * unit > capacity) FAIL("no terminator in a part");
    }
    result.bytes.assign(room.data() + 1, end);
    used = end + unit;
  } else {
    used = 0;
  }
  for (size_t i = used; i < capacity; ++i) REQUIRE(room[i + 1] == '\x5A');
  return result;
}

// The whole value, by as many calls as it takes. Each call's length must be what is left, and the end must be
// told once.
std::string in_parts(const sql::Cell& cell, const sql::Type& type, SQLSMALLINT c_type, size_t capacity,
                     size_t total) {
  Progress progress;
  std::string all;
  for (int calls = 0;; ++calls) {
    REQUIRE(calls < 10'000);
    const Part p = part(cell, type, c_type, capacity, &progress);
    CHECK(p.length == static_cast<SQLLEN>(total - all.size()));
    all += p.bytes;
    if (p.how != Converted::Truncated) {
      CHECK(p.how == Converted::Whole);
      break;
    }
    if (p.bytes.empty()) return "no progress";
  }
  CHECK(part(cell, type, c_type, capacity, &progress).how == Converted::NoData);
  CHECK(part(cell, type, c_type, capacity, &progress).how == Converted::NoData);
  return all;
}

std::string wide(std::string_view text) { return utf::to_utf16_bytes(text); }

constexpr std::string_view mixed = "aé日😀z";  // one, two, three and four bytes; one and two units

}  // namespace

TEST_CASE("to_c: narrow text is cut between characters, at each buffer size", "[convert][parts]") {
  const auto varchar = type_of(TypeKind::Varchar, 255);
  const char* cut[] = {"", "", "a", "a", "aé", "aé", "aé", "aé日", "aé日", "aé日", "aé日", "aé日😀", "aé日😀z"};
  for (size_t capacity = 0; capacity <= 12; ++capacity) {
    const Part p = part(mixed, varchar, SQL_C_CHAR, capacity, nullptr);
    INFO("capacity " << capacity);
    CHECK(p.bytes == cut[capacity]);
    CHECK(p.length == 11);
    CHECK((p.how == Converted::Truncated) == (capacity < 12));
  }
}

TEST_CASE("to_c: wide text is cut between characters, odd capacities included", "[convert][parts]") {
  const auto varchar = type_of(TypeKind::Varchar, 255);
  const char* cut[] = {"",     "",     "a",     "aé",
                       "aé日", "aé日", "aé日😀", "aé日😀z"};  // by whole units of the capacity
  for (size_t capacity = 0; capacity <= 15; ++capacity) {
    const Part p = part(mixed, varchar, SQL_C_WCHAR, capacity, nullptr);
    INFO("capacity " << capacity);
    CHECK(p.bytes == wide(cut[capacity / 2]));
    CHECK(p.length == 12);
    CHECK((p.how == Converted::Truncated) == (capacity < 14));
  }
}

TEST_CASE("SQLGetData in parts: text, at each buffer size, is the whole text", "[convert][parts]") {
  const auto text = type_of(TypeKind::LongVarchar);
  for (size_t capacity = 2; capacity <= 14; ++capacity) {
    INFO("capacity " << capacity);
    CHECK(in_parts(mixed, text, SQL_C_CHAR, capacity, 11) == mixed);
    CHECK(in_parts(mixed, text, SQL_C_BINARY, capacity, 11) == mixed);
    if (capacity >= 4) CHECK(in_parts(mixed, text, SQL_C_WCHAR, capacity, 12) == wide(mixed));
  }
  CHECK(in_parts(std::string_view{""}, text, SQL_C_CHAR, 1, 0) == "");
  CHECK(in_parts(std::string_view{""}, text, SQL_C_WCHAR, 2, 0) == "");
  CHECK(in_parts(std::string_view{""}, text, SQL_C_BINARY, 0, 0) == "");
}

// pyodbc computes from the buffer's size where the next part goes, and so does the specification's example.
TEST_CASE("SQLGetData in parts: a part that is not the last fills the buffer", "[convert][parts]") {
  Progress progress;
  const auto text = type_of(TypeKind::LongVarchar);
  CHECK(part(mixed, text, SQL_C_CHAR, 5, &progress).bytes == "aé\xE6");
  CHECK(part(mixed, text, SQL_C_CHAR, 5, &progress).bytes == "\x97\xA5\xF0\x9F");
  CHECK(part(mixed, text, SQL_C_CHAR, 5, &progress).bytes == "\x98\x80z");
  progress = {};
  const std::string units = wide(mixed);
  CHECK(part(mixed, text, SQL_C_WCHAR, 10, &progress).bytes == units.substr(0, 8));  // half of 😀 too
  CHECK(part(mixed, text, SQL_C_WCHAR, 10, &progress).bytes == units.substr(8));
}

TEST_CASE("SQLGetData in parts: U+0000 is a character, and what is no UTF-8 becomes U+FFFD",
          "[convert][parts]") {
  const auto text = type_of(TypeKind::LongVarchar);
  const std::string_view with_nul{"a\0b\0", 4};
  CHECK(part(with_nul, text, SQL_C_CHAR, 5, nullptr).bytes == with_nul);
  CHECK(part(with_nul, text, SQL_C_WCHAR, 10, nullptr).bytes == wide(with_nul));
  const std::string_view broken{"x\xFFy\xE6\x97z\xF0\x9F\x98"};
  const std::string repaired = "x\uFFFDy\uFFFDz\uFFFD";
  for (size_t capacity = 2; capacity < 16; ++capacity)
    CHECK(in_parts(broken, text, SQL_C_CHAR, capacity, repaired.size()) == repaired);
  for (size_t capacity = 4; capacity < 16; ++capacity)
    CHECK(in_parts(broken, text, SQL_C_WCHAR, capacity, wide(repaired).size()) == wide(repaired));
  CHECK(part(broken, text, SQL_C_CHAR, 5, nullptr).length == static_cast<SQLLEN>(repaired.size()));
  CHECK(part(broken, text, SQL_C_CHAR, 5, nullptr).bytes == "x\uFFFD");
}

TEST_CASE("SQLGetData: a buffer of no bytes asks for the length, and the value is still there",
          "[convert][parts]") {
  struct {
    sql::Cell cell;
    TypeKind kind;
    SQLSMALLINT c_type;
    SQLLEN length;
  } cases[] = {
      {mixed, TypeKind::Varchar, SQL_C_CHAR, 11},
      {mixed, TypeKind::Varchar, SQL_C_WCHAR, 12},
      {mixed, TypeKind::Varchar, SQL_C_BINARY, 11},
      {std::string_view{""}, TypeKind::Varchar, SQL_C_CHAR, 0},
      {int64_t{-12345}, TypeKind::BigInt, SQL_C_CHAR, 6},
      {int64_t{-12345}, TypeKind::BigInt, SQL_C_WCHAR, 12},
      {int64_t{-12345}, TypeKind::BigInt, SQL_C_BINARY, 8},
      {sql::Date{2022, 1, 31}, TypeKind::Date, SQL_C_CHAR, 10},
      {sql::BinaryView{"abc"}, TypeKind::VarBinary, SQL_C_CHAR, 6},
      {sql::BinaryView{"abc"}, TypeKind::VarBinary, SQL_C_WCHAR, 12},
  };
  for (const auto& c : cases) {
    Progress progress;
    const Part probe = part(c.cell, type_of(c.kind), c.c_type, 0, &progress);
    INFO(static_cast<int>(c.kind) << " to " << c.c_type);
    CHECK(probe.how == Converted::Truncated);
    CHECK(probe.length == c.length);
    const Part rest = part(c.cell, type_of(c.kind), c.c_type, 40, &progress);
    CHECK(rest.how == Converted::Whole);
    CHECK(rest.length == c.length);
    CHECK(part(c.cell, type_of(c.kind), c.c_type, 40, &progress).how == Converted::NoData);
  }
}

TEST_CASE("SQLGetData in parts: the text of every source type", "[convert][parts]") {
  struct {
    sql::Cell cell;
    TypeKind kind;
    const char* text;
    size_t whole;  // characters that may not be cut
  } cases[] = {
      {true, TypeKind::Bit, "1", 1},
      {int64_t{-12345}, TypeKind::BigInt, "-12345", 6},
      {-2.71828, TypeKind::Double, "-2.71828", 2},
      {1.5e300, TypeKind::Double, "1.5e+300", 8},
      {sql::DecimalView{"12345678901234567890.5"}, TypeKind::Decimal, "12345678901234567890.5", 20},
      {sql::Date{2022, 1, 31}, TypeKind::Date, "2022-01-31", 10},
      {sql::Time{10, 15, 30, 250'000'000}, TypeKind::Time, "10:15:30.25", 8},
      {sql::Timestamp{{2022, 1, 31}, {10, 15, 30, 250'000'000}}, TypeKind::Timestamp,
       "2022-01-31 10:15:30.25", 19},
      {std::string_view{"6f9619ff-8b86-d011-b42d-00c04fc964ff"}, TypeKind::Guid,
       "6f9619ff-8b86-d011-b42d-00c04fc964ff", 36},
  };
  for (const auto& c : cases) {
    const auto type = type_of(c.kind);
    const std::string_view text = c.text;
    for (size_t capacity = 1; capacity <= text.size() + 2; ++capacity) {
      INFO(text << " in " << capacity);
      const auto narrow =
          test::outcome([&] { return in_parts(c.cell, type, SQL_C_CHAR, capacity, text.size()); });
      CHECK(narrow == (capacity > c.whole ? text : "22003"));
      const auto in_units =
          test::outcome([&] { return in_parts(c.cell, type, SQL_C_WCHAR, 2 * capacity, 2 * text.size()); });
      CHECK(in_units == (capacity > c.whole ? wide(text) : "22003"));
    }
  }
}

TEST_CASE("to_c: a bound number or date loses only what may be lost", "[convert][parts]") {
  const auto narrow = [](const sql::Cell& cell, TypeKind kind, SQLLEN capacity) {
    return test::converted(cell, type_of(kind), SQL_C_CHAR, {.capacity = capacity});
  };
  CHECK(narrow(3.14159, TypeKind::Double, 4) == "3.1 (01004 of 7)");
  CHECK(narrow(3.14159, TypeKind::Double, 2) == "3 (01004 of 7)");
  CHECK(narrow(3.14159, TypeKind::Double, 1) == "22003");
  CHECK(narrow(1.25e-7, TypeKind::Double, 7) == "22003");
  CHECK(narrow(int64_t{12345}, TypeKind::BigInt, 5) == "22003");
  CHECK(narrow(int64_t{12345}, TypeKind::BigInt, 6) == "12345");
  // The same number in a mixed column is text, and is cut as text.
  CHECK(narrow(int64_t{12345}, TypeKind::Varchar, 5) == "1234 (01004 of 5)");
  CHECK(narrow(sql::Timestamp{{2022, 1, 31}, {10, 15, 30, 5'000'000}}, TypeKind::Timestamp, 20) ==
        "2022-01-31 10:15:30 (01004 of 23)");
  CHECK(narrow(sql::Timestamp{{2022, 1, 31}, {10, 15, 30, 5'000'000}}, TypeKind::Timestamp, 19) == "22003");
}

TEST_CASE("SQLGetData in parts: binary data and its hexadecimal text", "[convert][parts]") {
  const auto binary = type_of(TypeKind::VarBinary);
  const sql::BinaryView bytes{{"\x00\x7F\xFF", 3}};
  for (size_t capacity = 1; capacity <= 8; ++capacity) {
    INFO("capacity " << capacity);
    CHECK(in_parts(bytes, binary, SQL_C_BINARY, capacity, 3) == std::string("\x00\x7F\xFF", 3));
    if (capacity < 2) continue;
    CHECK(in_parts(bytes, binary, SQL_C_CHAR, capacity, 6) == "007FFF");
    CHECK(in_parts(bytes, binary, SQL_C_WCHAR, 2 * capacity, 12) == wide("007FFF"));
  }
  CHECK(part(bytes, binary, SQL_C_CHAR, 4, nullptr).bytes == "00");  // never half a byte
}

TEST_CASE("SQLGetData: types of fixed size come once", "[convert][parts]") {
  Progress progress;
  CHECK(part(int64_t{5}, type_of(TypeKind::BigInt), SQL_C_SLONG, 4, &progress).how == Converted::Whole);
  CHECK(part(int64_t{5}, type_of(TypeKind::BigInt), SQL_C_SLONG, 4, &progress).how == Converted::NoData);
  progress = {};
  CHECK(part(2.5, type_of(TypeKind::Double), SQL_C_SLONG, 4, &progress).how == Converted::Fraction);
  CHECK(part(2.5, type_of(TypeKind::Double), SQL_C_SLONG, 4, &progress).how == Converted::NoData);
  progress = {};
  CHECK(part(std::monostate{}, type_of(TypeKind::BigInt), SQL_C_SLONG, 4, &progress).length == SQL_NULL_DATA);
  CHECK(part(std::monostate{}, type_of(TypeKind::BigInt), SQL_C_SLONG, 4, &progress).how ==
        Converted::NoData);
}

TEST_CASE("SQLGetData: a failed call may be repeated with a better buffer, another type starts anew",
          "[convert][parts]") {
  Progress progress;
  const auto bigint = type_of(TypeKind::BigInt);
  CHECK(test::outcome([&] { return part(int64_t{70000}, bigint, SQL_C_SSHORT, 2, &progress).bytes; }) ==
        "22003");
  CHECK(part(int64_t{70000}, bigint, SQL_C_SLONG, 4, &progress).how == Converted::Whole);
  progress = {};
  CHECK(test::outcome([&] { return part(int64_t{70000}, bigint, SQL_C_CHAR, 3, &progress).bytes; }) ==
        "22003");
  CHECK(part(int64_t{70000}, bigint, SQL_C_CHAR, 6, &progress).bytes == "70000");
  progress = {};
  const auto text = type_of(TypeKind::Varchar);
  CHECK(part(mixed, text, SQL_C_CHAR, 2, &progress).bytes == "a");
  CHECK(part(mixed, text, SQL_C_WCHAR, 4, &progress).bytes == wide("a"));
}

TEST_CASE("to_c: NULL needs an indicator, and other values clear it", "[convert]") {
  SQLLEN length = -77, indicator = -77;
  int32_t number = 0;
  Target target;
  target.c_type = SQL_C_SLONG;
  target.buffer = &number;
  CHECK(test::outcome([&] {
          to_c(std::monostate{}, type_of(TypeKind::BigInt), target, nullptr);
          return std::string{"no error"};
        }) == "22002");
  target.length = &length;
  target.indicator = &indicator;
  CHECK(to_c(std::monostate{}, type_of(TypeKind::BigInt), target, nullptr) == Converted::Whole);
  CHECK(indicator == SQL_NULL_DATA);
  CHECK(length == -77);
  CHECK(to_c(int64_t{5}, type_of(TypeKind::BigInt), target, nullptr) == Converted::Whole);
  CHECK(indicator == 0);
  CHECK(length == 4);
  CHECK(number == 5);
  target.buffer = nullptr;
  target.c_type = SQL_C_CHAR;
  CHECK(to_c(mixed, type_of(TypeKind::Varchar), target, nullptr) == Converted::Whole);
  CHECK(length == 11);
}

TEST_CASE("to_c: unknown types and lengths, and the default C type", "[convert]") {
  CHECK(test::converted(int64_t{5}, type_of(TypeKind::BigInt), 1234) == "HY003");
  CHECK(test::converted(int64_t{5}, type_of(TypeKind::BigInt), SQL_C_CHAR, {.capacity = -1}) == "HY090");
  CHECK(test::converted(int64_t{5}, type_of(TypeKind::BigInt), SQL_C_SLONG, {.capacity = -1}) == "5");
  SQLLEN length = 0;
  int64_t number = 0;
  Target target;
  target.buffer = &number;
  target.length = target.indicator = &length;
  CHECK(to_c(int64_t{5}, type_of(TypeKind::BigInt), target, nullptr) == Converted::Whole);
  CHECK(number == 5);
}

TEST_CASE("to_c: a value of another class than its column", "[convert]") {
  CHECK(test::converted(2.5, type_of(TypeKind::BigInt), SQL_C_SBIGINT) == "2 (01S07)");
  CHECK(test::converted(2.5, type_of(TypeKind::BigInt), SQL_C_CHAR) == "2.5");
  CHECK(test::converted(2.5, type_of(TypeKind::BigInt), SQL_C_BINARY) == "0200000000000000 (01S07)");
  CHECK(test::converted(2.5, type_of(TypeKind::BigInt), SQL_C_INTERVAL_DAY) == "2d (01S07)");
  CHECK(test::converted(sql::DecimalView{"9223372036854775808"}, type_of(TypeKind::BigInt), SQL_C_SBIGINT) ==
        "22003");
  CHECK(test::converted(sql::DecimalView{"9223372036854775808"}, type_of(TypeKind::BigInt), SQL_C_UBIGINT) ==
        "9223372036854775808");
  CHECK(test::converted(int64_t{9007199254740993}, type_of(TypeKind::Double), SQL_C_CHAR) ==
        "9007199254740993");
  CHECK(test::converted(int64_t{5}, type_of(TypeKind::Decimal), SQL_C_NUMERIC) == "5");
  CHECK(test::converted(true, type_of(TypeKind::Varchar), SQL_C_CHAR) == "true");
  CHECK(test::converted(int64_t{5}, type_of(TypeKind::Varchar), SQL_C_SLONG) == "5");
  CHECK(test::converted(int64_t{5}, type_of(TypeKind::Varchar), SQL_C_TYPE_DATE) == "22018");
  CHECK(test::converted(std::string_view{"abc"}, type_of(TypeKind::BigInt), SQL_C_SLONG) == "22018");
  CHECK(test::converted(std::string_view{"7"}, type_of(TypeKind::BigInt), SQL_C_SLONG) == "7");
  CHECK(test::converted(int64_t{1}, type_of(TypeKind::Date), SQL_C_TYPE_DATE) == "22018");
}

TEST_CASE("to_c: numbers as text read back as the same numbers", "[convert][property]") {
  std::mt19937_64 random{42};
  for (int i = 0; i < 20'000; ++i) {
    double value;
    const uint64_t bits = random();
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    const std::string text = test::converted(value, type_of(TypeKind::Double), SQL_C_CHAR);
    INFO(text);
    REQUIRE(std::strtod(text.c_str(), nullptr) == value);
    REQUIRE(text.size() <= 24);  // SQL_DESC_DISPLAY_SIZE
    REQUIRE(test::converted(std::string_view{text}, type_of(TypeKind::Varchar), SQL_C_DOUBLE) ==
            test::converted(value, type_of(TypeKind::Double), SQL_C_DOUBLE));
  }
  const auto text = [](double value) {
    return test::converted(value, type_of(TypeKind::Double), SQL_C_CHAR);
  };
  CHECK(text(100000.0) == "100000");
  CHECK(text(1e15) == "1000000000000000");
  CHECK(text(1e16) == "1e+16");
  CHECK(text(0.0001) == "0.0001");
  CHECK(text(0.00001) == "1e-05");
  for (double value : {0.1, 1e15, 123456789.125, 1e300, -2.5e-9}) CHECK(text(value) == sql::text_of(value));
  CHECK(text(-0.0) == "0");
  CHECK(text(-0.00012345678901234567).size() <= 24);
}

TEST_CASE("to_c: dates and times have the text that sql has for them", "[convert][property]") {
  std::mt19937 random{3};
  const auto below = [&](uint32_t n) { return static_cast<uint32_t>(random()) % n; };
  const auto same = [](const auto& value, TypeKind kind) {
    REQUIRE(test::converted(value, type_of(kind), SQL_C_CHAR) == sql::format(value));
  };
  for (int i = 0; i < 2'000; ++i) {
    const sql::Date date{static_cast<int32_t>(below(10'000)), static_cast<uint8_t>(1 + below(12)),
                         static_cast<uint8_t>(1 + below(28))};
    sql::Time time{static_cast<uint8_t>(below(24)), static_cast<uint8_t>(below(60)),
                   static_cast<uint8_t>(below(60)), 0};
    static constexpr uint32_t units[] = {0, 1, 10, 1'000, 1'000'000, 100'000'000};
    const uint32_t unit = units[below(6)];
    if (unit != 0) time.nanosecond = unit * below(1'000'000'000 / unit);
    same(date, TypeKind::Date);
    same(time, TypeKind::Time);
    same(sql::Timestamp{date, time}, TypeKind::Timestamp);
  }
}

TEST_CASE("Text of any characters comes back from every pair of C types", "[convert][property]") {
  std::mt19937 random{7};
  const auto varchar = type_of(TypeKind::Varchar);
  for (int i = 0; i < 2'000; ++i) {
    std::string text;
    for (auto n = random() % 40; n > 0; --n) {
      static constexpr uint32_t tops[] = {0x7F, 0x7FF, 0xD7FF, 0x10FFFF};
      uint32_t c = static_cast<uint32_t>(random()) % (tops[random() % 4] + 1);
      if (c >= 0xD800 && c <= 0xDFFF) c = 0xE000;
      char16_t units[2] = {static_cast<char16_t>(c), 0};
      if (c > 0xFFFF) {
        units[0] = static_cast<char16_t>(0xD7C0 + (c >> 10));
        units[1] = static_cast<char16_t>(0xDC00 + (c & 0x3FF));
      }
      text += utf::to_utf8(units, c > 0xFFFF ? 2 : 1);
    }
    REQUIRE(utf::is_valid(text));
    const size_t capacity = 2 + random() % 30;
    REQUIRE(in_parts(text, varchar, SQL_C_CHAR, capacity, text.size()) == text);
    const std::string units = in_parts(text, varchar, SQL_C_WCHAR, 4 + random() % 30, wide(text).size());
    Source source;
    source.c_type = SQL_C_WCHAR;
    source.buffer = units.data();
    source.length = static_cast<SQLLEN>(units.size());
    REQUIRE(std::get<std::string>(from_c(source, SQL_WVARCHAR, 0, 0, nullptr)) == text);
  }
}

}  // namespace couch::driver
