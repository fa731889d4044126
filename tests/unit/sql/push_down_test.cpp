// What of a WHERE goes down to _find, as the selector that EXPLAIN shows.
#include <catch2/catch.hpp>

#include "sql/mango/like.h"
#include "sql/mango/selector.h"
#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;

namespace {

FakeCouch films() {
  FakeCouch couch;
  auto mixed = column("mixed", TypeKind::Varchar);
  mixed.type.mixed = true;
  couch.table("film", {column("title", TypeKind::Varchar), column("year", TypeKind::BigInt),
                       column("rating", TypeKind::Double), column("gross", TypeKind::Decimal),
                       column("seen", TypeKind::Bit), column("released", TypeKind::Date),
                       column("updated", TypeKind::Timestamp), column("starts", TypeKind::Time), mixed,
                       column("addr.city", TypeKind::Varchar), column("addr.geo.lat", TypeKind::Double),
                       column("a\\.b", TypeKind::BigInt), column("$x", TypeKind::BigInt)});
  return couch;
}

// The selector without the table's own part; "-" when nothing is asked of _find.
std::string pushed(const std::string& where, const std::vector<Value>& parameters = {},
                   const Options& options = {}, FakeCouch couch = films()) {
  auto bodies = explain(couch, "SELECT * FROM film /*+ FIND */ WHERE " + where, "body", parameters, options);
  REQUIRE(!bodies.empty());
  if (bodies.front() == "NULL") return "-";
  Json body = parse_json(bodies.front());
  const Json* selector = body.find("selector");
  REQUIRE(selector);
  const Json* terms = selector->find("$and");
  if (!terms) return "{}";
  Json rest = Json::array({terms->items.begin() + 1, terms->items.end()});
  return rest.items.size() == 1 ? to_text(rest.items.front()) : to_text(rest);
}

// What is checked again here; "" for nothing.
std::string remains(const std::string& where, const std::vector<Value>& parameters = {},
                    const Options& options = {}, FakeCouch couch = films()) {
  auto residual =
      explain(couch, "SELECT * FROM film /*+ FIND */ WHERE " + where, "checked_here", parameters, options);
  return residual.front() == "NULL" ? "" : residual.front();
}

}  // namespace

TEST_CASE("Comparisons are bounded to their class, so that they stay an index's range", "[mango]") {
  CHECK(pushed("year > 25") == R"({"year":{"$gt":25,"$lt":""}})");
  CHECK(pushed("year <= 25") == R"({"year":{"$gt":true,"$lte":25}})");
  CHECK(pushed("25 < year") == R"({"year":{"$gt":25,"$lt":""}})");
  CHECK(pushed("year = 25") == R"({"year":{"$eq":25}})");
  CHECK(pushed("year <> 25") == R"({"year":{"$ne":25,"$gt":true,"$lt":""}})");
  CHECK(pushed("title < 'm'") == R"({"title":{"$gte":"","$lt":"m"}})");
  CHECK(pushed("title >= 'm'") == R"({"title":{"$gte":"m","$lt":[]}})");
  CHECK(pushed("seen = TRUE") == R"({"seen":{"$eq":true}})");
  CHECK(pushed("seen") == R"({"seen":{"$eq":true}})");
  CHECK(pushed("NOT seen") == R"({"seen":{"$eq":false}})");
  for (auto where :
       {"year > 25", "year <= 25", "year = 25", "year <> 25", "title < 'm'", "seen = TRUE", "NOT seen"}) {
    INFO(where);
    CHECK(remains(where).empty());
  }
}

TEST_CASE("NOT becomes the inverse comparison, never $not", "[mango]") {
  CHECK(pushed("NOT year > 25") == R"({"year":{"$gt":true,"$lte":25}})");
  CHECK(pushed("NOT (year > 25 OR title = 'a')") ==
        R"([{"year":{"$gt":true,"$lte":25}},{"title":{"$ne":"a","$gte":"","$lt":[]}}])");
  CHECK(pushed("NOT (year > 25 AND title = 'a')") ==
        R"({"$or":[{"year":{"$gt":true,"$lte":25}},{"title":{"$ne":"a","$gte":"","$lt":[]}}]})");
}

TEST_CASE("IN keeps arrays out and is never an empty list", "[mango]") {
  CHECK(pushed("year IN (1, 2)") == R"({"year":{"$in":[1,2],"$gt":true,"$lt":""}})");
  CHECK(pushed("year NOT IN (1, 2)") == R"({"year":{"$nin":[1,2],"$gt":true,"$lt":""}})");
  CHECK(pushed("year IN (1, NULL)") == R"({"year":{"$eq":1}})");
  CHECK(pushed("year IN (NULL)") == "-");
  CHECK(pushed("year NOT IN (1, NULL)") == "-");
}

