#include "tests/support/random_documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "sql/datetime.h"

namespace couch::test::model {

namespace {

using namespace std::string_literals;

// ---- pools: few enough values that they meet

// Spelt as JSON. Equal ones in several spellings; past 2^53 and 2^63; fractions.
const std::vector<std::string>& numbers() {
  static const std::vector<std::string> pool{"0",
                                             "1",
                                             "-1",
                                             "2",
                                             "5",
                                             "5.0",
                                             "-7",
                                             "2.5",
                                             "0.1",
                                             "-0.5",
                                             "1e3",
                                             "1000",
                                             "9007199254740992",
                                             "9007199254740993",
                                             "9007199254740993.0",
                                             "-9007199254740993",
                                             "9223372036854775807",
                                             "9223372036854775808",
                                             "18446744073709551616",
                                             "123456789012345678901234567890",
                                             "123456789012345678901234567891",
                                             "1e300",
                                             "-1e300",
                                             "2.5e-300"};
  return pool;
}

// Case, accents composed and not, controls, U+0000, scripts, astral, what looks like other things, and LIKE's
// own characters.
const std::vector<std::string>& texts() {
  static const std::vector<std::string> pool{
      "",     "a",    "A",         "b",         "á",      "a\xCC\x81", "a\x01", "\0"s,
      "z",    "ß",    "ss",        "é",         "日本語", "😀",         "a😀c",   "\xEF\xBF\xBDx",
      "a%b",  "a_b",  "a\\b",      "ab",        "aab",    "a\nb",      "\n",    "5",
      "true", "null", "l\xC2\xB7", "и\xCC\x86", "й",      "a.b(c)",    "a\0b"s, "2020-01-01"};
  return pool;
}

const std::vector<std::string>& days() {
  static const std::vector<std::string> pool{"0000-01-01", "1999-12-31", "2020-01-01", "2020-01-02",
                                             "2020-02-29", "2020-03-01", "9999-12-31"};
  return pool;
}

const std::vector<std::string>& times() {
  static const std::vector<std::string> pool{"2020-01-01",
                                             "2020-01-01T00:00:00Z",
                                             "2020-01-01 00:00:00",
                                             "2020-01-01T00:00:00.5Z",
                                             "2019-12-31T23:30:00-02:00",
                                             "2020-01-01T23:30:00Z",
                                             "2020-01-02T01:00:00+02:00",
                                             "2020-01-01T14:00:00+14:00",
                                             "2020-01-02T00:30:00+23:59",
                                             "9999-12-31T23:59:59Z",
                                             "0000-01-01T00:00:00Z",
                                             "2020-02-29T12:00:00.123Z"};
  return pool;
}

Json value_of(Random& random, Holds holds);
std::string stored(const std::string& digits);

Json any_value(Random& random, int depth = 2) {
  switch (random.below(depth > 0 ? 8 : 6)) {
    case 0: return Json::null();
    case 1: return Json::boolean(random.percent(50));
    case 2: return Json::number(stored(random.pick(numbers())));
    case 3: return Json::string(random.pick(texts()));
    case 4: return Json::string(random.pick(days()));
    case 5: return Json::string(random.pick(times()));
    case 6: {
      std::vector<Json> items;
      for (size_t n = random.below(3); n > 0; --n) items.push_back(any_value(random, depth - 1));
      return Json::array(std::move(items));
    }
    default: {
      Json object = Json::object({});
      for (size_t n = random.below(3); n > 0; --n)
        object.set(random.pick(std::vector<std::string>{"a", "n", "s", "p"}), any_value(random, depth - 1));
      return object;
    }
  }
}

Json value_of(Random& random, Holds holds) {
  switch (holds) {
    case Holds::Bit: return Json::boolean(random.percent(50));
    case Holds::Integer:
    case Holds::Double:
    case Holds::Decimal: return Json::number(stored(random.pick(numbers())));
    case Holds::Text: return Json::string(random.pick(texts()));
    case Holds::Date: return Json::string(random.pick(days()));
    case Holds::Timestamp: return Json::string(random.pick(times()));
    case Holds::Mixed: return any_value(random);
  }
  return {};
}

void place(Json& object, const std::vector<std::string>& path, size_t at, Json value) {
  if (at + 1 == path.size()) {
    object.set(path[at], std::move(value));
    return;
  }
  const Json* existing = object.find(path[at]);
  Json inner = existing && existing->kind == Json::Kind::Object ? *existing : Json::object({});
  place(inner, path, at + 1, std::move(value));
  object.set(path[at], std::move(inner));
}

// ---- numbers

bool is_integer(const std::string& digits) { return digits.find_first_of(".eE") == std::string::npos; }

bool fits_64_bits(const std::string& digits) {
  int64_t value = 0;
  return std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc{};
}

double nearest(const std::string& digits) {
  double value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// A number as its column compares it: past 64 bits only DECIMAL keeps the digits.
std::string as_read(const std::string& digits, Holds holds) {
  if (holds == Holds::Decimal || !is_integer(digits) || fits_64_bits(digits)) return digits;
  std::string text = fmt::format("{}", nearest(digits));
  return is_integer(text) ? text + ".0" : text;
}

const Json* at_path(const Json& document, const std::vector<std::string>& path) {
  const Json* here = &document;
  for (const auto& name : path) {
    here = here->kind == Json::Kind::Object ? here->find(name) : nullptr;
    if (!here) return nullptr;
  }
  return here;
}

// A fraction as CouchDB stores it: the double, in its shortest digits.
std::string stored(const std::string& digits) {
  if (is_integer(digits)) return digits;
  std::string text = fmt::format("{}", nearest(digits));
  return is_integer(text) ? text + ".0" : text;
}

std::string text_of_any(const Json& json) {
  return json.kind == Json::Kind::String ? json.text : to_text(json);
}

// The value if it is one of the column's class; nullopt is SQL's NULL.
std::optional<Json> seen(const Json& document, const RandomColumn& column) {
  const Json* value = at_path(document, column.path);
  if (!value || value->kind == Json::Kind::Null) return std::nullopt;
  using Kind = Json::Kind;
  switch (column.holds) {
    case Holds::Bit:
      if (value->kind != Kind::True && value->kind != Kind::False) return std::nullopt;
      return *value;
    case Holds::Integer:
    case Holds::Double:
    case Holds::Decimal:
      if (value->kind != Kind::Number) return std::nullopt;
      return Json::number(as_read(value->text, column.holds));
    case Holds::Text:
      if (value->kind != Kind::String) return std::nullopt;
      return *value;
    case Holds::Date: {
      auto date = value->kind == Kind::String ? sql::parse_date(value->text) : std::nullopt;
      if (!date) return std::nullopt;
      return Json::string(sql::format(*date));
    }
    case Holds::Timestamp: {
      auto time = value->kind == Kind::String ? sql::parse_timestamp(value->text) : std::nullopt;
      if (!time) return std::nullopt;
      return Json::string(sql::format(*time));
    }
    case Holds::Mixed: return Json::string(text_of_any(*value));
  }
  return std::nullopt;
}

int compare_seen(const Json& a, const Json& b, Holds holds, const Meaning& meaning) {
  switch (holds) {
    case Holds::Bit: return static_cast<int>(a.kind) - static_cast<int>(b.kind);
    case Holds::Integer:
    case Holds::Double: return compare_numbers(a.text, b.text);
    case Holds::Decimal: return compare_decimals(a.text, b.text);
    case Holds::Text:
    case Holds::Mixed: return compare_text(a.text, b.text, meaning.order);
    case Holds::Date:
    case Holds::Timestamp: return compare_text(a.text, b.text, TextOrder::Bytes);
  }
  return 0;
}

// ---- constants

struct Constant {
  std::optional<Json> value;  // as seen() gives them; nullopt: NULL
  sql::Value parameter;
  std::string literal;  // empty: only as a parameter
  std::optional<Json> parameter_value = value;
};

std::string text_literal(const std::string& text) {
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) return {};
  }
  std::string out = "'";
  for (char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

Constant constant_for(Random& random, Holds holds) {
  if (random.percent(4)) return {std::nullopt, {}, "NULL"};
  switch (holds) {
    case Holds::Bit: {
      bool value = random.percent(50);
      return {Json::boolean(value), value, value ? "TRUE" : "FALSE"};
    }
    case Holds::Integer:
    case Holds::Double:
    case Holds::Decimal: {
      std::string digits = random.pick(numbers());
      sql::Value parameter;
      if (is_integer(digits) && fits_64_bits(digits)) {
        parameter = static_cast<int64_t>(std::stoll(digits));
      } else if (is_integer(digits)) {
        parameter = sql::Decimal{digits};
      } else {
        parameter = nearest(digits);
      }
      // A literal is exact, 9007199254740993.0 is that integer; a parameter was a double before.
      std::string exact = digits.ends_with(".0") ? digits.substr(0, digits.size() - 2) : digits;
      return {Json::number(as_read(exact, holds)), std::move(parameter), digits,
              Json::number(as_read(stored(digits), holds))};
    }
    case Holds::Text: {
      std::string text = random.pick(texts());
      return {Json::string(text), text, text_literal(text)};
    }
    case Holds::Mixed: {
      std::string text = random.percent(50) ? random.pick(texts()) : random.pick(numbers());
      return {Json::string(text), text, text_literal(text)};
    }
    case Holds::Date: {
      auto date = *sql::parse_date(random.pick(days()));
      std::string text = sql::format(date);
      return {Json::string(text), date, random.percent(50) ? "DATE '" + text + "'" : "'" + text + "'"};
    }
    case Holds::Timestamp: {
      auto time = *sql::parse_timestamp(random.pick(times()));
      std::string text = sql::format(time);
      return {Json::string(text), time,
              random.percent(50) ? "{ts '" + text + "'}" : "TIMESTAMP '" + text + "'"};
    }
  }
  return {};
}

// Literal or parameter.
class Operand {
 public:
  Operand(Random& random, Holds holds)
      : constant_(constant_for(random, holds)),
        as_parameter_(constant_.literal.empty() || random.percent(40)) {}
  void print(std::string& sql, std::vector<sql::Value>& parameters) const {
    sql += as_parameter_ ? "?" : constant_.literal;
    if (as_parameter_) parameters.push_back(constant_.parameter);
  }
  const std::optional<Json>& value() const {
    return as_parameter_ ? constant_.parameter_value : constant_.value;
  }

 private:
  Constant constant_;
  bool as_parameter_;
};

Truth of(bool value) { return value ? Truth::True : Truth::False; }
Truth negate(Truth t) { return t == Truth::Unknown ? t : of(t == Truth::False); }

struct Comparison {
  const char* text;
  bool (*holds)(int);
};
const std::vector<Comparison>& comparisons() {
  static const std::vector<Comparison> all{
      {"=", [](int c) { return c == 0; }}, {"<>", [](int c) { return c != 0; }},
      {"<", [](int c) { return c < 0; }},  {"<=", [](int c) { return c <= 0; }},
      {">", [](int c) { return c > 0; }},  {">=", [](int c) { return c >= 0; }}};
  return all;
}

Truth compare_values(const std::optional<Json>& a, const std::optional<Json>& b, Holds holds,
                     const Meaning& meaning, bool (*test)(int)) {
  if (!a || !b) return Truth::Unknown;
  return of(test(compare_seen(*a, *b, holds, meaning)));
}

// ---- conditions

class CompareCondition : public Condition {
 public:
  CompareCondition(Random& random, const RandomColumn& column)
      : column_(column),
        comparison_(random.pick(comparisons())),
        operand_(random, column.holds),
        flipped_(random.percent(20)) {}
  void print(std::string& sql, std::vector<sql::Value>& parameters) const override {
    if (!flipped_) sql += column_.name + " " + comparison_.text + " ";
    operand_.print(sql, parameters);
    if (flipped_) sql += std::string{" "} + comparison_.text + " " + column_.name;
  }
  Truth evaluate(const Json& document, const Meaning& meaning) const override {
    auto value = seen(document, column_);
    return flipped_ ? compare_values(operand_.value(), value, column_.holds, meaning, comparison_.holds)
                    : compare_values(value, operand_.value(), column_.holds, meaning, comparison_.holds);
  }

 private:
  const RandomColumn& column_;
  Comparison comparison_;
  Operand operand_;
  bool flipped_;
};

class BetweenCondition : public Condition {
 public:
  BetweenCondition(Random& random, const RandomColumn& column)
      : column_(column),
        low_(random, column.holds),
        high_(random, column.holds),
        negated_(random.percent(30)) {}
  void print(std::string& sql, std::vector<sql::Value>& parameters) const override {
    sql += column_.name + (negated_ ? " NOT BETWEEN " : " BETWEEN ");
    low_.print(sql, parameters);
    sql += " AND ";
    high_.print(sql, parameters);
  }
  Truth evaluate(const Json& document, const Meaning& meaning) const override {
    auto value = seen(document, column_);
    Truth from = compare_values(value, low_.value(), column_.holds, meaning, [](int c) { return c >= 0; });
    Truth to = compare_values(value, high_.value(), column_.holds, meaning, [](int c) { return c <= 0; });
    Truth both = std::min(from, to);
    return negated_ ? negate(both) : both;
  }

 private:
  const RandomColumn& column_;
  Operand low_, high_;
  bool negated_;
};

class InCondition : public Condition {
 public:
  InCondition(Random& random, const RandomColumn& column) : column_(column), negated_(random.percent(30)) {
    for (size_t n = 1 + random.below(4); n > 0; --n) list_.emplace_back(random, column.holds);
  }
  void print(std::string& sql, std::vector<sql::Value>& parameters) const override {
    sql += column_.name + (negated_ ? " NOT IN (" : " IN (");
    for (size_t i = 0; i < list_.size(); ++i) {
      if (i > 0) sql += ", ";
      list_[i].print(sql, parameters);
    }
    sql += ")";
  }
  Truth evaluate(const Json& document, const Meaning& meaning) const override {
    auto value = seen(document, column_);
    Truth any = Truth::False;
    for (const auto& item : list_)
      any = std::max(
          any, compare_values(value, item.value(), column_.holds, meaning, [](int c) { return c == 0; }));
    return negated_ ? negate(any) : any;
  }

 private:
  const RandomColumn& column_;
  std::vector<Operand> list_;
  bool negated_;
};

class NullCondition : public Condition {
 public:
  NullCondition(Random& random, const RandomColumn& column) : column_(column), negated_(random.percent(50)) {}
  void print(std::string& sql, std::vector<sql::Value>&) const override {
    sql += column_.name + (negated_ ? " IS NOT NULL" : " IS NULL");
  }
  Truth evaluate(const Json& document, const Meaning&) const override {
    return of(seen(document, column_).has_value() == negated_);
  }

 private:
  const RandomColumn& column_;
  bool negated_;
};

std::vector<std::string> code_points(const std::string& text) {
  std::vector<std::string> out;
  for (char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) == 0x80 && !out.empty()) {
      out.back() += c;
    } else {
      out.emplace_back(1, c);
    }
  }
  return out;
}

// LIKE, the slow and plain way.
bool like(const std::vector<std::string>& text, size_t t, const std::vector<std::string>& pattern, size_t p,
          const std::string& escape) {
  if (p == pattern.size()) return t == text.size();
  if (!escape.empty() && pattern[p] == escape)
    return t < text.size() && text[t] == pattern[p + 1] && like(text, t + 1, pattern, p + 2, escape);
  if (pattern[p] == "%") {
    for (size_t skip = t; skip <= text.size(); ++skip) {
      if (like(text, skip, pattern, p + 1, escape)) return true;
    }
    return false;
  }
  return t < text.size() && (pattern[p] == "_" || pattern[p] == text[t]) &&
         like(text, t + 1, pattern, p + 1, escape);
}

class LikeCondition : public Condition {
 public:
  LikeCondition(Random& random, const RandomColumn& column) : column_(column), negated_(random.percent(20)) {
    bool escaped = random.percent(30);
    if (escaped) escape_ = random.percent(50) ? "\\" : "!";
    for (size_t n = 1 + random.below(4); n > 0; --n) {
      switch (random.below(4)) {
        case 0: pattern_ += "%"; break;
        case 1: pattern_ += "_"; break;
        default:
          for (const auto& c : code_points(random.pick(texts()))) {
            bool special = c == "%" || c == "_" || c == escape_;
            if (special && escaped) pattern_ += escape_;
            pattern_ += c;
          }
      }
    }
  }
  void print(std::string& sql, std::vector<sql::Value>& parameters) const override {
    sql += column_.name + (negated_ ? " NOT LIKE ?" : " LIKE ?");
    parameters.emplace_back(pattern_);
    if (escape_.empty()) return;
    sql += " ESCAPE ?";
    parameters.emplace_back(escape_);
  }
  Truth evaluate(const Json& document, const Meaning&) const override {
    auto value = seen(document, column_);
    if (!value) return Truth::Unknown;
    return of(like(code_points(value->text), 0, code_points(pattern_), 0, escape_) != negated_);
  }

