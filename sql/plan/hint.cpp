#include "sql/plan/hint.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace couch::sql::plan {

namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (char c : text) {
    if (c == ' ' || c == ',' || c == '\t' || c == '\n' || c == '\r') {
      if (!word.empty()) words.push_back(std::exchange(word, {}));
    } else {
      word += c;
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::string upper(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return word;
}

}  // namespace

Hint read_hint(std::string_view text, Span span) {
  Hint hint;
  auto words = words_of(text);
  for (size_t i = 0; i < words.size(); ++i) {
    std::string word = upper(words[i]);
    if (word == "ALL_DOCS") {
      hint.access = Access::Scan;
    } else if (word == "FIND") {
      hint.access = Access::Find;
    } else if (word == "BY_ID") {
      hint.access = Access::ByIds;
    } else if (word == "INDEX") {
      hint.access = Access::Index;
      if (i + 1 < words.size()) hint.index = words[++i];
    } else if (word == "ENGINE") {
      hint.engine = true;
    } else if (word == "KEYS") {
      hint.keys = true;
    } else {
      throw Error(
          ErrorKind::Syntax,
          fmt::format("unknown hint {}: expected ALL_DOCS, FIND, INDEX [name], BY_ID, KEYS or ENGINE", words[i]),
          span);
    }
  }
  return hint;
}

}  // namespace couch::sql::plan
