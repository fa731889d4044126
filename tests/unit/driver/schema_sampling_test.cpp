#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "driver/schema/sampling.h"
#include "fake_client.h"
#include "sql/id_between.h"
#include "sql/json_text.h"

using namespace couch;
using namespace couch::driver::schema;
using couch::test::FakeAnswer;
using couch::test::FakeClient;

namespace {

// A database as _all_docs and _changes show it: ids in order, each with a type.
struct Model {
  std::map<std::string, std::string> documents;
  bool ranks = true;  // PouchDB: offset is 0 always
  uint64_t rows = 0;

  FakeAnswer answer(const http::Request& request) {
    FakeAnswer out;
    const auto parameter = [&](const char* name) {
      return FakeClient::parameter(request, name).value_or("");
    };
    const uint64_t limit = std::stoull(parameter("limit"));
    const bool down = parameter("descending") == "true";
    const std::string start = sql::string_of(parameter("startkey"));
    const auto row = [&](const auto& entry) {
      out.rows.push_back("{\"id\":" + sql::json_string(entry.first) +
                         ",\"key\":" + sql::json_string(entry.first) + ",\"value\":{},\"doc\":{\"_id\":" +
                         sql::json_string(entry.first) + ",\"type\":\"" + entry.second + "\"}}");
      ++rows;
    };
    if (down) {
      auto at = start.empty() ? documents.end() : documents.upper_bound(start);
      while (at != documents.begin() && out.rows.size() < limit) row(*--at);
    } else {
      auto at = documents.lower_bound(start);
      out.envelope = "{\"total_rows\":" + std::to_string(documents.size()) +
                     ",\"offset\":" + std::to_string(ranks ? std::distance(documents.begin(), at) : 0) + "}";
      for (; at != documents.end() && out.rows.size() < limit; ++at) row(*at);
    }
    return out;
  }
};

struct Sampled {
  std::map<std::string, uint64_t> types;
  size_t requests = 0;
};

Sampled sampled(Model& model, uint32_t size) {
  const auto client =
      std::make_shared<FakeClient>([&](const http::Request& request) { return model.answer(request); });
  SamplingOf of;
  of.database = "db";
  of.scope = "/db";
  of.documents = model.documents.size();
  of.sample_size = size;
  of.type_field = {"type"};
  Rules rules;
  rules.type_field = {"type"};
  Sample sample{rules};
  take_sample({client, nullptr, std::nullopt}, of, sample);
  Sampled out;
  for (const auto& [type, shape] : sample.types()) out.types[type] = shape.documents;
  out.requests = client->asked().size();
  return out;
}

std::string padded(int n) {
  std::string digits = std::to_string(n);
  return std::string(6 - digits.size(), '0') + digits;
}

}  // namespace

TEST_CASE("A small database is read whole, in one request", "[schema][sampling]") {
  Model model;
  for (int n = 0; n < 100; ++n) model.documents["d" + padded(n)] = n % 2 == 0 ? "even" : "odd";
  const auto got = sampled(model, 1000);
  CHECK(got.types == std::map<std::string, uint64_t>{{"even", 50}, {"odd", 50}});
  CHECK(got.requests == 1);
}

TEST_CASE("A type in the middle of a large database is found, wherever its ids lie", "[schema][sampling]") {
  const bool ranks = GENERATE(true, false);
  const std::string ids = GENERATE("prefixed", "counted", "random");
  Model model;
  model.ranks = ranks;
  std::mt19937_64 random{5};
  // 60,000 documents: "middle" is 5 % of them, far from both ends; "first" fills the start.
  for (int n = 0; n < 60'000; ++n) {
    const std::string type = n < 30'000 ? "first" : n < 33'000 ? "middle" : "last";
    std::string id;
    if (ids == "prefixed") id = (type == "first" ? "a:" : type == "middle" ? "m:" : "z:") + padded(n);
    if (ids == "counted") id = padded(n);
    if (ids == "random") id = std::to_string(random()) + padded(n);
    model.documents[id] = type;
  }
  const auto got = sampled(model, 1000);
  INFO(ids << (ranks ? " with ranks" : " without ranks"));
  CHECK(got.types.contains("first"));
  CHECK(got.types.contains("middle"));
  CHECK(got.types.contains("last"));
  CHECK(got.requests < 200);
  CHECK(model.rows < 1500);
}

TEST_CASE("A rare type with ids of its own is found beside many others", "[schema][sampling]") {
  Model model;
  for (int n = 0; n < 30'000; ++n) model.documents["log:" + padded(n)] = "log";
  for (int n = 0; n < 3; ++n) model.documents["user:" + padded(n)] = "user";
  for (int n = 0; n < 3; ++n) model.documents["config-" + padded(n)] = "config";
  const auto got = sampled(model, 1000);
  CHECK(got.types.contains("user"));
  CHECK(got.types.contains("config"));
}

TEST_CASE("Every document is sampled once at most", "[schema][sampling]") {
  Model model;
  for (int n = 0; n < 1500; ++n) model.documents["d" + padded(n)] = "t";
  const auto got = sampled(model, 1000);
  CHECK(got.types.at("t") <= 1500);
  CHECK(got.types.at("t") >= 700);
}

TEST_CASE("An id between two others is between them", "[schema][sampling][property]") {
  std::mt19937_64 random{11};
  const std::vector<std::string> letters{"a", "b", "0",   "9", "~", "é", "中", "😀", std::string(1, '\0'),
                                         "-", ":", "\x7f"};
  size_t found = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string low, high;
    for (auto n = random() % 6; n > 0; --n) low += letters[random() % letters.size()];
    for (auto n = random() % 6; n > 0; --n) high += letters[random() % letters.size()];
    if (low > high) std::swap(low, high);
    if (low == high) continue;
    const std::string middle = couch::sql::id_between(low, high);
    if (middle.empty()) continue;
    ++found;
    INFO(low << " " << middle << " " << high);
    CHECK(low < middle);
    CHECK(middle < high);
    CHECK(sql::string_of(sql::json_string(middle)) == middle);
  }
  CHECK(found > 15'000);
  CHECK(couch::sql::id_between("order:000001", "order:999999") == "order:4");
}

TEST_CASE("A word and a separator begin ids of one kind", "[schema][sampling]") {
  CHECK(past_prefix("order:0017") == "order;");
  CHECK(past_prefix("user-x") == "user.");
  CHECK(past_prefix("org.couchdb.user:bob") == "org/");
  CHECK(past_prefix("3f2504e0-4f89").empty());
  CHECK(past_prefix("plain").empty());
  CHECK(past_prefix(":x").empty());
  CHECK(past_prefix("").empty());
}
