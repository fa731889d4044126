#include "tests/live/corpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <stdexcept>

#include "tests/live/comparison.h"
#include "tests/paths.h"  // generated

namespace couch::live {
namespace {

std::string trimmed(std::string text) {
  const auto first = text.find_first_not_of(" \t\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

Parameter parameter(const std::string& given) {
  std::string text = given;
  SQLSMALLINT type = 0;
  if (const auto as = text.rfind(" as "); as != std::string::npos && text.back() != '\'') {
    type = static_cast<SQLSMALLINT>(std::stoi(text.substr(as + 4)));
    text = text.substr(0, as);
  }
  Parameter out(nullptr);
  if (text.front() == '\'') {
    out = text.substr(1, text.size() - 2);
  } else if (text == "TRUE" || text == "FALSE") {
    out = text == "TRUE";
  } else if (text.find('.') != std::string::npos) {
    out = std::stod(text);
  } else if (text != "NULL") {
    out = static_cast<int64_t>(std::stoll(text));
  }
  return out.as(type);
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

std::string literal(const Parameter& given) {
  struct Visitor {
    std::string operator()(std::monostate) const { return "NULL"; }
    std::string operator()(bool bit) const { return bit ? "1" : "0"; }
    std::string operator()(int64_t integer) const { return fmt::to_string(integer); }
    std::string operator()(double number) const { return fmt::to_string(number); }
    std::string operator()(const std::string& text) const { return "'" + replaced(text, "'", "''") + "'"; }
  };
  return std::visit(Visitor{}, given.value);
}

// The position after the bracket that closes the one before `from`.
size_t closing(const std::string& sql, size_t from) {
  int depth = 1;
  for (size_t i = from; i < sql.size(); ++i) {
    if (sql[i] == '(') ++depth;
    if (sql[i] == ')' && --depth == 0) return i;
  }
  throw std::runtime_error("a bracket is not closed in " + sql);
}

}  // namespace

std::vector<CorpusCase> read_corpus(const std::string& path) {
  std::ifstream file(std::string(SOURCE_DIR) + "/tests/golden/" + path);
  if (!file) throw std::runtime_error("cannot read tests/golden/" + path);
  std::vector<CorpusCase> out;
  bool open = false;
  for (std::string line; std::getline(file, line);) {
    const auto says = [&](const std::string& key) { return line.starts_with("-- " + key); };
    const auto rest = [&](const std::string& key) { return trimmed(line.substr(3 + key.size())); };
    if (says("case:")) {
      out.emplace_back().name = rest("case:");
      open = true;
    } else if (!open) {
      continue;
    } else if (says("oracle:")) {
      out.back().oracle = rest("oracle:");
    } else if (says("gap:")) {
      out.back().gap = rest("gap:").substr(0, 5);
    } else if (says("rows:")) {
      out.back().rows = std::stoul(rest("rows:"));
    } else if (says("ordered")) {
      out.back().ordered = true;
    } else if (says("with:")) {
      for (auto text = rest("with:"); !text.empty();) {
        const auto bar = text.find(" | ");
        out.back().parameters.push_back(parameter(trimmed(text.substr(0, bar))));
        text = bar == std::string::npos ? "" : text.substr(bar + 3);
      }
    } else {
      out.back().sql += line + "\n";
      if (trimmed(line).ends_with(';')) {
        out.back().sql = trimmed(out.back().sql);
        out.back().sql.pop_back();
        open = false;
      }
    }
  }
  if (out.empty() || open)
    throw std::runtime_error("tests/golden/" + path + " ends in the middle of a case, or has none");
  return out;
}

std::string for_sqlite(std::string sql) {
  using std::regex;
  using std::regex_replace;
  const auto flags = regex::ECMAScript | regex::icase;
  for (const char* name : {"\"{db}\".", "`{db}`.", "{db}."}) sql = replaced(sql, name, "");
  // DATE 'x' + INTERVAL 'n' unit
  sql = regex_replace(sql, regex(R"(DATE\s+'([^']*)'\s*([-+])\s*INTERVAL\s+'(\d+)'\s+(\w+))", flags),
                      "date('$1', '$2$3 $4')");
  sql = regex_replace(sql, regex(R"(EXTRACT\(YEAR FROM (\w+)\))", flags),
                      "CAST(strftime('%Y', $1) AS INTEGER)");
  sql = regex_replace(sql, regex(R"(SUBSTRING\((\w+) FROM (\d+) FOR (\d+)\))", flags), "substr($1, $2, $3)");
  sql = regex_replace(sql, regex(R"(\{(?:d|t|ts|guid)\s+('[^']*')\s*\})", flags), "$1");
  sql = regex_replace(sql, regex(R"(\b(?:DATE|TIME|TIMESTAMP)\s+('[^']*'))", flags), "$1");
  sql = regex_replace(sql, regex(R"(\{\s*(?:oj|escape|fn)\b(\s*))", flags), "$1");
  if (sql.find("{escape") == std::string::npos)
    sql = regex_replace(sql, regex(R"((LIKE\s+'[^']*'\s+)('.'))", flags), "$1ESCAPE $2");
  sql = replaced(sql, "}", "");
  sql = regex_replace(sql, regex(R"(\bUCASE\()", flags), "UPPER(");
  sql = regex_replace(sql, regex(R"(\bLCASE\()", flags), "LOWER(");
  sql = regex_replace(sql, regex(R"(\bLEFT\()", flags), "left_text(");
  sql = regex_replace(sql, regex(R"(^\s*SELECT\s+TOP\s+(\d+)([^]*)$)", flags), "SELECT $2 LIMIT $1");
  for (size_t at = 0; (at = sql.find("CONVERT(", at)) != std::string::npos;) {
    const auto end = closing(sql, at + 8), comma = sql.rfind(',', end);
    sql.replace(comma, end - comma, " AS INTEGER");
    sql.replace(at, 8, "CAST(");
  }
  return sql;
}

std::string wrong_answer(const CorpusCase& one, Session& session, const std::string& database,
                         judge::Oracle& oracle, const judge::TextOrder& order) {
  const auto sql = replaced(one.sql, "{db}", database);
  const auto told = [&](const std::string& what) { return fmt::format("{}\n{}\n{}", one.name, sql, what); };
  if (!one.gap.empty()) {
    std::string message;
    const auto state = session.state(sql, one.parameters, &message);
    if (state == one.gap) return {};
    return told(
        fmt::format("is a known gap ({}), but the driver says {}; take the mark away if it works now\n{}",
                    one.gap, state, message));
  }
  try {
    const auto actual = session.query(sql, one.parameters);
    if (one.rows) {
      return actual.rows.size() == *one.rows
                 ? ""
                 : told(fmt::format("{} rows, expected {}", actual.rows.size(), *one.rows));
    }
    auto asked = one.oracle.empty() ? for_sqlite(one.sql) : one.oracle;
    if (one.oracle.empty()) {
      for (const auto& given : one.parameters) {
        const auto mark = asked.find('?');
        if (mark == std::string::npos)
          throw std::runtime_error("more parameters than question marks: " + asked);
        asked.replace(mark, 1, literal(given));
      }
    }
    static const std::regex grouped("DISTINCT|GROUP BY|MIN\\(|MAX\\(", std::regex::icase);
    const auto text = difference(actual, oracle.query(asked), one.ordered,
                                 std::regex_search(sql, grouped) ? &order : nullptr);
    return text.empty() ? text : told(text + "judged by " + asked);
  } catch (const std::runtime_error& error) {
    return told(error.what());
  }
}

}  // namespace couch::live
