// Pending changes: what they are at any moment, savepoints, limits, COMMIT.
#include "sql/change/transaction.h"

#include <catch2/catch.hpp>
#include <deque>
#include <functional>
#include <map>
#include <random>

#include "sql/change/revision.h"

using namespace couch::sql;
using namespace couch::sql::change;

namespace {

const std::atomic<bool> go{false};

std::string text(const PendingPtr& change) { return change ? change->document : "untouched"; }

template <class F>
ErrorKind kind_of(F&& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.kind();
  }
  FAIL("nothing was thrown");
  return ErrorKind::Engine;
}

// A server's revisions; what was asked and written, in order.
class Server : public Documents {
 public:
  std::map<std::string, std::string> revisions;  // by "db/id"; "x": deleted
  std::vector<std::string> log;
  std::function<WriteResult(const std::string& id)> on_write;

  std::unique_ptr<DocumentStream> open(const DocumentRequest& request) override {
    const auto& ids = std::get<ByIds>(request.what);
    CHECK_FALSE(ids.include_docs);
    std::string line = "verify " + request.database;
    std::deque<std::string> rows;
    for (const auto& id : ids.ids) {
      line += " " + id;
      const auto found = revisions.find(request.database + "/" + id);
      if (found == revisions.end())
        rows.push_back(R"({"key":")" + id + R"(","error":"not_found"})");
      else if (found->second == "x")
        rows.push_back(R"({"id":"a","key":"a","value":{"rev":"9-x","deleted":true},"doc":null})");
      else
        rows.push_back(R"({"id":"a","key":"a","value":{"rev":")" + found->second + R"("}})");
    }
    log.push_back(line);
    return std::make_unique<Stream>(std::move(rows));
  }
  std::vector<WriteResult> write(const std::string& database,
                                 std::span<const std::string> documents) override {
    std::vector<WriteResult> out;
    for (const auto& document : documents) {
      log.push_back("write " + database + " " + document);
      const std::string id = text_member(document, "_id");
      out.push_back(on_write ? on_write(id) : WriteResult{.id = id, .rev = "2-new"});
    }
    return out;
  }

 private:
  struct Stream : DocumentStream {
    explicit Stream(std::deque<std::string> r) : rows(std::move(r)) {}
    std::deque<std::string> rows;
    std::string row;
    std::optional<std::span<char>> next() override {
      if (rows.empty()) return std::nullopt;
      row = rows.front();
      rows.pop_front();
      return std::span{row.data(), row.size()};
    }
  };
};

CommitError failed_commit(Transaction& transaction, Server& server) {
  try {
    transaction.commit(server, go);
  } catch (const CommitError& error) {
    return error;
  }
  FAIL("COMMIT succeeded");
  throw;
}

}  // namespace

TEST_CASE("A revision is taken out of a document and put into it, and nothing else changes",
          "[transaction]") {
  CHECK(revision_removed(R"({"_id":"a","_rev":"1-a","n":1})") == R"({"_id":"a","n":1})");
  CHECK(revision_removed(R"({"_rev":"1-a","_id":"a"})") == R"({"_id":"a"})");
  CHECK(revision_removed(R"({ "_rev" : "1-a" , "n" : 1e-7 })") == R"({  "n" : 1e-7 })");
  CHECK(revision_removed(R"({"n":[1,{"_rev":"2"}],"_rev":"1-a"})") == R"({"n":[1,{"_rev":"2"}]})");
  CHECK(revision_removed(R"({"_rev":"1-a"})") == "{}");
  CHECK(revision_removed(R"({"\u005frev":"1","a":"\"}","_rev":"2"})") == R"({"a":"\"}"})");
  CHECK(revision_added("{}", "1-a") == R"({"_rev":"1-a"})");
  CHECK(revision_added(R"({"n":1e400})", "1-a") == R"({"_rev":"1-a","n":1e400})");
  CHECK(deletion("a\"b", "1-a") == R"({"_id":"a\"b","_rev":"1-a","_deleted":true})");
  CHECK(text_member(R"({"x":{"_id":"no"},"_id":"\u0061b"})", "_id") == "ab");
  CHECK(text_member(R"({"_id":7})", "_id").empty());
}

