#include "driver/config/documentation.h"

#include <fmt/format.h>

#include "driver/config/keywords.h"

namespace couch::driver {
namespace {

std::string values_of(const Keyword& keyword) {
  switch (keyword.kind) {
    case KeywordKind::Text: return keyword.secret ? "text, secret" : "text";
    case KeywordKind::Path: return "file";
    case KeywordKind::Integer: return fmt::format("{} – {}", keyword.least, keyword.most);
    case KeywordKind::Bytes: return "bytes, or with K, M, G";
    case KeywordKind::Boolean: return "yes, no";
    case KeywordKind::Choice: {
      std::string out;
      for (const auto item : list_items(keyword.allowed))
        out += (out.empty() ? "" : ", ") + std::string{item};
      return out;
    }
    case KeywordKind::Manager: break;
  }
  return {};
}

}  // namespace

std::string keywords_as_markdown() {
  std::string out = "| Keyword | Values | Default | Meaning |\n| --- | --- | --- | --- |\n";
  for (const Keyword& keyword : keywords()) {
    if (keyword.kind == KeywordKind::Manager) continue;
    std::string name = fmt::format("`{}`", keyword.name);
    std::string aliases;
    for (const auto alias : list_items(keyword.aliases))
      aliases += (aliases.empty() ? "" : ", ") + fmt::format("`{}`", alias);
    if (!aliases.empty()) name += " (" + aliases + ")";
    out += fmt::format("| {} | {} | {} | {} |\n", name, values_of(keyword),
                       keyword.fallback.empty() ? std::string{} : fmt::format("`{}`", keyword.fallback),
                       keyword.summary);
  }
  return out;
}

}  // namespace couch::driver
