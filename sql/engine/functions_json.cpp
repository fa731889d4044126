// JSON_VALUE, JSON_QUERY, JSON_EXISTS over JSON text, found in place: numbers keep their digits, and nothing
// recurses. Path: an optional "lax" or "strict", $, then .name, ."any name", [n], [last]. What is no JSON, or
// not there, gives NULL (false).
#include <rapidjson/document.h>

#include <charconv>
#include <optional>
#include <vector>

#include "sql/engine/function.h"
#include "sql/error.h"

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

// Moves over JSON text. Whether it is well formed has been checked before.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) { blanks(); }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void next() {
    ++at_;
    blanks();
  }
  // The raw text of the value here, which is passed.
  std::string_view value() {
    size_t start = at_, depth = 0;
    do {
      char c = peek();
      if (c == '"') {
        string();
      } else if (c == '{' || c == '[') {
        ++depth;
        ++at_;
      } else if (c == '}' || c == ']') {
        --depth;
        ++at_;
      } else if (c == ',' || c == ':') {
        ++at_;
      } else {
        while (at_ < text_.size() &&
               std::string_view(",:]} \t\r\n").find(text_[at_]) == std::string_view::npos)
          ++at_;
      }
      if (depth > 0) blanks();
    } while (depth > 0 && at_ < text_.size());
    std::string_view raw = text_.substr(start, at_ - start);
    blanks();
    return raw;
  }

 private:
  void blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }
  void string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
  }

  std::string_view text_;
  size_t at_ = 0;
};

bool well_formed(std::string_view json) {
  rapidjson::Reader reader;
  rapidjson::MemoryStream stream(json.data(), json.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> input(stream);
  rapidjson::BaseReaderHandler<> nothing;
  return !reader.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(input, nothing)
              .IsError();
}

std::string unescaped(std::string_view raw) {
  rapidjson::Document document;
  document.Parse(raw.data(), raw.size());
  return document.IsString() ? std::string(document.GetString(), document.GetStringLength()) : std::string{};
}

std::optional<std::string_view> member(std::string_view object, const std::string& name) {
  std::optional<std::string_view> found;
  Cursor cursor(object);
  cursor.next();
  while (cursor.peek() == '"') {
    std::string_view key = cursor.value();
    cursor.next();  // the colon
    std::string_view value = cursor.value();
    bool same = key.find('\\') == std::string_view::npos ? key.substr(1, key.size() - 2) == name
                                                         : unescaped(key) == name;
    if (same) found = value;  // of equal keys the last one stands, as in CouchDB
    if (cursor.peek() == ',') cursor.next();
  }
  return found;
}

std::optional<std::string_view> element(std::string_view array, const Step& step) {
  std::optional<std::string_view> found;
  Cursor cursor(array);
  cursor.next();
  for (size_t i = 0; cursor.peek() != ']' && cursor.peek() != '\0'; ++i) {
    std::string_view value = cursor.value();
    if (step.last || i == step.index) found = value;
    if (!step.last && i == step.index) break;
    if (cursor.peek() == ',') cursor.next();
  }
  return found;
}

std::optional<std::string_view> find(const Arguments& a) {
  std::vector<Step> steps = parse_path(a.text(1));
  std::string_view json = a.text(0);
  if (!well_formed(json)) return std::nullopt;
  std::optional<std::string_view> at = Cursor(json).value();
  for (const Step& step : steps) {
    char first = at->front();
    if (step.name) {
      at = first == '{' ? member(*at, *step.name) : std::nullopt;
    } else if (first == '[') {
      at = element(*at, step);
    } else if (step.index != 0 && !step.last) {
      at = std::nullopt;  // lax: a value is an array of itself
    }
    if (!at || at->empty()) return std::nullopt;
  }
  return at;
}

Result json_value(const Arguments& a) {
  auto found = find(a);
  if (!found || *found == "null" || found->front() == '{' || found->front() == '[') return Null{};
  return found->front() == '"' ? unescaped(*found) : std::string{*found};
}

Result json_query(const Arguments& a) {
  auto found = find(a);
  if (!found || (found->front() != '{' && found->front() != '[')) return Null{};
  return std::string{*found};
}

Result json_exists(const Arguments& a) { return int64_t{find(a).has_value()}; }

}  // namespace

void add_json_functions(sqlite3* connection, Runtime& runtime) {
  add(connection, runtime, ScalarFunction{"couch_json_value", 2, 2, json_value});
  add(connection, runtime, ScalarFunction{"couch_json_query", 2, 2, json_query});
  add(connection, runtime, ScalarFunction{"couch_json_exists", 2, 2, json_exists});
}

}  // namespace couch::sql::engine
