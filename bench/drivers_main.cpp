// Two ODBC drivers giving the same rows: ours against another, same program, same driver manager.
//
//   drivers ROUNDS OURS OUR-SQL THEIRS THEIR-SQL [bound|getdata]...
//
// THEIRS may be several connection strings separated by newlines: the fastest of them counts.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/measure.h"
#include "bench/sql_client.h"

using namespace couch::bench;

int main(int argc, char** argv) {
  if (argc < 6) {
    fmt::print(stderr, "drivers ROUNDS OURS OUR-SQL THEIRS THEIR-SQL [bound|getdata]...\n");
    return 2;
  }
  const int rounds = std::atoi(argv[1]);
  const SqlClient our_client{argv[2]};
  Query ours{our_client, argv[3]};
  struct Rival {
    std::unique_ptr<SqlClient> client;
    std::unique_ptr<Query> query;
    double seconds = 0;
  };
  std::vector<Rival> rivals;
  for (std::string_view all = argv[4]; !all.empty();) {
    const auto end = std::min(all.find('\n'), all.size());
    Rival rival{std::make_unique<SqlClient>(std::string{all.substr(0, end)}), nullptr, 0};
    rival.query = std::make_unique<Query>(*rival.client, argv[5]);
    rivals.push_back(std::move(rival));
    all.remove_prefix(std::min(end + 1, all.size()));
  }
  std::vector<std::string> ways(argv + 6, argv + argc);
  if (ways.empty()) ways = {"bound", "getdata"};
  print_head("ours", "theirs");
  for (const auto& name : ways) {
    const Way way = name == "getdata" ? Way::GetData : Way::Bound;
    size_t best = 0;
    const Fetched mine = ours.run(way);
    for (size_t i = 0; i < rivals.size(); ++i) {
      std::vector<double> times;
      for (int k = 0; k < 3; ++k) {
        const Fetched got = rivals[i].query->run(way);
        if (got.rows != mine.rows) {
          fmt::print(stderr, "ours gives {} rows, theirs {}\n", mine.rows, got.rows);
          return 1;
        }
        times.push_back(got.last);
      }
      rivals[i].seconds = lower_quartile(times);
      if (rivals[i].seconds < rivals[best].seconds) best = i;
    }
    const Pair pair = compare(
        rounds, [&] { ours.run(way); }, [&] { rivals[best].query->run(way); });
    print_row(fmt::format("{} rows, {} (their way {} of {})", mine.rows, name, best + 1, rivals.size()), pair,
              way == Way::Bound ? 1 / 1.5 : 1 / 1.2);
  }
}
