#include "sql/change/revision.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

namespace couch::sql::change {

namespace {

// Where an object's members stand. Texts are JSON already (a server's, or our own); anything else ends it.
class Members {
 public:
  explicit Members(std::string_view text) : text_(text) { open_ = take('{'); }

  std::string_view key, value;  // as written
  size_t begin = 0, end = 0;    // of the member, from its key to after its value

  bool next() {
    if (!open_ || (!first_ && !take(','))) return false;
    first_ = false;
    blanks();
    begin = at_;
    key = one();
    if (key.size() < 2 || key.front() != '"' || !take(':')) return open_ = false;
    value = one();
    end = at_;
    return open_ = !value.empty();
  }

 private:
  void blanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }
  bool take(char c) {
    blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string_view one() {
    blanks();
    const size_t from = at_;
    size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
          if (text_[at_] == '\\') ++at_;
        at_ = std::min(at_ + 1, text_.size());
        if (depth == 0) break;
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') {
        if (depth == 0) break;  // the end of what surrounds a number or a word
        ++at_;
        if (--depth == 0) break;
        continue;
      }
      if (depth == 0 && (c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t')) break;
      ++at_;
    }
    return text_.substr(from, at_ - from);
  }

  std::string_view text_;
  size_t at_ = 0;
  bool open_ = false, first_ = true;
};

std::string unescaped(std::string_view json) {
  if (json.size() < 2 || json.front() != '"') return {};
  if (json.find('\\') == std::string_view::npos) return std::string{json.substr(1, json.size() - 2)};
  rapidjson::Document text;
  text.Parse(json.data(), json.size());
  if (text.HasParseError() || !text.IsString()) return {};
  return {text.GetString(), text.GetStringLength()};
}

bool named(std::string_view key, std::string_view name) {
  const std::string_view inside = key.substr(1, key.size() - 2);
  return inside == name || (inside.find('\\') != std::string_view::npos && unescaped(key) == name);
}

}  // namespace

std::string text_json(std::string_view text) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer writer{buffer};
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return {buffer.GetString(), buffer.GetSize()};
}

std::string text_member(std::string_view object, std::string_view name, bool first) {
  std::string found;
  Members members{object};
  while (members.next()) {
    if (!named(members.key, name)) continue;
    found = unescaped(members.value);
    if (first) break;
  }
  return found;
}

std::string revision_removed(std::string object) {
  for (bool again = true; again;) {
    again = false;
    Members members{object};
    size_t before = std::string::npos;  // the end of the member before
    while (members.next()) {
      if (!named(members.key, "_rev")) {
        before = members.end;
        continue;
      }
      // With the comma before it, or the one after it.
      size_t begin = members.begin, end = members.end;
      if (before != std::string::npos) {
        begin = before;
      } else {
        const size_t after = object.find_first_not_of(" \t\r\n", end);
        if (after != std::string::npos && object[after] == ',') end = after + 1;
      }
      object.erase(begin, end - begin);
      again = true;
      break;
    }
  }
  return object;
}

std::string revision_added(std::string_view object, std::string_view revision) {
  const size_t brace = object.find('{');
  if (brace == std::string_view::npos) return std::string{object};
  const size_t first = object.find_first_not_of(" \t\r\n", brace + 1);
  const bool bare = first == std::string_view::npos || object[first] == '}';
  std::string out;
  out.reserve(object.size() + revision.size() + 12);
  out.append(object.substr(0, brace + 1)).append("\"_rev\":").append(text_json(revision));
  if (!bare) out += ',';
  out.append(object.substr(brace + 1));
  return out;
}

std::string deletion(std::string_view id, std::string_view revision) {
  return "{\"_id\":" + text_json(id) + ",\"_rev\":" + text_json(revision) + ",\"_deleted\":true}";
}

}  // namespace couch::sql::change
