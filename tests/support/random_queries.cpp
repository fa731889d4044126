#include "tests/support/random_queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace couch::judge {
namespace {

using Kind = Datum::Kind;

// ---- making

bool numeric(FieldClass type) {
  return type == FieldClass::Integer || type == FieldClass::Number || type == FieldClass::Decimal;
}
bool textual(FieldClass type) { return type == FieldClass::Text || type == FieldClass::Mixed; }

std::string sql_string(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

// SQLite's statements end at U+0000.
std::string sqlite_string(std::string_view text) {
  if (text.find('\0') == std::string_view::npos) return sql_string(text);
  std::string hex;
  for (const char c : text) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return "CAST(X'" + hex + "' AS TEXT)";
}

Node constant(Datum datum, std::string written) {
  Node node(NodeKind::Constant);
  node.datum = std::move(datum);
  node.written = std::move(written);
  return node;
}

bool fits_int64(const std::string& digits) {
  return digits.find_first_of(".e") == std::string::npos &&
         std::fabs(std::stold(digits)) < 9223372036854775807.0L;
}

class Maker {
 public:
  Maker(Dice& dice, const RandomTable& table, const QueryOptions& options)
      : dice_(dice), table_(table), options_(options) {}

  Node condition(int depth) {
    const auto roll = dice_.between(0, 99);
    if (depth > 0 && roll < 45) {
      Node node(dice_.chance(0.5) ? NodeKind::And : NodeKind::Or);
      for (auto i = dice_.between(2, 3); i > 0; --i) node.children.push_back(condition(depth - 1));
      return node;
    }
    if (depth > 0 && roll < 60) return with(NodeKind::Not, {condition(depth - 1)});
    if (depth > 0 && roll < 66) {
      auto node = with(NodeKind::IsTruth, {condition(depth - 1)});
      node.truth = static_cast<Truth>(dice_.between(0, 2));
      node.negated = dice_.chance(0.4);
      return node;
    }
    return leaf();
  }

 private:
  Node with(NodeKind kind, std::vector<Node> children) {
    Node node(kind);
    node.children = std::move(children);
    return node;
  }

  size_t field() {
    for (;;) {
      const auto at = dice_.index(table_.fields.size());
      if (options_.decimals || table_.fields[at].type != FieldClass::Decimal) return at;
    }
  }

  Node leaf() {
    const auto at = field();
    const auto type = table_.fields[at].type;
    const auto roll = dice_.between(0, 99);
    if (roll < 12) {
      auto node = with(NodeKind::IsNull, {column_node(at)});
      node.negated = dice_.chance(0.5);
      return node;
    }
    if (roll < 22) {
      auto node = with(NodeKind::Between, {value(at), rhs(at, true), rhs(at, true)});
      node.negated = dice_.chance(0.3);
      return node;
    }
    if (roll < 34) {
      auto node = with(NodeKind::In, {value(at)});
      for (auto i = dice_.between(1, 4); i > 0; --i) node.children.push_back(rhs(at, true));
      if (dice_.chance(0.08)) node.children.push_back(constant({}, "NULL"));
      node.negated = dice_.chance(0.3);
      return node;
    }
    if (roll < 40) {
      auto node = with(NodeKind::Distinct, {value(at), dice_.chance(0.2) ? constant({}, "NULL") : rhs(at)});
      node.negated = dice_.chance(0.5);
      return node;
    }
    if (roll < 55 && (textual(type) || type == FieldClass::Id)) return like_leaf(at);
    if (roll < 60 && type == FieldClass::Bit && dice_.chance(0.5))
      return column_node(at);  // a BIT is a condition
    if ((type == FieldClass::Date || type == FieldClass::Timestamp) && dice_.chance(0.25)) return year(at);
    auto node = with(NodeKind::Compare, {value(at), rhs(at)});
    node.op = static_cast<CompareOp>(dice_.between(0, 5));
    if (dice_.chance(0.1)) std::swap(node.children[0], node.children[1]);
    return node;
  }

  Node year(size_t at) {
    auto node = with(NodeKind::Compare, {with(NodeKind::Year, {column_node(at)}), year_constant()});
    node.op = static_cast<CompareOp>(dice_.between(0, 5));
    if (dice_.chance(0.3)) {
      node.kind = dice_.chance(0.5) ? NodeKind::Between : NodeKind::In;
      node.children.push_back(year_constant());
      node.negated = dice_.chance(0.3);
    }
    return node;
  }
  Node year_constant() {
    const auto digits = dice_.of(
        std::vector<std::string>{"2020", "2021", "2022", "2023", "1969", "1", "9999", "0", "-1", "10000"});
    return constant(Datum::of_integer(digits), digits);
  }

  Node like_leaf(size_t at) {
    std::string pattern;
    const auto seed = sample(at).text;
    Node node(NodeKind::Like);
    if (dice_.chance(0.4)) node.escape = dice_.chance(0.5) ? U'!' : U'\\';
    for (size_t i = 0; i < seed.size();) {
      size_t length = 1;
      while (i + length < seed.size() && (static_cast<unsigned char>(seed[i + length]) & 0xc0) == 0x80)
        ++length;
      const auto piece = seed.substr(i, length);
      i += length;
      const auto roll = dice_.between(0, 9);
      const bool special = piece == "%" || piece == "_" ||
                           (node.escape && piece == std::string(1, static_cast<char>(*node.escape)));
      if (roll == 0) {
        pattern += '_';
      } else if (roll <= 2) {
        pattern += '%';
      } else if (node.escape && special) {
        pattern += static_cast<char>(*node.escape) + piece;
      } else if (!special || !node.escape) {
        pattern += piece;
      }
    }
    if (dice_.chance(0.5)) pattern += '%';
    if (dice_.chance(0.3)) pattern.insert(0, "%");
    node.children = {column_node(at),
                     maybe_bound(constant(Datum::of_text(pattern), sql_string(pattern)), SQL_WVARCHAR)};
    node.negated = dice_.chance(0.3);
    return node;
  }

  // An expression of the field's class: mostly the column itself.
  Node value(size_t at) {
    const auto& field = table_.fields[at];
    if (!options_.computed || field.type == FieldClass::Id || dice_.chance(0.8)) return column_node(at);
    if (field.small && dice_.chance(0.6)) {
      const auto kind = static_cast<NodeKind>(static_cast<int>(NodeKind::Add) + dice_.between(0, 2));
      const auto digits = fmt::to_string(dice_.between(0, 9));
      return with(kind, {column_node(at), constant(Datum::of_integer(digits), digits)});
    }
    if (field.type == FieldClass::Text && dice_.chance(0.5))
      return with(NodeKind::Concat, {column_node(at), text_constant("x")});
    if (field.type == FieldClass::Text || numeric(field.type)) {
      if (dice_.chance(0.5)) return with(NodeKind::Coalesce, {column_node(at), plain(at)});
      return with(NodeKind::Case, {condition(0), column_node(at), plain(at)});
    }
    return column_node(at);
  }

  // What it is compared with: mostly a constant, in one of the forms that its class takes; else another
  // column of the class.
  Node rhs(size_t at, bool several = false) {
    const auto type = table_.fields[at].type;
    if (dice_.chance(0.12)) {
      std::vector<size_t> others;
      for (size_t i = 1; i < table_.fields.size(); ++i) {
        const auto other = table_.fields[i].type;
        if (other == FieldClass::Decimal && !options_.decimals) continue;
        const bool numbers =
            (numeric(type) || type == FieldClass::Bit) && (numeric(other) || other == FieldClass::Bit);
        if (!options_.mixed_times && other != type &&
            (other == FieldClass::Date || other == FieldClass::Timestamp))
          continue;
        const bool days = (type == FieldClass::Date || type == FieldClass::Timestamp) &&
                          (other == FieldClass::Date || other == FieldClass::Timestamp);
        if (i != at && ((textual(type) && textual(other)) || numbers || days)) others.push_back(i);
      }
      if (!others.empty()) return column_node(dice_.of(others));
    }
    return constant_of(at, several);
  }

  const Datum& sample(size_t at) {
    const auto& field = table_.fields[at];
    return field.type == FieldClass::Id ? dice_.of(table_.documents).values[0] : dice_.of(field.pool).datum;
  }

  Node text_constant(const std::string& text) { return constant(Datum::of_text(text), sql_string(text)); }

  Node maybe_bound(Node node, SQLSMALLINT type) {
    if (!options_.parameters || !dice_.chance(0.3)) return node;
    const auto& datum = node.datum;
    BoundValue bound;
    switch (datum.kind) {
      case Kind::Null: bound.value = std::monostate{}; break;
      case Kind::Bit: bound.value = datum.bit; break;
      case Kind::Number:
        if (fits_int64(datum.text)) {
          bound.value = static_cast<int64_t>(std::stoll(datum.text));
        } else if (datum.text.find_first_of(".e") != std::string::npos) {
          bound.value = static_cast<double>(datum.number);
        } else {
          return node;
        }
        break;
      default: bound.value = datum.text;
    }
    bound.type = type;
    node.parameter = bound;
    return node;
  }

  // The simplest form, for results that have to be of one class.
  Node plain(size_t at) {
    const auto& datum = sample(at);
    switch (datum.kind) {
      case Kind::Number: return constant(datum, datum.text);
      case Kind::Bit: return constant(datum, datum.bit ? "TRUE" : "FALSE");
      default: return text_constant(datum.text);
    }
  }

  Node constant_of(size_t at, bool several) {
    const auto& field = table_.fields[at];
    const auto& datum = sample(at);
    if (dice_.chance(0.03)) return constant({}, "NULL");
    const auto roll = dice_.between(0, 9);
    switch (field.type) {
      case FieldClass::Bit: {
        static const std::vector<std::string> yes{"TRUE", "1", "'true'", "'1'"},
            no{"FALSE", "0", "'false'", "'0'"};
        // Among several, a number beside it would want 'true' to be one.
        const auto& forms = datum.bit ? yes : no;
        return maybe_bound(constant(datum, several ? forms[dice_.index(2)] : dice_.of(forms)), SQL_BIT);
      }
      case FieldClass::Integer:
      case FieldClass::Number:
      case FieldClass::Decimal: {
        if (roll == 0) return constant(datum, sql_string(datum.text));
        if (roll == 1)
          return dice_.chance(0.5) ? constant(Datum::of_integer("1"), "TRUE")
                                   : constant(Datum::of_integer("0"), "FALSE");
        if (roll == 2 && field.type != FieldClass::Decimal)
          return maybe_bound(constant(Datum::of_double(2.5), "2.5"), 0);
        if (roll == 3 && field.type != FieldClass::Decimal)
          return constant(Datum::of_double(static_cast<double>(dice_.between(-400, 400)) / 4.0),
                          "");  // written below, by its digits
        return maybe_bound(constant(datum, datum.text), 0);
      }
      case FieldClass::Mixed:
      case FieldClass::Text:
        if (roll == 0) return constant(Datum::of_text("12"), "12");
        if (roll == 1) return constant(Datum::of_text("2.5"), "2.5");
        if (roll == 2) return constant(Datum::of_text("true"), "TRUE");
        if (roll == 3) return constant(Datum::of_text("2022-01-01"), "DATE '2022-01-01'");
        return maybe_bound(text_constant(datum.text), SQL_WVARCHAR);
      case FieldClass::Id: return maybe_bound(text_constant(datum.text), SQL_WVARCHAR);
      case FieldClass::Date: {
        if (roll == 0 && options_.mixed_times)
          return constant(Datum::of_temporal(Kind::Timestamp, datum.text + " 10:00:00"),
                          "TIMESTAMP '" + datum.text + " 10:00:00'");
        if (roll <= 3) return maybe_bound(constant(datum, sql_string(datum.text)), SQL_TYPE_DATE);
        return constant(datum, dice_.chance(0.5) ? "DATE '" + datum.text + "'" : "{d '" + datum.text + "'}");
      }
      case FieldClass::Time:
        if (roll <= 2) return maybe_bound(constant(datum, sql_string(datum.text)), 0);
        return constant(datum, dice_.chance(0.5) ? "TIME '" + datum.text + "'" : "{t '" + datum.text + "'}");
      case FieldClass::Timestamp: {
        if (roll == 0 && options_.mixed_times) {
          const auto day = datum.text.substr(0, 10);
          return constant(Datum::of_temporal(Kind::Date, day),
                          dice_.chance(0.5) ? "DATE '" + day + "'" : "'" + day + "'");
        }
        if (roll <= 3) return maybe_bound(constant(datum, sql_string(datum.text)), SQL_TYPE_TIMESTAMP);
        return constant(datum,
                        dice_.chance(0.5) ? "TIMESTAMP '" + datum.text + "'" : "{ts '" + datum.text + "'}");
      }
    }
    return constant({}, "NULL");
  }

  Dice& dice_;
  const RandomTable& table_;
  const QueryOptions& options_;
};

// ---- judging

int sign_compare(long double a, long double b) { return a < b ? -1 : a > b ? 1 : 0; }

// Digits of an integer past what long double holds exactly, sign apart, without leading zeros. Every number
// that large is one.
std::string whole_digits(const Datum& datum) {
  std::string digits = datum.text;
  if (digits.find_first_of(".e") != std::string::npos)
    digits = fmt::format("{:.0f}", static_cast<double>(datum.number));
  return digits.front() == '-' ? digits.substr(1) : digits;
}

int compare_numbers(const Datum& a, const Datum& b) {
  constexpr long double exact = 9.2e18L;
  if (std::fabs(a.number) < exact || std::fabs(b.number) < exact || (a.number < 0) != (b.number < 0))
    return sign_compare(a.number, b.number);
  const auto x = whole_digits(a), y = whole_digits(b);
  const int magnitude = x.size() != y.size() ? (x.size() < y.size() ? -1 : 1) : x.compare(y);
  return a.number < 0 ? -magnitude : magnitude;
}

std::string as_timestamp(const Datum& datum) {
  return datum.kind == Kind::Date ? datum.text + " 00:00:00" : datum.text;
}
Datum as_number(const Datum& datum) {
  return datum.kind == Kind::Bit ? Datum::of_integer(datum.bit ? "1" : "0") : datum;
}

Truth negate(Truth truth) {
  return truth == Truth::Unknown ? truth : truth == Truth::True ? Truth::False : Truth::True;
}
Truth truth_of(bool value) { return value ? Truth::True : Truth::False; }

class Judge {
 public:
  Judge(const RandomTable& table, const Document& document, const TextOrder& order)
      : table_(table), document_(document), order_(order) {}

  Truth condition(const Node& node) const {
    switch (node.kind) {
      case NodeKind::And:
      case NodeKind::Or: {
        const auto decisive = node.kind == NodeKind::And ? Truth::False : Truth::True;
        bool unknown = false;
        for (const auto& child : node.children) {
          const auto truth = condition(child);
          if (truth == decisive) return decisive;
          unknown = unknown || truth == Truth::Unknown;
        }
        return unknown ? Truth::Unknown : negate(decisive);
      }
      case NodeKind::Not: return negate(condition(node.children[0]));
      case NodeKind::IsTruth: return truth_of((condition(node.children[0]) == node.truth) != node.negated);
      case NodeKind::IsNull: return truth_of(value(node.children[0]).null() != node.negated);
      case NodeKind::Compare:
        return compared(node.op, value(node.children[0]), value(node.children[1]), binary(node));
      case NodeKind::Distinct: {
        const auto a = value(node.children[0]), b = value(node.children[1]);
        const bool same =
            a.null() || b.null() ? a.null() == b.null() : judge::compare(a, b, order_, binary(node)) == 0;
        return truth_of(same == node.negated);
      }
      case NodeKind::Between: {
        const auto subject = value(node.children[0]);
        const auto low = compared(CompareOp::GreaterEqual, subject, value(node.children[1]), binary(node));
        const auto high = compared(CompareOp::LessEqual, subject, value(node.children[2]), binary(node));
        const auto both = low == Truth::False || high == Truth::False ? Truth::False
                          : low == Truth::True && high == Truth::True ? Truth::True
                                                                      : Truth::Unknown;
        return node.negated ? negate(both) : both;
      }
      case NodeKind::In: {
        const auto subject = value(node.children[0]);
        auto found = Truth::False;
        for (size_t i = 1; i < node.children.size() && found != Truth::True; ++i) {
          const auto truth = compared(CompareOp::Equal, subject, value(node.children[i]), binary(node));
          if (truth != Truth::False) found = truth;
        }
        return node.negated ? negate(found) : found;
      }
      case NodeKind::Like: {
        const auto subject = value(node.children[0]), pattern = value(node.children[1]);
        if (subject.null() || pattern.null()) return Truth::Unknown;
        const auto match = like(subject.text, pattern.text, node.escape);
        return truth_of(match.value_or(false) != node.negated);
      }
      default: {
        const auto datum = value(node);
        return datum.null() ? Truth::Unknown : truth_of(datum.bit);
      }
    }
  }

  Datum value(const Node& node) const {
    switch (node.kind) {
      case NodeKind::Column: return document_.values[node.field];
      case NodeKind::Constant: return node.datum;
      case NodeKind::Case: return value(node.children[condition(node.children[0]) == Truth::True ? 1 : 2]);
      case NodeKind::Coalesce: {
        auto first = value(node.children[0]);
        return first.null() ? value(node.children[1]) : first;
      }
      case NodeKind::Year: {
        const auto date = value(node.children[0]);
        return date.null() ? date : Datum::of_integer(date.text.substr(0, 4));
      }
      default: break;
    }
    const auto a = value(node.children[0]), b = value(node.children[1]);
    if (a.null() || b.null()) return {};
    if (node.kind == NodeKind::Concat) return Datum::of_text(a.text + b.text);
    const auto x = static_cast<double>(a.number), y = static_cast<double>(b.number);
    return Datum::of_double(node.kind == NodeKind::Add        ? x + y
                            : node.kind == NodeKind::Subtract ? x - y
                                                              : x * y);
  }

 private:
  // _id is always compared by its bytes.
  bool binary(const Node& node) const {
    return std::any_of(node.children.begin(), node.children.end(), [&](const Node& child) {
      return child.kind == NodeKind::Column && table_.fields[child.field].type == FieldClass::Id;
    });
  }

  Truth compared(CompareOp op, const Datum& a, const Datum& b, bool binary) const {
    if (a.null() || b.null()) return Truth::Unknown;
    const int order = judge::compare(a, b, order_, binary);
    switch (op) {
      case CompareOp::Equal: return truth_of(order == 0);
      case CompareOp::NotEqual: return truth_of(order != 0);
      case CompareOp::Less: return truth_of(order < 0);
      case CompareOp::LessEqual: return truth_of(order <= 0);
      case CompareOp::Greater: return truth_of(order > 0);
      case CompareOp::GreaterEqual: return truth_of(order >= 0);
    }
    return Truth::Unknown;
  }

  const RandomTable& table_;
  const Document& document_;
  const TextOrder& order_;
};

// ---- printing

bool is_condition(const Node& node) {
  switch (node.kind) {
    case NodeKind::And:
    case NodeKind::Or:
    case NodeKind::Not:
    case NodeKind::Compare:
    case NodeKind::Distinct:
    case NodeKind::IsNull:
    case NodeKind::IsTruth:
    case NodeKind::Between:
    case NodeKind::In:
    case NodeKind::Like: return true;
    default: return false;
  }
}

class Printer {
 public:
  Printer(const RandomTable& table, Dialect dialect, const std::string& qualifier)
      : table_(table), dialect_(dialect), qualifier_(qualifier) {}
  Printed done(const Node& node) {
    const auto sql = text(node);
    return {sql, std::move(parameters_)};
  }

 private:
  std::string list(const Node& node, size_t from, const char* between) {
    std::string out;
    for (size_t i = from; i < node.children.size(); ++i)
      out += (i > from ? between : "") + text(node.children[i]);
    return out;
  }
  static const char* negation(const Node& node) { return node.negated ? "NOT " : ""; }

  std::string text(const Node& node) {
    const auto child = [&](size_t i) { return text(node.children[i]); };
    static constexpr const char* operators[] = {"=", "<>", "<", "<=", ">", ">="};
    switch (node.kind) {
      case NodeKind::Column: {
        const auto name = quoted_name(table_.fields[node.field].column);
        return qualifier_.empty() ? name : qualifier_ + "." + name;
      }
      case NodeKind::Constant: return constant_text(node);
      case NodeKind::And: return "(" + list(node, 0, " AND ") + ")";
      case NodeKind::Or: return "(" + list(node, 0, " OR ") + ")";
      case NodeKind::Not: return "(NOT " + child(0) + ")";
      case NodeKind::Compare: {
        auto left = child(0);
        return fmt::format("({} {} {})", left, operators[static_cast<size_t>(node.op)], child(1));
      }
      case NodeKind::Distinct: {
        auto left = child(0);
        if (dialect_ == Dialect::Sqlite)
          return fmt::format("({} IS {}{})", left, node.negated ? "" : "NOT ", child(1));
        return fmt::format("({} IS {}DISTINCT FROM {})", left, negation(node), child(1));
      }
      case NodeKind::IsNull: return fmt::format("({} IS {}NULL)", child(0), negation(node));
      case NodeKind::IsTruth: {
        if (node.truth == Truth::Unknown)
          return fmt::format("({} IS {}{})", child(0), negation(node),
                             dialect_ == Dialect::Sqlite ? "NULL" : "UNKNOWN");
        return fmt::format("({} IS {}{})", child(0), negation(node),
                           node.truth == Truth::True ? "TRUE" : "FALSE");
      }
      case NodeKind::Between: {
        auto subject = child(0), low = child(1);
        return fmt::format("({} {}BETWEEN {} AND {})", subject, negation(node), low, child(2));
      }
      case NodeKind::In: {
        auto subject = child(0);
        return fmt::format("({} {}IN ({}))", subject, negation(node), list(node, 1, ", "));
      }
      case NodeKind::Like: {
        auto subject = child(0), pattern = child(1);
        std::string escape;
        if (node.escape) escape = fmt::format(" ESCAPE '{}'", static_cast<char>(*node.escape));
        return fmt::format("({} {}LIKE {}{})", subject, negation(node), pattern, escape);
      }
      case NodeKind::Case: {
        auto when = child(0), then = child(1);
        return collated(node, fmt::format("(CASE WHEN {} THEN {} ELSE {} END)", when, then, child(2)));
      }
      case NodeKind::Coalesce: return collated(node, "COALESCE(" + list(node, 0, ", ") + ")");
      case NodeKind::Concat: return collated(node, "(" + list(node, 0, " || ") + ")");
      case NodeKind::Add: return "(" + list(node, 0, " + ") + ")";
      case NodeKind::Subtract: return "(" + list(node, 0, " - ") + ")";
      case NodeKind::Multiply: return "(" + list(node, 0, " * ") + ")";
      case NodeKind::Year:
        return fmt::format(fmt::runtime(dialect_ == Dialect::Sqlite ? "CAST(SUBSTR({}, 1, 4) AS INTEGER)"
                                                                     : "EXTRACT(YEAR FROM {})"),
                           child(0));
    }
    return {};
  }

  // SQLite forgets the collation of a column that is computed with.
  std::string collated(const Node& node, std::string text) {
    if (dialect_ != Dialect::Sqlite) return text;
    const bool is_text = std::any_of(node.children.begin(), node.children.end(), [&](const Node& child) {
      return child.kind == NodeKind::Column && !is_condition(node) &&
             textual(table_.fields[child.field].type);
    });
    return is_text ? text + " COLLATE server" : text;
  }

  std::string constant_text(const Node& node) {
    if (dialect_ == Dialect::Sqlite) {
      switch (node.datum.kind) {
        case Kind::Null: return "NULL";
        case Kind::Bit: return node.datum.bit ? "1" : "0";
        case Kind::Number: return node.datum.text;
        default: return sqlite_string(node.datum.text);
      }
    }
    if (node.parameter) {
      parameters_.push_back(*node.parameter);
      return "?";
    }
    return node.written.empty() ? node.datum.text : node.written;
  }

  const RandomTable& table_;
  Dialect dialect_;
  const std::string& qualifier_;
  std::vector<BoundValue> parameters_;
};

}  // namespace

Node column_node(size_t field) {
  Node node(NodeKind::Column);
  node.field = field;
  return node;
}

Node random_condition(Dice& dice, const RandomTable& table, const QueryOptions& options, int depth) {
  return Maker(dice, table, options).condition(depth);
}

Truth evaluate(const Node& condition, const RandomTable& table, const Document& document,
               const TextOrder& order) {
  return Judge(table, document, order).condition(condition);
}

int compare(const Datum& a, const Datum& b, const TextOrder& order, bool binary) {
  if (a.null() || b.null()) return a.null() && b.null() ? 0 : a.null() ? -1 : 1;
  if (a.kind == Kind::Text || b.kind == Kind::Text)
    return binary ? a.text.compare(b.text) : order.compare(a.text, b.text);
  if (a.kind == Kind::Bit || a.kind == Kind::Number) return compare_numbers(as_number(a), as_number(b));
  return a.kind == b.kind ? a.text.compare(b.text) : as_timestamp(a).compare(as_timestamp(b));
}

Printed print(const Node& node, const RandomTable& table, Dialect dialect, const std::string& qualifier) {
  return Printer(table, dialect, qualifier).done(node);
}

std::vector<Node> simpler(const Node& condition) {
  std::vector<Node> out;
  for (const auto& child : condition.children)
    if (is_condition(child)) out.push_back(child);
  const bool list =
      condition.kind == NodeKind::And || condition.kind == NodeKind::Or || condition.kind == NodeKind::In;
  const size_t least = condition.kind == NodeKind::In ? 2 : 3;
  if (list && condition.children.size() >= least + (condition.kind == NodeKind::In ? 1 : 0)) {
    for (size_t i = condition.kind == NodeKind::In ? 1 : 0; i < condition.children.size(); ++i) {
      auto fewer = condition;
      fewer.children.erase(fewer.children.begin() + static_cast<std::ptrdiff_t>(i));
      out.push_back(std::move(fewer));
    }
  }
  if (condition.negated) {
    auto plain = condition;
    plain.negated = false;
    out.push_back(std::move(plain));
  }
  for (size_t i = 0; i < condition.children.size(); ++i) {
    const auto& child = condition.children[i];
    auto replaced = condition;
    if (child.kind == NodeKind::Constant && child.parameter) {
      replaced.children[i].parameter.reset();
      out.push_back(std::move(replaced));
    } else if (is_condition(child) || !child.children.empty()) {
      for (auto& smaller : simpler(child)) {
        replaced.children[i] = std::move(smaller);
        out.push_back(replaced);
      }
      if (!is_condition(child)) {  // a computed value gives way to its column
        for (const auto& inner : child.children) {
          if (inner.kind != NodeKind::Column || child.kind == NodeKind::Year) continue;
          replaced.children[i] = inner;
          out.push_back(replaced);
        }
      }
    }
  }
  return out;
}

OracleValue oracle_value(const Datum& datum) {
  switch (datum.kind) {
    case Kind::Null: return {};
    case Kind::Bit: return static_cast<int64_t>(datum.bit);
    case Kind::Number:
      if (datum.text.find_first_of(".e") == std::string::npos)
        return static_cast<int64_t>(std::stoll(datum.text));
      return static_cast<double>(datum.number);
    default: return datum.text;
  }
}

void load(Oracle& oracle, const RandomTable& table) {
  std::vector<OracleColumn> columns;
  std::vector<size_t> used;
  for (size_t i = 0; i < table.fields.size(); ++i) {
    const auto& field = table.fields[i];
    if (field.type == FieldClass::Decimal) continue;
    used.push_back(i);
    columns.push_back({field.column, textual(field.type)});
  }
  oracle.create(table.name, columns);
  std::vector<OracleRow> rows;
  for (const auto& document : table.documents) {
    auto& row = rows.emplace_back();
    for (const auto i : used) row.push_back(oracle_value(document.values[i]));
  }
  oracle.insert(table.name, rows);
}

}  // namespace couch::judge
