#include <catch2/catch.hpp>
#include <cmath>

#include "sql/decode/decoder.h"
#include "sql/error.h"
#include "tests/support/cells.h"
#include "tests/support/fake_couch.h"

using namespace couch::sql;
using couch::sql::decode::Decoder;
using couch::sql::decode::Envelope;
using couch::sql::decode::Shape;
using couch::test::model::column;
using couch::test::model::text_of;

namespace {

// A table with every class of column.
std::shared_ptr<Table> films() {
  couch::test::model::FakeCouch couch;
  auto mixed = column("mixed", TypeKind::Varchar);
  mixed.type.mixed = true;
  auto json = column("cast", TypeKind::LongVarchar);
  json.type.json = true;
  return couch.table("film", {column("title", TypeKind::Varchar), column("year", TypeKind::BigInt),
                              column("rating", TypeKind::Double), column("gross", TypeKind::Decimal),
                              column("seen", TypeKind::Bit), column("released", TypeKind::Date),
                              column("updated", TypeKind::Timestamp), column("starts", TypeKind::Time), mixed,
                              json, column("addr.city", TypeKind::Varchar),
                              column("addr.zip.code", TypeKind::BigInt), column("empty", TypeKind::Null)});
}

uint32_t position(const Table& table, const std::string& name) {
  for (uint32_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == name) return i;
  }
  FAIL("no column " << name);
  return 0;
}

Decoder decoder(std::shared_ptr<const Table> table, const std::vector<std::string>& columns,
                Envelope envelope = Envelope::Document, MismatchPolicy policy = MismatchPolicy::Null) {
  Shape shape{table, envelope, true, {}};
  for (const auto& name : columns) shape.columns.push_back(position(*table, name));
  return Decoder{std::move(shape), policy};
}

// The rows of one answer's row, each "a|b|c".
std::vector<std::string> rows(Decoder& decoder, std::string json) {
  json += '#';  // the byte after the row is anybody's
  decoder.load({json.data(), json.size() - 1});
  std::vector<std::string> out;
  while (decoder.next()) {
    std::string row;
    for (size_t i = 0; i < decoder.width(); ++i) row += (i ? "|" : "") + text_of(decoder.cell(i));
    out.push_back(row);
  }
  return out;
}

std::string only_row(Decoder& decoder, const std::string& json) {
  auto all = rows(decoder, json);
  REQUIRE(all.size() == 1);
  return all.front();
}

std::string film(const std::string& fields) {
  return R"({"_id":"f","_rev":"1-a","type":"film")" + (fields.empty() ? "" : "," + fields) + "}";
}

std::string value(const std::string& name, const std::string& json) {
  auto d = decoder(films(), {name});
  return only_row(d, film("\"" + name + "\":" + json));
}

}  // namespace

TEST_CASE("Each class of column reads the JSON values of its class, whatever their size", "[decode]") {
  CHECK(value("title", R"("Ran")") == "text:Ran");
  CHECK(value("title", R"("caf\u00e9 \ud83d\ude00 \"x\"\n")") == "text:café 😀 \"x\"\n");
  CHECK(value("title", R"("a\u0000b")") == std::string("text:a\0b", 8));
  CHECK(value("title", R"("")") == "text:");
  CHECK(value("seen", "true") == "bit:1");
  CHECK(value("seen", "false") == "bit:0");
  CHECK(value("released", R"("1985-06-01")") == "date:1985-06-01");
  CHECK(value("updated", R"("2020-01-01T01:30:00+02:00")") == "timestamp:2019-12-31 23:30:00");
  CHECK(value("updated", R"("2020-01-01")") == "timestamp:2020-01-01 00:00:00");
  CHECK(value("starts", R"("08:15:30.5")") == "time:08:15:30.5");
}

TEST_CASE("Integers keep all their digits", "[decode]") {
  CHECK(value("year", "9007199254740993") == "integer:9007199254740993");
  CHECK(value("year", "-9223372036854775808") == "integer:-9223372036854775808");
  CHECK(value("year", "9223372036854775808") == "decimal:9223372036854775808");
  CHECK(value("year", "123456789012345678901234567890") == "decimal:123456789012345678901234567890");
  CHECK(value("rating", "9007199254740993") == "integer:9007199254740993");
  CHECK(value("gross", "123456789012345678901234567890") == "decimal:123456789012345678901234567890");
  CHECK(value("gross", "0.10") == "decimal:0.10");
}

