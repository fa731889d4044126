// Statements of several requests that a query timeout or SQLCancel ends at one in the middle: HYT00 or HY008,
// with what was done before.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/odbc/films.h"

using namespace couch::test;
using Catch::Contains;

namespace {

// Holds the first request of this kind back until it goes.
class Held {
 public:
  Held(ScriptedCouch& couch, std::string method, std::string part_of_path) : couch_(couch) {
    couch.put_between([this, method, part_of_path](const Asked& asked, const auto& carry_out) {
      if (asked.method == method && asked.path.find(part_of_path) != std::string::npos) {
        std::unique_lock lock{mutex_};
        reached_ = true;
        changed_.notify_all();
        changed_.wait(lock, [&] { return gone_; });
      }
      return carry_out();
    });
  }
  ~Held() {
    couch_.put_between({});
    std::scoped_lock lock{mutex_};
    gone_ = true;
    changed_.notify_all();
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  bool wait_until_reached() {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return reached_; });
  }

 private:
  ScriptedCouch& couch_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool reached_ = false, gone_ = false;
};

struct Case {
  std::vector<std::string> before;
  std::string sql;
  std::string method, part_of_path;  // of the request that is held
  std::string said;                  // of what was done before
};

std::vector<Case> cases() {
  const std::string table = "CREATE TABLE prize (name VARCHAR(9), worth INTEGER)";
  const std::string row = "INSERT INTO prize (_id, name, worth) VALUES ('palme', 'Palme', 5)";
  const std::string index = "CREATE INDEX names ON prize (name)";
  return {
      {{},
       "CREATE TABLE prize (name VARCHAR(9) PRIMARY KEY)",
       "POST",
       "/_index",
       "the table was created before"},
      {{},
       "CREATE TABLE prize (name VARCHAR(9) PRIMARY KEY)",
       "GET",
       "/_view/PRIMARY",
       "the table was created before"},
      {{}, "CREATE INDEX years ON film (year)", "GET", "/_view/years", "the index was created before"},
      {{},
       "CREATE VIEW by_year AS SELECT year, COUNT(*) AS films FROM film GROUP BY year",
       "GET",
       "/_view/groups",
       "the view was created before"},
      {{table, row},
       "ALTER TABLE prize ADD COLUMN city VARCHAR(9) DEFAULT 'Cannes'",
       "PUT",
       "/_design",
       "a part of ALTER TABLE was done before"},
      {{table, row},
       "ALTER TABLE prize ADD COLUMN city VARCHAR(9) DEFAULT 'Cannes'",
       "POST",
       "/_bulk_docs",
       "it is not known whether documents of prize were changed"},
      {{table, row, index},
       "ALTER TABLE prize RENAME COLUMN name TO title",
       "DELETE",
       "/_index",
       "a part of ALTER TABLE was done before"},
      {{table, row, index}, "DROP TABLE prize", "DELETE", "/_index", "a part of DROP TABLE was done before"},
      {{},
       "UPDATE film SET year = 1 WHERE _id IN ('ran', 'stalker')",
       "GET",
       "/films/stalker",
       "1 document was updated before"},
  };
}

struct Steps : Films {
  Connection c{environment, connection_string()};
  Statement st{c};

  explicit Steps(const Case& one) {
    for (const auto& sql : one.before) REQUIRE_THAT(st.exec(sql), succeeded());
    REQUIRE_THAT(st.exec("SELECT year FROM film"), succeeded());  // so the schema is known
    REQUIRE_THAT(st.close(), succeeded());
    if (one.sql.starts_with("UPDATE"))
      couch.on_post("/films/_bulk_docs")
          .status(201)
          .answer(
              R"([{"ok":true,"id":"ran","rev":"2-x"},{"id":"stalker","error":"conflict","reason":"Document update conflict."}])");
  }
};

}  // namespace

TEST_CASE("A query timeout in the middle of a statement of several steps is HYT00, and says what was done",
          "[odbc][timeout]") {
  for (const Case& one : cases()) {
    INFO(one.sql + ": " + one.method + " " + one.part_of_path);
    Steps steps{one};
    Held held{steps.couch, one.method, one.part_of_path};
    REQUIRE_THAT(steps.st.set(SQL_ATTR_QUERY_TIMEOUT, 1), succeeded());
    const auto ended = steps.st.exec(one.sql);
    CHECK_THAT(ended, failed("HYT00"));
    CHECK_THAT(ended.text(), Contains(one.said));
  }
}

TEST_CASE("SQLCancel in the middle of a statement of several steps is HY008, and says what was done",
          "[odbc][cancel]") {
  for (const Case& one : cases()) {
    INFO(one.sql + ": " + one.method + " " + one.part_of_path);
    Steps steps{one};
    Held held{steps.couch, one.method, one.part_of_path};
    SQLRETURN cancelled = SQL_ERROR;
    bool reached = false;
    std::thread other{[&] {
      reached = held.wait_until_reached();
      cancelled = SQLCancel(steps.st);
    }};
    const auto ended = steps.st.exec(one.sql);
    other.join();
    CHECK(reached);
    CHECK(cancelled == SQL_SUCCESS);
    CHECK_THAT(ended, failed("HY008"));
    CHECK_THAT(ended.text(), Contains(one.said));
  }
}
