// What a connection with pending changes sees.
#include "sql/change/overlay.h"

#include <catch2/catch.hpp>

#include "tests/support/fake_couch.h"
#include "tests/support/laws.h"
#include "tests/support/run_sql.h"

using namespace couch;
using namespace couch::sql;
using namespace couch::sql::change;
using namespace couch::test::model;

namespace {

std::vector<std::string> answer(Documents& documents, DocumentRequest request) {
  std::vector<std::string> out;
  const auto stream = documents.open(request);
  while (auto row = stream->next()) out.emplace_back(row->data(), row->size());
  return out;
}

// The ids of rows, in their order; "-" for a document that is not there.
std::string ids(const std::vector<std::string>& rows) {
  std::string out;
  for (const auto& row : rows) {
    const Json json = parse_json(row);
    const Json* id = json.find("id") ? json.find("id") : json.find("_id");
    out += (out.empty() ? "" : " ") + (id && !json.find("error") ? id->text : std::string{"-"});
  }
  return out;
}

AllDocs range(std::optional<std::string> start, std::optional<std::string> end) {
  AllDocs read;
  read.start = std::move(start);
  read.end = std::move(end);
  return read;
}

// On the server a, c, e, g; e is changed, c deleted, b and h are new.
struct Changed {
  FakeCouch couch;
  Transaction transaction{1 << 20};

