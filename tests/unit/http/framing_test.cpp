#include "http/framing.h"

#include <catch2/catch.hpp>

#include "tests/unit/http/expect.h"

using namespace couch::http;
using namespace couch::test;

namespace {

struct Framed {
  Rows rows;
  std::string envelope;
};

// Rows of the chunks, put together from their pieces.
void feed(RowFramer& framer, std::string_view chunk, Framed& into, std::string& row) {
  for (std::string_view piece;;) {
    const auto found = framer.next(chunk, piece);
    row.append(piece);
    if (found == RowFramer::Found::More) return;
    into.rows.push_back(std::move(row));
    row.clear();
  }
}

Framed frame(std::initializer_list<std::string_view> chunks) {
  RowFramer framer;
  Framed result;
  std::string row;
  for (const auto chunk : chunks) feed(framer, chunk, result, row);
  framer.finish();
  result.envelope = framer.envelope();
  return result;
}

const std::string nasty =
    "\r\n {\"total_rows\":2,\"odd \\\" [name\":[{\"rows\":[1]},\"]}\"],\"rows\" : [\r\n"
    "{\"id\":\"a\\\\\",\"v\":\"x\\\"]}{[,\\u0000\",\"n\":{\"rows\":[[],{}]}} ,\n\"text, "
    "]\",-1.5e+3,true\r,null,[ ],{},"
    "{\"error\":\"a row like any other\"},[{\"rows\":1}],\"😀\"\r\n],"
    "\"docs\":[1,2],\"bookmark\" :\"nil\", \"n\":-0.5}\n \r\n";
const Rows nasty_rows{R"({"id":"a\\","v":"x\"]}{[,\u0000","n":{"rows":[[],{}]}})",
                      "\"text, ]\"",
                      "-1.5e+3",
                      "true",
                      "null",
                      "[ ]",
                      "{}",
                      R"({"error":"a row like any other"})",
                      R"([{"rows":1}])",
                      "\"😀\""};
const std::string nasty_envelope =
    R"({"total_rows":2,"odd \" [name":[{"rows":[1]},"]}"],"docs":[1,2],"bookmark":"nil","n":-0.5})";

}  // namespace

TEST_CASE("Rows and envelope are found by JSON, not by lines", "[http][framing]") {
  const auto framed = frame({nasty});
  CHECK(framed.rows == nasty_rows);
  CHECK(framed.envelope == nasty_envelope);
}

TEST_CASE("Rows are the same wherever the stream is cut into chunks", "[http][framing]") {
  const std::string_view all = nasty;
  for (size_t cut = 0; cut <= all.size(); ++cut) {
    const auto framed = frame({all.substr(0, cut), all.substr(cut)});
    CAPTURE(cut);
    REQUIRE(framed.rows == nasty_rows);
    REQUIRE(framed.envelope == nasty_envelope);
  }
  for (size_t piece = 1; piece < 40; ++piece) {
    RowFramer framer;
    Framed framed;
    std::string row;
    for (size_t at = 0; at < all.size(); at += piece) feed(framer, all.substr(at, piece), framed, row);
    framer.finish();
    CAPTURE(piece);
    REQUIRE(framed.rows == nasty_rows);
    REQUIRE(framer.envelope() == nasty_envelope);
  }
}

TEST_CASE("An answer cut after any byte is an error and never the end", "[http][framing]") {
  const size_t last = nasty.rfind('}');
  for (size_t size = 0; size <= last; ++size) {
    RowFramer framer;
    Framed framed;
    std::string row;
    feed(framer, std::string_view{nasty}.substr(0, size), framed, row);
    CAPTURE(size);
    CHECK_FALSE(framer.complete());
    REQUIRE(error_of([&] { framer.finish(); }).kind() == ErrorKind::LinkFailure);
    REQUIRE(framed.rows.size() <= nasty_rows.size());
    REQUIRE(std::equal(framed.rows.begin(), framed.rows.end(), nasty_rows.begin()));  // what came is whole
  }
}

TEST_CASE("Real shapes of CouchDB and PouchDB", "[http][framing]") {
  CHECK(frame({"{\"total_rows\":28,\"offset\":0,\"rows\":[\r\n\r\n]}\n"}).rows.empty());
  CHECK(frame({"{\"rows\":[]}"}).envelope == "{}");
  CHECK(frame({"[]"}).rows.empty());
  CHECK(frame({"[\"_users\",\"films\"]\n"}).rows == Rows{"\"_users\"", "\"films\""});
  CHECK(frame({"{\"results\":[\n{\"seq\":\"29-g\",\"id\":\"n\"}\n],\n\"last_seq\":\"29-g\",\"pending\":0}\n"})
            .envelope == R"({"last_seq":"29-g","pending":0})");
  CHECK(frame({"{\"docs\":[{\"_id\":\"a\"}],\r\n\"bookmark\": \"nil\",\r\n\"warning\": \"a\\nb\"}\r\n\n"})
            .envelope == R"({"bookmark":"nil","warning":"a\nb"})");
}

