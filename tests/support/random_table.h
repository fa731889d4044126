#pragma once
// A table of random documents whose SQL values are known: each field draws from a pool of JSON values with,
// beside each, what docs/sql-dialect.md and docs/type-mapping.md say it is in SQL. Deterministic for a seed,
// on every standard library.
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace couch::judge {

class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(engine_() % (static_cast<uint64_t>(high - low) + 1));
  }
  bool chance(double share) { return static_cast<double>(engine_() >> 11) * 0x1p-53 < share; }
  template <class T>
  const T& of(const std::vector<T>& list) {
    return list[static_cast<size_t>(between(0, static_cast<int64_t>(list.size()) - 1))];
  }
  size_t index(size_t count) { return static_cast<size_t>(between(0, static_cast<int64_t>(count) - 1)); }

 private:
  std::mt19937_64 engine_;
};

// A value of SQL.
struct Datum {
  enum class Kind : uint8_t { Null, Bit, Number, Text, Date, Time, Timestamp } kind = Kind::Null;
  bool bit = false;
  long double number = 0;  // exact for every integer of 64 bits and every double
  std::string
      text;  // Text; the digits of a number as SQL and JSON write it; times as 'YYYY-MM-DD HH:MM:SS[.f]'

  bool null() const { return kind == Kind::Null; }
  static Datum of_bit(bool value);
  static Datum of_integer(std::string digits);  // of any size
  static Datum of_double(double value);
  static Datum of_text(std::string text);
  static Datum of_temporal(Kind kind, std::string text);
};
std::string to_text(const Datum& datum);

enum class FieldClass : uint8_t { Id, Bit, Integer, Number, Decimal, Text, Date, Time, Timestamp, Mixed };

struct Sample {
  std::string json;
  Datum datum;
};

struct Field {
  std::string column;             // as SQL has it, without quotes: "n.x", "a\.b"
  std::vector<std::string> path;  // empty: _id
  FieldClass type;
  std::vector<Sample> pool;
  bool small = false;  // a number that arithmetic cannot make overflow
};

struct Document {
  std::string id;
  std::string json;
  std::vector<Datum> values;  // by field
};

struct RandomTable {
  std::string name;
  std::vector<Field> fields;  // the first one is _id
  std::vector<Document> documents;
  bool declared = false;  // its columns have to be declared: the values would tell other types
};

struct TableOptions {
  bool couchdb = true;      // big integers and ids past ASCII; PouchDB Server loses both
  bool mismatches = false;  // values of another class than their column's among them
  size_t documents = 60;
  // What a text field `ref` holds: ids of another table, and texts that are nearly one. Empty: no such field.
  std::vector<std::string> references = {};
  std::vector<std::string> partitions = {};  // ids begin with one of them and a colon
};
RandomTable random_table(Dice& dice, const std::string& name, const TableOptions& options);

std::string json_string(std::string_view text);

}  // namespace couch::judge
