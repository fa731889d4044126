// docs/architecture.md, Data model: which tables and columns there are, over what documents.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "tests/live/session.h"
#include "tests/live/shop.h"
#include "tests/live/temporary_file.h"
#include "tests/support/live_server.h"

using namespace couch::live;
using couch::test::Database;
using couch::test::LiveServer;

namespace {

std::set<std::string> names(const Result& tables, const std::string& type = {}) {
  std::set<std::string> out;
  for (size_t i = 0; i < tables.rows.size(); ++i) {
    if (type.empty() || tables.at(i, "TABLE_TYPE") == type)
      out.insert(tables.at(i, "TABLE_NAME").value_or("NULL"));
  }
  return out;
}

std::map<std::string, int> types(const Result& columns) {
  std::map<std::string, int> out;
  for (size_t i = 0; i < columns.rows.size(); ++i)
    out[columns.at(i, "COLUMN_NAME").value_or("NULL")] = std::stoi(columns.at(i, "DATA_TYPE").value_or("0"));
  return out;
}

std::vector<std::string> order_of(const Result& columns) {
  std::vector<std::string> out;
  for (const auto& cell : columns.column("COLUMN_NAME")) out.push_back(cell.value_or("NULL"));
  return out;
}

using Catch::Matchers::Contains;

}  // namespace

TEST_CASE("The shop's types, arrays, views and the shop itself are its tables", "[live][model]") {
  const auto all = shop().session().tables(shop().database().c_str(), nullptr, nullptr, nullptr);
  const auto tables = names(all, "TABLE"), views = names(all, "VIEW");
  for (const auto& table : Shop::tables()) {
    INFO(table.name);
    CHECK(tables.count(table.name) == 1);
  }
  CHECK(tables.count(shop().database()) == 1);
  CHECK(views == std::set<std::string>{"sales/orders_by_country", "sales/revenue_by_month"});
  for (const auto& cell : all.column("TABLE_CAT")) CHECK(cell == shop().database());
  for (const auto& cell : all.column("TABLE_SCHEM")) CHECK_FALSE(cell.has_value());
}

TEST_CASE("The shop's columns have the types that their values tell", "[live][model]") {
  for (const auto& table : Shop::tables()) {
    const auto found = types(shop().session().columns(nullptr, table.name.c_str(), nullptr));
    for (const auto& column : table.columns) {
      INFO(table.name << "." << column.name);
      REQUIRE(found.count(column.name) == 1);
      CHECK(found.at(column.name) == odbc_type(column.type));
    }
    INFO(table.name << " has columns that nobody expects: "
                    << fmt::format("{}", fmt::join(order_of(shop().session().columns(
                                                       nullptr, table.name.c_str(), nullptr)),
                                                   ", ")));
    const size_t parents = table.parent.empty() ? 2 : 0;  // _rev and _doc
    CHECK(found.size() <= table.columns.size() + parents + 6);
  }
}

TEST_CASE("What SQLColumns says of a table is what its rows have", "[live][model]") {
  const auto all = shop().session().tables(shop().database().c_str(), nullptr, nullptr, nullptr);
  REQUIRE(all.rows.size() > 10);
  for (size_t i = 0; i < all.rows.size(); ++i) {
    const auto name = *all.at(i, "TABLE_NAME");
    INFO(name);
    Statement statement(shop().session());
    statement.direct("SELECT * FROM " + couch::judge::quoted_name(name) + " LIMIT 1");
    const auto had = statement.columns();
    // After the query: a view that is being built is listed by its first glance until then.
    const auto listed = shop().session().columns(shop().database().c_str(), name.c_str(), nullptr);
    std::vector<std::string> shown;
    for (size_t c = 0; c < listed.rows.size(); ++c)
      if (*listed.at(c, "COLUMN_NAME") != "_doc") shown.push_back(*listed.at(c, "COLUMN_NAME"));
    REQUIRE(had.size() == shown.size());
    size_t at = 0;
    for (size_t c = 0; c < listed.rows.size(); ++c) {
      if (*listed.at(c, "COLUMN_NAME") == "_doc") continue;
      INFO(had[at].name);
      CHECK(had[at].name == shown[at]);
      CHECK(fmt::to_string(had[at].type) == listed.at(c, "DATA_TYPE"));
      CHECK(fmt::to_string(had[at].size) == listed.at(c, "COLUMN_SIZE"));
      CHECK(fmt::to_string(had[at].nullable) == listed.at(c, "NULLABLE"));
      if (listed.at(c, "DECIMAL_DIGITS"))
        CHECK(fmt::to_string(had[at].digits) == listed.at(c, "DECIMAL_DIGITS"));
      CHECK(listed.at(c, "ORDINAL_POSITION") == fmt::to_string(c + 1));
      // SQLColAttribute tells the same.
      SQLLEN concise = 0, length = 0;
      const auto column = static_cast<SQLUSMALLINT>(at + 1);
      REQUIRE(SQLColAttribute(statement.handle(), column, SQL_DESC_CONCISE_TYPE, nullptr, 0, nullptr,
                              &concise) == SQL_SUCCESS);
      REQUIRE(SQLColAttribute(statement.handle(), column, SQL_COLUMN_LENGTH, nullptr, 0, nullptr, &length) ==
              SQL_SUCCESS);
      CHECK(concise == had[at].type);
      ++at;
    }
  }
}

