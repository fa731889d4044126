#include "driver/bridge.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "driver/bridge_row.h"
#include "fake_client.h"
#include "sql/json_text.h"

using namespace couch;
using couch::test::FakeAnswer;
using couch::test::FakeClient;
using Strings = std::vector<std::string>;

namespace {

// Reads to the end, scribbling over each row as a parser in place would.
Strings all_rows_of(sql::DocumentStream& stream) {
  Strings rows;
  while (const auto row = stream.next()) {
    rows.emplace_back(row->data(), row->size());
    std::fill(row->begin(), row->end(), '#');
  }
  CHECK_FALSE(stream.next());
  return rows;
}

struct Bridge {
  explicit Bridge(FakeClient::Handler handler)
      : client(std::make_shared<FakeClient>(std::move(handler))),
        documents(driver::documents_over(client, nullptr, std::nullopt)) {}
  Strings read(const sql::DocumentRequest& request) { return all_rows_of(*documents->open(request)); }
  const http::Request& first() const { return client->asked().at(0); }

  std::shared_ptr<FakeClient> client;
  std::unique_ptr<sql::Documents> documents;
};

http::Request request_of(const sql::DocumentRequest& request) {
  Bridge bridge{[](const http::Request&) { return FakeAnswer{}; }};
  bridge.read(request);
  REQUIRE(bridge.client->asked().size() == 1);
  return bridge.first();
}

std::string parameter(const http::Request& request, const std::string& name) {
  return FakeClient::parameter(request, name).value_or("(none)");
}

using Random = std::mt19937_64;

// What makes a server hard to read: a page size, and links that break after some rows of an answer.
struct Trouble {
  uint64_t page = 0;
  Random random{1};
  bool breaks = false;

  void strike(FakeAnswer& answer, uint64_t limit) {
    if (page > 0 && limit > page) {
      answer.rows.clear();
      answer.failure = couch::test::limit_too_large(page);
      return;
    }
    if (!breaks || random() % 3 != 0) return;
    const size_t keep =
        answer.rows.size() <= 1 ? answer.rows.size() : 2 + random() % (answer.rows.size() - 1);
    if (keep < 2) return;  // every attempt gets further, or the bounded tries would be used up
    answer.rows.resize(std::min(keep, answer.rows.size()));
    answer.failure = couch::test::broken_link();
  }
};

uint64_t limit_of(const http::Request& request) { return std::stoull(parameter(request, "limit")); }

}  // namespace