TEST_CASE("Pending changes keep the first revision, and an insert that is deleted is forgotten",
          "[transaction]") {
  Transaction t{1 << 20};
  CHECK(t.empty());
  t.insert("db", "a", R"({"_id":"a","n":1})");
  CHECK(kind_of([&] { t.insert("db", "a", R"({"_id":"a"})"); }) == ErrorKind::Duplicate);
  t.replace("db", "a", "", R"({"_id":"a","n":2})");
  CHECK(t.lookup("db", "a")->revision.empty());
  CHECK(t.lookup("db", "a")->document == R"({"_id":"a","n":2})");
  t.replace("db", "b", "1-b", R"({"_id":"b","_rev":"1-b","n":2})");
  CHECK(t.lookup("db", "b")->document == R"({"_id":"b","n":2})");
  t.replace("db", "b", "7-other", R"({"_id":"b","n":3})");
  CHECK(t.lookup("db", "b")->revision == "1-b");
  t.remove("db", "b", "");
  CHECK(t.lookup("db", "b")->deleted());
  CHECK(t.size() == 2);
  t.remove("db", "a", "");
  CHECK_FALSE(t.lookup("db", "a"));
  CHECK(t.size() == 1);
  CHECK(t.touches("db"));
  CHECK_FALSE(t.touches("other"));
  t.insert("db", "b", R"({"_id":"b","n":4})");  // in the place of the one that was deleted
  CHECK(t.lookup("db", "b")->revision == "1-b");
  t.rollback();
  CHECK(t.empty());
  CHECK(t.bytes() == 0);
}

TEST_CASE("TransactionMemory bounds what is pending, and what passes it changes nothing", "[transaction]") {
  Transaction t{2'000};
  const std::string big(900, 'x');
  t.insert("db", "a", R"({"_id":"a","x":")" + big + "\"}");
  CHECK(kind_of([&] { t.insert("db", "b", R"({"_id":"b","x":")" + big + "\"}"); }) ==
        ErrorKind::TransactionSize);
  CHECK(t.size() == 1);
  CHECK_FALSE(t.lookup("db", "b"));
  // A document that is changed again and again takes its place once.
  for (int i = 0; i < 100; ++i) t.replace("db", "a", "", R"({"_id":"a","x":")" + big + "\"}");
  CHECK(t.bytes() < 1'200);
  t.remove("db", "a", "");
  CHECK(t.bytes() == 0);
}

TEST_CASE("Savepoints go back to how it was, by name", "[transaction]") {
  Transaction t{1 << 20};
  t.insert("db", "a", "{1}");
  t.savepoint("one");
  t.replace("db", "a", "", "{2}");
  t.remove("db", "b", "1-b");
  t.savepoint("TWO");
  t.remove("db", "a", "");
  CHECK(kind_of([&] { t.rollback_to("three"); }) == ErrorKind::UnknownSavepoint);
  t.rollback_to("two");
  CHECK(text(t.lookup("db", "a")) == "{2}");
  t.insert("db", "c", "{c}");
  t.rollback_to("two");  // it stays
  CHECK(text(t.lookup("db", "c")) == "untouched");
  t.rollback_to("one");
  CHECK(text(t.lookup("db", "a")) == "{1}");
  CHECK(text(t.lookup("db", "b")) == "untouched");
  CHECK(kind_of([&] { t.rollback_to("two"); }) == ErrorKind::UnknownSavepoint);
  t.replace("db", "a", "", "{3}");
  t.release("one");
  CHECK(kind_of([&] { t.rollback_to("one"); }) == ErrorKind::UnknownSavepoint);
  CHECK(kind_of([&] { t.release("one"); }) == ErrorKind::UnknownSavepoint);
  CHECK(text(t.lookup("db", "a")) == "{3}");
}

