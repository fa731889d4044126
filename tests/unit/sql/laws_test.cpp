// The laws of push-down, on the model of CouchDB.
#include "tests/support/laws.h"

#include <catch2/catch.hpp>

#include "tests/support/fake_couch.h"

using namespace couch::test::model;

namespace {

class FakeWorld : public World {
 public:
  FakeWorld(const std::vector<Json>& documents, bool indexes) {
    couch_.table("t", random_table_columns());
    for (const auto& document : documents) couch_.put(document);
    // Others, which no query of "t" may show: a type that is equal to CouchDB, not to us; and a design
    // document.
    Json other = documents.front();
    other.set("_id", Json::string("other"));
    other.set("type", Json::string("t\x01"));
    couch_.put(other);
    other.set("_id", Json::string("_design/d"));
    other.set("type", Json::string("t"));
    couch_.put(other);
    if (!indexes) return;
    const auto& columns = random_columns();
    for (size_t i = 0; i < columns.size(); ++i) {
      couch_.index("by " + columns[i].name, {{"type"}, columns[i].path});
      const auto& second = columns[(i + 1) % columns.size()];
      couch_.index("two " + columns[i].name, {{"type"}, columns[i].path, second.path});
      couch_.index("bare " + columns[i].name, {columns[i].path});
    }
  }
  couch::sql::Documents& documents() override { return couch_; }
  couch::sql::Catalog& catalog() override { return couch_; }

 private:
  FakeCouch couch_;
};

LawSetting setting(bool indexes) {
  LawSetting out;
  out.make_world = [indexes](const std::vector<Json>& documents) {
    return std::make_unique<FakeWorld>(documents, indexes);
  };
  return out;
}

}  // namespace

TEST_CASE("Every path gives the rows for which the condition is true", "[laws]") {
  CHECK(broken_law(1000, 300, setting(false)) == "");
}

TEST_CASE("Indexes give the same rows", "[laws]") { CHECK(broken_law(2000, 300, setting(true)) == ""); }

TEST_CASE("With Collation=binary text goes down as a superset", "[laws]") {
  LawSetting binary = setting(true);
  binary.options.collation = couch::sql::CollationKind::Binary;
  binary.meaning.order = TextOrder::Bytes;
  CHECK(broken_law(3000, 300, binary) == "");
}
