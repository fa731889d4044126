#include "tests/support/random_table.h"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <map>

namespace couch::judge {
namespace {

using Kind = Datum::Kind;
using Samples = std::vector<Sample>;

Sample text(std::string value) { return {json_string(value), Datum::of_text(value)}; }
Sample integer(std::string digits) { return {digits, Datum::of_integer(digits)}; }
Sample number(std::string json) { return {json, Datum::of_double(std::stod(json))}; }
Sample temporal(Kind kind, const std::string& written, const std::string& canonical) {
  return {json_string(written), Datum::of_temporal(kind, canonical)};
}

using namespace std::string_literals;
// Order, case, accents (composed and decomposed), characters that collation ignores, the alphabets of LIKE
// and of JSON, text that looks like another class.
const std::vector<std::string> texts{
    "",        "a",       "A",          "b",      "B",       "aa",      "ab",   "aB",  "a b",     "e",
    "é",       "e\u0301", "É",          "straße", "strasse", "STRASSE", "я",    "й",   "и\u0306", "日本",
    "日",      "😀",       "😀a",         "한국",   "i",       "I",       "ı",    "ﬀ",   "ff",      "%",
    "_",       "a%b",     "a_b",        "a!b",    "a\\b",    "'",       "\"",   "12",  "2.5",     "-1",
    "true",    "null",    "2022-01-01", " a",     "a ",      "\n",      "a\nb", "\t",  "\u00ad",  "a\u00adb",
    "a\u0001", "a\0b"s,   "z",          "zz",     "ä",       "å",       "ø",    "ñ",   "n\u0303", "Zoë",
    "กา",      "เก",      "الله",       "ש",      "{}",      "[1]",     "$x",   "a.b", "0",       "1"};

const std::vector<std::pair<std::string, std::string>> timestamps{
    {"2022-01-01T00:00:00Z", "2022-01-01 00:00:00"},
    {"2022-01-01T00:00:00", "2022-01-01 00:00:00"},
    {"2022-01-01 10:15:30", "2022-01-01 10:15:30"},
    {"2022-01-01T10:15:30.5Z", "2022-01-01 10:15:30.5"},
    {"2022-01-01T10:15:30.500", "2022-01-01 10:15:30.5"},
    {"2022-01-01T01:00:00+01:00", "2022-01-01 00:00:00"},
    {"2021-12-31T23:30:00-02:00", "2022-01-01 01:30:00"},
    {"2021-12-31T22:00:00Z", "2021-12-31 22:00:00"},
    {"2020-02-29T12:00:00Z", "2020-02-29 12:00:00"},
    {"1969-07-20T20:17:40Z", "1969-07-20 20:17:40"},
    {"2022-01-01T23:59:59.999999999Z", "2022-01-01 23:59:59.999999999"},
    {"2022-01-02T05:29:59+05:30", "2022-01-01 23:59:59"},
    {"9999-12-31T23:59:59Z", "9999-12-31 23:59:59"}};

Samples pool(Dice& dice, FieldClass type, bool couchdb, bool small) {
  Samples all;
  switch (type) {
    case FieldClass::Bit: return {{"true", Datum::of_bit(true)}, {"false", Datum::of_bit(false)}};
    case FieldClass::Integer:
      for (const char* digits : {"0", "1", "-1", "2", "25", "30", "100", "-7"})
        all.push_back(integer(digits));
      if (small) return all;
      for (const char* digits : {"2147483648", "-2147483649", "9007199254740991", "-9007199254740991"})
        all.push_back(integer(digits));
      if (couchdb) {
        for (const char* digits : {"9007199254740993", "9007199254740992", "9223372036854775807",
                                   "9223372036854775806", "-9223372036854775808"})
          all.push_back(integer(digits));
      }
      break;
    case FieldClass::Number:
      for (const char* json : {"0.5", "-0.25", "0.1", "2.5", "1e-07", "123456.789", "1.5", "-3.75"})
        all.push_back(number(json));
      for (const char* digits : {"0", "1", "3", "25"}) all.push_back(integer(digits));
      if (!small) {
        for (const char* json : {"1e300", "-1e300", "10000000000.5"}) all.push_back(number(json));
      }
      break;
    case FieldClass::Decimal:
      for (const char* digits :
           {"123456789012345678901234567890", "123456789012345678901234567891", "-99999999999999999999",
            "18446744073709551616", "0", "1", "25", "9223372036854775807"})
        all.push_back(integer(digits));
      return all;
    case FieldClass::Text:
      for (const auto& one : texts) all.push_back(text(one));
      break;
    case FieldClass::Date:
      for (const char* one :
           {"2020-02-29", "2021-12-31", "2022-01-01", "2022-01-02", "0001-01-01", "9999-12-31", "1969-07-20"})
        all.push_back(temporal(Kind::Date, one, one));
      return all;
    case FieldClass::Time:
      for (const auto& [written, canonical] :
           std::map<std::string, std::string>{{"00:00:00", "00:00:00"},
                                              {"08:30:00", "08:30:00"},
                                              {"23:59:59", "23:59:59"},
                                              {"08:30:00.5", "08:30:00.5"},
                                              {"08:30:00.250", "08:30:00.25"},
                                              {"12:00:01", "12:00:01"}})
        all.push_back(temporal(Kind::Time, written, canonical));
      return all;
    case FieldClass::Timestamp:
      for (const auto& [written, canonical] : timestamps)
        all.push_back(temporal(Kind::Timestamp, written, canonical));
      return all;
    case FieldClass::Mixed:
      return {{"1", Datum::of_text("1")},         {"\"1\"", Datum::of_text("1")},
              {"1.5", Datum::of_text("1.5")},     {"true", Datum::of_text("true")},
              {"\"a\"", Datum::of_text("a")},     {"\"true\"", Datum::of_text("true")},
              {"-7", Datum::of_text("-7")},       {"\"é\"", Datum::of_text("é")},
              {"false", Datum::of_text("false")}, {"\"10\"", Datum::of_text("10")},
              {"9", Datum::of_text("9")}};
    case FieldClass::Id: return {};
  }
  // Few values, so that documents share them and conditions meet them.
  Samples some{all.front()};
  for (int i = 0; i < 14; ++i) some.push_back(dice.of(all));
  return some;
}

// What would be no value of the field's class.
std::string stranger(Dice& dice, FieldClass type) {
  std::vector<std::string> choices{"[]", "[1,\"a\"]", "{}", "{\"q\":1}", "[null]"};
  const auto add = [&](std::initializer_list<const char*> more) {
    choices.insert(choices.end(), more.begin(), more.end());
  };
  if (type != FieldClass::Bit) add({"true", "false"});
  if (type != FieldClass::Integer && type != FieldClass::Number && type != FieldClass::Decimal)
    add({"0", "1", "30", "2.5"});
  if (type != FieldClass::Text)
    add({"\"\"", "\"30\"", "\"zzz\"", "\"2022-13-01\"", "\"true\"", "\"25:00:00\""});
  return dice.of(choices);
}

std::string nested(const std::vector<std::string>& path, const std::string& value) {
  std::string out = value;
  for (size_t i = path.size(); i-- > 0;) {
    std::string object = "{";
    object += json_string(path[i]);
    object += ':';
    object += out;
    object += '}';
    out = std::move(object);
  }
  return out;
}

}  // namespace

std::string json_string(std::string_view text) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return {buffer.GetString(), buffer.GetSize()};
}

