// Reads through the bridge over links that break, stall or garble after any byte: never a wrong row, never a
// missing one without an error, never a row twice.
#include <fmt/format.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <future>

#include "driver/bridge.h"
#include "http/framing.h"
#include "sql/decode/decoder.h"
#include "sql/error.h"
#include "sql/json_text.h"
#include "tests/support/cells.h"
#include "tests/support/fake_couch.h"
#include "tests/support/scripted_couch.h"

using namespace couch;
using test::Asked;
using test::Reply;
using test::ScriptedCouch;
using Strings = std::vector<std::string>;

namespace {

http::Endpoint endpoint_of(std::initializer_list<const ScriptedCouch*> servers) {
  http::Endpoint endpoint;
  for (const auto* server : servers) endpoint.servers.push_back(server->url());
  endpoint.retry_delay = std::chrono::milliseconds{1};
  return endpoint;
}

// ---- five rows in each shape of answer, from where the request asks

const Strings ids{"a", "b", "c\\\"d", "e", "f"};  // as they stand in JSON

std::string quoted(const std::string& id) { return '"' + id + '"'; }

std::string answer_of(const Strings& rows, std::string_view member = "rows") {
  std::string body = member == "rows" ? R"({"total_rows":5,"offset":0,"rows":[)" : R"({"docs":[)";
  for (const auto& row : rows) body += (body.back() == '[' ? "\r\n" : ",\r\n") + row;
  return body + (member == "rows" ? "\r\n]}\n" : "\r\n],\"bookmark\":\"nil\"}\n");
}

// Rows whose `place` is not before the parameter's; places are ordered as given.
Strings from(const Strings& rows, const Strings& places, const std::optional<std::string>& start) {
  // An id may be asked for without quotes (startkey_docid).
  const auto first = std::find_if(places.begin(), places.end(), [&](const std::string& place) {
    return !start || place == *start || place == sql::json_string(*start);
  });
  return {rows.begin() + (first - places.begin()), rows.end()};
}

struct Shape {
  std::string name, method, path;
  sql::DocumentRequest request;
  bool resumed;  // from the middle of an answer
  std::function<std::string(const Asked&)> answer;
  size_t rows = 5;
};

Strings rows_by_id() {
  Strings rows;
  for (const auto& id : ids)
    rows.push_back(
        fmt::format(R"({{"id":"{0}","key":"{0}","value":{{"rev":"1-x"}},"doc":{{"_id":"{0}"}}}})", id));
  return rows;
}

std::vector<Shape> shapes() {
  Strings places, documents, view_rows, groups;
  const Strings keys{"1", "1", "2", "2", "3"};
  for (size_t i = 0; i < ids.size(); ++i) {
    places.push_back(quoted(ids[i]));
    documents.push_back(fmt::format(R"({{"_id":"{}","n":{}}})", ids[i], i));
    view_rows.push_back(fmt::format(R"({{"id":"{}","key":{},"value":null}})", ids[i], keys[i]));
    groups.push_back(fmt::format(R"({{"key":{},"value":7}})", i));
  }
  sql::Find find;
  find.selector = "{}";
  sql::ByIds by_ids;
  by_ids.ids = {"a", "b", "c\"d", "e", "f"};
  sql::ViewRead view, grouped;
  view.design_document = grouped.design_document = "d";
  view.view = grouped.view = "v";
  grouped.reduce = grouped.group = true;
  const auto all = rows_by_id();
  return {
      {"_all_docs",
       "GET",
       "/db/_all_docs",
       {"db", "", sql::AllDocs{}},
       true,
       [=](const Asked& asked) { return answer_of(from(all, places, asked.parameter("startkey"))); }},
      {"ids",
       "POST",
       "/db/_all_docs",
       {"db", "", by_ids},
       true,
       [=](const Asked& asked) {
         Strings rows;  // the keys that are asked for are the last ones
         for (size_t i = 0; i < ids.size(); ++i)
           if (asked.body.find(quoted(ids[i])) != std::string::npos) rows.push_back(all[i]);
         return answer_of(rows);
       }},
      {"document",
       "GET",
       "/db/a",
       {"db", "", sql::ByIds{{"a"}}},
       true,
       [](const Asked&) { return std::string{R"({"_id":"a","_rev":"1-x","n":[1,{"m":"\"}"}]})"}; },
       1},
      {"view",
       "GET",
       "/db/_design/d/_view/v",
       {"db", "", view},
       true,
       [=](const Asked& asked) {
         return answer_of(from(view_rows, places, asked.parameter("startkey_docid")));
       }},
      {"groups",
       "GET",
       "/db/_design/d/_view/v",
       {"db", "", grouped},
       true,
       [=](const Asked& asked) {
         return answer_of(from(groups, {"0", "1", "2", "3", "4"}, asked.parameter("startkey")));
       }},
      {"_find",
       "POST",
       "/db/_find",
       {"db", "", find},
       false,
       [=](const Asked&) { return answer_of(documents, "docs"); }},
  };
}

