// Ranges of documents, and indexes, as FakeCouch and the real server give them.
#include "sql/streams_in_turn.h"

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "tests/support/fake_couch.h"
#include "tests/support/json.h"

using namespace couch::sql;
using namespace couch::test::model;

namespace {

std::string ids(DocumentStream& stream) {
  std::string out;
  while (auto row = stream.next()) out += parse_json({row->data(), row->size()}).find("id")->text + " ";
  return out;
}

DocumentRequest range(std::string start, std::string end) {
  AllDocs read;
  read.start = std::move(start);
  read.end = std::move(end);
  read.inclusive_end = false;
  return {"db", {}, read};
}

FakeCouch letters() {
  FakeCouch couch;
  for (const char* id : {"a", "b", "c", "d", "e", "f"})
    couch.put(Json::object({{"_id", Json::string(id)}, {"type", Json::string("t")}}));
  return couch;
}

ViewRead of_index(std::string start, std::string end) {
  ViewRead read;
  read.design_document = read.view = "by-n";
  read.start_key = std::move(start);
  read.end_key = std::move(end);
  return read;
}

}  // namespace

TEST_CASE("Requests in turn give their rows in order, some being sent ahead", "[streams]") {
  auto couch = letters();
  auto stream = open_in_turn({range("a", "c"), range("c", "c"), range("c", "e"), range("e", "z")}, 2, couch);
  CHECK(couch.requests.size() == 2);
  CHECK(ids(*stream) == "a b c d e f ");
  CHECK(couch.requests.size() == 4);
  CHECK_FALSE(stream->next());
}

TEST_CASE("A request is divided when its turn comes, and read whole where that fails", "[streams]") {
  auto couch = letters();
  std::string divided;
  const Divide divide = [&](const DocumentRequest& request, Documents&) -> std::vector<DocumentRequest> {
    const auto& read = std::get<AllDocs>(request.what);
    divided += *read.start;
    if (*read.start == "d") throw std::runtime_error("no answer");
    return {range(*read.start, *read.start + "z"), range(*read.start + "z", *read.end)};
  };
  auto stream = open_in_turn({range("a", "d"), range("d", "f"), range("f", "z")}, 2, couch, divide);
  CHECK(divided == "a");
  CHECK(couch.requests.size() == 2);
  CHECK(ids(*stream) == "a b c d e f ");
  CHECK(divided == "adf");
  CHECK(couch.requests.size() == 5);
}

TEST_CASE("An index as a view lacks documents without its fields and bounds keys like CouchDB", "[streams]") {
  FakeCouch couch;
  couch.put(R"({"_id":"one","type":"t","n":1})");
  couch.put(R"({"_id":"two","type":"t","n":2})");
  couch.put(R"({"_id":"due","type":"t","n":2.0})");
  couch.put(R"({"_id":"null","type":"t","n":null})");
  couch.put(R"({"_id":"text","type":"t","n":"2"})");
  couch.put(R"({"_id":"none","type":"t"})");
  couch.index("by-n", {{"type"}, {"n"}});
  const auto read = [&](const ViewRead& what) { return ids(*couch.open({"db", {}, what})); };
  CHECK(read(of_index("", "")) == "null one due two text ");
  CHECK(read(of_index(R"(["t",true,0])", R"(["t",2])")) == "one due two ");
  ViewRead below = of_index(R"(["t",true,0])", R"(["t",2])");
  below.inclusive_end = false;
  CHECK(read(below) == "one ");
  ViewRead down = of_index(R"(["t",""])", R"(["t",true,0])");
  down.descending = true;
  CHECK(read(down) == "two due one ");
  down.start_key = R"(["t",2])";
  down.start_key_docid = "";
  CHECK(read(down) == "one ");
  ViewRead keys = of_index("", "");
  keys.keys = {R"(["t",2])", R"(["t",7])", R"(["t",1])"};
  CHECK(read(keys) == "due two one ");
  ViewRead count = of_index(R"(["t"])", R"(["t",{}])");
  count.reduce = true;
  count.group_level = 2;
  auto groups = couch.open({"db", {}, count});
  std::string values;
  while (auto row = groups->next())
    values += to_text(*parse_json({row->data(), row->size()}).find("value")) + " ";
  CHECK(values == "1 1 2 1 ");
}

TEST_CASE("A rank is how many ids are smaller", "[streams]") {
  auto couch = letters();
  const auto rank = [&](const std::string& from) {
    auto stream = couch.open({"db", {}, Rank{from}});
    auto row = stream->next();
    return std::string{row->data(), row->size()};
  };
  CHECK(rank("") == R"({"total":6,"rank":0,"id":"a"})");
  CHECK(rank("cc") == R"({"total":6,"rank":3,"id":"d"})");
  CHECK(rank("g") == R"({"total":6,"rank":6})");
}
