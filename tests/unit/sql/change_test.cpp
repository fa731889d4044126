// INSERT, UPDATE, DELETE over a CouchDB in memory.
#include <catch2/catch.hpp>

#include "sql/change/json.h"
#include "sql/error.h"
#include "sql/json_text.h"
#include "sql/session.h"
#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using Strings = std::vector<std::string>;

namespace {

FakeCouch people() {
  FakeCouch couch;
  Column tags = column("tags", TypeKind::LongVarchar);
  tags.type.json = true;
  Column mixed = column("any", TypeKind::Varchar);
  mixed.type.mixed = true;
  couch.table("user", {column("name", TypeKind::Varchar), column("age", TypeKind::BigInt),
                       column("addr.city", TypeKind::Varchar), column("born", TypeKind::Date), tags, mixed,
                       column("active", TypeKind::Bit)});
  couch.table("db", {column("type", TypeKind::Varchar), column("name", TypeKind::Varchar)});
  couch.put(std::string_view{R"({"_id":"u1","type":"user","name":"Ada","age":30,"addr":{"city":"London"}})"});
  couch.put(std::string_view{R"({"_id":"u2","type":"user","name":"Bob","age":40})"});
  couch.put(std::string_view{R"({"_id":"u3","type":"user","name":"Cyd","age":"old"})"});
  couch.put(std::string_view{R"({"_id":"x1","type":"other","name":"X"})"});
  return couch;
}

struct Done {
  uint64_t affected = 0;
  Strings rows, warnings;
};

Done modify(FakeCouch& couch, const std::string& sql, const std::vector<Value>& parameters = {}) {
  std::atomic<bool> stop{false};
  auto prepared = prepare(sql, couch, {});
  CHECK(prepared->kind() == StatementKind::Change);
  auto rows = prepared->execute(parameters, {.documents = couch, .stop = stop, .catalog = &couch});
  Done done;
  while (rows->next()) {
    std::string row;
    for (size_t i = 0; i < rows->columns().size(); ++i) {
      const Value value = own(rows->cell(i));
      row += i ? "|" : "";
      row += is_null(value) ? "NULL" : change::json_of(value);
    }
    done.rows.push_back(row);
  }
  done.affected = rows->affected().value_or(999);
  done.warnings = rows->take_warnings();
  return done;
}

std::optional<Error> failure_of(FakeCouch& couch, const std::string& sql,
                                const std::vector<Value>& parameters = {}) {
  try {
    modify(couch, sql, parameters);
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  }
}

std::string message_of(FakeCouch& couch, const std::string& sql) {
  const auto error = failure_of(couch, sql);
  return error ? error->what() : "no error";
}

std::string field(FakeCouch& couch, const std::string& id, const std::string& name) {
  return std::string{member_of(couch.text(id), name)};
}

ErrorKind kind_of(FakeCouch& couch, const std::string& sql, const std::vector<Value>& parameters = {}) {
  try {
    modify(couch, sql, parameters);
  } catch (const Error& error) {
    INFO(error.what());
    return error.kind();
  }
  FAIL("no error: " << sql);
  throw std::logic_error("unreachable");
}

}  // namespace

TEST_CASE("UPDATE writes the named fields of the rows that WHERE chooses", "[change]") {
  FakeCouch couch = people();
  CHECK(modify(couch, "UPDATE user SET age = age + 1, name = ? WHERE _id = 'u1'", {std::string{"Eve"}})
            .affected == 1);
  CHECK(field(couch, "u1", "age") == "31");
  CHECK(field(couch, "u1", "name") == "\"Eve\"");
  CHECK(field(couch, "u1", "addr") == R"({"city":"London"})");
  CHECK(modify(couch, "UPDATE user SET active = TRUE WHERE age > 30").affected == 2);
  CHECK(field(couch, "u2", "active") == "true");
  CHECK(field(couch, "x1", "active").empty());
  CHECK(modify(couch, "UPDATE user SET active = FALSE WHERE age > 1000").affected == 0);
}