struct Result {
  Strings rows;
  std::optional<http::ErrorKind> failure;
};

Result read(const std::shared_ptr<http::Client>& client, const Shape& shape) {
  Result result;
  try {
    const auto documents = driver::documents_over(client, nullptr, std::nullopt);
    const auto stream = documents->open(shape.request);
    while (const auto row = stream->next()) {
      result.rows.emplace_back(row->data(), row->size());
      std::fill(row->begin(), row->end(), '#');  // as a parser in place does
    }
  } catch (const http::Error& error) {
    result.failure = error.kind();
  }
  return result;
}

bool begins(const Strings& whole, const Strings& rows) {
  return rows.size() <= whole.size() && std::equal(rows.begin(), rows.end(), whole.begin());
}

}  // namespace

TEST_CASE("An answer cut after any byte is resumed without a lost or doubled row, or is an error",
          "[bridge][fault]") {
  enum class Cut { Length, Chunked, Reset };
  const Cut how = GENERATE(Cut::Length, Cut::Chunked, Cut::Reset);
  for (const Shape& shape : shapes()) {
    ScriptedCouch couch;
    const auto client = http::Client::create(endpoint_of({&couch}));
    std::atomic<size_t> size{0};
    std::atomic<bool> cut{false};
    couch.on(shape.method, shape.path).with([&](const Asked& asked) {
      Reply reply;
      reply.body = shape.answer(asked);
      reply.chunked = how != Cut::Length;
      if (cut.exchange(false)) {
        reply.cut_after = size.load();
        reply.reset = how == Cut::Reset;
      }
      return reply;
    });
    const Result whole = read(client, shape);
    REQUIRE(whole.rows.size() == shape.rows);
    const size_t bytes = shape.answer(Asked{}).size();
    const size_t last = shape.name == "ids" ? 320 : bytes;  // those are told by the request
    for (size = 0; size < last; ++size) {
      cut = true;
      const Result got = read(client, shape);
      CAPTURE(shape.name, size.load(), static_cast<int>(how));
      if (shape.resumed) {
        REQUIRE_FALSE(got.failure);
        REQUIRE(got.rows == whole.rows);
      } else if (got.failure) {
        REQUIRE(*got.failure == http::ErrorKind::LinkFailure);
        REQUIRE(begins(whole.rows, got.rows));
      } else {
        REQUIRE(got.rows == whole.rows);
      }
    }
  }
}

TEST_CASE("An answer that stops for a while after any byte arrives whole", "[bridge][fault]") {
  for (const Shape& shape : shapes()) {
    if (shape.name != "_all_docs" && shape.name != "_find") continue;
    ScriptedCouch couch;
    const auto client = http::Client::create(endpoint_of({&couch}));
    const std::string body = shape.answer(Asked{});
    Strings whole;
    for (size_t size = 0; size <= body.size(); size += 3) {
      auto route = couch.on(shape.method, shape.path);
      route.answer(body).chunked();
      auto gate = route.hold_at(size);
      auto result = std::async(std::launch::async, [&] { return read(client, shape); });
      REQUIRE(gate.wait_until_reached());
      gate.open();
      const Result got = result.get();
      CAPTURE(shape.name, size);
      REQUIRE_FALSE(got.failure);
      REQUIRE(got.rows.size() == 5);
      if (whole.empty()) whole = got.rows;
      REQUIRE(got.rows == whole);
    }
  }
}

