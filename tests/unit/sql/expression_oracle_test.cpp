// Random expressions, each made together with the value that SQL gives it, so that no other engine is the
// judge.
#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <random>

#include "sqlite_shop.h"

using namespace couch::sql;
using couch::sql::test::SqliteShop;

namespace {

template <class T>
struct Made {
  std::string sql;
  std::optional<T> value;  // nullopt: NULL
};
using Bool = Made<bool>;
using Number = Made<int64_t>;
using Text = Made<std::string>;

class Maker {
 public:
  explicit Maker(uint32_t seed) : random_(seed) {}

  Bool boolean(int depth) {
    switch (pick(depth > 0 ? 12 : 2)) {
      case 0: return pick(2) ? Bool{"TRUE", true} : Bool{"FALSE", false};
      case 1: return {"(NULL = 1)", std::nullopt};
      case 2: return negation(boolean(depth - 1));
      case 3: return logical(depth, true);
      case 4: return logical(depth, false);
      case 5: return compared(number(depth - 1), number(depth - 1));
      case 6: return compared(text(depth - 1), text(depth - 1));
      case 7: return between(number(depth - 1), number(depth - 1), number(depth - 1));
      case 8: return in(number(depth - 1), depth);
      case 9: return in(text(depth - 1), depth);
      case 10: {
        Number n = number(depth - 1);
        bool negated = pick(2) == 0;
        return {"(" + n.sql + (negated ? " IS NOT NULL)" : " IS NULL)"), n.value.has_value() == negated};
      }
      default: {
        Bool b = boolean(depth - 1);
        switch (pick(3)) {
          case 0: return {"(" + b.sql + " IS TRUE)", b.value == true};
          case 1: return {"(" + b.sql + " IS NOT FALSE)", b.value != false};
          default: return {"(" + b.sql + " IS UNKNOWN)", !b.value};
        }
      }
    }
  }

  Number number(int depth) {
    switch (pick(depth > 0 ? 8 : 2)) {
      case 0: {
        int64_t n = pick(7) - 3;
        // A quoted number is the same number, where the other side is one.
        return {n < 0 ? "(" + std::to_string(n) + ")" : std::to_string(n), n};
      }
      case 1:
        return pick(3) ? Number{"CAST(" + std::to_string(pick(9)) + " AS BIGINT)", last_}
                       : Number{"CAST(NULL AS BIGINT)", std::nullopt};
      case 2: return arithmetic(number(depth - 1), '+', number(depth - 1));
      case 3: return arithmetic(number(depth - 1), '-', number(depth - 1));
      case 4: return arithmetic(number(depth - 1), '*', Number{"2", 2});
      case 5: {
        int64_t divisor = pick(2) ? 3 : -2;
        return arithmetic(number(depth - 1), '/', {"(" + std::to_string(divisor) + ")", divisor});
      }
      case 6: {
        Bool when = boolean(depth - 1);
        Number then = number(depth - 1), otherwise = number(depth - 1);
        return {"(CASE WHEN " + when.sql + " THEN " + then.sql + " ELSE " + otherwise.sql + " END)",
                when.value == true ? then.value : otherwise.value};
      }
      default: {
        Text t = text(depth - 1);
        return {"CHAR_LENGTH(" + t.sql + ")",
                t.value ? std::optional(static_cast<int64_t>(t.value->size())) : std::nullopt};
      }
    }
  }

  Text text(int depth) {
    static const std::vector<std::string> words{"", "a", "b", "ab", "ba", "abc"};
    switch (pick(depth > 0 ? 5 : 2)) {
      case 0: {
        const std::string& word = words[static_cast<size_t>(pick(static_cast<int>(words.size())))];
        return {"'" + word + "'", word};
      }
      case 1: return {"CAST(NULL AS VARCHAR(5))", std::nullopt};
      case 2: {
        Text a = text(depth - 1), b = text(depth - 1);
        return {"(" + a.sql + " || " + b.sql + ")",
                a.value && b.value ? std::optional(*a.value + *b.value) : std::nullopt};
      }
      case 3: {
        Text a = text(depth - 1), b = text(depth - 1);
        return {"COALESCE(" + a.sql + ", " + b.sql + ")", a.value ? a.value : b.value};
      }
      default: {
        Text t = text(depth - 1);
        int64_t n = pick(3);
        return {"LEFT(" + t.sql + ", " + std::to_string(n) + ")",
                t.value ? std::optional(t.value->substr(0, static_cast<size_t>(n))) : std::nullopt};
      }
    }
  }

 private:
  int pick(int n) {
    last_ = static_cast<int>(random_() % static_cast<uint32_t>(n));
    return static_cast<int>(last_);
  }

