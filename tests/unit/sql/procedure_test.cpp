// CALL: what is sent, and what its rows are.
#include "sql/procedure/procedure.h"

#include <catch2/catch.hpp>

#include "sql/error.h"
#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using Strings = std::vector<std::string>;

namespace {

Error failure(FakeCouch& couch, const std::string& sql, const Options& options = {}) {
  try {
    run(couch, sql, {}, options);
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error: " << sql);
  throw;
}

}  // namespace

TEST_CASE("CALL replicate copies a database", "[procedure]") {
  FakeCouch couch{"shop"};
  couch.on_action = [](const Action&) {
    return ActionAnswer{
        200,
        R"({"ok":true,"session_id":"s","source_last_seq":"9-x","history":[{"docs_read":3,"docs_written":2,"doc_write_failures":1}]})"};
  };
  CHECK(rows(couch, "{call replicate('shop', 'copy', false, true)}") == Strings{"1|3|2|1|s|9-x"});
  const auto& sent = std::get<ReplicateAction>(couch.actions.at(0));
  CHECK(sent.source == "shop");
  CHECK(sent.target == "copy");
  CHECK(sent.create_target);
  CHECK_FALSE(sent.continuous);
  CHECK(couch.redefinitions == Strings{"copy"});
  CHECK(rows(couch, "CALL cancel_replication(?, ?)", {Value{std::string{"a"}}, Value{std::string{"b"}}}) ==
        Strings{"1"});
  CHECK(std::get<ReplicateAction>(couch.actions.at(1)).cancel);
  // PouchDB Server counts in the answer itself.
  couch.on_action = [](const Action&) {
    return ActionAnswer{200, R"({"ok":true,"docs_read":1,"docs_written":1})"};
  };
  CHECK(rows(couch, "CALL REPLICATE('a', 'b')") == Strings{"1|1|1|NULL|NULL|NULL"});
}

TEST_CASE("CALL changes reads page by page", "[procedure]") {
  FakeCouch couch{"shop"};
  couch.on_action = [](const Action& action) {
    const auto& read = std::get<ReadAction>(action);
    const std::string since = read.query.at(0).second;
    const auto limit = std::stoul(read.query.at(1).second);
    const size_t from = std::stoul(since), all = 4500;
    std::string body;
    size_t at = from;
    for (; at < std::min<size_t>(all, from + limit); ++at)
      body += (body.empty() ? "" : ",") + std::string{R"({"seq":")"} + std::to_string(at + 1) +
              R"(","id":"d)" + std::to_string(at) + R"(","changes":[{"rev":"1-a"}])" +
              (at == 1 ? R"(,"deleted":true})" : "}");
    return ActionAnswer{200, R"({"results":[)" + body + R"(],"last_seq":")" + std::to_string(at) + R"("})"};
  };
  const auto all = rows(couch, "CALL changes()");
  REQUIRE(all.size() == 4500);
  CHECK(all[1] == "2|d1|1-a|1");
  CHECK(all.back() == "4500|d4499|1-a|0");
  CHECK(couch.actions.size() == 3);
  CHECK(rows(couch, "CALL changes('shop', '4400')").size() == 100);
  CHECK(rows(couch, "CALL changes(NULL, 10, 3)") == Strings{"11|d10|1-a|0", "12|d11|1-a|0", "13|d12|1-a|0"});
  CHECK(rows(couch, "{call changes('shop', ?, ?)}", {Value{std::string{"0"}}, Value{int64_t{2500}}}).size() ==
        2500);
  CHECK_THROWS_WITH(
      prepare("{?=call changes('shop')}", couch, {}),
      Catch::Contains("changes returns rows and no value") && Catch::Contains("line 1, column 9"));
}

TEST_CASE("CALL conflicts and revisions", "[procedure]") {
  FakeCouch couch{"shop"};
  couch.on_action = [](const Action& action) {
    const auto& query = std::get<ReadAction>(action).query;
    if (query.at(0).first == "revs_info")
      return ActionAnswer{
          200,
          R"({"_rev":"2-b","_revs_info":[{"rev":"2-b","status":"available"},{"rev":"1-a","status":"missing"}]})"};
    if (query.at(0).first == "conflicts") return ActionAnswer{200, R"({"_rev":"2-b","_conflicts":["2-a"]})"};
    return ActionAnswer{200, R"({"_rev":")" + query.at(0).second + "\",\"n\":12345678901234567890}\n"};
  };
  CHECK(rows(couch, "CALL conflicts('shop', 'x')") ==
        Strings{R"(2-b|1|{"_rev":"2-b","n":12345678901234567890})",
                R"(2-a|0|{"_rev":"2-a","n":12345678901234567890})"});
  CHECK(rows(couch, "CALL revisions(NULL, 'x')") == Strings{"2-b|available", "1-a|missing"});
}

TEST_CASE("CALL says what is wrong", "[procedure]") {
  FakeCouch couch{"shop"};
  const Error unknown = failure(couch, "CALL replicat('a', 'b')");
  CHECK(unknown.kind() == ErrorKind::UnknownFunction);
  CHECK_THAT(unknown.what(), Catch::Contains("replicate"));
  CHECK(failure(couch, "CALL replicate('a')").kind() == ErrorKind::WrongArguments);
  CHECK(failure(couch, "CALL conflicts('a')").kind() == ErrorKind::WrongArguments);
  CHECK(failure(couch, "CALL compact('a', 'b')").kind() == ErrorKind::WrongArguments);
  CHECK(failure(couch, "CALL replicate('a', NULL)").kind() == ErrorKind::NullNotAllowed);
  CHECK(failure(couch, "CALL changes('a', '0', -1)").kind() == ErrorKind::OutOfRange);
  CHECK(failure(couch, "CALL changes('a', '0', 'many')").kind() == ErrorKind::TypeMismatch);
  Options read_only;
  read_only.read_only = true;
  CHECK(failure(couch, "CALL compact('a')", read_only).kind() == ErrorKind::ReadOnly);
  CHECK(couch.actions.empty());
  couch.on_action = [](const Action&) {
    return ActionAnswer{404, R"({"error":"not_found","reason":"Database does not exist."})"};
  };
  CHECK(failure(couch, "CALL changes('nowhere')", read_only).kind() == ErrorKind::UnknownDatabase);
}
