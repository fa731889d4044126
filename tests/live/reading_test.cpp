// Rows in numbers: many, large, through several cursors and threads at once, and while others write.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <set>
#include <thread>

#include "sql/json_text.h"
#include "tests/live/session.h"
#include "tests/live/shop.h"
#include "tests/support/live_server.h"
#include "tests/support/random_table.h"

using namespace couch::live;
using couch::judge::Dice;
using couch::test::Database;
using couch::test::LiveServer;

namespace {

// Twelve thousand documents with ids in no order, made once for the tests that only read them.
constexpr int crowd_size = 12000;

std::vector<std::string> crowd() {
  std::vector<std::string> documents;
  Dice dice(11);
  for (int i = 0; i < crowd_size; ++i) {
    documents.push_back(fmt::format(
        R"({{"_id":"{:08x}-{}","type":"crowd","n":{},"half":{},"name":"name {} é 😀","even":{}}})",
        static_cast<uint32_t>(dice.between(0, 0xffffffffLL)), i, i, i / 2.0, i % 100, i % 2 == 0));
  }
  return documents;
}

}  // namespace

TEST_CASE("Twelve thousand rows arrive, each once, whichever way they are read", "[live][reading]") {
  Database database("crowd");
  database.add(crowd());
  Session session(database.name());

  SECTION("by SQLGetData") {
    const auto result = session.query("SELECT n, half, name, even FROM crowd");
    REQUIRE(result.rows.size() == crowd_size);
    std::vector<bool> seen(crowd_size);
    for (const auto& row : result.rows) {
      const int n = std::stoi(*row[0]);
      CHECK_FALSE(seen[static_cast<size_t>(n)]);
      seen[static_cast<size_t>(n)] = true;
      if (std::stod(*row[1]) != n / 2.0 || *row[2] != fmt::format("name {} é 😀", n % 100) ||
          *row[3] != (n % 2 ? "0" : "1"))
        FAIL_CHECK("row " << n << ": " << to_text(row));
    }
  }

  SECTION("by arrays bound column by column") {
    constexpr SQLULEN size = 700;
    std::vector<SQLBIGINT> numbers(size);
    std::vector<SQLLEN> number_lengths(size), name_lengths(size);
    std::vector<std::array<SQLWCHAR, 40>> texts(size);
    std::vector<SQLUSMALLINT> states(size);
    SQLULEN fetched = 0;
    Statement statement(session);
    statement.check(
        SQLSetStmtAttr(statement.handle(), SQL_ATTR_ROW_ARRAY_SIZE, reinterpret_cast<SQLPOINTER>(size), 0),
        "SQLSetStmtAttr");
    statement.check(SQLSetStmtAttr(statement.handle(), SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0),
                    "SQLSetStmtAttr");
    statement.check(SQLSetStmtAttr(statement.handle(), SQL_ATTR_ROW_STATUS_PTR, states.data(), 0),
                    "SQLSetStmtAttr");
    statement.direct("SELECT n, name FROM crowd WHERE n >= 1000 ORDER BY n");
    statement.check(
        SQLBindCol(statement.handle(), 1, SQL_C_SBIGINT, numbers.data(), 0, number_lengths.data()),
        "SQLBindCol");
    statement.check(
        SQLBindCol(statement.handle(), 2, SQL_C_WCHAR, texts.data(), sizeof texts[0], name_lengths.data()),
        "SQLBindCol");
    int next = 1000;
    while (statement.fetch()) {
      REQUIRE(fetched > 0);
      for (SQLULEN i = 0; i < fetched; ++i, ++next) {
        REQUIRE(numbers[i] == next);
        REQUIRE(states[i] == SQL_ROW_SUCCESS);
        const auto expected = to_utf16(fmt::format("name {} é 😀", next % 100));
        REQUIRE(name_lengths[i] == static_cast<SQLLEN>(expected.size() * 2));
        REQUIRE(std::equal(expected.begin(), expected.end(), texts[i].begin(),
                           [](char16_t a, SQLWCHAR b) { return a == b; }));
      }
    }
    CHECK(next == crowd_size);
  }

  SECTION("by arrays bound row by row, with an offset") {
    struct Line {
      SQLINTEGER n;
      SQLLEN n_length;
      double half;
      SQLLEN half_length;
    };
    constexpr SQLULEN size = 512;
    std::vector<Line> lines(size + 1);
    SQLULEN fetched = 0;
    SQLULEN offset = sizeof(Line);
    Statement statement(session);
    const auto set = [&](SQLINTEGER attribute, SQLPOINTER value) {
      statement.check(SQLSetStmtAttr(statement.handle(), attribute, value, 0), "SQLSetStmtAttr");
    };
    set(SQL_ATTR_ROW_ARRAY_SIZE, reinterpret_cast<SQLPOINTER>(size));
    set(SQL_ATTR_ROW_BIND_TYPE, reinterpret_cast<SQLPOINTER>(sizeof(Line)));
    set(SQL_ATTR_ROW_BIND_OFFSET_PTR, &offset);
    set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched);
    statement.check(SQLBindCol(statement.handle(), 1, SQL_C_LONG, &lines[0].n, 0, &lines[0].n_length),
                    "SQLBindCol");
    statement.check(SQLBindCol(statement.handle(), 2, SQL_C_DOUBLE, &lines[0].half, 0, &lines[0].half_length),
                    "SQLBindCol");
    statement.direct("SELECT n, half FROM crowd");
    int64_t sum = 0;
    size_t rows = 0;
    while (statement.fetch()) {
      for (SQLULEN i = 1; i <= fetched; ++i, ++rows) {
        sum += lines[i].n;
        if (lines[i].half != lines[i].n / 2.0) FAIL_CHECK("row " << lines[i].n << " has " << lines[i].half);
      }
    }
    CHECK(rows == crowd_size);
    CHECK(sum == int64_t{crowd_size} * (crowd_size - 1) / 2);
  }

  SECTION("in order, with conditions, and in part") {
    const auto ordered = session.list("SELECT n FROM crowd ORDER BY n DESC");
    REQUIRE(ordered.size() == crowd_size);
    for (int i = 0; i < crowd_size; ++i)
      if (ordered[static_cast<size_t>(i)] != fmt::to_string(crowd_size - 1 - i))
        FAIL("row " << i << " is " << ordered[static_cast<size_t>(i)]);
    CHECK(session.list("SELECT n FROM crowd WHERE even = FALSE AND n < 9000").size() == 4500);
    CHECK(session.value("SELECT COUNT(*) FROM crowd") == fmt::to_string(crowd_size));
    CHECK(session.list("SELECT DISTINCT name FROM crowd").size() == 100);
    CHECK(session.list("SELECT n FROM crowd LIMIT 11000").size() == 11000);
    Statement most(session);
    most.check(SQLSetStmtAttr(most.handle(), SQL_ATTR_MAX_ROWS, reinterpret_cast<SQLPOINTER>(SQLULEN{37}), 0),
               "SQLSetStmtAttr");
    most.direct("SELECT n FROM crowd");
    CHECK(most.result().rows.size() == 37);
  }

  SECTION("through six cursors of one connection, in turns") {
    std::vector<std::unique_ptr<Statement>> cursors;
    for (int i = 0; i < 6; ++i) {
      cursors.push_back(std::make_unique<Statement>(session));
      cursors.back()->direct(fmt::format("SELECT n FROM crowd WHERE n >= {} ORDER BY _id", i * 1000));
    }
    std::vector<std::set<int>> seen(cursors.size());
    bool any = true;
    while (any) {
      any = false;
      for (size_t i = 0; i < cursors.size(); ++i) {
        if (!cursors[i] || !cursors[i]->fetch()) {
          cursors[i].reset();
          continue;
        }
        any = true;
        seen[i].insert(std::stoi(*cursors[i]->get(1)));
      }
    }
    for (size_t i = 0; i < seen.size(); ++i) CHECK(seen[i].size() == crowd_size - i * 1000);
  }

  SECTION("by a cursor that is closed in the middle, again and again") {
    Statement statement(session);
    for (int i = 0; i < 20; ++i) {
      statement.direct("SELECT n, name FROM crowd");
      for (int row = 0; row < i * 3; ++row) REQUIRE(statement.fetch());
      statement.close();
    }
    CHECK(session.value("SELECT COUNT(*) FROM crowd") == fmt::to_string(crowd_size));
  }
}