  static Bool negation(Bool b) {
    return {"(NOT " + b.sql + ")", b.value ? std::optional(!*b.value) : std::nullopt};
  }

  Bool logical(int depth, bool conjunction) {
    Bool result = boolean(depth - 1);
    for (int i = pick(3); i >= 0; --i) {
      Bool next = boolean(depth - 1);
      result.sql = "(" + result.sql + (conjunction ? " AND " : " OR ") + next.sql + ")";
      // AND: false wins, then unknown. OR: true wins.
      if (result.value == !conjunction || next.value == !conjunction)
        result.value = !conjunction;
      else if (!result.value || !next.value)
        result.value = std::nullopt;
    }
    return result;
  }

  template <class T>
  Bool compared(const Made<T>& a, const Made<T>& b) {
    static constexpr const char* signs[] = {
        " = ", " <> ", " < ", " <= ", " > ", " >= ", " IS DISTINCT FROM "};
    int op = pick(7);
    std::optional<bool> value;
    if (op == 6)
      value = a.value != b.value;
    else if (a.value && b.value) {
      const T &x = *a.value, &y = *b.value;
      bool results[] = {x == y, x != y, x<y, x <= y, x> y, x >= y};
      value = results[op];
    }
    return {"(" + a.sql + signs[op] + b.sql + ")", value};
  }

  Bool between(const Number& x, const Number& low, const Number& high) {
    auto at_least = [](const auto& a, const auto& b) {
      return a && b ? std::optional(*a >= *b) : std::nullopt;
    };
    std::optional<bool> lower = at_least(x.value, low.value), upper = at_least(high.value, x.value), value;
    if (lower == false || upper == false)
      value = false;
    else if (lower && upper)
      value = true;
    bool negated = pick(2) == 0;
    if (negated && value) value = !*value;
    return {"(" + x.sql + (negated ? " NOT BETWEEN " : " BETWEEN ") + low.sql + " AND " + high.sql + ")",
            value};
  }

  Number arithmetic(const Number& a, char sign, const Number& b) {
    std::optional<int64_t> value;
    if (a.value && b.value) {
      int64_t x = *a.value, y = *b.value;
      value = sign == '+' ? x + y : sign == '-' ? x - y : sign == '*' ? x * y : x / y;
    }
    return {"(" + a.sql + ' ' + sign + ' ' + b.sql + ")", value};
  }

  template <class T>
  Bool in(const Made<T>& x, int depth) {
    std::string list;
    bool found = false, unknown = !x.value;
    for (int i = pick(3); i >= 0; --i) {
      Made<T> item = make(x, depth - 1);
      list += (list.empty() ? "" : ", ") + item.sql;
      if (!item.value)
        unknown = true;
      else if (x.value && *x.value == *item.value)
        found = true;
    }
    bool negated = pick(2) == 0;
    std::optional<bool> value;
    if (x.value && found)
      value = !negated;
    else if (!unknown)
      value = negated;
    return {"(" + x.sql + (negated ? " NOT IN (" : " IN (") + list + "))", value};
  }
  Number make(const Number&, int depth) { return number(depth); }
  Text make(const Text&, int depth) { return text(depth); }

  std::mt19937 random_;
  int64_t last_ = 0;
};

std::string shown(const std::optional<bool>& v) { return !v ? "~" : *v ? "true" : "false"; }
std::string shown(const std::optional<int64_t>& v) { return v ? std::to_string(*v) : "~"; }
std::string shown(const std::optional<std::string>& v) { return v ? *v : "~"; }

}  // namespace

TEST_CASE("Random expressions have SQL's values", "[sqlite][oracle]") {
  for (uint32_t seed = 1; seed <= 40; ++seed) {
    Maker maker(seed);
    std::vector<std::pair<std::string, std::string>> cases;
    for (int i = 0; i < 25; ++i) {
      auto b = maker.boolean(3);
      auto n = maker.number(3);
      auto t = maker.text(3);
      cases.emplace_back(b.sql, shown(b.value));
      cases.emplace_back(n.sql, shown(n.value));
      cases.emplace_back(t.sql, shown(t.value));
    }
    SqliteShop shop;
    std::string list, expected;
    for (const auto& [sql, value] : cases) {
      list += (list.empty() ? "" : ", ") + sql;
      expected += (expected.empty() && list == sql ? "" : "|") + value;
    }
    if (shop.value(list) == expected) {
      SUCCEED();
      continue;
    }
    for (const auto& [sql, value] : cases) {  // which one
      INFO("seed " << seed << ": " << sql);
      CHECK(shop.value(sql) == value);
    }
  }
}