TEST_CASE("Requests are built as CouchDB takes them", "[bridge]") {
  SECTION("_all_docs states a limit, which is not the one that views take for none") {
    const auto request = request_of({"a/b+c", "", sql::AllDocs{}});
    CHECK(request.method == "GET");
    CHECK(request.path == "/a%2Fb%2Bc/_all_docs");
    CHECK(parameter(request, "limit") == "268435455");
    CHECK(parameter(request, "include_docs") == "true");
    CHECK(parameter(request, "startkey") == "(none)");
  }
  SECTION("ranges are JSON") {
    sql::AllDocs read;
    read.start = std::string("a\"\0é", 5);
    read.end = "z";
    read.inclusive_end = false;
    read.descending = true;
    read.include_docs = false;
    read.limit = 7;
    const auto request = request_of({"db", "p:1", read});
    CHECK(request.path == "/db/_partition/p%3A1/_all_docs");
    CHECK(parameter(request, "startkey") == "\"a\\\"\\u0000é\"");
    CHECK(parameter(request, "endkey") == "\"z\"");
    CHECK(parameter(request, "inclusive_end") == "false");
    CHECK(parameter(request, "descending") == "true");
    CHECK(parameter(request, "include_docs") == "(none)");
    CHECK(parameter(request, "limit") == "7");
  }
  SECTION("keys go into the body") {
    const auto request = request_of({"db", "", sql::ByIds{{"a", "b\""}, true}});
    CHECK(request.method == "POST");
    CHECK(request.path == "/db/_all_docs");
    CHECK(request.body == R"({"keys":["a","b\""]})");
    CHECK(parameter(request, "limit") == "2");
  }
  SECTION("_find") {
    sql::Find find;
    find.selector = R"({"type":"film"})";
    find.fields = {"_id", "a\\.b"};
    find.sort = R"([{"_id":"asc"}])";
    find.use_index = {"d", "n"};
    const auto request = request_of({"db", "", find});
    CHECK(request.method == "POST");
    CHECK(request.path == "/db/_find");
    CHECK(
        request.body ==
        R"({"selector":{"type":"film"},"limit":268435455,"fields":["_id","a\\.b"],"sort":[{"_id":"asc"}],"use_index":["d","n"]})");
  }
  SECTION("a view") {
    sql::ViewRead view;
    view.design_document = "d/x";
    view.view = "by name";
    view.start_key = R"(["a"])";
    view.start_key_docid = "i\"d";
    view.end_key = R"(["b",{}])";
    view.inclusive_end = false;
    view.reduce = true;
    view.group_level = 2;
    const auto request = request_of({"db", "", view});
    CHECK(request.method == "GET");
    CHECK(request.path == "/db/_design/d%2Fx/_view/by%20name");
    CHECK(parameter(request, "reduce") == "true");
    CHECK(parameter(request, "group_level") == "2");
    CHECK(parameter(request, "startkey") == R"(["a"])");
    CHECK(parameter(request, "startkey_docid") == "i\"d");
    CHECK(parameter(request, "endkey") == R"(["b",{}])");
    CHECK(parameter(request, "inclusive_end") == "false");
  }
  SECTION("a query too long for a request line is posted") {
    sql::AllDocs read;
    read.start = std::string(3000, ' ');
    const auto request = request_of({"db", "", read});
    CHECK(request.method == "POST");
    CHECK(request.query.empty());
    CHECK_THAT(request.body, Catch::StartsWith(R"({"limit":268435455,"include_docs":true,"startkey":"   )"));
  }
  SECTION("nothing is asked when nothing is wanted") {
    Bridge bridge{[](const http::Request&) { return FakeAnswer{}; }};
    sql::AllDocs none;
    none.limit = 0;
    CHECK(bridge.read({"db", "", none}).empty());
    CHECK(bridge.read({"db", "", sql::ByIds{}}).empty());
    CHECK(bridge.client->asked().empty());
  }
}

TEST_CASE("_all_docs gives each row once, whatever pages and breaks the server has", "[bridge][property]") {
  Strings ids;
  for (int i = 0; i < 60; ++i) ids.push_back("id" + std::to_string(100 + i));
  const bool descending = GENERATE(false, true);
  const uint64_t page = GENERATE(0u, 2u, 3u, 7u, 60u, 61u);
  const uint64_t limit = GENERATE(1000u, 60u, 59u, 1u, 13u);
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Trouble trouble{page, Random{seed}, seed > 0};
    Bridge bridge{[&](const http::Request& request) {
      FakeAnswer answer;
      auto order = ids;
      if (descending) std::reverse(order.begin(), order.end());
      const auto start = FakeClient::parameter(request, "startkey");
      for (const auto& id : order) {
        const std::string json = sql::json_string(id);
        if (start && (descending ? json > *start : json < *start)) continue;
        if (answer.rows.size() < limit_of(request))
          answer.rows.push_back(R"({"id":)" + json + R"(,"key":)" + json +
                                R"(,"value":{"rev":"1-a"},"doc":{"_id":)" + json + "}}");
      }
      trouble.strike(answer, limit_of(request));
      return answer;
    }};
    sql::AllDocs read;
    read.descending = descending;
    if (limit < 1000) read.limit = limit;
    if (seed % 3 == 2) read.expected = seed / 3;
    auto expected = ids;
    if (descending) std::reverse(expected.begin(), expected.end());
    expected.resize(std::min<size_t>(limit, expected.size()));
    Strings got;
    for (const auto& row : bridge.read({"db", "", read}))
      got.push_back(sql::string_of(driver::head_of(row).id));
    INFO("page " << page << ", limit " << limit << ", seed " << seed);
    CHECK(got == expected);
  }
}