TEST_CASE("Every table can be counted and read whole, and both agree", "[live][model]") {
  const auto all = shop().session().tables(shop().database().c_str(), nullptr, nullptr, nullptr);
  for (const auto& cell : all.column("TABLE_NAME")) {
    INFO(*cell);
    const auto counted = shop().session().value("SELECT COUNT(*) FROM " + couch::judge::quoted_name(*cell));
    const auto rows = shop().session().query("SELECT * FROM " + couch::judge::quoted_name(*cell)).rows.size();
    CHECK(counted == fmt::to_string(rows));
    CHECK(rows > 0);
  }
}

TEST_CASE("A type that fills the start of the database does not hide the others", "[live][model]") {
  Database database("hidden");
  std::vector<std::string> documents;
  for (int i = 0; i < 3000; ++i)
    documents.push_back(fmt::format(R"({{"_id":"a{:05}","type":"crowd","n":{}}})", i, i));
  for (int i = 0; i < 300; ++i)
    documents.push_back(fmt::format(R"({{"_id":"m{:05}","type":"middle","x":{}}})", i, i));
  for (int i = 0; i < 300; ++i)
    documents.push_back(fmt::format(R"({{"_id":"z{:05}","type":"last","y":"{}"}})", i, i));
  database.add(documents);
  Session session(database.name(), "SampleSize=200");
  const auto found = names(session.tables(database.name().c_str(), nullptr, nullptr, "TABLE"));
  CHECK(found.count("crowd") == 1);
  CHECK(found.count("middle") == 1);
  CHECK(found.count("last") == 1);
  CHECK(session.value("SELECT COUNT(*) FROM middle WHERE x >= 0") == "300");
}

TEST_CASE("The newest document is in the sample wherever its id stands", "[live][model]") {
  Database database("newest");
  std::vector<std::string> documents;
  for (int i = 0; i < 2000; ++i) documents.push_back(fmt::format(R"({{"_id":"a{:05}","type":"crowd"}})", i));
  database.add(documents);
  database.add({R"({"_id":"a00777x","type":"fresh","n":1})"});
  Session session(database.name(), "SampleSize=50");
  CHECK(session.value("SELECT n FROM fresh") == "1");
}