TEST_CASE("A snapshot stays as it was, and a failed statement leaves nothing", "[transaction]") {
  Transaction t{1 << 20};
  t.insert("db", "a", "{1}");
  t.savepoint("s");
  const auto before = t.snapshot();
  t.replace("db", "a", "", "{2}");
  t.insert("db", "b", "{b}");
  const auto after = t.snapshot();
  CHECK(text(before->find("db", "a")) == "{1}");
  CHECK(text(before->find("db", "b")) == "untouched");
  CHECK(text(after->find("db", "a")) == "{2}");
  CHECK(before->range("db", std::nullopt, std::nullopt).size() == 1);
  CHECK(after->range("db", std::nullopt, std::nullopt).size() == 2);
  CHECK(after->range("db", "b", std::nullopt).size() == 1);
  CHECK(after->range("db", std::nullopt, "b").size() == 1);
  SECTION("ROLLBACK TO") {
    t.rollback_to("s");
    CHECK(text(t.lookup("db", "a")) == "{1}");
  }
  SECTION("ROLLBACK") {
    t.rollback();
    CHECK(t.empty());
  }
  SECTION("a statement that fails") {
    {
      Transaction::Scope scope{t};
      t.replace("db", "a", "", "{9}");
      t.insert("db", "c", "{c}");
    }
    CHECK(text(t.lookup("db", "a")) == "{2}");
    CHECK(text(t.lookup("db", "c")) == "untouched");
    {
      Transaction::Scope scope{t};
      t.insert("db", "c", "{c}");
      scope.keep();
    }
    CHECK(text(t.lookup("db", "c")) == "{c}");
  }
  CHECK(text(after->find("db", "a")) == "{2}");
  CHECK(text(after->find("db", "b")) == "{b}");
  CHECK(text(before->find("db", "a")) == "{1}");
}

TEST_CASE("Random changes, savepoints and snapshots agree with plain copies", "[transaction]") {
  std::mt19937 random{20261121};
  const auto one_of = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  using State = std::map<std::string, std::string>;
  for (int round = 0; round < 200; ++round) {
    Transaction t{1 << 20};
    State now;
    std::vector<std::pair<std::string, State>> savepoints;
    std::vector<std::pair<std::shared_ptr<const Snapshot>, State>> snapshots;
    for (int step = 0; step < 60; ++step) {
      const std::string id(1, static_cast<char>('a' + one_of(6)));
      switch (one_of(9)) {
        case 0:
        case 1:
        case 2:
          t.replace("db", id, "1-" + id, std::to_string(step));
          now[id] = std::to_string(step);
          break;
        case 3: t.remove("db", id, "1-" + id), now[id] = ""; break;
        case 4: {
          const std::string name(1, static_cast<char>('p' + one_of(3)));
          t.savepoint(name), savepoints.emplace_back(name, now);
          break;
        }
        case 5:
          if (savepoints.empty()) break;
          {
            const std::string name =
                savepoints[static_cast<size_t>(one_of(static_cast<int>(savepoints.size())))].first;
            while (savepoints.back().first != name) savepoints.pop_back();
            t.rollback_to(name), now = savepoints.back().second;
          }
          break;
        case 6:
          if (savepoints.empty()) break;
          t.release(savepoints.back().first), savepoints.pop_back();
          break;
        case 7: snapshots.emplace_back(t.snapshot(), now); break;
        default:
          if (snapshots.empty()) break;
          snapshots.erase(snapshots.begin() + one_of(static_cast<int>(snapshots.size())));
      }
      const auto same = [](const Snapshot& snapshot, const State& state) {
        State seen;
        for (const auto& [key, change] : snapshot.range("db", std::nullopt, std::nullopt))
          seen[key] = change->document;
        return seen == state && snapshot.empty() == state.empty() && snapshot.touches("db") == !state.empty();
      };
      REQUIRE(same(*t.snapshot(), now));
      REQUIRE(t.size() == now.size());
      for (const auto& [snapshot, state] : snapshots) REQUIRE(same(*snapshot, state));
    }
  }
}

