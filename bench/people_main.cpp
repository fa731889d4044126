// Makes the data.
//
//   people load SERVER DATABASE COUNT   documents, and the index on type and age, built; left alone if there
//   people copy COUNT                   lines for PostgreSQL's COPY, to the standard output
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "bench/http_client.h"
#include "bench/people.h"

using namespace couch::bench;

namespace {

void load(const std::string& server, const std::string& database, int count) {
  HttpClient http{server};
  std::string answer;
  const std::string mark = fmt::format("\"doc_count\":{},", count + 1);  // with the index
  if (http.ask("GET", "/" + database, {}, &answer) == 200) {
    if (answer.find(mark) != std::string::npos) return;
    http.ask("DELETE", "/" + database, {}, &answer);
  }
  http.ask("PUT", "/" + database, {}, &answer);
  std::vector<std::string> bodies;
  const auto send = [&] {
    http.post_all("/" + database + "/_bulk_docs", bodies, 4);
    bodies.clear();
  };
  for (int i = 0; i < count;) {
    std::string body = R"({"docs":[)";
    for (const int end = std::min(count, i + 5000); i < end; ++i)
      body += (body.back() == '[' ? "" : ",") + document(person(i));
    bodies.push_back(body + "]}");
    if (bodies.size() == 20) send();
  }
  send();
  http.post("/" + database + "/_index",
            R"({"index":{"fields":["type","age"]},"ddoc":"by_age","name":"by_age","type":"json"})");
  http.get("/" + database + "/_design/by_age/_view/by_age?reduce=false&limit=1");  // built now
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "load" && argc == 5) {
    load(argv[2], argv[3], std::stoi(argv[4]));
  } else if (what == "copy" && argc == 3) {
    for (int i = 0; i < std::stoi(argv[2]); ++i) std::fputs(copy_line(person(i)).c_str(), stdout);
  } else {
    fmt::print(stderr, "people load SERVER DATABASE COUNT | people copy COUNT\n");
    return 2;
  }
}