TEST_CASE("UPDATE writes paths, NULL, DEFAULT and JSON", "[change]") {
  FakeCouch couch = people();
  modify(couch, "UPDATE user u SET addr.city = ?, u.any = 5, tags = '[1, {\"a\":2}]' WHERE u.name = 'Bob'",
         {std::string{"Rome"}});
  CHECK(field(couch, "u2", "addr") == R"({"city":"Rome"})");
  CHECK(field(couch, "u2", "any") == "5");
  CHECK(field(couch, "u2", "tags") == R"([1,{"a":2}])");
  modify(couch,
         "UPDATE user SET addr.city = NULL, any = DEFAULT, contact.mail.home = 'b@x' WHERE _id = 'u2'");
  CHECK(field(couch, "u2", "addr") == R"({"city":null})");
  CHECK(field(couch, "u2", "any").empty());
  CHECK(field(couch, "u2", "contact") == R"({"mail":{"home":"b@x"}})");
  CHECK(couch.told.back() == "user: contact.mail.home");
}

TEST_CASE("What a column holds decides how a value is written", "[change]") {
  FakeCouch couch = people();
  modify(couch, "UPDATE user SET name = 42, age = '17', born = '2001-02-03' WHERE _id = 'u1'");
  CHECK(field(couch, "u1", "name") == "\"42\"");
  CHECK(field(couch, "u1", "age") == "17");
  CHECK(field(couch, "u1", "born") == "\"2001-02-03\"");
  modify(couch, "UPDATE user SET age = ?, any = ? WHERE _id = 'u1'",
         {Decimal{"123456789012345678901234567890"}, true});
  CHECK(field(couch, "u1", "any") == "true");
  CHECK(kind_of(couch, "UPDATE user SET age = 'much'") == ErrorKind::TypeMismatch);
  CHECK(kind_of(couch, "UPDATE user SET age = ?", {std::string{"much"}}) == ErrorKind::TypeMismatch);
  CHECK(kind_of(couch, "UPDATE user SET born = 5") == ErrorKind::InvalidDatetime);
  CHECK(kind_of(couch, "UPDATE user SET born = TIMESTAMP '2020-01-01 10:00:00'") ==
        ErrorKind::DatetimeOverflow);
  CHECK(kind_of(couch, "UPDATE user SET tags = 'no json'") == ErrorKind::TypeMismatch);
  CHECK(kind_of(couch, "UPDATE user SET nmae = 'x'") == ErrorKind::UnknownColumn);
  CHECK(kind_of(couch, "UPDATE user SET _id = 'x'") == ErrorKind::WrongArguments);
  CHECK(kind_of(couch, "UPDATE user SET _rev = 'x'") == ErrorKind::WrongArguments);
}

TEST_CASE("A value that reads as NULL because of its class is not overwritten with NULL", "[change]") {
  FakeCouch couch = people();
  CHECK(kind_of(couch, "UPDATE user SET age = age + 1") == ErrorKind::TypeMismatch);
  CHECK(field(couch, "u1", "age") == "30");  // nothing was written
  CHECK(couch.writes.empty());
}

TEST_CASE("A document that somebody else changed meanwhile is looked at once more", "[change][conflict]") {
  FakeCouch couch = people();
  couch.before_write = [&] { modify(couch, "UPDATE user SET age = age + 10 WHERE _id = 'u1'"); };
  CHECK(modify(couch, "UPDATE user SET age = age + 1 WHERE _id = 'u1'").affected == 1);
  CHECK(field(couch, "u1", "age") == "41");
  couch.before_write = [&] { modify(couch, "UPDATE user SET age = 1 WHERE _id = 'u1'"); };
  CHECK(modify(couch, "UPDATE user SET age = age + 1 WHERE age > 35").affected == 1);  // Bob
  CHECK(field(couch, "u1", "age") == "1");
  couch.before_write = [&] { modify(couch, "DELETE FROM user WHERE _id = 'u1'"); };
  CHECK(modify(couch, "DELETE FROM user WHERE _id = 'u1'").affected == 0);
}

TEST_CASE("A statement that states _rev never tries again", "[change][conflict]") {
  FakeCouch couch = people();
  const std::string rev = string_of(field(couch, "u1", "_rev"));
  couch.before_write = [&] { modify(couch, "UPDATE user SET age = 1 WHERE _id = 'u1'"); };
  CHECK(kind_of(couch, "UPDATE user SET age = 2 WHERE _id = 'u1' AND _rev = ?", {rev}) ==
        ErrorKind::Conflict);
  CHECK(modify(couch, "UPDATE user SET age = 3 WHERE _id = 'u1' AND _rev = ?", {rev}).affected == 0);
  CHECK(field(couch, "u1", "age") == "1");
}