TEST_CASE("A document is found by its _id, whatever that is", "[live][reading]") {
  Database database("by_id");
  const std::vector<std::string> plain{"a",     "a b",  "a+b",  "a%20b", "a%2Fb",    "a?b=c", "a#b", "a&b",
                                       "a:b@c", "a'b",  "a\"b", "..a",   ".",        "..",    "a/b", "a\\b",
                                       "~",     "a;b,", "[a]",  "null",  "all_docs", "%",     "A"};
  std::vector<std::string> ids = plain;
  ids.push_back(std::string(2000, 'x'));
  if (LiveServer::get().couchdb()) {  // PouchDB Server loses what is past Latin-1
    ids.push_back("é😀");
    ids.push_back("a\nb");
  }
  std::vector<std::string> documents;
  for (size_t i = 0; i < ids.size(); ++i)
    documents.push_back(
        fmt::format(R"({{"_id":{},"type":"thing","n":{}}})", couch::sql::json_string(ids[i]), i));
  database.add(documents);
  Session session(database.name());
  for (size_t i = 0; i < ids.size(); ++i) {
    CAPTURE(ids[i]);
    CHECK(session.list("SELECT n FROM thing WHERE _id = ?", {ids[i]}) ==
          std::vector<std::string>{fmt::to_string(i)});
  }
  CHECK(session.list("SELECT n FROM thing WHERE _id = ''").empty());
  CHECK(session.list("SELECT n FROM thing WHERE _id = 'nobody'").empty());
  session.query("DELETE FROM thing WHERE _id = 'a'");
  CHECK(session.list("SELECT n FROM thing WHERE _id = 'a'").empty());
}

