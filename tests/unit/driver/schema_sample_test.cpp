#include <catch2/catch.hpp>
#include <random>

#include "driver/config/settings.h"
#include "driver/schema/sample.h"
#include "http/error.h"
#include "sql/datetime.h"

using namespace couch;
using couch::driver::schema::Rules;
using couch::driver::schema::Sample;
using Tables = std::vector<std::shared_ptr<const sql::Table>>;

namespace {

Rules rules() {
  Rules r;
  r.type_field = {"type"};
  return r;
}

void add(Sample& sample, const std::string& json) {
  std::vector<char> bytes{json.begin(), json.end()};
  bytes.push_back('\0');
  sample.add(std::span{bytes.data(), json.size()});
}

// Documents without _id get one.
Sample sample_of(const std::vector<std::string>& documents, Rules r = rules()) {
  Sample sample{std::move(r)};
  int n = 0;
  for (const auto& document : documents) {
    const std::string body = document.substr(1);
    const std::string comma = body == "}" ? "" : ",";
    add(sample, document.find("\"_id\"") == std::string::npos
                    ? "{\"_id\":\"" + std::to_string(++n) + "\"" + comma + body
                    : document);
  }
  return sample;
}

Tables tables_of(const std::vector<std::string>& documents, Rules r = rules()) {
  return sample_of(documents, std::move(r)).tables("db", documents.size());
}

std::vector<std::string> names(const Tables& tables) {
  std::vector<std::string> out;
  for (const auto& table : tables) out.push_back(table->name);
  return out;
}

const sql::Table& table(const Tables& tables, const std::string& name) {
  for (const auto& one : tables)
    if (one->name == name) return *one;
  throw std::runtime_error("no table " + name);
}

const sql::Column* column(const sql::Table& from, const std::string& name) {
  for (const auto& one : from.columns)
    if (one.name == name) return &one;
  return nullptr;
}

std::vector<std::string> columns(const sql::Table& from) {
  std::vector<std::string> out;
  for (const auto& one : from.columns)
    if (!one.hidden) out.push_back(one.name);
  return out;
}

// What a column x with these values is: "BIGINT", "VARCHAR(255) mixed", …
std::string type_of(const std::vector<std::string>& values, Rules r = rules()) {
  std::vector<std::string> documents;
  for (const auto& value : values) documents.push_back(value.empty() ? "{}" : "{\"x\":" + value + "}");
  const auto tables = tables_of(documents, std::move(r));
  const sql::Column* x = column(table(tables, "db"), "x");
  if (x == nullptr) return "no column";
  return sql::name_of(x->type) + (x->type.mixed ? " mixed" : "") + (x->type.json ? " json" : "") +
         (x->uniform ? " uniform" : "");
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("A column's type is what all of its sampled values are", "[schema]") {
  CHECK(type_of({"true", "false", "null", ""}) == "BIT");
  CHECK(type_of({"1", "-9223372036854775808", "9223372036854775807"}) == "BIGINT");
  CHECK(type_of({"1", "2.5"}) == "DOUBLE");
  CHECK(type_of({"1.0"}) == "DOUBLE");
  CHECK(type_of({"1e5"}) == "DOUBLE");
  CHECK(type_of({"1", "9223372036854775808"}) == "DECIMAL(20)");
  CHECK(type_of({"-123456789012345678901234567890"}) == "DECIMAL(30)");
  CHECK(type_of({"\"a\"", "\"\""}) == "VARCHAR(255)");
  CHECK(type_of({"null"}) == "VARCHAR(255) mixed");
  CHECK(type_of({"\"2026-11-20\"", "null"}) == "DATE uniform");
  CHECK(type_of({"\"10:15:30\""}) == "TIME uniform");
  CHECK(type_of({"\"2026-11-20T10:15:30Z\"", "\"2025-11-20T10:15:30Z\""}) == "TIMESTAMP uniform");
  CHECK(type_of({"\"2026-11-20T10:15:30.25Z\"", "\"2025-11-20T10:15:30Z\""}) == "TIMESTAMP(2)");
  CHECK(type_of({"\"2026-11-20T10:15:30+02:00\""}) == "TIMESTAMP");
  CHECK(type_of({"\"2026-11-20\"", "\"2026-11-20T10:15:30Z\""}) == "TIMESTAMP");
  CHECK(type_of({"\"2026-11-20\"", "\"10:15:30\""}) == "VARCHAR(255)");
  CHECK(type_of({"\"2026-11-20\"", "\"soon\""}) == "VARCHAR(255)");
  CHECK(type_of({"1", "\"a\""}) == "VARCHAR(255) mixed");
  CHECK(type_of({"1", "true"}) == "VARCHAR(255) mixed");
  CHECK(type_of({"[1,2]"}) == "LONGVARCHAR json");
  CHECK(type_of({"[1,2]", "3"}) == "VARCHAR(255) mixed");
  CHECK(type_of({"{}"}) == "LONGVARCHAR json");
}

TEST_CASE("A text column is as long as the longest text seen, counted in UTF-16 units", "[schema]") {
  const auto text = [](size_t n, const std::string& of) {
    std::string out = "\"";
    for (size_t i = 0; i < n; ++i) out += of;
    return out + "\"";
  };
  CHECK(type_of({text(300, "a")}) == "VARCHAR(300)");
  CHECK(type_of({text(200, "😀")}) == "VARCHAR(400)");
  CHECK(type_of({text(300, "é")}) == "VARCHAR(300)");
  CHECK(type_of({text(4000, "a")}) == "VARCHAR(4000)");
  CHECK(type_of({text(4001, "a")}) == "LONGVARCHAR");
  Rules r = rules();
  r.max_varchar_size = 100;
  CHECK(type_of({text(100, "a")}, r) == "VARCHAR(100)");
  CHECK(type_of({text(101, "a")}, r) == "LONGVARCHAR");
}

TEST_CASE("Objects flatten to any depth, in the order in which fields were first seen", "[schema]") {
  const auto tables = tables_of({R"({"b":1,"a":{"y":1,"x":{"deep":"v"}}})", R"({"a":{"z":2},"0":3})"});
  CHECK(columns(table(tables, "db")) == Strings{"_id", "_rev", "b", "a.y", "a.x.deep", "a.z", "0"});
  CHECK(column(table(tables, "db"), "a.x.deep")->path == Strings{"a", "x", "deep"});
  CHECK(column(table(tables, "db"), "_doc")->hidden);
}

TEST_CASE("A dot or backslash in a field's name is escaped", "[schema]") {
  const auto tables = tables_of({R"({"a.b":1,"a":{"b":2},"c\\d":3})"});
  CHECK(columns(table(tables, "db")) == Strings{"_id", "_rev", "a\\.b", "a.b", "c\\\\d"});
  CHECK(column(table(tables, "db"), "a\\.b")->path == Strings{"a.b"});
}

TEST_CASE("A value that is an object here and a scalar there has both columns", "[schema]") {
  const auto tables = tables_of({R"({"v":{"x":1}})", R"({"v":"text"})"});
  CHECK(columns(table(tables, "db")) == Strings{"_id", "_rev", "v", "v.x"});
  CHECK(column(table(tables, "db"), "v")->type.mixed);
  CHECK(column(table(tables, "db"), "v.x")->type.kind == sql::TypeKind::BigInt);
}

TEST_CASE("Types are tables; documents without one are in the database's table only", "[schema]") {
  const auto tables = tables_of({R"({"type":"film","title":"Ran"})", R"({"type":"actor","name":"Mifune"})",
                                 R"({"type":7,"odd":1})", R"({"none":1})", R"({"type":"","empty":1})"});
  CHECK(names(tables) == Strings{"actor", "film", "db"});
  CHECK(columns(table(tables, "film")) == Strings{"_id", "_rev", "type", "title"});
  CHECK(table(tables, "film").discriminator == "film");
  CHECK(table(tables, "film").discriminator_path == Strings{"type"});
  CHECK(columns(table(tables, "db")) ==
        Strings{"_id", "_rev", "type", "name", "title", "odd", "none", "empty"});
  CHECK(table(tables, "db").kind == sql::TableKind::Database);
}

TEST_CASE("TypeField may be a path", "[schema]") {
  Rules r = rules();
  r.type_field = {"meta", "kind"};
  const auto tables = tables_of({R"({"meta":{"kind":"film"},"type":"no"})"}, r);
  CHECK(names(tables) == Strings{"film", "db"});
  CHECK(table(tables, "film").discriminator_path == Strings{"meta", "kind"});
}

TEST_CASE("The database's table gives way to a type of its name", "[schema]") {
  CHECK(names(tables_of({R"({"type":"db"})"})) == Strings{"db", "db$all"});
}

TEST_CASE("Arrays are JSON text in their documents' table and tables of their own", "[schema]") {
  const auto tables = tables_of(
      {R"({"type":"order","items":[{"sku":"a","n":1},{"sku":"b","options":{"x":true},"tags":["t"]}],"tags":["red",null]})",
       R"({"type":"order","shipping":{"stops":[1,2.5]},"tags":[]})"});
  CHECK(names(tables) == Strings{"order", "order_items", "order_shipping_stops", "order_tags", "db"});
  const auto& items = table(tables, "order_items");
  CHECK(items.kind == sql::TableKind::Array);
  CHECK(items.parent == "order");
  CHECK(items.discriminator == "order");
  CHECK(items.array_path == Strings{"items"});
  CHECK(columns(items) == Strings{"_id", "_index", "sku", "n", "options.x", "tags"});
  CHECK(column(items, "tags")->type.json);
  CHECK(column(table(tables, "order"), "items")->type.json);
  CHECK(columns(table(tables, "order_tags")) == Strings{"_id", "_index", "value"});
  CHECK(column(table(tables, "order_tags"), "value")->source == sql::ColumnSource::Element);
  CHECK(column(table(tables, "order_shipping_stops"), "value")->type.kind == sql::TypeKind::Double);
  CHECK(table(tables, "order_shipping_stops").array_path == Strings{"shipping", "stops"});
}

TEST_CASE("Elements that are objects here and scalars there have fields and a value", "[schema]") {
  const auto tables = tables_of({R"({"type":"t","a":[{"x":1,"value":2},"text"]})"});
  CHECK(columns(table(tables, "t_a")) == Strings{"_id", "_index", "_value", "x", "value"});
  CHECK(column(table(tables, "t_a"), "_value")->type.mixed);
}

TEST_CASE("An element's own _id does not hide the document's", "[schema]") {
  const auto tables = tables_of({R"({"_id":"d","type":"t","a":[{"_id":"e","_index":5,"x":1}]})"});
  const auto& a = table(tables, "t_a");
  CHECK(columns(a) == Strings{"_id", "_index", "element._id", "element._index", "x"});
  CHECK(column(a, "element._id")->path == Strings{"_id"});
}

TEST_CASE("An array's table avoids a name that is taken", "[schema]") {
  const auto tables = tables_of({R"({"type":"t","a":[1]})", R"({"type":"t_a"})"});
  CHECK(names(tables) == Strings{"t", "t_a", "t.a", "db"});
}

TEST_CASE("Arrays of documents without a type are tables of the database", "[schema]") {
  const auto tables = tables_of({R"({"a":[{"x":1}]})", R"({"type":"t","b":[1]})"});
  CHECK(names(tables) == Strings{"t", "db_a", "t_b", "db"});
  CHECK(table(tables, "db_a").parent == "db");
  CHECK(table(tables, "db_a").discriminator_path.empty());
}

TEST_CASE("FlattenArrays makes columns of the first elements", "[schema]") {
  Rules r = rules();
  r.flatten_arrays = 2;
  const auto tables = tables_of({R"({"a":[1,"x",true],"o":[{"k":1}]})"}, r);
  CHECK(columns(table(tables, "db")) == Strings{"_id", "_rev", "a", "a.0", "a.1", "o", "o.0.k"});
  CHECK(column(table(tables, "db"), "a.0")->type.kind == sql::TypeKind::BigInt);
}

TEST_CASE("An object whose keys are data is one column of JSON", "[schema]") {
  std::string by_day = "{\"prices\":{";
  for (int day = 10; day < 30; ++day)
    by_day += (day > 10 ? "," : "") + ("\"2026-01-" + std::to_string(day) + "\":") + std::to_string(day);
  const auto tables = tables_of({by_day + "}}"});
  CHECK(columns(table(tables, "db")) == Strings{"_id", "_rev", "prices"});
  CHECK(column(table(tables, "db"), "prices")->type.json);
  CHECK(table(tables, "db").left_out == Strings{"prices.* (keys that are data)"});

  std::string settings = "{\"settings\":{";
  for (int n = 0; n < 60; ++n)
    settings += (n > 0 ? "," : "") +
                ("\"option" + std::string(1, static_cast<char>('a' + n % 26)) +
                 std::string(static_cast<size_t>(n / 26 + 1), 'z') + "\":") +
                std::to_string(n);
  CHECK(columns(table(tables_of({settings + "}}"}), "db")).size() == 62);
}

TEST_CASE("Ids as keys, some in each document, do not make a thousand columns", "[schema]") {
  std::vector<std::string> documents;
  for (int n = 0; n < 300; ++n) {
    documents.push_back("{\"votes\":{");
    for (int k = 0; k < 5; ++k)
      documents.back() +=
          (k > 0 ? "," : "") + ("\"voter " + std::string(1, static_cast<char>('a' + (n * 5 + k) % 26)) +
                                std::string(static_cast<size_t>((n * 5 + k) / 26 + 1), 'x') + "\":1");
    documents.back() += "}}";
  }
  CHECK(columns(table(tables_of(documents), "db")) == Strings{"_id", "_rev", "votes"});
}

TEST_CASE("MaxColumns and MaxTables bound what is listed, and what is left out is said", "[schema]") {
  Rules r = rules();
  r.max_columns = 8;
  r.max_tables = 3;
  std::string wide = "{\"type\":\"wide\"";
  for (int n = 0; n < 20; ++n) wide += ",\"f" + std::to_string(n) + "\":1";
  std::vector<std::string> documents{wide + "}"};
  for (int n = 0; n < 5; ++n) documents.push_back("{\"type\":\"t" + std::to_string(n) + "\",\"a\":[1]}");
  const auto tables = tables_of(documents, r);
  CHECK(names(tables) == Strings{"t0", "t1", "wide", "db"});
  CHECK(columns(table(tables, "wide")).size() == 8);
  CHECK(table(tables, "wide").left_out.size() == 15);
  CHECK_THAT(table(tables, "db").left_out, Catch::VectorContains(std::string{"table t4"}));
}

TEST_CASE("Design documents, deleted ones and repeats are not sampled", "[schema]") {
  const auto sample =
      sample_of({R"({"_id":"_design/d","views":{}})", R"({"_id":"x","_deleted":true,"gone":1})",
                 R"({"_id":"a","v":1})", R"({"_id":"a","v":1})"});
  CHECK(sample.documents() == 1);
  CHECK(columns(table(sample.tables("db", 1), "db")) == Strings{"_id", "_rev", "v"});
}

TEST_CASE("CouchDB's own fields are not columns but for attachments", "[schema]") {
  const auto tables = tables_of(
      {R"({"_id":"a","_rev":"1-x","_attachments":{"f.txt":{"stub":true}},"_conflicts":["2-y"],"v":1})"});
  CHECK(columns(table(tables, "db")) == Strings{"_id", "_rev", "_attachments", "v"});
  CHECK(column(table(tables, "db"), "_attachments")->type.json);
  CHECK(names(tables) == Strings{"db"});
}

TEST_CASE("A field without a usable name is left out and said to be", "[schema]") {
  const auto tables = tables_of({R"({"":1,"a":{"":2,"n\u0000ul":3,"b":4}})"});
  CHECK(columns(table(tables, "db")) == Strings{"_id", "_rev", "a.b"});
  CHECK(table(tables, "db").left_out == Strings{"a field without a usable name",
                                                "a field without a usable name in a",
                                                "a field without a usable name in a"});
}

TEST_CASE("What is no document is an error: a schema with less in it would make wrong answers", "[schema]") {
  Sample sample{rules()};
  for (const auto* text :
       {"", "{", "[]", "null", "{\"_id\":\"a\",", "{\"_id\":1}", "\"x\"", "{\"_id\":\"b\",\"v\":[[[[[[[["})
    CHECK_THROWS_AS(add(sample, text), couch::http::Error);
  // A document's own oddity is none of the answer's.
  add(sample, R"({"_id":"c","v":"\ud800"})");
  CHECK(sample.documents() == 0);
}

TEST_CASE("Depth and width of a document do not matter", "[schema]") {
  std::string deep, wide = "{\"w\":{";
  for (int n = 0; n < 100'000; ++n) deep += "{\"a\":";
  deep += "1" + std::string(100'000, '}');
  for (int n = 0; n < 50'000; ++n) wide += (n > 0 ? ",\"" : "\"") + std::to_string(n) + "\":{\"x\":1}";
  const auto tables = tables_of({"{\"d\":" + deep + "}", wide + "}}", R"({"after":true})"});
  const auto& all = table(tables, "db");
  CHECK(column(all, "after") != nullptr);
  CHECK(column(all, "w")->type.json);
  CHECK(all.columns.size() < 10);
}

TEST_CASE("An assumed type has its discriminator and whatever was seen", "[schema]") {
  const auto sample = sample_of({R"({"type":"user","name":"x"})"});
  CHECK(columns(*sample.table_of("db", "users", "user")) == Strings{"_id", "_rev", "type", "name"});
  CHECK(sample.table_of("db", "users", "user")->name == "users");
  CHECK(columns(*sample.table_of("db", "people", "person")) == Strings{"_id", "_rev", "type"});
}

// ---- laws

namespace {

using Random = std::mt19937_64;

std::string random_value(Random& random, int depth) {
  static const Strings scalars{"null",
                               "true",
                               "false",
                               "0",
                               "-7",
                               "9007199254740993",
                               "123456789012345678901234567890",
                               "2.5",
                               "1e300",
                               "\"\"",
                               "\"a\"",
                               "\"2026-11-20\"",
                               "\"2026-11-20T10:00:00Z\"",
                               "\"2026-11-20 10:00:00.125+01:00\"",
                               "\"10:00:00\"",
                               "\"text \\\"with\\\" escapes \\u0001\"",
                               "\"😀\""};
  const auto pick = random() % (depth > 2 ? 8 : 10);
  if (pick < 8) return scalars[random() % scalars.size()];
  std::string out = pick == 8 ? "{" : "[";
  for (auto n = random() % 4, i = n; i > 0; --i) {
    if (i < n) out += ",";
    if (pick == 8) out += std::string{"\""} + static_cast<char>('a' + i) + "\":";
    out += random_value(random, depth + 1);
  }
  return out + (pick == 8 ? "}" : "]");
}

std::string random_document(Random& random) {
  std::string out = "{\"_id\":\"" + std::to_string(random()) + "\"";
  for (const auto* field : {"p", "q", "r"})
    if (random() % 4 != 0) out += std::string{",\""} + field + "\":" + random_value(random, 0);
  return out + "}";
}

// Whether a column says "any value" or one of its class.
bool takes_all(const sql::Type& type) { return type.mixed || type.json; }

// a ⊑ b: every value that fits a column of type a fits one of type b.
bool within(const sql::Type& a, const sql::Type& b) {
  if (b.mixed) return true;
  if (a.mixed) return false;
  if (a.json || b.json) return a.json && b.json;
  const auto ca = sql::class_of(a), cb = sql::class_of(b);
  if (ca == cb) return true;
  const auto timed = [](sql::TypeClass c) {
    return c == sql::TypeClass::Date || c == sql::TypeClass::Time || c == sql::TypeClass::Timestamp;
  };
  return (timed(ca) && cb == sql::TypeClass::Text) ||
         (ca == sql::TypeClass::Date && cb == sql::TypeClass::Timestamp);
}

}  // namespace

TEST_CASE("Adding documents only widens columns, and never takes one away", "[schema][property]") {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    Random random{seed};
    Sample sample{rules()};
    Tables before;
    for (int round = 0; round < 12; ++round) {
      add(sample, random_document(random));
      const auto after = sample.tables("db", 1);
      if (!before.empty())
        for (const auto& was : table(before, "db").columns) {
          const auto* is = column(table(after, "db"), was.name);
          INFO("seed " << seed << ", column " << was.name << " " << sql::name_of(was.type));
          // {} and null become columns of their own when fields appear there.
          if (is == nullptr) {
            CHECK((was.type.json || was.only_nulls));
            continue;
          }
          CHECK((was.only_nulls || within(was.type, is->type)));
        }
      before = after;
    }
  }
}

TEST_CASE("Every sampled value fits its column's class, whatever the order of the documents",
          "[schema][property]") {
  struct Kind {
    std::string json;
    sql::TypeClass cls;
  };
  const std::vector<Kind> kinds{
      {"true", sql::TypeClass::Bit},          {"12", sql::TypeClass::Number},
      {"1.5", sql::TypeClass::Number},        {"98765432109876543210", sql::TypeClass::Number},
      {"\"x\"", sql::TypeClass::Text},        {"\"2026-11-20\"", sql::TypeClass::Date},
      {"\"10:00:00\"", sql::TypeClass::Time}, {"\"2026-11-20T10:00:00Z\"", sql::TypeClass::Timestamp}};
  for (uint64_t seed = 1; seed <= 500; ++seed) {
    Random random{seed};
    std::vector<Kind> values;
    for (auto n = 1 + random() % 4; n > 0; --n) values.push_back(kinds[random() % kinds.size()]);
    Strings documents;
    for (const auto& value : values) documents.push_back("{\"x\":" + value.json + "}");
    const auto forward = tables_of(documents);
    std::reverse(documents.begin(), documents.end());
    const auto backward = tables_of(documents);
    const auto& type = column(table(forward, "db"), "x")->type;
    CHECK(type == column(table(backward, "db"), "x")->type);
    if (takes_all(type)) continue;
    for (const auto& value : values) {
      const auto cls = sql::class_of(type);
      const bool text = value.json.front() == '"';
      const bool midnight = value.cls == sql::TypeClass::Date && cls == sql::TypeClass::Timestamp;
      INFO(value.json << " in " << sql::name_of(type));
      CHECK((cls == value.cls || midnight || (text && cls == sql::TypeClass::Text)));
    }
  }
}