TEST_CASE("DELETE and TRUNCATE", "[change]") {
  FakeCouch couch = people();
  CHECK(modify(couch, "DELETE FROM user WHERE age >= 40").affected == 1);
  CHECK(couch.text("u2").empty());
  CHECK(modify(couch, "DELETE FROM user u WHERE u._id IN (SELECT _id FROM user WHERE name LIKE 'A%')")
            .affected == 1);
  CHECK(modify(couch, "TRUNCATE TABLE user").affected == 1);
  CHECK(couch.size() == 1);
}

TEST_CASE("RETURNING gives rows as they are now, deleted ones as they were", "[change][returning]") {
  FakeCouch couch = people();
  CHECK(modify(couch,
               "UPDATE user SET age = age + 1 WHERE _id = 'u1' RETURNING _id, _rev, age * 2, UPPER(name)")
            .rows == Strings{R"("u1"|"2-w"|62|"ADA")"});
  CHECK(modify(couch, "INSERT INTO user (_id, name) VALUES ('n', 'New') RETURNING name, _rev, age").rows ==
        Strings{R"("New"|"1-w"|NULL)"});
  CHECK(modify(couch, "DELETE FROM user WHERE _id = 'u2' RETURNING name, age").rows ==
        Strings{R"("Bob"|40)"});
}

TEST_CASE("INSERT of values, several rows, defaults and a query", "[change][insert]") {
  FakeCouch couch = people();
  CHECK(
      modify(
          couch,
          "INSERT INTO user (_id, name, age, addr.city) VALUES ('a', 'A', 1, 'Rome'), ('b', ?, 1 + 1, NULL)",
          {std::string{"B"}})
          .affected == 2);
  CHECK(couch.text("a") ==
        R"({"_id":"a","type":"user","name":"A","age":1,"addr":{"city":"Rome"},"_rev":"1-w"})");
  CHECK(couch.text("b") ==
        R"({"_id":"b","type":"user","name":"B","age":2,"addr":{"city":null},"_rev":"1-w"})");
  CHECK(modify(couch, "INSERT INTO user DEFAULT VALUES RETURNING _id").rows.size() == 1);
  CHECK(
      modify(couch, "INSERT INTO user (name, age) SELECT name, age + 1 FROM user WHERE age > 30").affected ==
      1);
  CHECK(modify(couch, "INSERT INTO user (_id, tags) VALUES ('t', '{\"a\":[1]}')").affected == 1);
  CHECK(field(couch, "t", "tags") == R"({"a":[1]})");
}

TEST_CASE("INSERT makes tables and fields", "[change][insert]") {
  FakeCouch couch = people();
  modify(couch, "INSERT INTO planet (_id, name, mass, orbit.days, \"a\\.b\") VALUES ('p', ?, ?, 365, 1)",
         {std::string{"Earth"}, 5.97});
  CHECK(
      couch.text("p") ==
      R"({"_id":"p","type":"planet","name":"Earth","mass":5.97,"orbit":{"days":365},"a.b":1,"_rev":"1-w"})");
  CHECK(couch.told.back() == "planet: name mass orbit.days a\\.b");
  modify(couch, "INSERT INTO users (_id, name, type) VALUES ('q', 'Q', 'user')");
  CHECK(field(couch, "q", "type") == "\"user\"");
  CHECK(couch.told.back() == "user: name type");
  CHECK(kind_of(couch, "INSERT INTO planet VALUES (1)") == ErrorKind::UnknownTable);
  CHECK(kind_of(couch, "INSERT INTO user (_odd) VALUES (1)") == ErrorKind::UnknownColumn);
  CHECK(kind_of(couch, "INSERT INTO user (name) VALUES (1, 2)") == ErrorKind::WrongArguments);
  CHECK(kind_of(couch, "INSERT INTO user (_id) VALUES ('_x')") == ErrorKind::Duplicate);
  CHECK(kind_of(couch, "INSERT INTO user (_id) VALUES (NULL)") == ErrorKind::Duplicate);
}

TEST_CASE("An _id that is there is 23000, and of several rows none goes in", "[change][insert]") {
  FakeCouch couch = people();
  CHECK(kind_of(couch, "INSERT INTO user (_id) VALUES ('u1')") == ErrorKind::Duplicate);
  CHECK(kind_of(couch, "INSERT INTO user (_id) VALUES ('new'), ('u1')") == ErrorKind::Duplicate);
  CHECK(kind_of(couch, "INSERT INTO user (_id) VALUES ('new'), ('new')") == ErrorKind::Duplicate);
  CHECK(couch.text("new").empty());
}