  Changed() {
    for (const char* id : {"a", "c", "e", "g"})
      couch.put(std::string{R"({"_id":")"} + id + R"(","type":"t","n":1})");
    transaction.replace("db", "e", "1-2", R"({"_id":"e","_rev":"1-2","type":"t","n":5})");
    transaction.remove("db", "c", "1-1");
    transaction.insert("db", "b", R"({"_id":"b","type":"t","n":2})");
    transaction.insert("db", "h", R"({"_id":"h","type":"t","n":8})");
  }
  OverlayDocuments documents() { return {couch, transaction}; }
};

}  // namespace

TEST_CASE("_all_docs has own documents where their ids belong", "[transaction][overlay]") {
  Changed changed;
  auto documents = changed.documents();
  const auto ids_of = [&](AllDocs read) { return ids(answer(documents, {"db", {}, std::move(read)})); };
  CHECK(ids_of({}) == "a b e g h");
  CHECK(ids_of(range("b", "e")) == "b e");
  CHECK(ids_of(range("c", "d")).empty());
  auto read = range("a", "e");
  read.inclusive_end = false;
  CHECK(ids_of(read) == "a b");
  read = range("g", "b");
  read.descending = true;
  CHECK(ids_of(read) == "g e b");
  read = {};
  read.limit = 3;
  CHECK(ids_of(read) == "a b e");
  read.descending = true;
  CHECK(ids_of(read) == "h g e");
  read.limit = 0;
  CHECK(ids_of(read).empty());
  // With own contents, and without a revision.
  const auto rows = answer(documents, {"db", {}, range("e", "e")});
  REQUIRE(rows.size() == 1);
  CHECK(rows[0] == R"({"id":"e","key":"e","value":{},"doc":{"_id":"e","type":"t","n":5}})");
  read = range("b", "b");
  read.include_docs = false;
  CHECK(answer(documents, {"db", {}, read})[0] == R"({"id":"b","key":"b","value":{}})");
}

TEST_CASE("_all_docs of a partition has own documents of that partition", "[transaction][overlay]") {
  FakeCouch couch;
  Transaction transaction{1 << 20};
  for (const char* id : {"p:1", "pa:1", "q:1"})
    transaction.insert("db", id, std::string{R"({"_id":")"} + id + "\"}");
  OverlayDocuments documents{couch, transaction};
  CHECK(ids(answer(documents, {"db", "p", AllDocs{}})) == "p:1");
}

TEST_CASE("_all_docs by keys answers one row an id, in their order", "[transaction][overlay]") {
  Changed changed;
  auto documents = changed.documents();
  CHECK(ids(answer(documents, {"db", {}, ByIds{{"h", "c", "x", "a", "h", "e"}}})) == "h - - a h e");
  // The server is asked for what is not changed, or for nothing.
  CHECK(std::get<ByIds>(changed.couch.requests.back().what).ids == std::vector<std::string>{"x", "a"});
  changed.couch.requests.clear();
  CHECK(ids(answer(documents, {"db", {}, ByIds{{"b", "c"}, false}})) == "b -");
  CHECK(changed.couch.requests.empty());
}

TEST_CASE("_find has own documents last; what cannot be merged is refused", "[transaction][overlay]") {
  Changed changed;
  auto documents = changed.documents();
  Find find;
  find.selector = R"({"type":"t"})";
  CHECK(ids(answer(documents, {"db", {}, find})) == "a g b e h");
  find.limit = 2;
  CHECK_THROWS_AS(documents.open({"db", {}, find}), Error);
  ViewRead view;
  view.design_document = "d";
  view.view = "v";
  CHECK_THROWS_WITH(documents.open({"db", {}, view}), Catch::Contains("COMMIT or ROLLBACK first"));
  const auto count = answer(documents, {"db", {}, DatabaseCount{}});
  REQUIRE(count.size() == 1);
  CHECK(parse_json(count[0]).find("doc_count")->text == "5");
  CHECK(documents.pending("db"));
  CHECK_FALSE(documents.pending("other"));
}

TEST_CASE("A statement that changes documents sees its own changes to single ones, a query does not",
          "[transaction][overlay]") {
  Changed changed;
  OverlayDocuments query{changed.couch, changed.transaction};
  OverlayDocuments change{changed.couch, changed.transaction, OverlayDocuments::For::Change};
  changed.transaction.insert("db", "new", R"({"_id":"new"})");
  CHECK(ids(answer(query, {"db", {}, ByIds{{"new"}}})) == "-");
  CHECK(ids(answer(change, {"db", {}, ByIds{{"new"}}})) == "new");
  CHECK(ids(answer(change, {"db", {}, range("m", "n~")})).empty());
  change.begin_query();
  CHECK(ids(answer(change, {"db", {}, range("m", "n~")})) == "new");
}

TEST_CASE("An answer stays what it was when changes come, or go", "[transaction][overlay]") {
  Changed changed;
  auto documents = changed.documents();
  const auto stream = documents.open({"db", {}, AllDocs{}});
  stream->next();
  changed.transaction.insert("db", "aa", R"({"_id":"aa"})");
  changed.transaction.rollback();
  size_t rows = 1;
  while (stream->next()) ++rows;
  CHECK(rows == 5);
}

namespace {

// Somebody reads `documents`, of which the server has only some, and some others: the rest is pending.
class TransactionWorld : public World {
 public:
  TransactionWorld(const std::vector<Json>& documents, bool indexes) {
    couch_.table("t", random_table_columns());
    Random random{documents.size()};
    const auto stale = [&](size_t i) {
      Json other = documents[random.below(documents.size())];
      other.set("_id", *documents[i].find("_id"));
      return other;
    };
    for (size_t i = 0; i < documents.size(); ++i) {
      const std::string id = documents[i].find("_id")->text;
      switch (random.below(5)) {
        case 0:
        case 1: couch_.put(documents[i]); break;
        case 2: transaction_.insert("db", id, to_text(documents[i])); break;
        case 3:
          couch_.put(stale(i));
          transaction_.replace("db", id, "1-x", to_text(documents[i]));
          break;
        default:
          couch_.put(documents[i]);
          Json gone = stale(i);
          gone.set("_id", Json::string(id + " gone"));
          couch_.put(gone);
          transaction_.remove("db", id + " gone", "1-x");
      }
    }
    if (transaction_.empty()) transaction_.insert("db", "other", R"({"_id":"other","type":"u"})");
    if (indexes) {
      for (const auto& column : random_columns()) couch_.index("by " + column.name, {{"type"}, column.path});
    }
    overlay_.emplace(couch_, transaction_);
  }
  Documents& documents() override { return *overlay_; }
  Catalog& catalog() override { return couch_; }

 private:
  FakeCouch couch_;
  Transaction transaction_{1 << 20};
  std::optional<OverlayDocuments> overlay_;
};

LawSetting setting(bool indexes) {
  LawSetting out;
  out.make_world = [indexes](const std::vector<Json>& documents) {
    return std::make_unique<TransactionWorld>(documents, indexes);
  };
  return out;
}

}  // namespace

TEST_CASE("A transaction's own queries see it on every path", "[transaction][overlay][laws]") {
  CHECK(broken_law(71000, 300, setting(false)) == "");
}

TEST_CASE("A transaction's own queries see it through indexes", "[transaction][overlay][laws]") {
  CHECK(broken_law(72000, 300, setting(true)) == "");
}