TEST_CASE("A second answer written into the first is an error", "[http][framing]") {
  const std::string second =
      "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\n\r\n{\"error\":\"timeout\"}";
  const std::string first = R"({"docs":[{"_id":"a"},{"_id":"b","v":[1,"x"]}],"bookmark":"nil"})";
  for (size_t at = 0; at <= first.size(); ++at) {
    CAPTURE(at);
    RowFramer framer;
    Framed framed;
    std::string row;
    REQUIRE_THROWS_AS((feed(framer, first.substr(0, at) + second, framed, row), framer.finish()), Error);
  }
}

TEST_CASE("An error instead of rows, or after them, is the server's error", "[http][framing]") {
  for (const char* body :
       {R"({"error":"timeout","reason":"The request could not be processed"})",
        R"({"rows":[{"id":"a"}],"error":"timeout","reason":"The request could not be processed"})"}) {
    const auto error = error_of([&] { frame({body}); });
    CHECK(error.kind() == ErrorKind::ServerFailure);
    CHECK(error.error() == "timeout");
    CHECK(error.reason() == "The request could not be processed");
  }
}

TEST_CASE("An error object in the place of a row is no row", "[http][framing]") {
  // CouchDB ends a list that it cannot go on with like this, in the middle of the array.
  const std::string body = "{\"rows\":[\r\n{\"id\":\"a\"},\r\n{\"error\":\"timeout\",\"reason\":\"r\"}\n";
  for (size_t cut = 0; cut <= body.size(); ++cut) {
    RowFramer framer;
    Framed framed;
    std::string row;
    feed(framer, body.substr(0, cut), framed, row);
    feed(framer, body.substr(cut), framed, row);
    CAPTURE(cut);
    REQUIRE(framed.rows == Rows{R"({"id":"a"})"});
    REQUIRE(error_of([&] { framer.finish(); }).kind() == ErrorKind::LinkFailure);
  }
}

TEST_CASE("Garbled structure is an error", "[http][framing]") {
  const std::string body =
      GENERATE(as<std::string>{}, "x", "3", "\"rows\"", "{\"rows\":[1 2]}", "{\"rows\":[1,]}",
               "{\"rows\":[,1]}", "{\"rows\":[1}", "{\"rows\":[1]]", "{\"rows\":[{\"a\":[1}]}",
               "{\"rows\":[[1})]}", "{\"rows\":[{\"a\":1]]}", "{\"rows\":[1]}}", "{\"rows\":[1]}{}",
               "{\"rows\" [1]}", "{rows:[1]}", "{\"rows\":[\"a\nb\"]}", "{\"rows\":[\"a\\\nb\"]}",
               "{\"rows\":[abc]}", "{\"rows\":[<html>]}", "{\"rows\":[1],}", "{\"rows\":[1] \"a\":1}", "{,}",
               "{\"a\":tru,\"rows\":[]}", "{\"a\":[1 2],\"rows\":[]}", "{\"a\":1}", "{}", "{\"rows\":{}}",
               "{\"rows\":3}", "[1],", "[1]]", "[}", "{]", "[1,,2]", "\xff\xfe", "[\x01]");
  CAPTURE(body);
  CHECK(error_of([&] { frame({body}); }).kind() == ErrorKind::LinkFailure);
}

TEST_CASE("Nesting is bounded", "[http][framing]") {
  const auto nested = [](size_t depth) {
    return '[' + std::string(depth, '[') + std::string(depth, ']') + ']';
  };
  CHECK(frame({nested(couch::http::detail::ValueScanner::max_depth)}).rows.size() == 1);
  CHECK_THROWS_AS(frame({nested(couch::http::detail::ValueScanner::max_depth + 1)}), Error);
}

TEST_CASE("What stands outside the rows is bounded", "[http][framing]") {
  CHECK_THROWS_AS(frame({"{\"a\":\"" + std::string(RowFramer::max_envelope, 'x') + "\",\"rows\":[]}"}),
                  Error);
  CHECK_THROWS_AS(frame({"{\"" + std::string(RowFramer::max_envelope, 'x') + "\":1,\"rows\":[]}"}), Error);
}

TEST_CASE("A row is told when what follows proves that it ended there", "[http][framing]") {
  // A brace in the place of a comma.
  RowFramer framer;
  std::string_view input = R"({"rows":[{"id":"a","key":"a"}"doc":{"n":1}}]})", piece;
  CHECK_THROWS_AS(framer.next(input, piece), Error);
}
