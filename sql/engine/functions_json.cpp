// JSON_VALUE, JSON_QUERY, JSON_EXISTS over JSON text, found in place: numbers keep their digits, and nothing
// recurses. Path: an optional "lax" or "strict", $, then .name, ."any name", [n], [last]. What is no JSON, or
// not there, gives NULL (false).
#include <charconv>
#include <optional>
#include <vector>

#include "sql/engine/function.h"
#include "sql/error.h"
#include "sql/json_text.h"

namespace couch::sql::engine {

namespace {

struct Step {
  std::optional<std::string> name;
  size_t index = 0;
  bool last = false;
};

[[noreturn]] void bad_path(std::string_view path) {
  throw Error(ErrorKind::WrongArguments, "'" + std::string{path} + "' is no JSON path");
}

std::vector<Step> parse_path(std::string_view text) {
  std::string_view path = text;
  auto blanks = [&] {
    while (!path.empty() && path.front() == ' ') path.remove_prefix(1);
  };
  blanks();
  for (std::string_view mode : {"lax ", "strict "}) {
    if (path.starts_with(mode)) path.remove_prefix(mode.size());
  }
  blanks();
  if (!path.starts_with('$')) bad_path(text);
  path.remove_prefix(1);
  std::vector<Step> steps;
  while (!path.empty()) {
    Step step;
    if (path.starts_with('.')) {
      path.remove_prefix(1);
      std::string name;
      if (path.starts_with('"')) {
        size_t i = 1;
        for (; i < path.size() && path[i] != '"'; ++i) {
          if (path[i] == '\\' && i + 1 < path.size()) ++i;
          name += path[i];
        }
        if (i >= path.size()) bad_path(text);
        path.remove_prefix(i + 1);
      } else {
        name = path.substr(0, path.find_first_of(".["));
        path.remove_prefix(name.size());
        if (name.empty()) bad_path(text);
      }
      step.name = std::move(name);
    } else if (path.starts_with('[')) {
      size_t end = path.find(']');
      if (end == std::string_view::npos) bad_path(text);
      std::string_view inside = path.substr(1, end - 1);
      auto [stop, error] = std::from_chars(inside.data(), inside.data() + inside.size(), step.index);
      step.last = inside == "last";
      if (!step.last && (error != std::errc{} || stop != inside.data() + inside.size())) bad_path(text);
      path.remove_prefix(end + 1);
    } else {
      bad_path(text);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

// Empty: it has none there.
std::string_view element(std::string_view array, const Step& step) {
  std::string_view found;
  JsonScanner scan(array);
  if (!scan.take('[')) return found;
  for (size_t i = 0; !scan.take(']'); ++i) {
    const std::string_view value = scan.value();
    if (step.last || i == step.index) found = value;
    if ((!step.last && i == step.index) || !scan.take(',')) break;
  }
  return found;
}

// Empty: not there, or no JSON.
std::string_view find(const Arguments& a) {
  const std::vector<Step> steps = parse_path(a.text(1));
  if (!well_formed(a.text(0))) return {};
  std::string_view at = JsonScanner(a.text(0)).value();
  for (const Step& step : steps) {
    const char first = at.front();
    if (step.name) {
      at = first == '{' ? member_of(at, *step.name) : std::string_view{};
    } else if (first == '[') {
      at = element(at, step);
    } else if (step.index != 0 && !step.last) {
      return {};  // lax: a value is an array of itself
    }
    if (at.empty()) return {};
  }
  return at;
}

Result json_value(const Arguments& a) {
  const auto found = find(a);
  if (found.empty() || found == "null" || found.front() == '{' || found.front() == '[') return Null{};
  return found.front() == '"' ? string_of(found) : std::string{found};
}

Result json_query(const Arguments& a) {
  const auto found = find(a);
  if (found.empty() || (found.front() != '{' && found.front() != '[')) return Null{};
  return std::string{found};
}

Result json_exists(const Arguments& a) { return int64_t{!find(a).empty()}; }

}  // namespace

void add_json_functions(sqlite3* connection, Runtime& runtime) {
  add(connection, runtime, ScalarFunction{"couch_json_value", 2, 2, json_value});
  add(connection, runtime, ScalarFunction{"couch_json_query", 2, 2, json_query});
  add(connection, runtime, ScalarFunction{"couch_json_exists", 2, 2, json_exists});
}

}  // namespace couch::sql::engine
