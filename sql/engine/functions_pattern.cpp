// LIKE and REGEXP.
#include <unicode/regex.h>

#include <memory>

#include "sql/engine/function.h"
#include "sql/engine/pattern.h"
#include "sql/engine/utf8.h"
#include "sql/error.h"

namespace couch::sql::engine {

LikePattern::LikePattern(std::string_view pattern, std::optional<std::string_view> escape) {
  if (escape && (escape->empty() || count_characters(*escape) != 1)) {
    throw Error(ErrorKind::InvalidEscape, "ESCAPE takes exactly one character");
  }
  for (size_t at = 0; at < pattern.size();) {
    std::string_view character = pattern.substr(at, character_size(pattern, at));
    at += character.size();
    if (escape && character == *escape) {
      std::string_view next =
          at < pattern.size() ? pattern.substr(at, character_size(pattern, at)) : std::string_view{};
      if (next != "%" && next != "_" && next != *escape) {
        throw Error(ErrorKind::InvalidEscape,
                    "in a LIKE pattern the escape character stands only before %, _ and itself");
      }
      at += next.size();
      steps_.push_back({Step::Kind::Character, std::string{next}});
    } else if (character == "%") {
      if (steps_.empty() || steps_.back().kind != Step::Kind::Many) steps_.push_back({Step::Kind::Many, {}});
    } else if (character == "_") {
      steps_.push_back({Step::Kind::Any, {}});
    } else {
      steps_.push_back({Step::Kind::Character, std::string{character}});
    }
  }
}

bool LikePattern::matches(std::string_view text) const {
  size_t at = 0, step = 0;
  // Where to go on after the last '%' when the rest does not fit: only that one needs to be tried again.
  size_t retry_step = std::string_view::npos, retry_at = 0;
  while (at < text.size()) {
    size_t size = character_size(text, at);
    if (step < steps_.size() && steps_[step].kind == Step::Kind::Many) {
      retry_step = ++step;
      retry_at = at;
      continue;
    }
    if (step < steps_.size() &&
        (steps_[step].kind == Step::Kind::Any || steps_[step].character == text.substr(at, size))) {
      ++step;
      at += size;
      continue;
    }
    if (retry_step == std::string_view::npos) return false;
    retry_at += character_size(text, retry_at);
    at = retry_at;
    step = retry_step;
  }
  while (step < steps_.size() && steps_[step].kind == Step::Kind::Many) ++step;
  return step == steps_.size();
}

namespace {

// What a pattern was compiled to, kept by SQLite as long as the pattern's argument is constant.
template <class T, class Make>
std::shared_ptr<const T> compiled(const Arguments& a, Make make) {
  using Kept = std::shared_ptr<const T>;
  if (auto kept = static_cast<Kept*>(sqlite3_get_auxdata(a.context(), 1))) return *kept;
  Kept made = make();
  // SQLite may delete it at once.
  sqlite3_set_auxdata(a.context(), 1, new Kept(made), [](void* p) { delete static_cast<Kept*>(p); });
  return made;
}

Result like(const Arguments& a) {
  auto make = [&] {
    return std::make_shared<const LikePattern>(a.text(1),
                                               a.count() > 2 ? std::optional(a.text(2)) : std::nullopt);
  };
  // With an ESCAPE that varies the kept pattern could be another one's.
  if (a.count() > 2) return int64_t{make()->matches(a.text(0))};
  return int64_t{compiled<LikePattern>(a, make)->matches(a.text(0))};
}

// ICU's regular expressions, found anywhere in the text. Time is bounded: ICU backtracks.
Result regexp(const Arguments& a) {
  auto make = [&] {
    UErrorCode status = U_ZERO_ERROR;
    std::string_view pattern = a.text(1);
    UParseError where{};
    std::shared_ptr<const icu::RegexPattern> made(icu::RegexPattern::compile(
        icu::UnicodeString::fromUTF8({pattern.data(), static_cast<int32_t>(pattern.size())}), 0, where,
        status));
    if (U_FAILURE(status))
      throw Error(ErrorKind::InvalidPattern,
                  "the regular expression is wrong at character " + std::to_string(where.offset + 1));
    return made;
  };
  auto pattern = compiled<icu::RegexPattern>(a, make);
  UErrorCode status = U_ZERO_ERROR;
  std::string_view text = a.text(0);
  icu::UnicodeString subject = icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
  std::unique_ptr<icu::RegexMatcher> matcher(pattern->matcher(subject, status));
  if (U_SUCCESS(status)) matcher->setTimeLimit(1000, status);
  bool found = U_SUCCESS(status) && matcher->find(status);
  if (U_FAILURE(status))
    throw Error(ErrorKind::InvalidPattern,
                "the regular expression takes too long, or too much memory, on a value");
  return int64_t{found};
}

}  // namespace

void add_pattern_functions(sqlite3* connection, Runtime& runtime) {
  add(connection, runtime, ScalarFunction{"couch_like", 2, 3, like});
  add(connection, runtime, ScalarFunction{"couch_regexp", 2, 2, regexp});
}

}  // namespace couch::sql::engine