TEST_CASE("A column of which only nulls were seen is one of mixed values", "[live][model]") {
  Database database("unseen");
  std::vector<std::string> documents;
  const std::map<int, std::string> values{
      {31, "10"}, {32, "9"}, {33, "3"}, {34, R"("a")"}, {35, R"("a\u0001")"}};
  for (int i = 0; i < 300; ++i) {
    const auto value = values.find(i);
    documents.push_back(fmt::format(R"({{"_id":"{:03}","type":"y","k":{},"x":{}}})", i, i,
                                    value == values.end() ? "null" : value->second));
  }
  database.add(documents);
  Session session(database.name(), "SampleSize=5");
  REQUIRE(session.columns(nullptr, "y", "x").at(0, "REMARKS") == "only nulls seen");
  Session all(database.name(), "SampleSize=0");  // of mixed values
  const auto same = [&](const char* query, const char* expected) {
    INFO(query);
    CHECK(session.value(query) == expected);
    CHECK(all.value(query) == expected);
  };
  same("SELECT COUNT(*) FROM y WHERE x = 10", "1");
  same("SELECT COUNT(*) FROM y WHERE x = '10'", "1");
  same("SELECT COUNT(*) FROM y WHERE x IN (10, 9, 'a')", LiveServer::get().couchdb() ? "4" : "3");
  same("SELECT COUNT(x) FROM y", "5");
  same("SELECT COUNT(*) FROM y WHERE x IS NULL", "295");
  same("SELECT COUNT(*) FROM y a JOIN y b ON a.x = b.k", "3");
  same("SELECT MAX(CAST(x AS INTEGER)) FROM y WHERE k < 34", "10");
  same("SELECT COUNT(DISTINCT x) FROM y", LiveServer::get().couchdb() ? "4" : "5");
  CHECK(session.list("SELECT x FROM y WHERE x IS NOT NULL ORDER BY x, k") ==
        all.list("SELECT x FROM y WHERE x IS NOT NULL ORDER BY x, k"));
  // What it is described as does not decide what is written.
  session.query("INSERT INTO y (_id, x) VALUES ('new', 5)");
  CHECK(all.value("SELECT _doc FROM y WHERE _id = 'new'").value_or("").find("\"x\":5") != std::string::npos);
}

TEST_CASE("An index on the discriminator tells every type, also one that no sample meets", "[live][model]") {
  if (!LiveServer::get().couchdb()) {
    WARN("SKIPPED: PouchDB Server has no index that can be read as a view");
    return;
  }
  Database database("listed");
  std::vector<std::string> documents;
  for (int i = 0; i < 4000; ++i)
    documents.push_back(
        fmt::format(R"({{"_id":"a{:05}","type":"{}","n":{}}})", i, i == 1501 ? "rare" : "crowd", i));
  database.add(documents);
  for (int i = 0; i < 30; ++i) database.add({fmt::format(R"({{"_id":"b{:05}","type":"crowd"}})", i)});
  database.index({"type"}, "by-type");
  Session session(database.name(), "SampleSize=20");
  CHECK(names(session.tables(database.name().c_str(), nullptr, nullptr, "TABLE")).count("rare") == 1);
  CHECK(session.list("SELECT _id FROM rare") == std::vector<std::string>{"a01501"});
}

TEST_CASE("An array of objects is a table of its own, with a foreign key to its parent", "[live][model]") {
  auto& session = shop().session();
  CHECK(session.value("SELECT COUNT(*) FROM order_items") ==
        couch::judge::to_text(shop().oracle().query("SELECT COUNT(*) FROM order_items")[0][0]));
  const auto keys = session.primary_keys(nullptr, "order_items");
  REQUIRE(keys.rows.size() == 2);
  CHECK(keys.at(0, "COLUMN_NAME") == "_id");
  CHECK(keys.at(1, "COLUMN_NAME") == "_index");
  const auto foreign = session.foreign_keys(nullptr, "order_items");
  REQUIRE(foreign.rows.size() == 1);
  CHECK(foreign.at(0, "PKTABLE_NAME") == "order");
  CHECK(foreign.at(0, "PKCOLUMN_NAME") == "_id");
  CHECK(foreign.at(0, "FKCOLUMN_NAME") == "_id");
  const auto own = session.primary_keys(nullptr, "order");
  REQUIRE(own.rows.size() == 1);
  CHECK(own.at(0, "COLUMN_NAME") == "_id");
  CHECK(session.special_columns(SQL_ROWVER, "order").at(0, "COLUMN_NAME") == "_rev");
  CHECK(session.special_columns(SQL_BEST_ROWID, "order").at(0, "COLUMN_NAME") == "_id");
}