 private:
  const RandomColumn& column_;
  std::string pattern_, escape_;
  bool negated_;
};

class FlagCondition : public Condition {
 public:
  explicit FlagCondition(const RandomColumn& column) : column_(column) {}
  void print(std::string& sql, std::vector<sql::Value>&) const override { sql += column_.name; }
  Truth evaluate(const Json& document, const Meaning&) const override {
    auto value = seen(document, column_);
    return value ? of(value->kind == Json::Kind::True) : Truth::Unknown;
  }

 private:
  const RandomColumn& column_;
};

class TruthCondition : public Condition {
 public:
  TruthCondition(Random& random, ConditionPtr inner)
      : inner_(std::move(inner)),
        wanted_(static_cast<Truth>(random.below(3))),
        negated_(random.percent(40)) {}
  void print(std::string& sql, std::vector<sql::Value>& parameters) const override {
    sql += "(";
    inner_->print(sql, parameters);
    sql += std::string{") IS "} + (negated_ ? "NOT " : "") +
           (wanted_ == Truth::True    ? "TRUE"
            : wanted_ == Truth::False ? "FALSE"
                                      : "UNKNOWN");
  }
  Truth evaluate(const Json& document, const Meaning& meaning) const override {
    return of((inner_->evaluate(document, meaning) == wanted_) != negated_);
  }
  std::vector<ConditionPtr> parts() const override { return {inner_}; }