TEST_CASE("A fraction in an integer column stays what it is, and 1.0 is 1", "[decode]") {
  CHECK(value("year", "2.5") == "double:2.5");
  CHECK(value("year", "1.0") == "integer:1");
  CHECK(value("year", "-0.0") == "integer:0");
  CHECK(value("year", "1e3") == "integer:1000");
  CHECK(value("year", "1e300") == "double:1e+300");
  CHECK(value("rating", "1") == "double:1");
  CHECK(value("rating", "0.1") == "double:0.1");
  CHECK(value("rating", "4.9406564584124654e-324") == "double:5e-324");
}

TEST_CASE("A value of another class reads as NULL and is counted", "[decode]") {
  auto d = decoder(films(), {"title", "year", "seen", "released"});
  CHECK(only_row(d, film(R"("title":5,"year":"5","seen":1,"released":"soon")")) == "NULL|NULL|NULL|NULL");
  CHECK(d.mismatches() == 4);
  CHECK(d.first_mismatch() == "column title (VARCHAR(255)) of document f");
  CHECK(only_row(d, film(R"("title":["Ran"],"year":{"a":1},"seen":"true","released":20200101)")) ==
        "NULL|NULL|NULL|NULL");
  CHECK(d.mismatches() == 8);
}

TEST_CASE("Missing and null are both NULL, and no mismatch", "[decode]") {
  auto d = decoder(films(), {"title", "year", "mixed", "addr.city"});
  CHECK(only_row(d, film(R"("title":null,"mixed":null)")) == "NULL|NULL|NULL|NULL");
  CHECK(d.mismatches() == 0);
}

TEST_CASE(
    "With TypeMismatch=error a value of another class is an error that names it, and the row's others are "
    "read",
    "[decode]") {
  auto d = decoder(films(), {"title", "year"}, Envelope::Document, MismatchPolicy::Error);
  std::string json = film(R"("title":"Ran","year":"old")") + "#";
  d.load({json.data(), json.size() - 1});
  REQUIRE(d.next());
  CHECK(text_of(d.cell(0)) == "text:Ran");
  try {
    d.cell(1);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::TypeMismatch);
    CHECK_THAT(error.what(), Catch::Contains("column year (BIGINT) of document f"));
  }
  CHECK(d.mismatches() == 0);  // a warning that it was read as NULL would not be true
  CHECK(only_row(d, film(R"("title":"Ikiru","year":1952)")) == "text:Ikiru|integer:1952");
}

TEST_CASE("Mixed columns read each value's text, JSON columns their exact text", "[decode]") {
  CHECK(value("mixed", R"("1.2 kg")") == "text:1.2 kg");
  CHECK(value("mixed", "350.00") == "text:350.00");
  CHECK(value("mixed", "true") == "text:true");
  CHECK(value("mixed", R"([ 1, "a\u0041" ])") == R"(text:[ 1, "a\u0041" ])");
  CHECK(value("empty", "5") == "text:5");
  CHECK(value("cast", R"({"a" : 123456789012345678901234567890,"b":"\n\"" })") ==
        R"(text:{"a" : 123456789012345678901234567890,"b":"\n\"" })");
  CHECK(value("cast", "[]") == "text:[]");
}

TEST_CASE("_doc is the whole document, byte for byte", "[decode]") {
  std::string json = R"({"_id":"f","_rev":"1-a","type":"film","title":"a\u0041", "x":[1.10, {"y":"\\"}]})";
  auto d = decoder(films(), {"_doc", "title", "_id", "_rev"});
  CHECK(only_row(d, json) == "text:" + json + "|text:aA|text:f|text:1-a");
  auto in_row = decoder(films(), {"_doc"}, Envelope::Row);
  CHECK(only_row(in_row, R"({"id":"f","key":"f","value":{"rev":"1-a"},"doc":)" + json + "}") ==
        "text:" + json);
}

TEST_CASE("Paths go through objects only, and everything else on the way is skipped", "[decode]") {
  auto d = decoder(films(), {"addr.city", "addr.zip.code"});
  CHECK(
      only_row(
          d,
          film(
              R"("addr":{"x":{"city":"no"},"city":"Oslo","zip":{"code":150,"y":[{"code":1}]}},"city":"no")")) ==
      "text:Oslo|integer:150");
  CHECK(only_row(d, film(R"("addr":[{"city":"no"}])")) == "NULL|NULL");
  CHECK(only_row(d, film(R"("addr":"city")")) == "NULL|NULL");
  CHECK(only_row(d, film(R"("addr":{"zip":5,"city":null})")) == "NULL|NULL");
}