TEST_CASE("Elements of any class are rows of their array's table", "[live][model]") {
  Database database("elements");
  database.add({R"({"_id":"1","type":"t","list":[1,2,3],"mixed":[1,"a",null,true,[5],{"q":1}]})",
                R"({"_id":"2","type":"t","list":[],"mixed":[]})", R"({"_id":"3","type":"t","list":null})",
                R"({"_id":"4","type":"t","list":7})", R"({"_id":"5","type":"t"})",
                R"({"_id":"6","type":"u","list":[8]})"});
  Session session(database.name(), "SampleSize=0");
  CHECK(session.list("SELECT _id || '/' || _index || '/' || value FROM t_list ORDER BY _id, _index") ==
        std::vector<std::string>{"1/0/1", "1/1/2", "1/2/3"});
  CHECK(session.value("SELECT COUNT(*) FROM t_mixed") == "6");
  CHECK(session.value("SELECT COUNT(*) FROM u_list") == "1");
  CHECK(session.list("SELECT list FROM t WHERE _id = '1'") == std::vector<std::string>{"[1,2,3]"});
}

TEST_CASE("An array's table gives way to a type that has its name", "[live][model]") {
  Database database("taken");
  database.add(
      {R"({"_id":"1","type":"t","list":[{"x":1},{"x":2}]})", R"({"_id":"2","type":"t_list","y":5})"});
  Session session(database.name(), "SampleSize=0");
  CHECK(session.list("SELECT y FROM t_list") == std::vector<std::string>{"5"});
  CHECK(session.list("SELECT x FROM \"t.list\" ORDER BY _index") == std::vector<std::string>{"1", "2"});
}

TEST_CASE("A MapReduce view is a table: its rows, or its groups when it is reduced", "[live][model]") {
  auto& session = shop().session();
  const auto rows = session.query(
      "SELECT id, \"key.0\", \"key.1\", value FROM \"sales/orders_by_country\" WHERE \"key.0\" = 'JP'");
  const auto expected = shop().oracle().query(
      "SELECT _id, \"shipping.address.country\", status, total FROM \"order\" WHERE "
      "\"shipping.address.country\" = 'JP'");
  CHECK(rows.rows.size() == expected.size());
  const auto groups = session.query(
      "SELECT \"key.0\" AS y, \"key.1\" AS m, value FROM \"sales/revenue_by_month\" ORDER BY 1, 2");
  const auto judged = shop().oracle().query(
      "SELECT CAST(strftime('%Y', ordered_at) AS INTEGER), CAST(strftime('%m', ordered_at) AS INTEGER), "
      "SUM(total) FROM \"order\" "
      "WHERE status <> 'cancelled' GROUP BY 1, 2 ORDER BY 1, 2");
  REQUIRE(groups.rows.size() == judged.size());
  for (size_t i = 0; i < judged.size(); ++i) {
    CHECK(groups.rows[i][0] == couch::judge::to_text(judged[i][0]));
    CHECK(groups.rows[i][1] == couch::judge::to_text(judged[i][1]));
    CHECK(std::stod(*groups.rows[i][2]) == Approx(std::get<double>(judged[i][2])));
  }
}

TEST_CASE("A view's keys and values may be of any class", "[live][model]") {
  Database database("views");
  database.add({R"({"_id":"1","type":"t","k":1,"v":{"a":1,"b":"x"}})",
                R"({"_id":"2","type":"t","k":2,"v":{"a":2,"b":"y"}})", R"({"_id":"3","type":"t"})"});
  database.view("plain", "by_k", "function (doc) { if (doc.k) emit(doc.k, doc.v); }");
  database.view("plain", "text", "function (doc) { emit('k' + doc._id, null); }");
  database.view("plain", "counted", "function (doc) { emit(doc.type, 1); }", "_count");
  database.view("broken", "throws", "function (doc) { throw 'no'; }");
  database.view("broken", "sometimes", "function (doc) { emit(doc.v.a, 1); }");
  Session session(database.name(), "SampleSize=0");
  CHECK(session.list("SELECT \"value.b\" FROM \"plain/by_k\" WHERE key > 1") ==
        std::vector<std::string>{"y"});
  CHECK(session.list("SELECT key FROM \"plain/text\" ORDER BY key") ==
        std::vector<std::string>{"k1", "k2", "k3"});
  CHECK(session.list("SELECT value FROM \"plain/counted\"") == std::vector<std::string>{"3"});
  CHECK(session.query("SELECT * FROM \"broken/throws\"").rows.empty());
  CHECK(session.list("SELECT id FROM \"broken/sometimes\" ORDER BY id") ==
        std::vector<std::string>{"1", "2"});
}