TEST_CASE("A large document's text comes whole, in parts of any size", "[live][reading]") {
  Database database("large");
  std::string text;
  while (text.size() < 3'000'000) text += fmt::format("línea {} 😀 ", text.size());
  database.add({fmt::format(R"({{"_id":"1","type":"t","small":1,"text":"{}"}})", text),
                R"({"_id":"2","type":"t","small":2,"text":"x"})"});
  Session session(database.name());
  CHECK(session.value("SELECT text FROM t WHERE _id = '1'") == text);

  Statement statement(session);
  statement.direct("SELECT text, small FROM t WHERE small = 1");
  REQUIRE(statement.fetch());
  const auto expected = to_utf16(text);
  std::u16string whole;
  std::vector<SQLWCHAR> part(7001);
  SQLLEN left = 0;
  for (;;) {
    const auto code = SQLGetData(statement.handle(), 1, SQL_C_WCHAR, part.data(),
                                 static_cast<SQLLEN>(part.size() * 2), &left);
    if (code == SQL_NO_DATA) break;
    REQUIRE(SQL_SUCCEEDED(code));
    REQUIRE(left == static_cast<SQLLEN>((expected.size() - whole.size()) * 2));
    for (size_t i = 0; part[i]; ++i) whole += static_cast<char16_t>(part[i]);
  }
  CHECK(whole == expected);
  CHECK(statement.get(2) == "1");  // another column after it
}

