// Any bytes: the parser answers with a tree or an Error, and what holds of trees holds of this one.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sql/parser.h"

using namespace couch::sql;

namespace {

void require(bool holds, const char* law, std::string_view text, std::string_view other = {}) {
  if (holds) return;
  std::fprintf(stderr, "%s\n  %.*s\n  %.*s\n", law, static_cast<int>(text.size()), text.data(),
               static_cast<int>(other.size()), other.data());
  std::abort();
}

// The canonical text again; empty if only the limits are against it: parentheses count, and printing may need
// other ones.
std::string reprinted(std::string_view text, const char* law) {
  try {
    return print(parse(text));
  } catch (const Error& e) {
    require(e.kind() == ErrorKind::TooComplex, law, text, e.what());
    return {};
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string printed;
  try {
    const ast::Statement statement = parse(text);
    require(statement.span.begin <= statement.span.end && statement.span.end <= size,
            "the statement lies in its text", text);
    require(!dump(statement).empty(), "every tree has an outline", text);
    printed = print(statement);
  } catch (const Error& e) {
    if (e.span())
      require(e.span()->begin <= e.span()->end && e.span()->end <= size, "an error lies in the text", text,
              e.what());
    (void)located(text, e.span().value_or(Span{}), e.what());
    return 0;
  }
  const std::string again = reprinted(printed, "what is printed can be parsed");
  require(again.empty() || again == printed, "print(parse(print(t))) is print(t)", printed, again);
  const std::string resolved = native(text);
  const std::string of_resolved = reprinted(resolved, "what native() gives can be parsed");
  require(of_resolved.empty() || of_resolved == printed, "native() changes no tree", resolved, of_resolved);
  return 0;
}