TEST_CASE("The table named like the database has every document, but no design document", "[live][model]") {
  Database database("whole");
  database.add({R"({"_id":"1","type":"a","x":1})", R"({"_id":"2","type":"b","x":2})", R"({"_id":"3","x":3})",
                R"({"_id":"4","type":null,"x":4})", R"({"_id":"5","type":7,"x":5})",
                R"({"_id":"6","type":["a"],"x":6})"});
  database.view("d", "v", "function (doc) { emit(1, 1); }");
  Session session(database.name(), "SampleSize=0");
  const auto name = couch::judge::quoted_name(database.name());
  CHECK(session.list("SELECT x FROM " + name + " ORDER BY _id") ==
        std::vector<std::string>{"1", "2", "3", "4", "5", "6"});
  CHECK(session.value("SELECT COUNT(*) FROM " + name) == "6");
  CHECK(session.list("SELECT x FROM a") == std::vector<std::string>{"1"});
  CHECK(session.value("SELECT _doc FROM " + name + " WHERE _id = '3'").value_or("").find("\"x\":3") !=
        std::string::npos);
}

TEST_CASE("A type named like the database leaves DB$all to the database", "[live][model]") {
  Database database("same");
  database.add({fmt::format(R"({{"_id":"1","type":"{}","x":1}})", database.name()),
                R"({"_id":"2","type":"b","x":2})"});
  Session session(database.name(), "SampleSize=0");
  CHECK(session.list("SELECT x FROM " + couch::judge::quoted_name(database.name())) ==
        std::vector<std::string>{"1"});
  CHECK(session.list("SELECT x FROM " + couch::judge::quoted_name(database.name() + "$all") +
                     " ORDER BY x") == std::vector<std::string>{"1", "2"});
}

TEST_CASE("Names of tables and columns may be any text", "[live][model]") {
  Database database("names");
  const std::vector<std::string> odd{
      "café ☕",   "a.b",        "we ird",   "quo\"te",     "SELECT",      "naïve",
      "日本",     "semi;colon", "per%cent", "under_score", "back\\slash", "👨‍👩‍👧",
      "'single'", "{brace}",    "?",        " lead",       "tab\there"};
  std::vector<std::string> documents;
  for (size_t i = 0; i < odd.size(); ++i) {
    std::string json;
    for (const char c : odd[i])
      json += c == '"' ? "\\\"" : c == '\\' ? "\\\\" : c == '\t' ? "\\t" : std::string(1, c);
    documents.push_back(fmt::format(R"({{"_id":"{}","type":"{}","{}":{}}})", i, json, json, i));
  }
  database.add(documents);
  Session session(database.name(), "SampleSize=0");
  const auto listed = names(session.tables(database.name().c_str(), nullptr, nullptr, "TABLE"));
  for (size_t i = 0; i < odd.size(); ++i) {
    INFO(odd[i]);
    CHECK(listed.count(odd[i]) == 1);
    std::string column;
    for (const char c : odd[i]) column += c == '.' ? "\\." : c == '\\' ? "\\\\" : std::string(1, c);
    const auto sql = fmt::format("SELECT {0} FROM {1} WHERE {0} = {2}", couch::judge::quoted_name(column),
                                 couch::judge::quoted_name(odd[i]), i);
    CHECK(session.list(sql) == std::vector<std::string>{fmt::to_string(i)});
    const auto result = session.query(fmt::format("SELECT {} FROM {}", couch::judge::quoted_name(column),
                                                  couch::judge::quoted_name(odd[i])));
    CHECK(result.columns[0].name == column);
  }
}