TEST_CASE("A view gives each row once, repeated keys too, whatever pages and breaks the server has",
          "[bridge][property]") {
  Random make{7};
  std::vector<std::tuple<uint64_t, std::string, uint64_t>> rows;  // key, id, value
  for (int i = 0; i < 80; ++i) rows.emplace_back(make() % 5, "d" + std::to_string(make() % 6), make() % 3);
  std::sort(rows.begin(), rows.end());
  const auto json = [](const auto& row) {
    const auto& [key, id, value] = row;
    return R"({"id":")" + id + R"(","key":)" + std::to_string(key) + R"(,"value":)" + std::to_string(value) +
           "}";
  };
  const uint64_t page = GENERATE(0u, 40u, 79u, 80u, 81u);
  const uint64_t limit = GENERATE(1000u, 80u, 79u, 1u, 13u);
  for (uint64_t seed = 0; seed < 30; ++seed) {
    Trouble trouble{page, Random{seed}, seed > 0};
    Bridge bridge{[&](const http::Request& request) {
      FakeAnswer answer;
      const auto key = FakeClient::parameter(request, "startkey"),
                 docid = FakeClient::parameter(request, "startkey_docid");
      auto mixed = rows;  // rows of one key and document come in any order
      std::shuffle(mixed.begin(), mixed.end(), trouble.random);
      std::stable_sort(mixed.begin(), mixed.end(), [](const auto& a, const auto& b) {
        return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
      });
      for (const auto& row : mixed) {
        if (key && std::pair{std::get<0>(row), std::get<1>(row)} <
                       std::pair<uint64_t, std::string>{std::stoull(*key), docid.value_or("")})
          continue;
        if (answer.rows.size() < limit_of(request)) answer.rows.push_back(json(row));
      }
      // Rows that are repeated are no progress: let the link only break well after them.
      FakeAnswer struck = answer;
      trouble.strike(struck, limit_of(request));
      return struck.failure && struck.rows.size() < 15 && struck.rows.size() < answer.rows.size() &&
                     struck.failure->kind() == http::ErrorKind::LinkFailure
                 ? answer
                 : struck;
    }};
    sql::ViewRead read;
    read.design_document = "d";
    read.view = "v";
    if (limit < 1000) read.limit = limit;
    if (seed % 3 == 2) read.expected = seed;
    Strings got = bridge.read({"db", "", read});
    INFO("page " << page << ", limit " << limit << ", seed " << seed);
    CHECK(got.size() == std::min<size_t>(limit, rows.size()));
    if (limit >= rows.size()) {
      Strings expected;
      for (const auto& row : rows) expected.push_back(json(row));
      std::sort(got.begin(), got.end());
      std::sort(expected.begin(), expected.end());
      CHECK(got == expected);
    }
  }
}

TEST_CASE("Rows that will probably do are asked for first, the rest when it is read", "[bridge]") {
  Bridge bridge{[](const http::Request& request) {
    FakeAnswer answer;
    const auto start = FakeClient::parameter(request, "startkey");
    for (int i = start ? std::stoi(start->substr(1)) : 100; i < 500 && answer.rows.size() < limit_of(request);
         ++i)
      answer.rows.push_back(fmt::format(R"({{"id":"{0}","key":"{0}","value":{{"rev":"1-a"}}}})", i));
    return answer;
  }};
  sql::AllDocs read;
  read.expected = 10;
  auto stream = bridge.documents->open({"db", "", read});
  for (int i = 0; i < 10; ++i) REQUIRE(stream->next());
  CHECK(bridge.client->asked().size() == 1);
  CHECK(parameter(bridge.first(), "limit") == "10");
  CHECK(all_rows_of(*stream).size() == 390);
  CHECK(bridge.client->asked().size() == 3);
}

