// Any SQL over a small CouchDB in memory, planned and run twice: where indexes and costs give the planner
// every way it knows, and where there is nothing but whole reads. Both answer, or throw an Error; where SQL
// leaves no choice of rows, both give the same ones.
#include <algorithm>
#include <atomic>
#include <cctype>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "sql/error.h"
#include "sql/session.h"
#include "tests/support/cells.h"
#include "tests/support/fake_couch.h"

using namespace couch::sql;
using couch::test::model::column;
using couch::test::model::FakeCouch;

namespace {

constexpr const char* cities[] = {"Rome", "Oslo", "Łódź", "Ürgüp", "rome", ""};

std::unique_ptr<FakeCouch> couch_with(bool indexes) {
  auto couch = std::make_unique<FakeCouch>("shop");
  for (int i = 0; i < 40; ++i) {
    std::string person = "{\"_id\":\"p" + std::to_string(i) + "\",\"type\":\"person\"";
    if (i % 7) person += ",\"age\":" + std::to_string(i % 9);
    if (i % 5) person += ",\"name\":\"n" + std::to_string(i % 6) + '"';
    if (i % 11 == 3) person += ",\"active\":null";
    if (i % 4 == 1) person += i % 8 == 1 ? ",\"active\":true" : ",\"active\":false";
    if (i % 3) person += ",\"addr\":{\"city\":\"" + std::string(cities[i % 6]) + "\"}";
    if (i % 6) person += ",\"since\":\"202" + std::to_string(i % 5) + "-01-1" + std::to_string(i % 9) + '"';
    if (i % 13 == 0)
      person += ",\"score\":\"wrong class\"";
    else if (i % 2)
      person += ",\"score\":" + std::to_string(i) + ".5";
    couch->put(person + "}");
  }
  for (int i = 0; i < 25; ++i)
    couch->put("{\"_id\":\"o" + std::to_string(i) + "\",\"type\":\"orders\",\"person_id\":\"p" +
               std::to_string(i * 3 % 50) + "\",\"amount\":" + std::to_string(i % 4 * 10) + ",\"code\":\"n" +
               std::to_string(i % 8) + "\"}");
  couch->table("person", {column("type", TypeKind::Varchar), column("name", TypeKind::Varchar),
                          column("age", TypeKind::BigInt), column("active", TypeKind::Bit),
                          column("since", TypeKind::Date), column("score", TypeKind::Double),
                          column("addr.city", TypeKind::Varchar)});
  couch->table("orders", {column("type", TypeKind::Varchar), column("person_id", TypeKind::Varchar),
                          column("amount", TypeKind::BigInt), column("code", TypeKind::Varchar)});
  if (!indexes) return couch;
  couch->index("by_age", {{"type"}, {"age"}});
  couch->index("by_name", {{"type"}, {"name"}, {"age"}});
  couch->index("by_city", {{"addr", "city"}});
  couch->index("by_active", {{"type"}, {"active"}});
  couch->index("by_since", {{"type"}, {"since"}});
  couch->index("by_score", {{"score"}});
  couch->index("by_amount", {{"type"}, {"amount"}});
  couch->index("by_code", {{"type"}, {"code"}});
  couch->index("by_person", {{"person_id"}, {"type"}});
  couch->database_facts.documents = 1'000'000;  // so that the ways cost what they cost in large databases
  return couch;
}

// Ends what runs too long: WITH RECURSIVE may.
class Limit {
 public:
  Limit() : thread_([this] { watch(); }) { thread_.detach(); }
  std::atomic<bool> stop{false};

  void begin() {
    std::scoped_lock lock(mutex_);
    stop = false;
    end_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
  }
  void end() {
    std::scoped_lock lock(mutex_);
    end_.reset();
  }

 private:
  void watch() {
    while (true) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      std::scoped_lock lock(mutex_);
      if (end_ && std::chrono::steady_clock::now() > *end_) stop = true;
    }
  }
  std::mutex mutex_;
  std::optional<std::chrono::steady_clock::time_point> end_;
  std::thread thread_;
};

struct Answer {
  std::optional<StatementKind> kind;  // none: it was refused
  bool failed = false;
  std::vector<std::string> rows;
};

Answer answer(std::string_view text, FakeCouch& couch) {
  static Limit& limit = *new Limit;
  Answer out;
  try {
    const auto prepared = prepare(text, couch, Options{});
    out.kind = prepared->kind();
    if (prepared->kind() == StatementKind::Refresh) return out;
    const std::vector<Value> parameters(prepared->parameters().size(), Value{int64_t{3}});
    limit.begin();
    const auto rows = prepared->execute(
        parameters, {.documents = couch, .stop = limit.stop, .limit = 20000, .catalog = &couch});
    while (rows->next()) {
      std::string row;
      for (size_t i = 0; i < rows->columns().size(); ++i)
        row += couch::test::model::text_of(rows->cell(i)) + '|';
      out.rows.push_back(std::move(row));
    }
  } catch (const Error&) {
    out.failed = true;
  }
  limit.end();
  couch.requests.clear();
  couch.writes.clear();
  couch.actions.clear();
  couch.told.clear();
  couch.redefinitions.clear();
  std::sort(out.rows.begin(), out.rows.end());
  return out;
}

// Words with which SQL lets the engine choose which rows, or which of equal values, there are.
bool leaves_a_choice(std::string_view text) {
  std::string upper;
  for (const char c : text) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const char* word :
       {"LIMIT", "OFFSET", "FETCH", "TOP", "RAND", "NOW", "CUR",   "OVER",    "AGG", "CONCAT",
        "SUM",   "AVG",    "STD",   "VAR", "REV",  "DOC", "LOCAL", "EXPLAIN", "/*+", "SCORE"})
    if (upper.find(word) != std::string::npos) return true;
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static std::unique_ptr<FakeCouch> indexed = couch_with(true), plain = couch_with(false);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Answer one = answer(text, *indexed), other = answer(text, *plain);
  if (one.kind && *one.kind == StatementKind::Query) {
    if (one.failed || other.failed || leaves_a_choice(text) || one.rows == other.rows) return 0;
    std::fprintf(stderr, "two answers (%zu rows with indexes, %zu without)\n  %.*s\n", one.rows.size(),
                 other.rows.size(), static_cast<int>(size), text.data());
    for (size_t i = 0; i < std::max(one.rows.size(), other.rows.size()); ++i)
      std::fprintf(stderr, "  %s\t%s\n", i < one.rows.size() ? one.rows[i].c_str() : "-",
                   i < other.rows.size() ? other.rows[i].c_str() : "-");
    std::abort();
  }
  if (one.kind && *one.kind != StatementKind::Explain) {  // it may have changed something
    indexed = couch_with(true);
    plain = couch_with(false);
  }
  return 0;
}