TEST_CASE("A server that refuses to go on in the middle ends a read with its error, or is asked again",
          "[bridge][fault]") {
  const int status = GENERATE(401, 403, 404, 429, 500, 503);
  const Shape shape = shapes().front();
  ScriptedCouch couch;
  const auto client = http::Client::create(endpoint_of({&couch}));
  std::atomic<int> calls{0};
  couch.on(shape.method, shape.path).with([&](const Asked& asked) {
    Reply reply;
    reply.body = shape.answer(asked);
    reply.chunked = true;
    const int call = ++calls;
    if (call == 1) reply.cut_after = 200;  // in the third row
    if (call == 2) {
      reply.status = status;
      reply.body = R"({"error":"no","reason":"not now"})";
    }
    return reply;
  });
  const Result got = read(client, shape);
  const bool asked_again = status == 429 || status == 503;
  CHECK(got.failure.has_value() == !asked_again);
  CHECK(got.rows.size() == (asked_again ? 5 : 2));
  if (status == 401) CHECK(got.failure == http::ErrorKind::NotAuthorized);
  if (status == 500) CHECK(got.failure == http::ErrorKind::ServerFailure);
}

TEST_CASE("A read goes on at the next server when the first one goes in the middle", "[bridge][fault]") {
  for (const Shape& shape : shapes()) {
    const std::string body = shape.answer(Asked{});
    const size_t size = shape.name == "ids" ? 300 : body.size();
    for (size_t at = 0; at < size; at += 17) {
      ScriptedCouch first, second;
      const auto client = http::Client::create(endpoint_of({&first, &second}));
      const auto answer = [&](const Asked& asked) {
        Reply reply;
        reply.body = shape.answer(asked);
        return reply;
      };
      second.on(shape.method, shape.path).with(answer);
      const Result whole = [&] {
        const auto other = http::Client::create(endpoint_of({&second}));
        return read(other, shape);
      }();
      REQUIRE(whole.rows.size() == shape.rows);
      auto route = first.on(shape.method, shape.path);
      route.answer(shape.name == "ids" ? answer_of(rows_by_id()) : body).chunked();
      const auto gate = route.hold_at(at);
      auto result = std::async(std::launch::async, [&] { return read(client, shape); });
      REQUIRE(gate.wait_until_reached());
      first.stop_listening();
      first.drop_connections();
      const Result got = result.get();
      CAPTURE(shape.name, at);
      if (shape.resumed || !got.failure) {
        REQUIRE_FALSE(got.failure);
        REQUIRE(got.rows == whole.rows);
      } else {
        REQUIRE(*got.failure == http::ErrorKind::LinkFailure);
        REQUIRE(begins(whole.rows, got.rows));
      }
    }
  }
}

TEST_CASE("A read goes on when its only server has come back, and is a broken link when it has not",
          "[bridge][fault]") {
  const bool comes_back = GENERATE(true, false);
  const Shape shape = shapes().front();
  ScriptedCouch couch;
  auto endpoint = endpoint_of({&couch});
  endpoint.retry_delay = std::chrono::milliseconds{comes_back ? 20 : 1};
  const auto client = http::Client::create(endpoint);
  auto route = couch.on(shape.method, shape.path);
  route.answer(shape.answer(Asked{})).chunked();
  const auto gate = route.hold_at(200);  // in the third row
  auto result = std::async(std::launch::async, [&] { return read(client, shape); });
  REQUIRE(gate.wait_until_reached());
  couch.stop_listening();
  couch.on(shape.method, shape.path).with([&](const Asked& asked) {
    Reply reply;
    reply.body = shape.answer(asked);
    return reply;
  });
  couch.drop_connections();
  if (comes_back) couch.listen_again();
  const Result got = result.get();
  if (comes_back) {
    CHECK_FALSE(got.failure);
    CHECK(got.rows.size() == 5);
  } else {
    CHECK(got.failure == http::ErrorKind::LinkFailure);
    CHECK(got.rows.size() == 2);
  }
}