TEST_CASE("BETWEEN is two bounds", "[mango]") {
  CHECK(pushed("year BETWEEN 1 AND 5") == R"([{"year":{"$gte":1,"$lt":""}},{"year":{"$gt":true,"$lte":5}}])");
  CHECK(pushed("year NOT BETWEEN 1 AND 5") ==
        R"({"$or":[{"year":{"$gt":true,"$lt":1}},{"year":{"$gt":5,"$lt":""}}]})");
}

TEST_CASE("IS NULL means missing, null, another class, or a parent that is no object", "[mango]") {
  CHECK(pushed("title IS NOT NULL") == R"({"title":{"$gte":"","$lt":[]}})");
  CHECK(pushed("mixed IS NOT NULL") == R"({"mixed":{"$gt":null}})");
  CHECK(pushed("mixed IS NULL") == R"({"$or":[{"mixed":{"$exists":false}},{"mixed":{"$eq":null}}]})");
  CHECK(pushed("year IS NULL") ==
        R"({"$or":[{"year":{"$exists":false}},{"year":{"$lte":true}},{"year":{"$gte":""}}]})");
  CHECK(pushed("addr.geo.lat IS NULL") ==
        R"({"$or":[{"addr.geo.lat":{"$exists":false}},{"addr":{"$lt":{}}},{"addr.geo":{"$lt":{}}},)"
        R"({"addr.geo.lat":{"$lte":true}},{"addr.geo.lat":{"$gte":""}}]})");
  // Which strings are dates is found out here.
  CHECK(pushed("released IS NULL") == "{}");
  CHECK(remains("released IS NULL") == "released IS NULL");
}

TEST_CASE("Of mixed columns only existence is pushed", "[mango]") {
  CHECK(pushed("mixed = '5'") == R"({"mixed":{"$gt":null}})");
  CHECK(remains("mixed = '5'") == "mixed = '5'");
}

TEST_CASE("Dates are pushed as whole days, a day wider where texts may have offsets, and checked again",
          "[mango]") {
  CHECK(pushed("released >= '2022-01-01'") == R"({"released":{"$gte":"2022-01-01","$lt":[]}})");
  CHECK(pushed("released < DATE '2022-01-01'") == R"({"released":{"$gte":"","$lt":"2022-01-01"}})");
  CHECK(pushed("released <= DATE '2022-01-01'") == R"({"released":{"$gte":"","$lt":"2022-01-02"}})");
  CHECK(pushed("released > DATE '2022-01-01'") == R"({"released":{"$gte":"2022-01-02","$lt":[]}})");
  CHECK(pushed("released = {d '2022-12-31'}") == R"({"released":{"$gte":"2022-12-31","$lt":"2023-01-01"}})");
  CHECK(pushed("updated > {ts '2022-01-01 10:00:00'}") == R"({"updated":{"$gte":"2021-12-31","$lt":[]}})");
  CHECK(pushed("updated <= TIMESTAMP '2022-01-01 10:00:00'") ==
        R"({"updated":{"$gte":"","$lt":"2022-01-03"}})");
  CHECK(pushed("released >= '9999-12-31'") == R"({"released":{"$gte":"9999-12-31","$lt":[]}})");
  CHECK(pushed("released > '9999-12-31'") == R"({"released":{"$gte":"","$lt":[]}})");
  CHECK(remains("released >= '2022-01-01'") == "released >= '2022-01-01'");
}

TEST_CASE("A date's year and its CAST to a date are ranges of its text", "[mango]") {
  CHECK(pushed("YEAR(released) = 2022") == R"({"released":{"$gte":"2022-01-01","$lt":"2023-01-01"}})");
  CHECK(pushed("EXTRACT(YEAR FROM updated) = 2022") ==
        R"({"updated":{"$gte":"2021-12-31","$lt":"2023-01-02"}})");
  CHECK(pushed("2022 <= {fn YEAR(released)}") == R"({"released":{"$gte":"2022-01-01","$lt":[]}})");
  CHECK(pushed("YEAR(released) < 2022.5") == R"({"released":{"$gte":"","$lt":"2024-01-01"}})");
  CHECK(pushed("YEAR(released) BETWEEN 2020 AND 2021") ==
        R"([{"released":{"$gte":"2020-01-01","$lt":[]}},{"released":{"$gte":"","$lt":"2022-01-01"}}])");
  CHECK(pushed("YEAR(released) IN (2020, 2022)") ==
        R"({"$or":[{"released":{"$gte":"2020-01-01","$lt":"2021-01-01"}},)"
        R"({"released":{"$gte":"2022-01-01","$lt":"2023-01-01"}}]})");
  CHECK(pushed("YEAR(released) <> 2022") == R"({"released":{"$gte":"","$lt":[]}})");
  CHECK(pushed("CAST(updated AS DATE) = DATE '2022-01-01'") ==
        R"({"updated":{"$gte":"2021-12-31","$lt":"2022-01-03"}})");
  CHECK(pushed("CAST(CAST(updated AS TIMESTAMP) AS DATE) = DATE '2022-01-01'") ==
        R"({"updated":{"$gte":"2021-12-31","$lt":"2022-01-03"}})");
  CHECK(pushed("CAST(updated AS TIMESTAMP(0)) = TIMESTAMP '2022-01-01 10:00:00'") == "{}");
  CHECK(remains("YEAR(released) = 2022") == "YEAR(released) = 2022");
  // Other parts of a date are no range, and what is no date has no year.
  CHECK(pushed("MONTH(released) = 2") == "{}");
  CHECK(pushed("CAST(title AS DATE) = DATE '2022-01-01'") == "{}");
}

