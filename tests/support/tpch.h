#pragma once
// TPC-H's eight tables, made by a generator of our own after the specification's chapter 4 (sizes, ranges,
// correlations); the text is not dbgen's. Deterministic for a scale and seed.
#include <string>
#include <variant>
#include <vector>

namespace couch::test {

struct TpchColumn {
  std::string name;
  enum class Kind { Integer, Number, Text, Date } kind;
};
using TpchValue = std::variant<long long, double, std::string>;
struct TpchTable {
  std::string name;
  std::vector<TpchColumn> columns;
  std::vector<std::vector<TpchValue>> rows;
};

// scale 0.01: 15,000 orders, about 60,000 lineitems.
std::vector<TpchTable> tpch(double scale, unsigned seed = 1);

// The rows as bodies of _bulk_docs, `batch` documents each:
// {"_id":"lineitem:0000001","type":"lineitem","l_orderkey":…}.
std::vector<std::string> tpch_bulk_docs(const TpchTable& table, size_t batch);

}  // namespace couch::test