TEST_CASE("Names without quotes match exactly, else without regard to case if only one does",
          "[live][model]") {
  Database database("case");
  database.add({R"({"_id":"1","type":"User","Name":"a","name":"b","Only":1})",
                R"({"_id":"2","type":"user","x":1})", R"({"_id":"3","type":"Order","x":2})"});
  Session session(database.name(), "SampleSize=0");
  CHECK(session.list("SELECT name FROM User") == std::vector<std::string>{"b"});
  CHECK(session.list("SELECT Name FROM User") == std::vector<std::string>{"a"});
  CHECK(session.list("SELECT ONLY FROM User") == std::vector<std::string>{"1"});
  std::string message;
  CHECK(session.state("SELECT NAME FROM User", {}, &message) == "42000");
  CHECK_THAT(message, Contains("Name") && Contains("name"));
  CHECK(session.list("SELECT x FROM user") == std::vector<std::string>{"1"});
  CHECK(session.list("SELECT x FROM \"Order\"") == std::vector<std::string>{"2"});
  CHECK(session.state("SELECT x FROM \"USER\"") == "42S02");
  CHECK(session.state("SELECT \"NAME\" FROM User") == "42S22");
}

TEST_CASE("Types come from all values of the sample", "[live][model]") {
  Database database("types");
  database.add(
      {R"({"_id":"1","type":"t","i":1,"f":1,"b":true,"d":"2020-01-01","h":"08:00:00","s":"2020-01-01T00:00:00Z","x":1,"nul":null,"o":{"p":{"q":1}},"a":[1],"dm":"2020-01-01","e":"","dt":"2020-01-01"})",
       R"({"_id":"2","type":"t","i":-2,"f":1.5,"b":false,"d":"2020-02-30x","h":"09:30:00.5","s":"2021-01-01T10:00:00+02:00","x":"one","nul":null,"o":{"p":{"q":2},"r":"z"},"a":[],"dm":"2020-13-01","e":"x","dt":"2020-01-01 10:00:00"})"});
  Session session(database.name(), "SampleSize=0");
  const auto found = types(session.columns(nullptr, "t", nullptr));
  CHECK(found.at("i") == SQL_BIGINT);
  CHECK(found.at("f") == SQL_DOUBLE);
  CHECK(found.at("b") == SQL_BIT);
  CHECK(found.at("d") == SQL_WVARCHAR);
  CHECK(found.at("h") == SQL_TYPE_TIME);
  CHECK(found.at("s") == SQL_TYPE_TIMESTAMP);
  CHECK(found.at("x") == SQL_WVARCHAR);
  CHECK(found.at("nul") == SQL_WVARCHAR);
  CHECK(found.at("o.p.q") == SQL_BIGINT);
  CHECK(found.at("o.r") == SQL_WVARCHAR);
  CHECK(found.at("a") == SQL_WLONGVARCHAR);
  CHECK(found.at("dm") == SQL_WVARCHAR);
  CHECK(found.at("dt") == SQL_TYPE_TIMESTAMP);
  const auto columns = order_of(session.columns(nullptr, "t", nullptr));
  REQUIRE(columns.size() > 3);
  CHECK(columns[0] == "_id");
  CHECK(columns[1] == "_rev");
  CHECK(columns[2] == "type");
  CHECK(columns[3] == "i");
}

TEST_CASE("Integers past 64 bits keep their digits", "[live][model]") {
  if (!LiveServer::get().couchdb()) {
    WARN("SKIPPED: PouchDB Server makes doubles of all numbers");
    return;
  }
  Database database("digits");
  database.add({R"({"_id":"1","type":"t","n":123456789012345678901234567890,"m":9223372036854775807})",
                R"({"_id":"2","type":"t","n":-5,"m":-9223372036854775808,"d":2.5})",
                R"({"_id":"3","type":"t","n":123456789012345678901234567891,"d":0.1})",
                R"({"_id":"4","type":"t","n":25,"d":25})"});
  Session session(database.name(), "SampleSize=0");
  CHECK(types(session.columns(nullptr, "t", "n")).at("n") == SQL_DECIMAL);
  CHECK(types(session.columns(nullptr, "t", "m")).at("m") == SQL_BIGINT);
  CHECK(session.list("SELECT n FROM t ORDER BY n") ==
        std::vector<std::string>{"-5", "25", "123456789012345678901234567890",
                                 "123456789012345678901234567891"});
  // Also with a DOUBLE in the list, which could not hold them.
  CHECK(session.list("SELECT _id FROM t WHERE n IN (123456789012345678901234567890, d) ORDER BY _id") ==
        std::vector<std::string>{"1", "4"});
  CHECK(session.list("SELECT _id FROM t WHERE d > n ORDER BY _id") == std::vector<std::string>{"2"});
  CHECK(session.list("SELECT _id FROM t WHERE n BETWEEN d AND 123456789012345678901234567890 ORDER BY _id") ==
        std::vector<std::string>{"4"});
  CHECK(session.list("SELECT _id FROM t WHERE d = CASE WHEN n = 25 THEN n ELSE 0 END") ==
        std::vector<std::string>{"4"});
  CHECK(session.list("SELECT _id FROM t WHERE n = 123456789012345678901234567890") ==
        std::vector<std::string>{"1"});
  CHECK(session.list("SELECT _id FROM t WHERE n = 123456789012345678901234567892").empty());
  CHECK(session.list("SELECT m FROM t WHERE m > 9223372036854775806") ==
        std::vector<std::string>{"9223372036854775807"});
}