TEST_CASE("ON CONFLICT: nothing, or the row that is there", "[change][upsert]") {
  FakeCouch couch = people();
  CHECK(modify(couch,
               "INSERT INTO user (_id, name) VALUES ('u1', 'Z'), ('z', 'Z') ON CONFLICT (_id) DO NOTHING")
            .affected == 1);
  CHECK(field(couch, "u1", "name") == "\"Ada\"");
  CHECK(modify(couch,
               "INSERT INTO user (_id, name, age, any) VALUES ('u1', 'Q', 5, 12.5), ('y', 'Y', 6, 1) ON "
               "CONFLICT (_id) DO "
               "UPDATE SET name = excluded.name || name, age = age + excluded.age, any = excluded.any "
               "RETURNING _id, age")
            .rows.size() == 2);
  CHECK(field(couch, "u1", "name") == "\"QAda\"");
  CHECK(field(couch, "u1", "age") == "35");
  CHECK(field(couch, "u1", "any") == "12.5");
  CHECK(field(couch, "u1", "addr") == R"({"city":"London"})");
  CHECK(modify(couch,
               "INSERT INTO user (_id, age) VALUES ('u1', 1) ON CONFLICT (_id) DO UPDATE SET age = 0 WHERE "
               "user.age < excluded.age")
            .affected == 0);
}

TEST_CASE("MERGE looks once more at what somebody else changed meanwhile", "[change][merge][conflict]") {
  FakeCouch couch = people();
  const std::string merge =
      "MERGE INTO user t USING (VALUES ('u1', 5), ('u2', 7), ('n', 9)) AS s (k, n) ON t._id = s.k "
      "WHEN MATCHED AND t.age > 1000 THEN DELETE WHEN MATCHED THEN UPDATE SET age = t.age + s.n "
      "WHEN NOT MATCHED THEN INSERT (_id, age) VALUES (s.k, s.n)";
  couch.before_write = [&] { modify(couch, "UPDATE user SET age = age + 10 WHERE _id = 'u1'"); };
  CHECK(modify(couch, merge).affected == 3);
  CHECK(field(couch, "u1", "age") == "45");
  CHECK(field(couch, "u2", "age") == "47");
  CHECK(field(couch, "n", "age") == "9");
  // By then another branch takes it.
  couch.before_write = [&] { modify(couch, "UPDATE user SET age = 2000 WHERE _id = 'u1'"); };
  CHECK(modify(couch, merge).affected == 3);
  CHECK(modify(couch, "UPDATE user SET age = 0 WHERE _id = 'u1'").affected == 0);
  CHECK(field(couch, "u2", "age") == "54");
  CHECK(field(couch, "n", "age") == "18");
  // And what was new is there.
  couch.before_write = [&] { modify(couch, "INSERT INTO user (_id, age) VALUES ('u1', 1)"); };
  CHECK(modify(couch, merge + " RETURNING _id, age").rows == Strings{"\"u2\"|61", "\"n\"|27", "\"u1\"|6"});
}

TEST_CASE("MERGE: each pair for the first branch that takes it", "[change][merge]") {
  FakeCouch couch = people();
  const auto done = modify(couch,
                           "MERGE INTO user t USING (VALUES ('u1', 'Zed', 1), ('u2', 'gone', 2), ('n', "
                           "'New', 3)) AS s (k, name, n) ON "
                           "t._id = s.k WHEN MATCHED AND s.name = 'gone' THEN DELETE WHEN MATCHED THEN "
                           "UPDATE SET name = s.name, age = t.age "
                           "+ s.n WHEN NOT MATCHED AND s.n > ? THEN INSERT (_id, name, age) VALUES (s.k, "
                           "s.name, s.n) RETURNING _id, name",
                           {int64_t{1}});
  CHECK(done.affected == 3);
  CHECK(done.rows.size() == 3);
  CHECK(field(couch, "u1", "name") == "\"Zed\"");
  CHECK(field(couch, "u1", "age") == "31");
  CHECK(couch.text("u2").empty());
  CHECK(couch.text("n") == R"({"_id":"n","type":"user","name":"New","age":3,"_rev":"1-w"})");
  CHECK(kind_of(couch,
                "MERGE INTO user t USING (VALUES ('u1', 1), ('u1', 2)) AS s (k, n) ON t._id = s.k WHEN "
                "MATCHED THEN "
                "UPDATE SET age = s.n") == ErrorKind::Cardinality);
  CHECK(kind_of(couch, "MERGE INTO nobody t USING user s ON t._id = s._id WHEN MATCHED THEN DELETE") ==
        ErrorKind::UnknownTable);
}