TEST_CASE("A rank is the offset of the first row", "[bridge]") {
  std::string envelope = R"({"total_rows":100,"offset":17})";
  bool there = true;
  Bridge bridge{[&](const http::Request&) {
    FakeAnswer answer;
    if (there) answer.rows = {R"({"id":"q","key":"q","value":{"rev":"1-a"}})"};
    answer.envelope = envelope;
    return answer;
  }};
  CHECK(bridge.read({"db", "", sql::Rank{"p"}}) == Strings{R"({"total":100,"rank":17,"id":"q"})"});
  CHECK(parameter(bridge.first(), "startkey") == "\"p\"");
  CHECK(parameter(bridge.first(), "limit") == "1");
  CHECK(parameter(bridge.first(), "include_docs") == "(none)");
  there = false;
  envelope = R"({"total_rows":0,"offset":null})";
  CHECK(bridge.read({"db", "", sql::Rank{}}) == Strings{R"({"total":0,"rank":0})"});
  CHECK(parameter(bridge.client->asked().at(1), "startkey") == "(none)");
}

TEST_CASE("Documents by id come in order with their repeats, in pages too", "[bridge]") {
  const uint64_t page = GENERATE(0u, 1u, 2u, 5u);
  Trouble trouble{page, Random{3}, false};
  int calls = 0;
  Bridge bridge{[&](const http::Request& request) {
    FakeAnswer answer;
    for (const char c : request.body)
      if (c == 'p' || c == 'q' || c == 'r') answer.rows.push_back(std::string{R"({"id":")"} + c + "\"}");
    trouble.strike(answer, limit_of(request));
    if (++calls == 4 && answer.rows.size() > 1) {
      answer.rows.resize(1);
      answer.failure = couch::test::broken_link();
    }
    return answer;
  }};
  CHECK(bridge.read({"db", "", sql::ByIds{{"p", "q", "p", "r", "q"}, false}}) ==
        Strings{R"({"id":"p"})", R"({"id":"q"})", R"({"id":"p"})", R"({"id":"r"})", R"({"id":"q"})"});
}

TEST_CASE("Ids that a partitioned database refuses are missing, in their places", "[bridge]") {
  int calls = 0;
  Bridge bridge{[&](const http::Request& request) {
    FakeAnswer answer;
    ++calls;
    if (request.body == R"({"keys":["p:1","_design/d"]})") {
      answer.rows = {R"({"id":"p:1"})", R"({"key":"_design/d","error":"not_found"})"};
    } else {
      answer.failure = http::Error{http::ErrorKind::BadRequest, "", 400, "illegal_docid",
                                   "Doc id must be of form partition:id"};
    }
    return answer;
  }};
  CHECK(bridge.read({"db", "", sql::ByIds{{"", "p:1", "p", "_design/d"}, false}}) ==
        Strings{R"({"key":"","error":"not_found"})", R"({"id":"p:1"})", R"({"key":"p","error":"not_found"})",
                R"({"key":"_design/d","error":"not_found"})"});
  CHECK(calls == 2);
  CHECK(bridge.read({"db", "", sql::ByIds{{"x", "y\""}, false}}) ==
        Strings{R"({"key":"x","error":"not_found"})", R"({"key":"y\"","error":"not_found"})"});
  CHECK(calls == 3);
  // Not because of a colon.
  CHECK_THROWS_AS(bridge.read({"db", "", sql::ByIds{{"a:", "b:"}, false}}), http::Error);
}

