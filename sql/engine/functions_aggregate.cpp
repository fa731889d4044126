// Aggregates, all but COUNT, MIN and MAX, which are SQLite's. They also work over windows.
#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "sql/engine/collation.h"
#include "sql/engine/decimal.h"
#include "sql/engine/function.h"
#include "sql/error.h"

namespace couch::sql::engine {

namespace {

__extension__ using Wide = __int128;

// A sum of doubles that keeps what each addition loses (Neumaier), so that the order of rows hardly matters.
class RealSum {
 public:
  void add(double x) {
    double next = sum_ + x;
    lost_ += std::fabs(sum_) >= std::fabs(x) ? (sum_ - next) + x : (x - next) + sum_;
    sum_ = next;
  }
  double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0, lost_ = 0;
};

// Whole numbers exactly, the others as doubles.
struct Sum {
  int64_t count = 0, reals = 0;
  Wide whole = 0;
  RealSum real;

  // A second argument: how many rows the value stands for.
  void take(const Arguments& a, int64_t sign) {
    if (a.null(0)) return;
    if (a.count() > 1) sign *= a.integer(1);
    count += sign;
    if (a.is_integer(0)) {
      whole += Wide{sign} * a.integer(0);
    } else {
      reals += sign;
      real.add(static_cast<double>(sign) * a.real(0));
    }
  }
  double total() const { return static_cast<double>(whole) + (reals > 0 ? real.value() : 0); }
};

template <class T>
void* make() {
  return new T();
}
template <class T>
void destroy(void* p) {
  delete static_cast<T*>(p);
}

void sum_step(void* p, const Arguments& a) { static_cast<Sum*>(p)->take(a, 1); }
void sum_inverse(void* p, const Arguments& a) { static_cast<Sum*>(p)->take(a, -1); }

int64_t narrow(Wide number) {
  if (number > INT64_MAX || number < INT64_MIN)
    throw Error(ErrorKind::OutOfRange, "a sum is out of the range of BIGINT");
  return static_cast<int64_t>(number);
}

Result sum_value(void* p, Runtime&) {
  const Sum& sum = *static_cast<Sum*>(p);
  if (sum.count == 0) return Null{};
  return sum.reals == 0 ? Result{narrow(sum.whole)} : Result{sum.total()};
}
Result real_sum_value(void* p, Runtime&) {
  const Sum& sum = *static_cast<Sum*>(p);
  return sum.count == 0 ? Result{Null{}} : Result{sum.total()};
}
Result average_value(void* p, Runtime&) {
  const Sum& sum = *static_cast<Sum*>(p);
  return sum.count == 0 ? Result{Null{}} : Result{sum.total() / static_cast<double>(sum.count)};
}
Result whole_average_value(void* p, Runtime&) {
  const Sum& sum = *static_cast<Sum*>(p);
  return sum.count == 0 ? Result{Null{}} : Result{narrow(sum.whole / sum.count)};
}

// Welford's, which can also take a value back.
struct Variance {
  int64_t count = 0;
  double mean = 0, squares = 0;
};
void variance_step(void* p, const Arguments& a) {
  auto& v = *static_cast<Variance*>(p);
  if (a.null(0)) return;
  double x = a.real(0), from = x - v.mean;
  v.mean += from / static_cast<double>(++v.count);
  v.squares += from * (x - v.mean);
}
void variance_inverse(void* p, const Arguments& a) {
  auto& v = *static_cast<Variance*>(p);
  if (a.null(0)) return;
  if (v.count == 1) {
    v = Variance{};
    return;
  }
  double x = a.real(0), from = x - v.mean;
  v.mean -= from / static_cast<double>(--v.count);
  v.squares -= from * (x - v.mean);
}
Result variance(const Variance& v, bool sample, bool root) {
  if (v.count < (sample ? 2 : 1)) return Null{};
  double result = std::max(v.squares, 0.0) / static_cast<double>(v.count - (sample ? 1 : 0));
  return root ? std::sqrt(result) : result;
}
template <bool sample, bool root>
Result variance_value(void* p, Runtime&) {
  return variance(*static_cast<Variance*>(p), sample, root);
}

struct DecimalSum {
  int64_t count = 0;
  std::string sum = "0";
};
void decimal_step(void* p, const Arguments& a) {
  auto& s = *static_cast<DecimalSum*>(p);
  if (a.null(0)) return;
  ++s.count;
  s.sum = add_decimals(s.sum, a.text(0));
}
void decimal_inverse(void* p, const Arguments& a) {
  auto& s = *static_cast<DecimalSum*>(p);
  if (a.null(0)) return;
  --s.count;
  s.sum = subtract_decimals(s.sum, a.text(0));
}
Result decimal_sum_value(void* p, Runtime&) {
  const auto& s = *static_cast<DecimalSum*>(p);
  return s.count == 0 ? Result{Null{}} : Result{s.sum};
}
Result decimal_average_value(void* p, Runtime&) {
  const auto& s = *static_cast<DecimalSum*>(p);
  return s.count == 0 ? Result{Null{}} : Result{divide_decimals(s.sum, decimal_of(s.count))};
}

// couch_string_agg(text, separator, distinct [, sort key]); distinct: 0 no, 1 by the collation, 2 by bytes.
struct StringAggregate {
  struct Item {
    std::string text, separator, key;
  };
  std::vector<Item> items;
  std::set<std::string> seen;
  bool sorted = false;
};
void string_step(void* p, const Arguments& a) {
  auto& s = *static_cast<StringAggregate*>(p);
  if (a.null(0)) return;
  std::string_view text = a.text(0);
  int64_t distinct = a.integer(2);
  if (distinct != 0 && !s.seen.insert(distinct == 1 ? text_sort_key(text) : std::string{text}).second) return;
  StringAggregate::Item item{std::string{text}, a.null(1) ? std::string{} : std::string{a.text(1)}, {}};
  if (a.count() > 3) {
    item.key = a.blob(3);
    s.sorted = true;
  }
  s.items.push_back(std::move(item));
}
void string_inverse(void* p, const Arguments& a) {
  // Frames lose their first rows first.
  auto& s = *static_cast<StringAggregate*>(p);
  if (!a.null(0) && !s.items.empty()) s.items.erase(s.items.begin());
}
Result string_value(void* p, Runtime& runtime) {
  auto& s = *static_cast<StringAggregate*>(p);
  if (s.items.empty()) return Null{};
  std::vector<const StringAggregate::Item*> order;
  for (const auto& item : s.items) order.push_back(&item);
  if (s.sorted)
    std::stable_sort(order.begin(), order.end(), [&](const auto* x, const auto* y) {
      runtime.count_comparison();
      return x->key < y->key;
    });
  std::string text;
  for (const auto* item : order) {
    if (item != order.front()) text += item->separator;
    text += item->text;
  }
  return text;
}

// A subquery that stands for a value: its one row's, or NULL for none.
struct Only {
  int64_t rows = 0;
  sqlite3_value* value = nullptr;
  ~Only() { sqlite3_value_free(value); }
};
void only_step(void* p, const Arguments& a) {
  auto& only = *static_cast<Only*>(p);
  if (++only.rows > 1)
    throw Error(ErrorKind::Cardinality, "a query that stands for a value gave more than one row");
  only.value = sqlite3_value_dup(a.value(0));
}
Result only_value(void* p, Runtime&) {
  const auto& only = *static_cast<Only*>(p);
  return only.value ? Result{only.value} : Result{Null{}};
}

// ---- keys: several values as bytes that memcmp orders

void append_big_endian(std::string& key, uint64_t bits) {
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(bits >> shift);
}

// The nearest double first, then what it is short of: exact for whole numbers beside doubles.
void append_number(std::string& key, const Arguments& a, int i) {
  double nearest = a.real(i);
  if (nearest == 0) nearest = 0;  // -0
  uint64_t bits = 0;
  static_assert(sizeof bits == sizeof nearest);
  std::copy_n(reinterpret_cast<const char*>(&nearest), sizeof bits, reinterpret_cast<char*>(&bits));
  bits = bits >> 63 ? ~bits : bits | uint64_t{1} << 63;
  append_big_endian(key, bits);
  int64_t rest = a.is_integer(i) ? static_cast<int64_t>(Wide{a.integer(i)} - static_cast<Wide>(nearest)) : 0;
  append_big_endian(key, static_cast<uint64_t>(rest) ^ uint64_t{1} << 63);
}

void append_bytes(std::string& key, std::string_view bytes) {
  for (char c : bytes) {
    key += c;
    if (c == '\0') key += '\xFF';
  }
  key.append(2, '\0');
}

std::string key_of(const Arguments& a, int i, char code) {
  std::string key;
  if (a.is_blob(i))
    append_bytes(key, a.blob(i));
  else if (!a.is_text(i))
    append_number(key, a, i);
  else if (code == 'd')
    key = decimal_sort_key(a.text(i));
  else if (code == 'c' && a.runtime().options().collation == CollationKind::Server)
    append_bytes(key, text_sort_key(a.text(i)));
  else
    append_bytes(key, a.text(i));
  return key;
}

// couch_row('cb', x, y): equal for equal rows; NULL where a value is.
Result row(const Arguments& a) {
  std::string_view codes = a.text(0);
  Blob key;
  for (int i = 1; i < a.count(); ++i) key.bytes += key_of(a, i, codes[static_cast<size_t>(i - 1)]);
  return key;
}

// couch_sort_key('c+fb-l', x, y): by each value's collation, direction ('-' descending) and place of NULLs
// (first, last).
Result sort_key(const Arguments& a) {
  std::string_view codes = a.text(0);
  Blob key;
  for (int i = 1; i < a.count(); ++i) {
    std::string_view code = codes.substr(static_cast<size_t>(i - 1) * 3, 3);
    if (a.null(i)) {
      key.bytes += code[2] == 'f' ? '\0' : '\2';
      continue;
    }
    key.bytes += '\1';
    std::string one = key_of(a, i, code[0]);
    if (code[1] == '-') {
      for (char& c : one) c = static_cast<char>(~c);
    }
    key.bytes += one;
  }
  return key;
}

}  // namespace

void add_aggregates(sqlite3* connection, Runtime& runtime) {
  static constexpr AggregateFunction functions[] = {
      {"couch_avg", 1, 2, make<Sum>, destroy<Sum>, sum_step, sum_inverse, average_value},
      {"couch_dec_avg", 1, 1, make<DecimalSum>, destroy<DecimalSum>, decimal_step, decimal_inverse,
       decimal_average_value},
      {"couch_dec_sum", 1, 1, make<DecimalSum>, destroy<DecimalSum>, decimal_step, decimal_inverse,
       decimal_sum_value},
      {"couch_only", 1, 1, make<Only>, destroy<Only>, only_step, nullptr, only_value},
      {"couch_real_sum", 1, 2, make<Sum>, destroy<Sum>, sum_step, sum_inverse, real_sum_value},
      {"couch_stddev_pop", 1, 1, make<Variance>, destroy<Variance>, variance_step, variance_inverse,
       variance_value<false, true>},
      {"couch_stddev_samp", 1, 1, make<Variance>, destroy<Variance>, variance_step, variance_inverse,
       variance_value<true, true>},
      {"couch_string_agg", 3, 4, make<StringAggregate>, destroy<StringAggregate>, string_step, string_inverse,
       string_value},
      {"couch_sum", 1, 2, make<Sum>, destroy<Sum>, sum_step, sum_inverse, sum_value},
      {"couch_var_pop", 1, 1, make<Variance>, destroy<Variance>, variance_step, variance_inverse,
       variance_value<false, false>},
      {"couch_var_samp", 1, 1, make<Variance>, destroy<Variance>, variance_step, variance_inverse,
       variance_value<true, false>},
      {"couch_whole_avg", 1, 1, make<Sum>, destroy<Sum>, sum_step, sum_inverse, whole_average_value},
  };
  for (const AggregateFunction& f : functions) add(connection, runtime, f);
  add(connection, runtime, ScalarFunction{"couch_row", 2, 101, row});
  add(connection, runtime, ScalarFunction{"couch_sort_key", 2, 101, sort_key, true});
}

}  // namespace couch::sql::engine