TEST_CASE("Of duplicate keys the last one stands, with nothing left of the first", "[decode]") {
  auto d = decoder(films(), {"title", "addr.city", "addr.zip.code"});
  CHECK(only_row(d, film(R"("title":"a","title":"b")")) == "text:b|NULL|NULL");
  CHECK(only_row(d, film(R"("addr":{"city":"a"},"addr":{"zip":{"code":1}})")) == "NULL|NULL|integer:1");
  CHECK(only_row(d, film(R"("addr":{"city":"a"},"addr":7)")) == "NULL|NULL|NULL");
}

TEST_CASE("Only documents of the type are rows, byte for byte, wherever the discriminator stands",
          "[decode]") {
  auto d = decoder(films(), {"title"});
  CHECK(rows(d, R"({"title":"a","_id":"1","type":"film"})").size() == 1);
  CHECK(rows(d, R"({"_id":"1","type":"Film"})").empty());
  CHECK(rows(d, R"({"_id":"1","type":"film\u0001"})").empty());  // equal to CouchDB
  CHECK(rows(d, R"({"_id":"1","type":["film"]})").empty());
  CHECK(rows(d, R"({"_id":"1"})").empty());
  CHECK(rows(d, R"({"_id":"1","type":"other","type":"film"})").size() == 1);
  CHECK(rows(d, R"({"_id":"_design/film","type":"film"})").empty());
}

TEST_CASE("Rows of _all_docs without a document are left out", "[decode]") {
  auto d = decoder(films(), {"_id", "title"}, Envelope::Row);
  CHECK(rows(d, R"({"key":"nope","error":"not_found"})").empty());
  CHECK(rows(d, R"({"id":"x","key":"x","value":{"rev":"2-b","deleted":true},"doc":null})").empty());
  CHECK(
      only_row(
          d,
          R"({"id":"x","key":"x","value":{"rev":"2-b"},"doc":{"_id":"x","_rev":"2-b","type":"film","title":"Ran"}})") ==
      "text:x|text:Ran");
}

TEST_CASE("Ids and revisions are read from _all_docs without documents", "[decode]") {
  couch::test::model::FakeCouch couch;
  auto all = couch.table("db", {});
  Decoder d{Shape{all, Envelope::Row, false, {position(*all, "_id"), position(*all, "_rev")}},
            MismatchPolicy::Null};
  CHECK(only_row(d, R"({"id":"x","key":"x","value":{"rev":"2-b"}})") == "text:x|text:2-b");
  CHECK(rows(d, R"({"id":"x","key":"x","value":{"rev":"2-b","deleted":true}})").empty());
  CHECK(rows(d, R"({"key":"x","error":"not_found"})").empty());
  CHECK(rows(d, R"({"id":"_design/x","key":"_design/x","value":{"rev":"2-b"}})").empty());
}

TEST_CASE("Columns are read from an index's key: its fields, and what stands below them", "[decode]") {
  couch::test::model::FakeCouch couch;
  auto table =
      couch.table("film", {column("year", TypeKind::BigInt), column("maker.name", TypeKind::Varchar)});
  Shape shape{table,
              Envelope::Keys,
              false,
              {position(*table, "_id"), position(*table, "year"), position(*table, "maker.name")}};
  shape.key_fields = {{"type"}, {"year"}, {"maker"}};
  shape.once = true;
  Decoder d{shape, MismatchPolicy::Null};
  CHECK(only_row(d, R"({"id":"x","key":["film",1985,{"name":"Kurosawa","age":75}],"value":null})") ==
        "text:x|integer:1985|text:Kurosawa");
  CHECK(only_row(d, R"({"id":"y","key":["film",null,"unknown"],"value":null})") == "text:y|NULL|NULL");
  // Equal to CouchDB's collation, and another type; a document that was there before.
  CHECK(rows(d, R"({"id":"z","key":["film\u0001",1,{}],"value":null})").empty());
  CHECK(rows(d, R"({"id":"x","key":["film",1986,{}],"value":null})").empty());
}