TEST_CASE("Eight threads with connections of their own read the same", "[live][reading]") {
  shop();
  const auto expected =
      shop().session().query("SELECT _id, total FROM \"order\" WHERE status = 'delivered' ORDER BY _id");
  std::atomic<int> wrong{0}, right{0};
  std::vector<std::string> failures(8);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      try {
        for (int round = 0; round < 3; ++round) {
          Session session(shop().database(), "SampleSize=0");
          const auto result =
              session.query("SELECT _id, total FROM \"order\" WHERE status = 'delivered' ORDER BY _id");
          ++(result.rows == expected.rows ? right : wrong);
          if (session.value("SELECT COUNT(*) FROM product WHERE price > ?", {100 + static_cast<int>(t)}) !=
              session.value(fmt::format("SELECT COUNT(*) FROM product WHERE price > {}", 100 + t)))
            ++wrong;
        }
      } catch (const std::exception& error) {
        failures[t] = error.what();
        ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& failure : failures) UNSCOPED_INFO(failure);
  CHECK(wrong == 0);
  CHECK(right == 24);
}

TEST_CASE("Eight threads share one connection, each with statements of its own", "[live][reading]") {
  Session session(shop().database(), "SampleSize=0");
  std::atomic<int> wrong{0};
  std::vector<std::string> failures(8);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      try {
        for (int round = 0; round < 5; ++round) {
          const auto id = fmt::format("product:{:04}", t * 10 + 1);
          if (session.list("SELECT _id FROM product WHERE _id = ?", {id}) != std::vector<std::string>{id})
            ++wrong;
          if (session.list("SELECT _id FROM employee").size() != 36) ++wrong;
        }
      } catch (const std::exception& error) {
        failures[t] = error.what();
        ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& failure : failures) UNSCOPED_INFO(failure);
  CHECK(wrong == 0);
}

TEST_CASE("A document that exists throughout is returned exactly once while others are written",
          "[live][reading][laws]") {
  Database database("written");
  constexpr int steady = 4000;
  std::vector<std::string> documents;
  for (int i = 0; i < steady; ++i)
    documents.push_back(fmt::format(R"({{"_id":"{:06}-s","type":"t","n":{},"steady":true}})", i * 10, i));
  database.add(documents);
  const auto& server = LiveServer::get();
  Session session(database.name(), "SampleSize=0");
  std::atomic<bool> enough{false};
  std::atomic<int> written{0};
  std::string failure;
  std::thread writer([&] {
    try {
      // New documents between the old ones, some deleted again; steady ones are written anew.
      Dice dice(3);
      for (int i = 0; !enough; ++i) {
        std::vector<std::string> batch;
        for (int k = 0; k < 40; ++k)
          batch.push_back(fmt::format(R"({{"_id":"{:06}-n{}-{}","type":"t","n":-1,"steady":false}})",
                                      dice.between(0, steady * 10), i, k));
        database.add(batch);
        const auto id = fmt::format("{:06}-s", dice.between(0, steady - 1) * 10);
        const auto present = server.must("GET", database.path(id));
        server.must("PUT", database.path(id), present);
        written += 41;
      }
    } catch (const std::exception& error) {
      failure = error.what();
    }
  });
  const auto check = [&](const char* sql) {
    INFO(sql);
    std::map<std::string, int> times;
    for (auto& id : session.list(sql)) ++times[std::move(id)];
    int missing = 0, doubled = 0;
    for (int i = 0; i < steady; ++i) {
      const auto found = times.find(fmt::format("{:06}-s", i * 10));
      if (found == times.end()) ++missing;
      if (found != times.end() && found->second > 1) ++doubled;
    }
    CHECK(missing == 0);
    CHECK(doubled == 0);
  };
  for (int round = 0; round < 4; ++round) {
    check("SELECT _id FROM t");
    check("SELECT _id, n FROM t WHERE steady = TRUE");
  }
  enough = true;
  writer.join();
  INFO(failure);
  CHECK(failure.empty());
  CHECK(written > 0);
}