Datum Datum::of_bit(bool value) {
  Datum datum;
  datum.kind = Kind::Bit;
  datum.bit = value;
  return datum;
}
Datum Datum::of_integer(std::string digits) {
  Datum datum;
  datum.kind = Kind::Number;
  datum.number = std::stold(digits);
  datum.text = std::move(digits);
  return datum;
}
Datum Datum::of_double(double value) {
  Datum datum;
  datum.kind = Kind::Number;
  datum.number = value;
  datum.text = fmt::to_string(value);
  return datum;
}
Datum Datum::of_text(std::string text) {
  Datum datum;
  datum.kind = Kind::Text;
  datum.text = std::move(text);
  return datum;
}
Datum Datum::of_temporal(Kind kind, std::string text) {
  Datum datum;
  datum.kind = kind;
  datum.text = std::move(text);
  return datum;
}

std::string to_text(const Datum& datum) {
  if (datum.null()) return "NULL";
  return datum.kind == Kind::Bit ? (datum.bit ? "1" : "0") : datum.text;
}

RandomTable random_table(Dice& dice, const std::string& name, const TableOptions& options) {
  RandomTable table{.name = name, .fields = {}, .documents = {}, .declared = options.mismatches};
  const auto add = [&](std::string column, std::vector<std::string> path, FieldClass type,
                       bool small = false) {
    table.fields.push_back(
        {std::move(column), std::move(path), type, pool(dice, type, options.couchdb, small), small});
  };
  add("_id", {}, FieldClass::Id);
  add("n", {"n"}, FieldClass::Integer);
  add("k", {"k"}, FieldClass::Integer, true);
  add("m", {"m"}, FieldClass::Number);
  add("w", {"w"}, FieldClass::Number, true);
  add("s", {"s"}, FieldClass::Text);
  add("t", {"t"}, FieldClass::Text);
  add("b", {"b"}, FieldClass::Bit);
  add("d", {"d"}, FieldClass::Date);
  add("at", {"at"}, FieldClass::Time);
  add("ts", {"ts"}, FieldClass::Timestamp);
  if (!options.mismatches) add("mix", {"mix"}, FieldClass::Mixed);  // a type that cannot be declared
  if (options.couchdb) add("big", {"big"}, FieldClass::Decimal);
  add("o.x", {"o", "x"}, FieldClass::Integer, true);
  add("p.q.r", {"p", "q", "r"}, FieldClass::Text);
  add("a\\.b", {"a.b"}, FieldClass::Text);
  add("$odd", {"$odd"}, FieldClass::Integer, true);
  add("with space", {"with space"}, FieldClass::Number, true);
  add("ü😀", {"ü😀"}, FieldClass::Text);
  add("select", {"select"}, FieldClass::Integer, true);
  add("say \"hi\"", {"say \"hi\""}, FieldClass::Text);

  if (!options.references.empty()) {
    add("ref", {"ref"}, FieldClass::Text);
    table.fields.back().pool.clear();
    for (const auto& id : options.references) table.fields.back().pool.push_back(text(id));
  }

  static const std::vector<std::string> odd_ids{"é",   "e\u0301", "日本",    "😀",    "Z",
                                                "a b", "a/b",     "a+b?c&d", "z\"q", "%41"};
  for (size_t i = 0; i < options.documents; ++i) {
    Document document;
    document.id = fmt::format("{}-{:04}", name, i);
    if (options.couchdb && i % 5 == 4 && i / 5 < odd_ids.size()) document.id = odd_ids[i / 5] + "-" + name;
    if (!options.partitions.empty()) document.id = dice.of(options.partitions) + ":" + document.id;
    document.values.resize(table.fields.size());
    document.values[0] = Datum::of_text(document.id);
    document.json = "{\"_id\":" + json_string(document.id) + ",\"type\":" + json_string(name);
    // The first documents have a value of the class, so that a sample tells it; Mixed needs two classes.
    const bool typical = i < 2;
    for (size_t f = 1; f < table.fields.size(); ++f) {
      const auto& field = table.fields[f];
      std::string value;
      if (typical) {
        // Text that is never a date, times with the one form that tells them.
        const auto& sample = field.type == FieldClass::Text ? text("a") : field.pool[i % field.pool.size()];
        value = sample.json;
        document.values[f] = sample.datum;
        if (field.type == FieldClass::Mixed) {
          value = i == 0 ? "1" : "\"a\"";
          document.values[f] = Datum::of_text(i == 0 ? "1" : "a");
        }
      } else if (dice.chance(0.15)) {
        continue;
      } else if (dice.chance(0.1)) {
        value = "null";
      } else if (options.mismatches && field.type != FieldClass::Mixed && dice.chance(0.12)) {
        value = stranger(dice, field.type);
      } else {
        const auto& sample = dice.of(field.pool);
        value = sample.json;
        document.values[f] = sample.datum;
      }
      std::string outer = value;
      if (field.path.size() > 1) {
        // A parent that is null, missing or, where the columns are declared, no object.
        if (!typical && dice.chance(0.1)) {
          document.values[f] = {};
          outer = options.mismatches
                      ? dice.of(std::vector<std::string>{"null", "5", "\"a\"", "[]", "[{\"x\":1}]", "{}"})
                      : dice.of(std::vector<std::string>{"null", "{}"});
        } else {
          outer = nested({field.path.begin() + 1, field.path.end()}, value);
        }
      }
      document.json += ',';
      document.json += json_string(field.path.front());
      document.json += ':';
      document.json += outer;
    }
    document.json += '}';
    table.documents.push_back(std::move(document));
  }
  return table;
}

}  // namespace couch::judge