TEST_CASE("Array tables have a row for each element", "[decode]") {
  Table lines;
  lines.kind = TableKind::Array;
  lines.name = "order_lines";
  lines.discriminator_path = {"type"};
  lines.discriminator = "order";
  lines.array_path = {"body", "lines"};
  auto id = column("_id", TypeKind::Varchar), at = column("_index", TypeKind::BigInt),
       whole = column("value", TypeKind::LongVarchar);
  id.source = ColumnSource::Id;
  at.source = ColumnSource::Index;
  whole.source = ColumnSource::Element;
  whole.type.json = true;
  lines.columns = {id, at, column("sku", TypeKind::Varchar), column("price.net", TypeKind::Double), whole};
  auto table = std::make_shared<const Table>(lines);

  auto d = decoder(table, {"_id", "_index", "sku", "price.net"});
  CHECK(
      rows(
          d,
          R"({"_id":"o","body":{"lines":[{"sku":"a","price":{"net":1.5}},{"price":{"net":2}},7,null,{"sku":"z","sku":"b"}]},"type":"order"})") ==
      std::vector<std::string>{"text:o|integer:0|text:a|double:1.5", "text:o|integer:1|NULL|double:2",
                               "text:o|integer:2|NULL|NULL", "text:o|integer:3|NULL|NULL",
                               "text:o|integer:4|text:b|NULL"});
  CHECK(rows(d, R"({"_id":"o","type":"order","body":{"lines":[]}})").empty());
  CHECK(rows(d, R"({"_id":"o","type":"order","body":{"lines":"x"}})").empty());
  CHECK(rows(d, R"({"_id":"o","type":"order"})").empty());
  CHECK(
      rows(
          d,
          R"({"_id":"o","type":"order","body":{"lines":[{"sku":"a"},{"sku":"b"}],"lines":[{"price":{"net":3}}]}})") ==
      std::vector<std::string>{"text:o|integer:0|NULL|double:3"});

  auto elements = decoder(table, {"_index", "value"});
  CHECK(rows(elements, R"({"_id":"o","type":"order","body":{"lines":[{"sku":"\u0041"},[1, 2],"x"]}})") ==
        std::vector<std::string>{R"(integer:0|text:{"sku":"\u0041"})", "integer:1|text:[1, 2]",
                                 "integer:2|text:x"});
}

TEST_CASE("Rows of views have their key's parts", "[decode]") {
  Table sales;
  sales.kind = TableKind::View;
  sales.name = "sales/by_day";
  auto id = column("id", TypeKind::Varchar), key = column("key", TypeKind::LongVarchar),
       value = column("value.sum", TypeKind::Double);
  key.type.json = true;
  auto part = column("key.1", TypeKind::BigInt);
  part.source = ColumnSource::KeyPart;
  part.index = 1;
  sales.columns = {id, key, part, value};
  auto d = decoder(std::make_shared<const Table>(sales), {"id", "key", "key.1", "value.sum"}, Envelope::View);
  CHECK(only_row(d, R"({"id":"a","key":["x", 7],"value":{"sum":1.5}})") ==
        R"(text:a|text:["x", 7]|integer:7|double:1.5)");
  CHECK(only_row(d, R"({"key":"k","value":3})") == "NULL|text:k|NULL|NULL");
  CHECK(only_row(d, R"({"key":null,"value":null})") == "NULL|NULL|NULL|NULL");
}

TEST_CASE("What is no JSON object is an error, not a row", "[decode]") {
  for (std::string json : {"", "{", R"({"_id":"a")", R"({"_id":"a"}})", "[1]", "5", R"({"_id":"a",})",
                           R"({"_id":"\ud800"})", std::string("{\"_id\":\"a\"}\0x", 12).c_str()}) {
    INFO(json);
    auto d = decoder(films(), {"title"});
    if (json == R"({"_id":"a"})") json += std::string("\0x", 2);
    CHECK_THROWS_MATCHES(rows(d, json), Error, Catch::Predicate<Error>([](const Error& e) {
                           return e.kind() == ErrorKind::MalformedAnswer;
                         }));
  }
}

TEST_CASE("Deep nesting costs no stack", "[decode]") {
  auto d = decoder(films(), {"title", "cast"});
  std::string deep(200000, '[');
  deep += std::string(200000, ']');
  CHECK(only_row(d, film("\"x\":" + deep + ",\"title\":\"Ran\",\"cast\":[" + deep + "]")) ==
        "text:Ran|text:[" + deep + "]");
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += R"({"addr":)";
  CHECK_THROWS_AS(rows(d, objects), Error);
}

TEST_CASE("A column of FlattenArrays reads the element at its position, and no field of that name",
          "[decode]") {
  couch::test::model::FakeCouch couch;
  auto first = column("tags.0", TypeKind::Varchar);
  first.path = {"tags", "0"};
  first.array_steps = {1};
  auto size = column("parts.1.size", TypeKind::BigInt);
  size.path = {"parts", "1", "size"};
  size.array_steps = {1};
  auto d = decoder(couch.table("film", {first, size}), {"tags.0", "parts.1.size"});
  CHECK(rows(d, R"({"_id":"a","type":"film","tags":["x","y"],"parts":[{"size":1},{"size":2}]})") ==
        std::vector<std::string>{"text:x|integer:2"});
  CHECK(rows(d, R"({"_id":"b","type":"film","tags":{"0":"field"},"parts":[{"size":1}]})") ==
        std::vector<std::string>{"NULL|NULL"});
}