TEST_CASE("One document is asked for by its path, and given as a row of _all_docs", "[bridge]") {
  const http::Error missing{http::ErrorKind::NotFound, "not_found: missing", 404, "not_found", "missing"};
  const http::Error deleted{http::ErrorKind::NotFound, "not_found: deleted", 404, "not_found", "deleted"};
  const http::Error no_database{http::ErrorKind::NotFound, "", 404, "not_found", "Database does not exist."};
  const http::Error no_proxy{http::ErrorKind::NotFound, "", 404, "", "no such site"};
  const http::Error impossible{http::ErrorKind::BadRequest, "", 400, "illegal_docid",
                               "Doc id must be of form partition:id"};
  FakeAnswer answer;
  int breaks = 0;
  Bridge bridge{[&](const http::Request&) {
    if (breaks-- <= 0) return answer;
    FakeAnswer broken;
    broken.failure = couch::test::broken_link();
    return broken;
  }};
  const sql::DocumentRequest request{"a/b", "", sql::ByIds{{"p:1 é\""}, true}};
  SECTION("there") {
    answer.body = R"({"_id":"p:1 é\"","_rev":"3-c","n":1})"
                  "\n";
    breaks = GENERATE(0, 2);
    CHECK(bridge.read(request) ==
          Strings{R"({"id":"p:1 é\"","key":"p:1 é\"","value":{"rev":"3-c"},"doc":)" + answer.body + "}"});
    CHECK(bridge.first().method == "GET");
    CHECK(bridge.first().path == "/a%2Fb/p%3A1%20%C3%A9%22");
    CHECK(bridge.first().query.empty());
    CHECK(bridge.first().body.empty());
  }
  SECTION("not there") {
    answer.failure = GENERATE_COPY(missing, deleted, impossible);
    CHECK(bridge.read(request) == Strings{R"({"key":"p:1 é\"","error":"not_found"})"});
  }
  SECTION("what else a 404 may mean is an error") {
    answer.failure = GENERATE_COPY(no_database, no_proxy);
    CHECK_THROWS_AS(bridge.read(request), http::Error);
  }
  SECTION("so is a link that breaks again and again, and what is no document") {
    breaks = GENERATE(3, 0);
    answer.body = R"({"db_name":"a/b"})";
    CHECK_THROWS_AS(bridge.read(request), http::Error);
  }
}

TEST_CASE("An id that a path could not mean is asked for by _all_docs", "[bridge]") {
  const std::string id = GENERATE(as<std::string>{}, "_design/d", "_local/x", "", ".", "..", "a/b", "a\\b",
                                  "a\nb", std::string(1001, 'x'));
  const auto request = request_of({"db", "", sql::ByIds{{id}, true}});
  CHECK(request.method == "POST");
  CHECK(request.path == "/db/_all_docs");
  CHECK(request_of({"db", "p", sql::ByIds{{"p:1"}, true}}).path == "/db/_partition/p/_all_docs");
  CHECK(request_of({"db", "", sql::ByIds{{"x"}, false}}).path == "/db/_all_docs");
}

TEST_CASE("_find pages by bookmark where the server forces a size", "[bridge]") {
  Trouble trouble{2, Random{3}, false};
  Bridge bridge{[&](const http::Request& request) {
    FakeAnswer answer;
    const bool second = request.body.find("\"bookmark\":\"b1\"") != std::string::npos;
    answer.rows = second ? Strings{R"({"n":3})"} : Strings{R"({"n":1})", R"({"n":2})"};
    answer.envelope = second ? R"({"bookmark":"nil"})" : R"({"bookmark":"b1"})";
    trouble.strike(answer, request.body.find("\"limit\":2,") == std::string::npos &&
                                   request.body.find("\"limit\":2}") == std::string::npos
                               ? 99
                               : 2);
    return answer;
  }};
  sql::Find find;
  find.selector = "{}";
  CHECK(bridge.read({"db", "", find}) == Strings{R"({"n":1})", R"({"n":2})", R"({"n":3})"});
}

TEST_CASE("A read that cannot be continued exactly fails, and goes on failing", "[bridge]") {
  Bridge bridge{[](const http::Request&) {
    return FakeAnswer{{R"({"n":1})"}, "{}", "", couch::test::broken_link()};
  }};
  sql::Find find;
  find.selector = "{}";
  const auto stream = bridge.documents->open({"db", "", find});
  CHECK(stream->next());
  CHECK_THROWS_AS(stream->next(), http::Error);
  CHECK_THROWS_AS(stream->next(), http::Error);
  CHECK(bridge.client->asked().size() == 1);
}

