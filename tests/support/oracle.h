#pragma once
// An independent judge of what a query returns: SQLite, asked directly, over the values of the documents
// loaded as tables. Text is compared as the server compares it. It shares SQLite's faults
// (docs/architecture.md), so what these concern is generated away.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct sqlite3;
struct UCollator;

namespace couch::judge {

// How text is ordered and what is equal: CouchDB's (ICU root with all defaults) or by code points (PouchDB).
class TextOrder {
 public:
  enum class Kind { Icu, Binary };
  explicit TextOrder(Kind kind);
  ~TextOrder();
  TextOrder(const TextOrder&) = delete;
  TextOrder& operator=(const TextOrder&) = delete;
  int compare(std::string_view a, std::string_view b) const;  // < 0, 0, > 0
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
  UCollator* collator_ = nullptr;
};

// LIKE as SQL defines it: % any text, _ one code point, case and accents distinct. nullopt: a bad escape.
std::optional<bool> like(std::string_view text, std::string_view pattern, std::optional<char32_t> escape);

using OracleValue = std::variant<std::monostate, int64_t, double, std::string>;
using OracleRow = std::vector<OracleValue>;

struct OracleColumn {
  std::string name;
  bool collated = false;  // text in the server's order; otherwise binary
};

class Oracle {
 public:
  explicit Oracle(const TextOrder& order);  // which must outlive it
  ~Oracle();
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  void create(const std::string& table, const std::vector<OracleColumn>& columns);
  void insert(const std::string& table, const std::vector<OracleRow>& rows);
  void run(const std::string& sql);                      // a statement without rows
  std::vector<OracleRow> query(const std::string& sql);  // throws std::runtime_error with SQLite's message

 private:
  sqlite3* database_ = nullptr;
};

std::string to_text(const OracleValue& value);
std::string quoted_name(std::string_view identifier);  // "identifier"

}  // namespace couch::judge