TEST_CASE("Numbers are printed exactly, and pushed as a superset where reading rounds", "[mango]") {
  CHECK(pushed("year = 9007199254740993") == R"({"year":{"$eq":9007199254740993}})");
  CHECK(pushed("year = -0.0") == R"({"year":{"$eq":0}})");
  CHECK(pushed("rating = 0.1") == R"({"rating":{"$eq":0.1}})");
  CHECK(pushed("gross = 12345678901.5") == R"({"gross":{"$eq":12345678901.5}})");
  CHECK(pushed("gross = 123456789012345678901234567890") ==
        R"({"gross":{"$gte":1.2345678901234566e+29,"$lte":1.234567890123457e+29}})");
  CHECK(pushed("rating < 1e300") == R"({"rating":{"$gt":true,"$lte":1.0000000000000002e+300}})");
  CHECK(remains("rating < 1e300") == "rating < 1e300");
  // CouchDB reads 5e-324 as 0.
  CHECK(pushed("rating < 5e-324") == R"({"rating":{"$gt":true,"$lte":2.2250738585072014e-308}})");
  CHECK(pushed("rating > -5e-324") == R"({"rating":{"$gte":-2.2250738585072014e-308,"$lt":""}})");
}

TEST_CASE("LIKE is an anchored PCRE that does not backtrack", "[mango]") {
  auto regex = [](const std::string& pattern, const std::string& escape = "") {
    return couch::sql::mango::like_pattern(pattern, escape)->regex;
  };
  CHECK(regex("a%b%c") == R"((*UTF)(?s)^a(?>.*?b).*c\z)");
  CHECK(regex("%") == "(*UTF)(?s)^");
  CHECK(regex("a_c") == R"((*UTF)(?s)^a.c\z)");
  CHECK(regex("100!%", "!") == R"((*UTF)(?s)^100\%\z)");
  CHECK(regex("a.b(c)") == R"((*UTF)(?s)^a\.b\(c\)\z)");
  CHECK(regex(std::string("a\0\n", 3)) == R"((*UTF)(?s)^a\x{00}\x{0a}\z)");
  CHECK_FALSE(couch::sql::mango::like_pattern("a!b", "!"));
  CHECK_FALSE(couch::sql::mango::like_pattern("a!", "!"));
  CHECK_FALSE(
      couch::sql::mango::like_pattern("a", "no"));  // an escape is one character: 22025, not a pattern
  CHECK(pushed("title LIKE 'R%'") ==
        "{\"title\":{\"$gte\":\"R\",\"$lt\":\"R\uFFFF\uFFFF\uFFFF\uFFFF\",\"$regex\":\"(*UTF)(?s)^R\"}}");
  CHECK(pushed("title LIKE '%R'") == R"({"title":{"$regex":"(*UTF)(?s)^.*R\\z"}})");
  CHECK(pushed("title LIKE 'Ran'") == R"({"title":{"$eq":"Ran","$regex":"(*UTF)(?s)^Ran\\z"}})");
  CHECK(remains("title LIKE 'R%'").empty());
  CHECK(remains("title NOT LIKE 'R%'") == "title NOT LIKE 'R%'");
}

TEST_CASE("Odd field names are escaped", "[mango]") {
  CHECK(pushed(R"("a\.b" = 1)") == R"({"a\\.b":{"$eq":1}})");
  CHECK(pushed(R"("$x" = 1)") == R"({"\\$x":{"$eq":1}})");
  CHECK(pushed("addr.city = 'Oslo'") == R"({"addr.city":{"$eq":"Oslo"}})");
}