TEST_CASE("A value of another class reads as NULL, with one warning a statement", "[live][model]") {
  Database database("mismatch");
  TemporaryFile file;
  std::vector<std::string> documents;
  for (int i = 0; i < 20; ++i)
    documents.push_back(fmt::format(R"({{"_id":"{:02}","type":"t","n":{}}})", i,
                                    i % 5 == 0 ? "\"many\"" : fmt::to_string(i)));
  database.add(documents);
  const auto declared = file.write(
      fmt::format(R"({{"{}":{{"tables":{{"t":{{"columns":{{"n":"BIGINT"}}}}}}}}}})", database.name()));
  {
    Session session(database.name(), "SchemaFile=" + declared);
    const auto result = session.query("SELECT _id, n FROM t ORDER BY _id");
    CHECK_FALSE(result.at(0, "n").has_value());
    CHECK(result.at(1, "n") == "1");
    REQUIRE(result.warnings.size() == 1);
    CHECK_THAT(result.warnings[0].message, Contains("column n (BIGINT) of document 00"));
    CHECK(session.value("SELECT COUNT(n) FROM t") == "16");
    CHECK(session.value("SELECT COUNT(*) FROM t WHERE n IS NULL") == "4");
    CHECK(session.value("SELECT COUNT(*) FROM t WHERE NOT (n > 3)") == "3");
  }
  Session strict(database.name(), "TypeMismatch=error;SchemaFile=" + declared);
  CHECK(strict.state("SELECT n FROM t") == "22018");
  CHECK(strict.state("SELECT n FROM t WHERE _id = '01'") == "00000");
}

TEST_CASE("SchemaFile states tables and columns, also those that no document shows", "[live][model]") {
  Database database("pinned");
  TemporaryFile file;
  database.add({R"({"_id":"1","type":"t","a":1,"b":"2020-01-01"})"});
  const auto declared = file.write(fmt::format(
      R"json({{"{}":{{"tables":{{"t":{{"columns":{{"a":"DECIMAL(10,2)","b":"VARCHAR(40)","c":"DATE"}}}},"empty":{{"columns":{{"x":"TIMESTAMP(3)"}}}}}}}}}})json",
      database.name()));
  Session session(database.name(), "SchemaFile=" + declared);
  const auto found = types(session.columns(nullptr, "t", nullptr));
  CHECK(found.at("a") == SQL_DECIMAL);
  CHECK(found.at("b") == SQL_WVARCHAR);
  CHECK(found.at("c") == SQL_TYPE_DATE);
  CHECK(session.query("SELECT x FROM empty").rows.empty());
  CHECK(session.value("SELECT COUNT(*) FROM empty") == "0");
  CHECK(session.list("SELECT a FROM t WHERE c IS NULL") == std::vector<std::string>{"1"});
}

TEST_CASE("REFRESH SCHEMA shows what was added since", "[live][model]") {
  Database database("refresh");
  database.add({R"({"_id":"1","type":"t","a":1})"});
  Session session(database.name(), "SampleSize=0");
  CHECK(session.list("SELECT a FROM t") == std::vector<std::string>{"1"});
  database.add({R"({"_id":"2","type":"t","a":2,"later":"x"})", R"({"_id":"3","type":"fresh","a":3})"});
  session.query("REFRESH SCHEMA");
  CHECK(session.list("SELECT later FROM t WHERE later IS NOT NULL") == std::vector<std::string>{"x"});
  CHECK(session.list("SELECT a FROM fresh") == std::vector<std::string>{"3"});
}