TEST_CASE("A link that breaks before the first row is tried again, three times at most", "[bridge]") {
  Bridge bridge{[](const http::Request&) { return FakeAnswer{{}, "{}", "", couch::test::broken_link()}; }};
  sql::Find find;
  find.selector = "{}";
  CHECK_THROWS_AS(bridge.read({"db", "", find}), http::Error);
  CHECK(bridge.client->asked().size() == 3);
}

TEST_CASE("A _find cut at the server's size without a bookmark is an error, not an end", "[bridge]") {
  Trouble trouble{1, Random{3}, false};
  bool refused = false;
  Bridge bridge{[&](const http::Request&) {
    FakeAnswer answer{{R"({"n":1})"}, "{}", "", std::nullopt};
    trouble.strike(answer, refused ? 1 : 99);
    refused = true;
    return answer;
  }};
  sql::Find find;
  find.selector = "{}";
  CHECK_THROWS_AS(bridge.read({"db", "", find}), http::Error);
}

TEST_CASE("Groups are paged by key", "[bridge]") {
  const uint64_t page = GENERATE(0u, 2u, 3u);
  Trouble trouble{page, Random{3}, false};
  Bridge bridge{[&](const http::Request& request) {
    FakeAnswer answer;
    const int start = std::stoi(FakeClient::parameter(request, "startkey").value_or("0"));
    for (int key = start; key < 7 && answer.rows.size() < limit_of(request); ++key)
      answer.rows.push_back(R"({"key":)" + std::to_string(key) + R"(,"value":1})");
    trouble.strike(answer, limit_of(request));
    return answer;
  }};
  sql::ViewRead read;
  read.design_document = "d";
  read.view = "v";
  read.reduce = true;
  read.group = true;
  CHECK(bridge.read({"db", "", read}).size() == 7);
}

TEST_CASE("A reduce over everything is one row, also where the server gives one row at most", "[bridge]") {
  Bridge bridge{[](const http::Request& request) {
    CHECK(parameter(request, "limit") == "1");
    return FakeAnswer{{R"({"key":null,"value":5})"}, "{}", "", std::nullopt};
  }};
  sql::ViewRead read;
  read.design_document = "d";
  read.view = "v";
  read.reduce = true;
  CHECK(bridge.read({"db", "", read}).size() == 1);
}

TEST_CASE("Keys of a view are read one by one where the server's limit is too small for them together",
          "[bridge]") {
  Trouble trouble{2, Random{3}, false};
  Bridge bridge{[&](const http::Request& request) {
    FakeAnswer answer;
    if (request.method == "POST") {
      answer.rows.assign(3, R"({"id":"a","key":1,"value":null})");
    } else {
      CHECK(parameter(request, "startkey").substr(0, 1) == parameter(request, "endkey").substr(0, 1));
      answer.rows = {R"({"id":"a","key":)" + parameter(request, "endkey") + R"(,"value":null})"};
    }
    trouble.strike(answer, limit_of(request));
    return answer;
  }};
  sql::ViewRead read;
  read.design_document = "d";
  read.view = "v";
  read.keys = {"1", "2", "1"};
  CHECK(bridge.read({"db", "", read}) == Strings{R"({"id":"a","key":1,"value":null})",
                                                 R"({"id":"a","key":2,"value":null})",
                                                 R"({"id":"a","key":1,"value":null})"});
}

