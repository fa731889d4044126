// AutoIndex=yes through the driver manager: the index that a query wants is made once, beside the query,
// whose answer is the same with and without it.
#include <algorithm>

#include "tests/odbc/films.h"

using namespace couch::test;
using Rows = std::vector<std::vector<Text>>;

namespace {

constexpr const char* index_document = "/films/_design/odbc-index%3Afilm%3Afilm_year";

// So many films that reading all of them for one is worth an index.
struct ManyFilms : Films {
  const std::string sql = "SELECT title FROM film WHERE year = 3007";
  const Rows right{{"film 3007"}};

  ManyFilms() {
    std::vector<std::string> documents;
    for (int i = 1000; i < 6000; ++i)
      documents.push_back(R"({"_id":"f)" + std::to_string(i) + R"(","type":"film","title":"film )" +
                          std::to_string(i) + R"(","year":)" + std::to_string(i) + "}");
    couch.serve_database("films", documents);
  }
  std::string automatic(const std::string& more = {}) const {
    return connection_string("AutoIndex=yes;" + more);
  }
  // The names of the indexes that were asked for.
  std::vector<std::string> wanted() const {
    std::vector<std::string> out;
    for (const auto& asked : couch.asked("POST", "/films/_index")) {
      const auto from = asked.body.find(R"("name":")") + 8;
      out.push_back(asked.body.substr(from, asked.body.find('"', from) - from));
    }
    return out;
  }
  bool there(const std::string& part) const {
    const auto all = couch.documents("films").value();
    return std::any_of(all.begin(), all.end(),
                       [&](const auto& one) { return one.find(part) != std::string::npos; });
  }
};

std::string way(Connection& c, const std::string& sql) {
  Statement st{c};
  REQUIRE_THAT(st.exec("EXPLAIN " + sql), succeeded());
  return st.rows().at(0).at(1).value_or("");
}

}  // namespace

TEST_CASE("AutoIndex=yes makes an index once, and the answer is the same before and after",
          "[odbc][autoindex]") {
  ManyFilms films;
  Connection c{films.environment, films.automatic()};
  Statement st{c};
  REQUIRE_THAT(st.prepare(films.sql), succeeded());
  for (int times = 0; times < 3; ++times) {
    REQUIRE_THAT(st.execute(), succeeded());
    CHECK(st.rows() == films.right);
    REQUIRE_THAT(st.close(), succeeded());
  }
  CHECK(films.wanted() == std::vector<std::string>{"film_year"});
  CHECK(way(c, films.sql) == "rows of index film_year");
}

TEST_CASE("AutoIndex=yes without the right to write: one warning, and the answer is right",
          "[odbc][autoindex]") {
  ManyFilms films;
  films.couch.on_post("/films/_index").error(403, "forbidden", "no design documents here");
  Connection c{films.environment, films.automatic()};
  Statement st{c};
  const auto first = st.exec(films.sql);
  CHECK_THAT(first, warned("01000"));
  CHECK_THAT(first.text(), Catch::Contains("no design documents here"));
  CHECK(st.rows() == films.right);
  REQUIRE_THAT(st.close(), succeeded());
  CHECK_THAT(st.exec(films.sql), succeeded());
  CHECK(st.rows() == films.right);
  CHECK(films.wanted().size() == 1);
}

TEST_CASE("AutoIndex=yes takes another name where its own is taken, and leaves that index alone",
          "[odbc][autoindex]") {
  ManyFilms films;
  Connection c{films.environment, films.automatic()};
  Statement st{c};
  REQUIRE_THAT(st.prepare(films.sql), succeeded());
  // Another program's, of which this connection does not know; and it is about something else.
  Connection other{films.environment, films.connection_string("MaxColumns=999;")};
  REQUIRE_THAT(Statement{other}.exec("CREATE INDEX film_year ON film (title)"), succeeded());
  CHECK_THAT(st.execute(), succeeded());
  CHECK(st.rows() == films.right);
  CHECK(films.wanted() == std::vector<std::string>{"film_year", "film_year_2"});
  CHECK(films.there(R"(["type","title"])"));
  CHECK(way(c, films.sql) == "rows of index film_year_2");
}

TEST_CASE("AutoIndex=yes: another connection that was first is no warning", "[odbc][autoindex]") {
  ManyFilms films;
  Connection c{films.environment, films.automatic()};
  Statement st{c};
  REQUIRE_THAT(st.prepare(films.sql), succeeded());
  Connection other{films.environment, films.automatic("MaxColumns=999;")};
  const auto by_the_other = [&] {
    Statement first{other};
    REQUIRE_THAT(first.exec(films.sql), succeeded());
    CHECK(first.rows() == films.right);
  };
  SECTION("before this one looks") {
    by_the_other();
    CHECK_THAT(st.execute(), succeeded());
    CHECK(films.wanted().size() == 1);
  }
  SECTION("between its look and its wish") {
    bool looked = false;
    films.couch.put_between([&](const Asked& asked, const auto& carry_out) {
      Reply reply = carry_out();
      if (asked.path == index_document && !std::exchange(looked, true)) by_the_other();
      return reply;
    });
    CHECK_THAT(st.execute(), succeeded());
    films.couch.put_between({});
    CHECK(looked);
    CHECK(films.wanted().size() == 2);
  }
  CHECK(st.rows() == films.right);
  CHECK(films.there(R"(["type","year"])"));
  CHECK(way(c, films.sql) == "rows of index film_year");
}
