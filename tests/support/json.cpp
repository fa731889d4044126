#include "tests/support/json.h"

#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <unicode/ucol.h>
#include <unicode/uiter.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>
#include <cmath>
#include <memory>
#include <stdexcept>

namespace couch::test::model {

namespace {

class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
 public:
  bool Null() { return put(Json::null()); }
  bool Bool(bool value) { return put(Json::boolean(value)); }
  bool RawNumber(const char* digits, rapidjson::SizeType size, bool) {
    return put(Json::number({digits, size}));
  }
  bool String(const char* text, rapidjson::SizeType size, bool) { return put(Json::string({text, size})); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    keys_.emplace_back(text, size);
    return true;
  }
  bool StartObject() { return open(Json::Kind::Object); }
  bool StartArray() { return open(Json::Kind::Array); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }
  Json take() { return std::move(root_); }

 private:
  bool open(Json::Kind kind) {
    Json json;
    json.kind = kind;
    open_.push_back(std::move(json));
    return true;
  }
  bool close() {
    Json json = std::move(open_.back());
    open_.pop_back();
    return put(std::move(json));
  }
  bool put(Json json) {
    if (open_.empty()) {
      root_ = std::move(json);
    } else if (open_.back().kind == Json::Kind::Array) {
      open_.back().items.push_back(std::move(json));
    } else {
      open_.back().set(std::move(keys_.back()), std::move(json));
      keys_.pop_back();
    }
    return true;
  }

  std::vector<Json> open_;
  std::vector<std::string> keys_;
  Json root_;
};

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write(Writer& out, const Json& json) {
  switch (json.kind) {
    case Json::Kind::Null: out.Null(); break;
    case Json::Kind::False: out.Bool(false); break;
    case Json::Kind::True: out.Bool(true); break;
    case Json::Kind::Number: out.RawValue(json.text.data(), json.text.size(), rapidjson::kNumberType); break;
    case Json::Kind::String:
      out.String(json.text.data(), static_cast<rapidjson::SizeType>(json.text.size()));
      break;
    case Json::Kind::Array:
      out.StartArray();
      for (const auto& item : json.items) write(out, item);
      out.EndArray();
      break;
    case Json::Kind::Object:
      out.StartObject();
      for (const auto& [name, value] : json.members) {
        out.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
        write(out, value);
      }
      out.EndObject();
      break;
  }
}

int sign(int number) { return (number > 0) - (number < 0); }

UCollator* root_collator() {
  static const std::unique_ptr<UCollator, void (*)(UCollator*)> collator = [] {
    UErrorCode status = U_ZERO_ERROR;
    UCollator* opened = ucol_open("", &status);
    if (U_FAILURE(status)) throw std::runtime_error("ICU has no root collation");
    return std::unique_ptr<UCollator, void (*)(UCollator*)>{opened, ucol_close};
  }();
  return collator.get();
}

bool is_integer(std::string_view digits) { return digits.find_first_of(".eE") == std::string_view::npos; }

double to_double(std::string_view digits) {
  double value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

using Integer = boost::multiprecision::cpp_int;

// digits * 10^exponent
struct Scaled {
  Integer digits;
  int exponent = 0;
};
Scaled scaled(std::string_view text) {
  Scaled out;
  auto e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    std::from_chars(exponent.data(), exponent.data() + exponent.size(), out.exponent);
    text = text.substr(0, e);
  }
  std::string digits{text};
  if (auto point = digits.find('.'); point != std::string::npos) {
    out.exponent -= static_cast<int>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  bool negative = digits.starts_with('-');
  auto first = digits.find_first_not_of("-0");
  out.digits = first == std::string::npos ? Integer{0} : Integer{digits.substr(first)};
  if (negative) out.digits = -out.digits;
  return out;
}

// An integer and a fraction, both exactly.
int compare_exactly(const Integer& a, double b) {
  double whole = std::trunc(b);
  Integer integer{whole};
  if (a != integer) return a < integer ? -1 : 1;
  return b > whole ? -1 : b < whole ? 1 : 0;
}

}  // namespace

const Json* Json::find(std::string_view name) const {
  auto found = std::find_if(members.rbegin(), members.rend(), [&](const auto& m) { return m.first == name; });
  return found == members.rend() ? nullptr : &found->second;
}

void Json::set(std::string name, Json value) {
  auto found = std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.first == name; });
  if (found != members.end()) {
    found->second = std::move(value);
  } else {
    members.emplace_back(std::move(name), std::move(value));
  }
}

Json parse_json(std::string_view text) {
  std::string copy{text};
  rapidjson::StringStream in{copy.c_str()};
  rapidjson::Reader reader;
  Builder builder;
  if (!reader.Parse<rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag>(in, builder))
    throw std::invalid_argument("not JSON: " + copy);
  return builder.take();
}

std::string to_text(const Json& json) {
  rapidjson::StringBuffer buffer;
  Writer out{buffer};
  write(out, json);
  return {buffer.GetString(), buffer.GetSize()};
}

int compare_text(std::string_view a, std::string_view b, TextOrder order) {
  if (order == TextOrder::Bytes) return sign(a.compare(b));
  UCharIterator left, right;
  uiter_setUTF8(&left, a.data(), static_cast<int32_t>(a.size()));
  uiter_setUTF8(&right, b.data(), static_cast<int32_t>(b.size()));
  UErrorCode status = U_ZERO_ERROR;
  return static_cast<int>(ucol_strcollIter(root_collator(), &left, &right, &status));
}

int compare_numbers(std::string_view a, std::string_view b) {
  if (is_integer(a) && is_integer(b)) {
    Integer left{std::string{a}}, right{std::string{b}};
    return sign(left.compare(right));
  }
  if (is_integer(a)) return compare_exactly(Integer{std::string{a}}, to_double(b));
  if (is_integer(b)) return -compare_exactly(Integer{std::string{b}}, to_double(a));
  double left = to_double(a), right = to_double(b);
  return (left > right) - (left < right);
}

int compare_decimals(std::string_view a, std::string_view b) {
  Scaled left = scaled(a), right = scaled(b);
  auto align = [](Scaled& one, int exponent) {
    for (; one.exponent > exponent; --one.exponent) one.digits *= 10;
  };
  align(left, right.exponent);
  align(right, left.exponent);
  return sign(left.digits.compare(right.digits));
}

int compare(const Json& a, const Json& b, TextOrder order) {
  if (a.kind != b.kind) return a.kind < b.kind ? -1 : 1;
  switch (a.kind) {
    case Json::Kind::Null:
    case Json::Kind::False:
    case Json::Kind::True: return 0;
    case Json::Kind::Number: return compare_numbers(a.text, b.text);
    case Json::Kind::String: return compare_text(a.text, b.text, order);
    case Json::Kind::Array:
      for (size_t i = 0; i < std::min(a.items.size(), b.items.size()); ++i) {
        if (int c = compare(a.items[i], b.items[i], order)) return c;
      }
      return (a.items.size() > b.items.size()) - (a.items.size() < b.items.size());
    case Json::Kind::Object:
      for (size_t i = 0; i < std::min(a.members.size(), b.members.size()); ++i) {
        if (int c = compare_text(a.members[i].first, b.members[i].first, order)) return c;
        if (int c = compare(a.members[i].second, b.members[i].second, order)) return c;
      }
      return (a.members.size() > b.members.size()) - (a.members.size() < b.members.size());
  }
  return 0;
}

}  // namespace couch::test::model