TEST_CASE("What a table states is demanded of what is written, and its defaults stand where nothing is said",
          "[change][declared]") {
  FakeCouch couch = people();
  Table table = *couch.table("item", {column("sku", TypeKind::Varchar), column("price", TypeKind::BigInt),
                                      column("state", TypeKind::Varchar)});
  table.declared = true;
  for (Column& c : table.columns) {
    if (c.source != ColumnSource::Path) continue;
    c.declared = true;
    if (c.name == "sku") c.not_null = true, c.key = 1, c.type.size = 5;
    if (c.name == "state") c.default_text = "'new'";
  }
  couch.add(table);
  modify(couch, "INSERT INTO item (sku, price) VALUES (?, 5)", {std::string{"A1"}});
  CHECK(couch.text("item:A1") ==
        R"({"_id":"item:A1","type":"item","state":"new","sku":"A1","price":5,"_rev":"1-w"})");
  CHECK(kind_of(couch, "INSERT INTO item (sku, price) VALUES ('A1', 6)") == ErrorKind::Duplicate);
  CHECK(kind_of(couch, "INSERT INTO item (price) VALUES (6)") == ErrorKind::NullNotAllowed);
  CHECK(kind_of(couch, "INSERT INTO item (sku) VALUES ('too long')") == ErrorKind::StringTruncation);
  CHECK(kind_of(couch, "UPDATE item SET sku = NULL") == ErrorKind::WrongArguments);
  modify(couch, "UPDATE item SET state = 'sold'");
  modify(couch, "UPDATE item SET state = DEFAULT");
  CHECK(field(couch, "item:A1", "state") == "\"new\"");
}

TEST_CASE("Many parameter sets: one write, each with its own outcome", "[change][sets]") {
  FakeCouch couch = people();
  std::atomic<bool> stop{false};
  auto prepared = prepare("INSERT INTO user (_id, name, age) VALUES (?, ?, ?)", couch, {});
  REQUIRE(prepared->takes_sets());
  const std::vector<std::vector<Value>> sets{{std::string{"s1"}, std::string{"A"}, int64_t{1}},
                                             {std::string{"u1"}, std::string{"B"}, int64_t{2}},
                                             {std::string{"s3"}, std::string{"C"}, std::string{"much"}},
                                             {std::string{"s4"}, std::string{"D"}, int64_t{4}}};
  const auto outcomes = prepared->execute_sets(sets, {.documents = couch, .stop = stop, .catalog = &couch});
  REQUIRE(outcomes.size() == 4);
  CHECK((!outcomes[0].error && outcomes[0].affected == 1));
  CHECK(outcomes[1].error);
  CHECK(outcomes[2].error);
  CHECK(!outcomes[3].error);
  CHECK(couch.writes.size() == 1);
  CHECK(field(couch, "s4", "age") == "4");
  CHECK(couch.text("s3").empty());
}

TEST_CASE("Many sets of WHERE _id = ? are read together and written together", "[change][sets]") {
  FakeCouch couch = people();
  std::atomic<bool> stop{false};
  auto prepared = prepare("UPDATE user SET age = ?, name = 'N' WHERE _id = ?", couch, {});
  REQUIRE(prepared->takes_sets());
  const std::vector<std::vector<Value>> sets{{int64_t{1}, std::string{"u1"}},
                                             {int64_t{2}, std::string{"u2"}},
                                             {int64_t{3}, std::string{"none"}},
                                             {int64_t{4}, std::string{"x1"}},
                                             {std::string{"much"}, std::string{"u3"}},
                                             {int64_t{6}, std::string{"u1"}},
                                             {int64_t{7}, Value{}}};
  couch.before_write = [&] { modify(couch, "UPDATE user SET any = 'mine' WHERE _id = 'u2'"); };
  const auto outcomes = prepared->execute_sets(sets, {.documents = couch, .stop = stop});
  REQUIRE(outcomes.size() == sets.size());
  CHECK(outcomes[0].affected == 1);
  CHECK(outcomes[1].affected == 1);
  CHECK((!outcomes[2].error && outcomes[2].affected == 0));
  CHECK(outcomes[3].affected == 0);
  CHECK(outcomes[4].error);
  CHECK(outcomes[5].affected == 1);
  CHECK(outcomes[6].affected == 0);
  CHECK(field(couch, "u1", "age") == "6");  // in the order of the sets
  CHECK(field(couch, "u2", "age") == "2");
  CHECK(field(couch, "u2", "any") == "\"mine\"");
  CHECK(field(couch, "x1", "age").empty());
  auto removing = prepare("DELETE FROM user WHERE _id = ?", couch, {});
  const std::vector<std::vector<Value>> two{{std::string{"u1"}}, {std::string{"u2"}}};
  for (const auto& outcome : removing->execute_sets(two, {.documents = couch, .stop = stop}))
    CHECK(outcome.affected == 1);
  CHECK(couch.text("u1").empty());
}