TEST_CASE("COMMIT verifies every revision of every database before it writes", "[transaction][commit]") {
  Server server;
  server.revisions = {{"db/b", "1-b"}, {"db/c", "1-c"}, {"db/gone", "x"}, {"other/z", "5-z"}};
  Transaction t{1 << 20};
  t.insert("db", "a", R"({"_id":"a","n":1})");
  t.insert("db", "gone", R"({"_id":"gone"})");  // over a deleted one
  t.replace("db", "b", "1-b", R"({"_id":"b","n":2})");
  t.remove("db", "c", "1-c");
  t.replace("other", "z", "5-z", R"({"_id":"z"})");
  SECTION("all as they were") {
    const auto outcome = t.commit(server, go);
    CHECK(server.log ==
          std::vector<std::string>{"verify db a b c gone", "verify other z", R"(write db {"_id":"a","n":1})",
                                   R"(write db {"_rev":"1-b","_id":"b","n":2})",
                                   R"(write db {"_id":"c","_rev":"1-c","_deleted":true})",
                                   R"(write db {"_id":"gone"})", R"(write other {"_rev":"5-z","_id":"z"})"});
    REQUIRE(outcome.documents.size() == 5);
    CHECK(outcome.documents[1].id == "b");
    CHECK(outcome.documents[1].revision == "2-new");
    CHECK(t.empty());
  }
  SECTION("some differ: nothing is written, all is rolled back") {
    server.revisions["db/a"] = "1-a";
    server.revisions["db/b"] = "2-b";
    server.revisions.erase("other/z");
    const CommitError error = failed_commit(t, server);
    CHECK(error.kind() == ErrorKind::Conflict);
    REQUIRE(error.documents().size() == 3);
    CHECK(error.documents()[0].id == "a");
    CHECK(error.documents()[1].fate == CommitError::Fate::Conflict);
    CHECK_THAT(error.documents()[1].message, Catch::Contains("1-b") && Catch::Contains("2-b"));
    CHECK(error.documents()[2].database == "other");
    CHECK(server.log == std::vector<std::string>{"verify db a b c gone", "verify other z"});
    CHECK(t.empty());
  }
  SECTION("stopped before it writes: all of it is still pending") {
    const std::atomic<bool> stopped{true};
    CHECK(kind_of([&] { t.commit(server, stopped); }) == ErrorKind::Interrupted);
    CHECK(t.size() == 5);
    CHECK(t.commit(server, go).documents.size() == 5);
  }
}

TEST_CASE("COMMIT says of every document what became of it", "[transaction][commit]") {
  Server server;
  Transaction t{1 << 20};
  for (const char* id : {"a", "b", "c", "d"}) t.insert("db", id, std::string{R"({"_id":")"} + id + "\"}");
  t.insert("later", "z", R"({"_id":"z"})");
  using Fate = CommitError::Fate;
  const auto fates = [](const CommitError& error) {
    std::map<std::string, Fate> out;
    for (const auto& document : error.documents()) out[document.id] = document.fate;
    return out;
  };
  SECTION("a conflict at that moment") {
    server.on_write = [](const std::string& id) {
      return id == "b" ? WriteResult{.id = id, .error = "conflict", .reason = "Document update conflict."}
                       : WriteResult{.id = id, .rev = "1-" + id};
    };
    const CommitError error = failed_commit(t, server);
    CHECK(error.kind() == ErrorKind::Conflict);
    CHECK_THAT(error.what(), Catch::Contains("3 of 5 documents were written"));
    CHECK(fates(error) == std::map<std::string, Fate>{{"a", Fate::Written},
                                                      {"b", Fate::Conflict},
                                                      {"c", Fate::Written},
                                                      {"d", Fate::Written},
                                                      {"z", Fate::NotWritten}});
    CHECK(error.documents().front().id == "b");
  }
  SECTION("no answer for some") {
    server.on_write = [](const std::string& id) {
      return id < "c" ? WriteResult{.id = id, .rev = "1-" + id}
                      : WriteResult{.id = id, .reason = "the connection was reset", .unknown = true};
    };
    const CommitError error = failed_commit(t, server);
    CHECK(error.kind() == ErrorKind::CommitUnknown);
    CHECK(fates(error)["c"] == Fate::Unknown);
    CHECK(fates(error)["a"] == Fate::Written);
    CHECK_THAT(error.documents().front().message, Catch::Contains("c in db") && Catch::Contains("reset"));
  }
  SECTION("the server's own rules") {
    server.on_write = [](const std::string& id) {
      return id == "a" ? WriteResult{.id = id, .error = "forbidden", .reason = "no a"}
                       : WriteResult{.id = id, .rev = "1-" + id};
    };
    const CommitError error = failed_commit(t, server);
    CHECK(error.kind() == ErrorKind::CommitRefused);
    CHECK_THAT(error.documents().front().message, Catch::Contains("no a"));
  }
  SECTION("nothing was written") {
    server.on_write = [](const std::string& id) { return WriteResult{.id = id, .error = "conflict"}; };
    CHECK_THAT(failed_commit(t, server).what(), Catch::Contains("nothing was written"));
  }
  CHECK(t.empty());
}
