// Reads a whole result through the driver manager and says what it took.
//
//   fetch CONNECTION-STRING SQL [bound|getdata|first] [ROWS-A-FETCH]
//
// Prints one line: rows, bytes of text, seconds to the first row and to the last, and the process's peak
// resident memory in MiB. Everything is read as SQL_C_CHAR, as a client that shows rows does. `first` stops
// after the first row.
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdlib>
#include <string_view>

#include "bench/sql_client.h"

using namespace couch::bench;

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "fetch CONNECTION-STRING SQL [bound|getdata|first] [ROWS-A-FETCH]\n");
    return 2;
  }
  const std::string_view way = argc > 3 ? argv[3] : "bound";
  const SqlClient client{argv[1]};
  Query query{client, argv[2]};
  if (way == "first") {
    fmt::print("first row after {:.1f} ms\n", query.first_row() * 1000);
    return 0;
  }
  const Fetched all = query.run(way == "getdata" ? Way::GetData : Way::Bound,
                                argc > 4 ? std::strtoul(argv[4], nullptr, 10) : 1000);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{} rows, {} bytes, first row {:.3f} s, all {:.2f} s, peak {:.1f} MiB\n", all.rows, all.bytes,
             all.first, all.last, static_cast<double>(usage.ru_maxrss) / 1024.0);
}