TEST_CASE("With Collation=binary text ranges are checked here", "[mango]") {
  Options binary;
  binary.collation = CollationKind::Binary;
  CHECK(pushed("title = 'a'", {}, binary) == R"({"title":{"$eq":"a"}})");
  CHECK(remains("title = 'a'", {}, binary) == "title = 'a'");
  CHECK(pushed("title < 'm'", {}, binary) == R"({"title":{"$gte":"","$lt":[]}})");
  CHECK(pushed("title <> 'a'", {}, binary) == R"({"title":{"$gte":"","$lt":[]}})");
}

TEST_CASE("With TypeMismatch=error conditions on typed columns stay here, where every value is seen",
          "[mango]") {
  Options strict;
  strict.mismatch = MismatchPolicy::Error;
  CHECK(pushed("year = 5", {}, strict) == "{}");
  CHECK(remains("year = 5", {}, strict) == "year = 5");
}

TEST_CASE("Parameters are pushed with their values", "[mango]") {
  CHECK(pushed("year = ?", {Value{int64_t{7}}}) == R"({"year":{"$eq":7}})");
  CHECK(pushed("year = ?", {Value{std::string{"7"}}}) == R"({"year":{"$eq":7}})");
  CHECK(pushed("title = ?", {Value{std::string{"a\0\"b", 4}}}) == R"({"title":{"$eq":"a\u0000\"b"}})");
  CHECK(pushed("year = ?", {Value{}}) == "-");
}

TEST_CASE("OR is pushed only when each of its terms is", "[mango]") {
  CHECK(pushed("year = 1 OR title = 'a'") == R"({"$or":[{"year":{"$eq":1}},{"title":{"$eq":"a"}}]})");
  CHECK(pushed("year = 1 OR LENGTH(title) = 1") == "{}");
  CHECK(pushed("year = 1 AND LENGTH(title) = 1") == R"({"year":{"$eq":1}})");
  CHECK(remains("year = 1 AND LENGTH(title) = 1") == "LENGTH(title) = 1");
}

TEST_CASE("The order of ids ends a prefix after its last character", "[mango]") {
  using couch::sql::mango::after_prefix;
  CHECK(after_prefix("film:") == "film;");
  CHECK(after_prefix("a\x7F") == "a\xC2\x80");
  CHECK(after_prefix("\xED\x9F\xBF") == "\xEE\x80\x80");  // past the surrogates
  CHECK(after_prefix("a\xF4\x8F\xBF\xBF") == "b");
  CHECK_FALSE(after_prefix("\xF4\x8F\xBF\xBF"));
  CHECK_FALSE(after_prefix(""));
}

TEST_CASE("PouchDB gets each field once and one OR of plain tests: it merges and drops what else there is",
          "[mango]") {
  auto pouchdb = [] {
    FakeCouch couch = films();
    couch.server.couchdb = couch.server.pcre = couch.server.icu_order = false;
    return couch;
  };
  auto asks = [&](const std::string& where) { return pushed(where, {}, {}, pouchdb()); };
  auto leaves = [&](const std::string& where) { return remains(where, {}, {}, pouchdb()); };
  CHECK(asks("year > 1 AND year < 5") == R"({"year":{"$gt":1,"$lt":""}})");
  CHECK(leaves("year > 1 AND year < 5") == "year < 5");
  CHECK(asks("year BETWEEN 1 AND 5") == R"({"year":{"$gte":1,"$lt":""}})");
  CHECK(leaves("year BETWEEN 1 AND 5") == "year BETWEEN 1 AND 5");
  // $ne below $or is an error there.
  CHECK(asks("year <> 5") == R"({"$or":[{"year":{"$gt":true,"$lt":5}},{"year":{"$gt":5,"$lt":""}}]})");
  CHECK(leaves("year <> 5").empty());
  CHECK(asks("year <> 5 AND rating <> 1") == asks("year <> 5"));
  CHECK(leaves("year <> 5 AND rating <> 1") == "rating <> 1");
  CHECK(asks("year = 1 OR (rating = 1 AND seen)") == "{}");
  // An index of a field with a dot takes $gt for $gte.
  for (const char* where : {R"("addr.geo.lat" > 1)", R"("addr.geo.lat" < 1)", R"("a\.b" > 1)"}) {
    INFO(where);
    CHECK(asks(where).find("$gt") != std::string::npos);
    CHECK_FALSE(leaves(where).empty());
  }
  CHECK(leaves(R"("addr.geo.lat" = 1)").empty());
  // Doubles only.
  CHECK(leaves("year = 9007199254740993") == "year = 9007199254740993");
  CHECK(asks("title LIKE 'R%'") == R"({"title":{"$gte":"","$lt":[]}})");
  CHECK(leaves("title = 'R'").empty());
}