TEST_CASE("A read-only connection changes nothing", "[change]") {
  FakeCouch couch = people();
  Options options;
  options.read_only = true;
  for (const char* sql : {"INSERT INTO user (name) VALUES (1)", "UPDATE user SET age = 1", "DELETE FROM user",
                          "TRUNCATE TABLE user"}) {
    try {
      prepare(sql, couch, options);
      FAIL(sql);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::ReadOnly);
    }
  }
  CHECK(couch.requests.empty());
}

TEST_CASE("EXPLAIN of a change shows its reading and its writing, and does neither", "[change][explain]") {
  FakeCouch couch = people();
  const auto explain = [&](const std::string& sql, const std::vector<Value>& parameters = {}) {
    std::atomic<bool> stop{false};
    Options options;
    options.read_only = true;
    auto prepared = prepare("EXPLAIN " + sql, couch, options);
    CHECK(prepared->kind() == StatementKind::Explain);
    CHECK(prepared->parameters().size() == parameters.size());
    auto rows = prepared->execute(parameters, {.documents = couch, .stop = stop, .catalog = &couch});
    REQUIRE(rows->columns().size() > 8);
    Strings out;
    while (rows->next()) {
      const auto text = [&](size_t i) {
        const Value value = own(rows->cell(i));
        return is_null(value) ? std::string{"-"} : change::json_of(value);
      };
      out.push_back(text(0) + " " + text(1) + " " + text(3) + " " + text(6) + " " + text(7));
    }
    return out;
  };
  using Catch::Contains;
  Strings steps =
      explain("UPDATE user SET age = age + 1, name = ? WHERE LENGTH(name) > 2", {std::string{"x"}});
  REQUIRE(steps.size() >= 2);
  CHECK_THAT(steps.front(), Contains("1 ") && Contains("LENGTH(name) > 2"));
  CHECK_THAT(steps.back(), Contains("write") && Contains("POST /db/_bulk_docs"));
  steps = explain("DELETE FROM user WHERE _id = 'u1' RETURNING name");
  CHECK_THAT(steps.front(), Contains("documents by _id"));
  CHECK_THAT(steps.back(), Contains("POST /db/_bulk_docs"));
  steps = explain("INSERT INTO user (name) VALUES ('a'), ('b')");
  REQUIRE(steps.size() == 1);
  CHECK_THAT(steps.back(), Contains("POST /db/_bulk_docs") && Contains(" 2"));
  steps =
      explain("INSERT INTO user (_id) SELECT 'x' || _id FROM user ON CONFLICT (_id) DO UPDATE SET age = 1");
  CHECK(steps.size() >= 3);
  steps = explain("MERGE INTO user t USING user s ON t._id = s._id WHEN MATCHED THEN DELETE");
  CHECK(steps.size() >= 3);
  CHECK(explain("TRUNCATE TABLE user").size() >= 2);
  CHECK(couch.writes.empty());
  CHECK(field(couch, "u1", "age") == "30");
}