 private:
  ConditionPtr inner_;
  Truth wanted_;
  bool negated_;
};

class NotCondition : public Condition {
 public:
  explicit NotCondition(ConditionPtr inner) : inner_(std::move(inner)) {}
  void print(std::string& sql, std::vector<sql::Value>& parameters) const override {
    sql += "NOT (";
    inner_->print(sql, parameters);
    sql += ")";
  }
  Truth evaluate(const Json& document, const Meaning& meaning) const override {
    return negate(inner_->evaluate(document, meaning));
  }
  std::vector<ConditionPtr> parts() const override { return {inner_}; }

 private:
  ConditionPtr inner_;
};

class LogicalCondition : public Condition {
 public:
  LogicalCondition(bool conjunction, std::vector<ConditionPtr> terms)
      : conjunction_(conjunction), terms_(std::move(terms)) {}
  void print(std::string& sql, std::vector<sql::Value>& parameters) const override {
    for (size_t i = 0; i < terms_.size(); ++i) {
      sql += i == 0 ? "(" : conjunction_ ? ") AND (" : ") OR (";
      terms_[i]->print(sql, parameters);
    }
    sql += ")";
  }
  Truth evaluate(const Json& document, const Meaning& meaning) const override {
    Truth out = conjunction_ ? Truth::True : Truth::False;
    for (const auto& term : terms_) {
      Truth t = term->evaluate(document, meaning);
      out = conjunction_ ? std::min(out, t) : std::max(out, t);
    }
    return out;
  }
  std::vector<ConditionPtr> parts() const override { return terms_; }

