// SQLNativeSql: the text with its ODBC escapes resolved.
#include <algorithm>

#include "sql/parser_impl.h"

namespace couch::sql {
namespace {

constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Two bytes that may come to stand side by side without becoming another token.
bool separated(char left, char right) {
  constexpr std::string_view apart = "(),;";
  return is_space(left) || is_space(right) || apart.find(left) != apart.npos ||
         apart.find(right) != apart.npos;
}

}  // namespace

std::string native(std::string_view statement) {
  Parser parser(statement);
  parser.parse();
  std::vector<Edit> edits = parser.edits();
  std::sort(edits.begin(), edits.end(),
            [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });

  std::string out;
  out.reserve(statement.size() + edits.size());
  size_t at = 0;
  const auto append = [&](std::string_view text) {
    if (text.empty()) return;
    if (!out.empty() && !separated(out.back(), text.front())) out += ' ';
    out += text;
  };
  for (const Edit& edit : edits) {
    append(statement.substr(at, edit.span.begin - at));
    append(edit.replacement);
    at = edit.span.end;
    // The blanks inside of the braces belonged to them: {fn UCASE(a) } is UCASE(a). A line's end stays, it
    // may close a comment.
    if (statement[edit.span.begin] == '}') {
      const size_t last = out.find_last_not_of(" \t");
      out.erase(last == std::string::npos ? 0 : last + 1);
    } else if (edit.replacement.empty()) {
      while (at < statement.size() && is_space(statement[at])) ++at;
    }
  }
  append(statement.substr(at));
  return out;
}

}  // namespace couch::sql