TEST_CASE("A write whose answer is cut after any byte is never sent again, and never taken for done",
          "[bridge][fault]") {
  const std::string body =
      R"([{"ok":true,"id":"a","rev":"1-x"},{"id":"b","error":"conflict","reason":"no"}])";
  ScriptedCouch couch;
  const auto client = http::Client::create(endpoint_of({&couch}));
  for (size_t size = 0; size <= body.size(); ++size) {
    auto route = couch.on_post("/db/_bulk_docs");
    route.status(201).answer(body);
    if (size < body.size()) route.cut_after(size);
    couch.forget_asked();
    http::Request request;
    request.method = "POST";
    request.path = "/db/_bulk_docs";
    request.body = "{}";
    request.idempotent = false;
    CAPTURE(size);
    try {
      const auto response = client->start(request)->wait();
      REQUIRE(size == body.size());
      REQUIRE(response.status == 201);
      REQUIRE(response.body == body);
    } catch (const http::Error& error) {
      REQUIRE(size < body.size());
      REQUIRE(error.kind() == http::ErrorKind::LinkFailure);
    }
    REQUIRE(couch.asked().size() == 1);
  }
}

TEST_CASE("An answer whose structure is garbled at any place is an error, or nothing is changed by it",
          "[bridge][fault]") {
  test::model::FakeCouch model;
  const auto table = model.table("film", {test::model::column("title", sql::TypeKind::Varchar),
                                          test::model::column("year", sql::TypeKind::BigInt),
                                          test::model::column("cast.lead", sql::TypeKind::Varchar)});
  std::vector<uint32_t> columns;
  for (uint32_t i = 0; i < table->columns.size(); ++i) columns.push_back(i);
  const auto cells_of = [&](const std::string& body) -> std::optional<Strings> {
    try {
      Strings cells;
      http::RowFramer framer;
      sql::decode::Decoder decoder{{table, sql::decode::Envelope::Row, true, columns},
                                   sql::MismatchPolicy::Null};
      std::string_view input{body}, piece;
      std::string row;
      for (;;) {
        const auto found = framer.next(input, piece);
        row += piece;
        if (found == http::RowFramer::Found::More) break;
        row += '\0';
        decoder.load({row.data(), row.size() - 1});
        while (decoder.next())
          for (size_t i = 0; i < columns.size(); ++i) cells.push_back(test::model::text_of(decoder.cell(i)));
        row.clear();
      }
      framer.finish();
      return cells;
    } catch (const http::Error&) {
      return std::nullopt;
    } catch (const sql::Error&) {
      return std::nullopt;
    }
  };
  const auto row = [](std::string_view id, std::string_view rest) {
    return fmt::format(
        R"({{"id":"{0}","key":"{0}","value":{{"rev":"1-x"}},"doc":{{"_id":"{0}","_rev":"1-x","type":"film",{1}}}}})",
        id, rest);
  };
  const std::string body = answer_of(
      {row("a", R"("title":"Ran","year":1985,"tags":["x",{"y":["p","q"]}],"cast":{"lead":"N","n":null})"),
       row("b", R"("year":2.5e3,"cast":{"lead":"M"},"seen":true,"title":"Q \"A\" \\")")});
  const auto whole = cells_of(body);
  REQUIRE(whole);
  REQUIRE(whole->size() == 2 * columns.size());
  constexpr std::string_view structure = "{}[],:\"";
  constexpr std::string_view wrong = "{}[],:\"x1 \\\x01";
  size_t noticed = 0;
  for (size_t i = 0; i < body.size(); ++i) {
    if (structure.find(body[i]) == std::string_view::npos || (i > 0 && body[i - 1] == '\\')) continue;
    std::vector<std::string> garbled{body, body, body.substr(0, i)};
    garbled[0].erase(i, 1);
    garbled[1].insert(i, 1, body[i]);
    for (const char c : wrong) {
      if (c == body[i]) continue;
      garbled.push_back(body);
      garbled.back()[i] = c;
    }
    for (const auto& text : garbled) {
      INFO(i << ": " << text);
      const auto cells = cells_of(text);
      if (!cells) ++noticed;
      if (cells) REQUIRE(*cells == *whole);
    }
  }
  CHECK(noticed > 1000);
}