 private:
  bool conjunction_;
  std::vector<ConditionPtr> terms_;
};

ConditionPtr leaf_condition(Random& random) {
  const RandomColumn& column = random.pick(random_columns());
  bool is_text = column.holds == Holds::Text || column.holds == Holds::Mixed;
  switch (random.below(10)) {
    case 0:
    case 1: return std::make_shared<InCondition>(random, column);
    case 2: return std::make_shared<BetweenCondition>(random, column);
    case 3:
    case 4: return std::make_shared<NullCondition>(random, column);
    case 5:
      if (column.holds == Holds::Bit) return std::make_shared<FlagCondition>(column);
      [[fallthrough]];
    case 6:
      if (is_text) return std::make_shared<LikeCondition>(random, column);
      [[fallthrough]];
    default: return std::make_shared<CompareCondition>(random, column);
  }
}

}  // namespace

uint64_t Random::next() {
  // SplitMix64: the same numbers with every library.
  uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

const std::vector<RandomColumn>& random_columns() {
  static const std::vector<RandomColumn> all{
      {"\"flag\"", {"flag"}, Holds::Bit},
      {"\"n\"", {"n"}, Holds::Integer},
      {"\"x\"", {"x"}, Holds::Double},
      {"\"d\"", {"d"}, Holds::Decimal},
      {"\"s\"", {"s"}, Holds::Text},
      {"\"day\"", {"day"}, Holds::Date},
      {"\"at\"", {"at"}, Holds::Timestamp},
      {"\"m\"", {"m"}, Holds::Mixed},
      {"\"o.n\"", {"o", "n"}, Holds::Integer},
      {"\"o.p.s\"", {"o", "p", "s"}, Holds::Text},
      {"\"o.p.m\"", {"o", "p", "m"}, Holds::Mixed},
      {"\"a\\.b\"", {"a.b"}, Holds::Integer},
      {"\"$odd\"", {"$odd"}, Holds::Text},
      {"\"$odd.$in\"", {"$odd", "$in"}, Holds::Integer},
      {"\"with space\"", {"with space"}, Holds::Text},
      {"\"café\"", {"café"}, Holds::Integer},
      {"\"back\\slash\"", {"back\\slash"}, Holds::Integer},
  };
  return all;
}

std::vector<sql::Column> random_table_columns() {
  std::vector<sql::Column> out;
  for (const auto& column : random_columns()) {
    sql::Column c;
    c.name = column.name.substr(1, column.name.size() - 2);
    c.path = column.path;
    switch (column.holds) {
      case Holds::Bit: c.type.kind = sql::TypeKind::Bit; break;
      case Holds::Integer: c.type.kind = sql::TypeKind::BigInt; break;
      case Holds::Double: c.type.kind = sql::TypeKind::Double; break;
      case Holds::Decimal: c.type = {sql::TypeKind::Decimal, 38, 0}; break;
      case Holds::Text: c.type = {sql::TypeKind::Varchar, 255}; break;
      case Holds::Date: c.type.kind = sql::TypeKind::Date; break;
      case Holds::Timestamp: c.type = {sql::TypeKind::Timestamp, 0, 9}; break;
      case Holds::Mixed:
        c.type = {sql::TypeKind::Varchar, 255};
        c.type.mixed = true;
        break;
    }
    out.push_back(std::move(c));
  }
  return out;
}

Json random_document(Random& random, const std::string& id, const std::string& type) {
  Json document = Json::object({});
  document.set("_id", Json::string(id));
  document.set("type", Json::string(type));
  for (const auto& column : random_columns()) {
    size_t what = random.below(100);
    if (what < 15) continue;
    // Sometimes a parent is no object.
    size_t depth =
        column.path.size() > 1 && what < 25 ? 1 + random.below(column.path.size() - 1) : column.path.size();
    std::vector<std::string> path{column.path.begin(),
                                  column.path.begin() + static_cast<std::ptrdiff_t>(depth)};
    Json value = what < 30                                 ? Json::null()
                 : what < 50 || depth < column.path.size() ? any_value(random)
                                                           : value_of(random, column.holds);
    place(document, path, 0, std::move(value));
  }
  return document;
}

Json with_doubles(const Json& json) {
  Json out = json;
  for (auto& item : out.items) item = with_doubles(item);
  for (auto& [name, value] : out.members) value = with_doubles(value);
  if (json.kind != Json::Kind::Number || !is_integer(json.text)) return out;
  // JavaScript's way to write it: the shortest digits that mean the double, then zeros, up to 21 places.
  std::string text = fmt::format("{}", nearest(json.text));
  auto e = text.find("e+");
  if (e == std::string::npos) {
    out.text = text;
    return out;
  }
  int places = std::stoi(text.substr(e + 2));
  if (places >= 21) {
    out.text = text;
    return out;
  }
  std::string digits = text.substr(0, e);
  bool negative = digits.front() == '-';
  std::erase_if(digits, [](char c) { return c == '.' || c == '-'; });
  digits.resize(static_cast<size_t>(places) + 1, '0');
  out.text = (negative ? "-" : "") + digits;
  return out;
}

ConditionPtr random_condition(Random& random, int depth) {
  if (depth == 0 || random.percent(45)) return leaf_condition(random);
  size_t what = random.below(10);
  if (what == 0) return std::make_shared<TruthCondition>(random, random_condition(random, depth - 1));
  if (what < 3) return std::make_shared<NotCondition>(random_condition(random, depth - 1));
  std::vector<ConditionPtr> terms;
  for (size_t n = 2 + random.below(2); n > 0; --n) terms.push_back(random_condition(random, depth - 1));
  return std::make_shared<LogicalCondition>(random.percent(60), std::move(terms));
}

}  // namespace couch::test::model