TEST_CASE("Columns may be called by database and table, in every part of a change", "[change]") {
  FakeCouch couch = people();
  CHECK(modify(couch,
               "UPDATE db.user SET db.user.age = db.user.age + 1, user.name = 'A', db.user.addr.zip = 1 "
               "WHERE db.user._id = 'u1' RETURNING db.user.age, user.name, age")
            .rows == Strings{"31|\"A\"|31"});
  CHECK(field(couch, "u1", "addr") == R"({"city":"London","zip":1})");
  CHECK(field(couch, "u1", "db").empty());
  CHECK(modify(couch, "DELETE FROM user WHERE db.user.name = 'Bob' RETURNING db.user._id").rows ==
        Strings{"\"u2\""});
  CHECK(modify(couch,
               "INSERT INTO db.user (_id, age) VALUES ('n', 1) ON CONFLICT (_id) DO UPDATE SET age = "
               "db.user.age + 1 RETURNING db.user.age")
            .rows == Strings{"1"});
  CHECK(kind_of(couch, "UPDATE user u SET age = 1 WHERE nosuch.user.age = 1") == ErrorKind::UnknownColumn);
}

TEST_CASE("A new document of a partitioned database needs a partition, before anything is written",
          "[change][partition]") {
  FakeCouch couch = people();
  couch.database_facts.partitioned = true;
  const auto refused = [&](const std::string& sql, const std::vector<Value>& parameters = {}) {
    couch.writes.clear();
    const auto error = failure_of(couch, sql, parameters);
    CHECK(couch.writes.empty());
    if (!error) return std::string{"done"};
    CHECK(error->kind() == ErrorKind::Denied);
    return std::string{error->what()};
  };
  const std::string rule = " is in no partition: in the partitioned database db an _id is 'partition:rest'";
  CHECK(refused("INSERT INTO user (_id, name) VALUES ('p:9', 'a'), ('x', 'b')") ==
        "x" + rule +
            " (line 1, column 52)\n  INSERT INTO user (_id, name) VALUES ('p:9', 'a'), ('x', 'b')\n"
            "                                                     ^^^");
  CHECK(refused("INSERT INTO user (_id, name) VALUES (?, 'a')", {std::string{"x"}}) == "x" + rule);
  CHECK(refused("INSERT INTO user (_id, name) SELECT _id, name FROM user") == "u1" + rule);
  CHECK(refused("INSERT INTO user (_id) VALUES ('p' || ':')") == "p:" + rule);
  CHECK(refused("INSERT INTO user (_id) VALUES (?) ON CONFLICT DO NOTHING", {std::string{":x"}}) ==
        ":x" + rule);
  CHECK(refused("MERGE INTO user t USING user s ON t._id = 'p:' || s._id WHEN NOT MATCHED THEN INSERT (_id) "
                "VALUES (s._id)") == "u1" + rule);
  for (const char* none :
       {"INSERT INTO user (name) VALUES ('a')", "INSERT INTO user (_id, name) VALUES (DEFAULT, 'a')",
        "INSERT INTO user (name) SELECT name FROM user",
        "MERGE INTO user t USING user s ON t._id = s.name WHEN NOT MATCHED THEN INSERT (name) VALUES ('a')"})
    CHECK_THAT(refused(none),
               Catch::Contains("a new document is given no _id: in the partitioned database db"));
  CHECK(modify(couch, "INSERT INTO user (_id, name) VALUES ('p:9', 'a'), ('p:1:2', 'b')").affected == 2);
  couch.database_facts.partitioned = false;
  CHECK(modify(couch, "INSERT INTO user (_id) VALUES ('x')").affected == 1);
}

TEST_CASE("A field that is written twice is told at its second place", "[change]") {
  FakeCouch couch = people();
  const auto says = [&](const std::string& sql, const std::string& caret) {
    CAPTURE(sql);
    CHECK_THAT(message_of(couch, sql), Catch::Contains("is written twice") && Catch::EndsWith(caret));
  };
  says("INSERT INTO user (_id, name, name) VALUES ('a', 'b', 'c')",
       "\n  INSERT INTO user (_id, name, name) VALUES ('a', 'b', 'c')\n                               ^^^^");
  says("UPDATE user SET age = 1, name = 'x', age = 2",
       "\n  UPDATE user SET age = 1, name = 'x', age = 2\n                                       ^^^");
}

TEST_CASE("A view of CREATE VIEW is changed by its documents", "[change]") {
  FakeCouch couch = people();
  Table view;
  view.catalog = "db";
  view.name = "v";
  view.kind = TableKind::View;
  view.query = "SELECT name FROM user";
  couch.add(view);
  for (const char* sql : {"DELETE FROM v", "UPDATE v SET name = 'x'", "DELETE FROM v WHERE name = 'x'"}) {
    CAPTURE(sql);
    CHECK_THAT(message_of(couch, sql),
               Catch::Contains("v is a view: change the documents") && Catch::Contains("line 1"));
  }
}