TEST_CASE("A table that is new since the schema was read is found without being told", "[live][model]") {
  Database database("grown");
  database.add({R"({"_id":"1","type":"t","a":1})"});
  Session session(database.name(), "SampleSize=0");
  CHECK(session.list("SELECT a FROM t") == std::vector<std::string>{"1"});
  std::vector<std::string> more;
  for (int i = 0; i < 500; ++i) more.push_back(fmt::format(R"({{"_id":"n{}","type":"grown","a":{}}})", i, i));
  database.add(more);
  CHECK(session.value("SELECT COUNT(*) FROM grown") == "500");
}

TEST_CASE("An object used as a map is one column of JSON", "[live][model]") {
  Database database("map");
  std::vector<std::string> documents;
  for (int i = 0; i < 400; ++i)
    documents.push_back(
        fmt::format(R"({{"_id":"{:04}","type":"t","by_day":{{"day{}":{},"day{}":1}}}})", i, i, i, i + 1000));
  database.add(documents);
  Session session(database.name(), "SampleSize=0");
  const auto found = types(session.columns(nullptr, "t", nullptr));
  REQUIRE(found.count("by_day") == 1);
  CHECK(found.at("by_day") == SQL_WLONGVARCHAR);
  CHECK(session.value("SELECT by_day FROM t WHERE _id = '0007'") == R"({"day7":7,"day1007":1})");
}

TEST_CASE("MaxColumns bounds what is listed, and says so", "[live][model]") {
  Database database("wide");
  std::string fields;
  for (int i = 0; i < 120; ++i) fields += fmt::format(R"(,"f{:03}":{})", i, i);
  database.add({R"({"_id":"1","type":"t")" + fields + "}", R"({"_id":"2","type":"t")" + fields + "}"});
  Session session(database.name(), "SampleSize=0;MaxColumns=50");
  const auto listed = session.columns(nullptr, "t", nullptr);
  CHECK(listed.rows.size() <= 51);
  CHECK(session.query("SELECT * FROM t").columns.size() <= 50);
}

TEST_CASE("FlattenArrays gives an array's first elements columns", "[live][model]") {
  Database database("flat");
  database.add({R"({"_id":"1","type":"t","a":[10,20,30]})", R"({"_id":"2","type":"t","a":[11]})"});
  Session session(database.name(), "SampleSize=0;FlattenArrays=2");
  CHECK(session.list("SELECT \"a.1\" FROM t WHERE \"a.0\" = 10") == std::vector<std::string>{"20"});
}

TEST_CASE("Another TypeField divides the documents otherwise", "[live][model]") {
  Database database("field");
  database.add({R"({"_id":"1","meta":{"kind":"x"},"a":1})", R"({"_id":"2","meta":{"kind":"y"},"a":2})"});
  Session session(database.name(), "SampleSize=0;TypeField=meta.kind");
  CHECK(session.list("SELECT a FROM y") == std::vector<std::string>{"2"});
}

TEST_CASE("SQLTables lists catalogs, types and patterns as ODBC says", "[live][model]") {
  auto& session = shop().session();
  const auto catalogs = session.tables("%", "", "", nullptr);
  const auto listed = catalogs.column("TABLE_CAT");
  CHECK(std::count(listed.begin(), listed.end(), Cell(shop().database())) == 1);
  const auto kinds = session.tables("", "", "", "%");
  CHECK(kinds.rows.size() >= 2);
  CHECK(names(session.tables(nullptr, nullptr, "order%", nullptr)) ==
        std::set<std::string>{"order", "order_items"});
  CHECK(names(session.tables(nullptr, nullptr, "order\\_items", nullptr)) ==
        std::set<std::string>{"order_items"});
  CHECK(names(session.tables(nullptr, nullptr, "no such", nullptr)).empty());
  CHECK(names(session.tables(nullptr, nullptr, nullptr, "VIEW")).size() == 2);
  CHECK(session.columns(nullptr, "product", "size.%").rows.size() == 3);
}