TEST_CASE("Design documents are not counted", "[bridge]") {
  const bool couchdb = GENERATE(true, false);
  Bridge bridge{[&](const http::Request& request) {
    FakeAnswer answer;
    if (request.path == "/db")
      answer.body =
          couchdb ? R"({"doc_count":28,"update_seq":"29-g1"})" : R"({"doc_count":28,"update_seq":30})";
    if (request.path == "/db/_design_docs") {
      if (couchdb)
        answer.body = R"({"total_rows":3,"offset":0,"rows":[]})";
      else
        answer.failure =
            http::Error{http::ErrorKind::NotFound, "not_found: missing", 404, "not_found", "missing"};
    }
    if (request.path == "/db/_all_docs") {
      CHECK(parameter(request, "startkey") == "\"_design/\"");
      CHECK(parameter(request, "endkey") == "\"_design0\"");
      answer.rows = {R"({"id":"_design/a"})", R"({"id":"_design/b"})", R"({"id":"_design/c"})"};
    }
    return answer;
  }};
  const auto rows = bridge.read({"db", "", sql::DatabaseCount{}});
  REQUIRE(rows.size() == 1);
  CHECK_THAT(rows[0], Catch::StartsWith(couchdb ? R"({"doc_count":25,"design_count":3,"update_seq":"29-g1"})"
                                                : R"({"doc_count":25,"design_count":3,"update_seq":30})"));
}

TEST_CASE("A partition is asked for its number of documents, none of which is a design document",
          "[bridge]") {
  Bridge bridge{[&](const http::Request& request) {
    CHECK(request.path == "/db/_partition/p%20q");
    FakeAnswer answer;
    answer.body = R"({"db_name":"db","partition":"p q","doc_count":3,"doc_del_count":1})";
    return answer;
  }};
  CHECK(bridge.read({"db", "p q", sql::DatabaseCount{}}) ==
        Strings{R"({"doc_count":3,"design_count":0,"update_seq":null})"});
}

TEST_CASE("A missing database is called missing, by its name", "[bridge]") {
  const std::string reason = GENERATE("Database does not exist.", "no_db_file");
  Bridge bridge{[&](const http::Request&) {
    return FakeAnswer{
        {}, "{}", "", http::Error{http::ErrorKind::NotFound, "not_found", 404, "not_found", reason}};
  }};
  for (const sql::DocumentRequest& request : {sql::DocumentRequest{"shop", "", sql::AllDocs{}},
                                              sql::DocumentRequest{"shop", "", sql::DatabaseCount{}}}) {
    try {
      bridge.read(request);
      FAIL("read");
    } catch (const http::Error& error) {
      CHECK(error.kind() == http::ErrorKind::NotFound);
      CHECK_THAT(error.what(), Catch::Contains("there is no database shop"));
    }
  }
}

TEST_CASE("The head of a row is found without parsing it", "[bridge]") {
  using driver::head_of;
  CHECK(head_of(R"({"id":"a","key":["x",{"y":1}],"value":null,"doc":{"id":"no"}})").key ==
        R"(["x",{"y":1}])");
  CHECK(head_of(R"( { "key" : null , "id" : "o\"}" , "value" : 1 } )").id == R"("o\"}")");
  CHECK(head_of(R"({"key":"k","value":-1.5e3})").value == "-1.5e3");
  CHECK(head_of(R"({"key":"k","error":"not_found"})").id.empty());
  using driver::id_of;
  CHECK(id_of(R"({"id":"a","key":"a"})") == R"("a")");
  CHECK(id_of(R"({"id":"o\"","key":"a"})") == R"("o\"")");
  CHECK(id_of(R"( {"key":"k","id":"b"})") == R"("b")");
  CHECK(id_of(R"({"key":"k","error":"not_found"})").empty());
  CHECK(id_of(R"({"id":"cut)").size() <= 4);
  for (const auto* broken :
       {"", "{", "{\"id\"", "{\"id\":", "{\"id\":\"", "[1]", "{\"id\":{\"a\":[", "{\"id\":\"\\"})
    head_of(broken);
  CHECK(sql::string_of("\"a\\u0000\\ud83d\\ude00\"") == std::string("a\0😀", 6));
  CHECK(sql::string_of("1").empty());
}
