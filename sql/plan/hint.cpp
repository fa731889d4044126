#include "sql/plan/hint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>
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

struct Word {
  std::string_view name;
  std::vector<Access> ways;
  bool of_index = false;  // an index's name may follow
};

const std::vector<Word>& ways() {
  static const std::vector<Word> words{{"ALL_DOCS", {Access::Scan}},
                                       {"FIND", {Access::Find}},
                                       {"BY_ID", {Access::ByIds, Access::IdRange}},
                                       {"INDEX", {Access::IndexKeys, Access::IndexRows, Access::Index}, true},
                                       {"INDEX_KEYS", {Access::IndexKeys}, true},
                                       {"INDEX_ROWS", {Access::IndexRows}, true},
                                       {"INDEX_FIND", {Access::Index}, true}};
  return words;
}

const Word* way_named(std::string_view name) {
  for (const auto& word : ways()) {
    if (word.name == name) return &word;
  }
  return nullptr;
}

bool is_word(const std::string& text) {
  std::string name = upper(text);
  return way_named(name) || name == "PARALLEL" || name == "KEYS" || name == "ENGINE" || name == "PARTITION" ||
         name == "NO_PARTITION" || name == "FIRST";
}

}  // namespace

bool Hint::forces(Access access) const { return std::find(ways.begin(), ways.end(), access) != ways.end(); }

bool Hint::of_documents() const {
  return !ways.empty() || !index.empty() || parallel != 0 || engine || keys || partition || no_partition;
}

Hint read_hint(std::string_view text, Span span) {
  Hint hint;
  auto words = words_of(text);
  for (size_t i = 0; i < words.size(); ++i) {
    std::string name = upper(words[i]);
    if (const Word* word = way_named(name)) {
      hint.ways = word->ways;
      if (word->of_index && i + 1 < words.size() && !is_word(words[i + 1])) hint.index = words[++i];
    } else if (name == "ENGINE") {
      hint.engine = true;
    } else if (name == "FIRST") {
      hint.first = true;
    } else if (name == "KEYS") {
      hint.keys = true;
    } else if (name == "PARTITION") {
      hint.partition = true;
    } else if (name == "NO_PARTITION") {
      hint.no_partition = true;
    } else if (name == "PARALLEL") {
      std::string_view digits = i + 1 < words.size() ? std::string_view{words[++i]} : std::string_view{};
      auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), hint.parallel);
      if (error != std::errc{} || end != digits.data() + digits.size() || hint.parallel == 0 ||
          hint.parallel > 64)
        throw Error(ErrorKind::Syntax, "the hint PARALLEL takes a number from 1 to 64", span);
    } else {
      throw Error(
          ErrorKind::Syntax,
          fmt::format(
              "unknown hint {}: expected ALL_DOCS, FIND, BY_ID, INDEX [name], INDEX_KEYS [name], "
              "INDEX_ROWS [name], INDEX_FIND [name], KEYS, FIRST, PARTITION, NO_PARTITION, PARALLEL n or "
              "ENGINE",
              words[i]),
          span);
    }
  }
  return hint;
}

}  // namespace couch::sql::plan
