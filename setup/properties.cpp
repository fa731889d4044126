// The fields of unixODBC's data source dialogs (ODBCConfig, ODBCCreateDataSourceQ4), from the keyword table.
// The caller frees the list, each aPromptData and pszHelp with free().
#include <odbcinst.h>
#include <odbcinstext.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "driver/config/keywords.h"

namespace {

using couch::driver::Keyword;
using couch::driver::KeywordKind;

void fill(char* field, std::string_view text) {
  const size_t size = std::min<size_t>(text.size(), INI_MAX_PROPERTY_VALUE);
  text.copy(field, size);
  field[size] = '\0';
}

int prompt_type(const Keyword& keyword) {
  if (keyword.secret) return ODBCINST_PROMPTTYPE_TEXTEDIT_PASSWORD;
  if (keyword.kind == KeywordKind::Choice || keyword.kind == KeywordKind::Boolean)
    return ODBCINST_PROMPTTYPE_COMBOBOX;
  if (keyword.kind == KeywordKind::Path) return ODBCINST_PROMPTTYPE_FILENAME;
  return ODBCINST_PROMPTTYPE_TEXTEDIT;
}

// The array and its strings in one block, since only the array is freed. nullptr: nothing to offer, or no
// memory.
char** prompt_data(const std::vector<std::string_view>& values) {
  if (values.empty()) return nullptr;
  size_t bytes = (values.size() + 1) * sizeof(char*);
  for (const auto value : values) bytes += value.size() + 1;
  void* block = std::malloc(bytes);
  if (block == nullptr) return nullptr;
  auto** list = static_cast<char**>(block);
  char* text = static_cast<char*>(block) + (values.size() + 1) * sizeof(char*);
  for (size_t i = 0; i < values.size(); ++i) {
    list[i] = text;
    fill(text, values[i]);
    text += values[i].size() + 1;
  }
  list[values.size()] = nullptr;
  return list;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int INSTAPI ODBCINSTGetProperties(HODBCINSTPROPERTY last) {
  if (last == nullptr) return 0;
  try {
    for (const Keyword& keyword : couch::driver::keywords()) {
      if (keyword.kind == KeywordKind::Manager) continue;
      auto* property = static_cast<HODBCINSTPROPERTY>(std::calloc(1, sizeof(ODBCINSTPROPERTY)));
      if (property == nullptr) return 0;
      last->pNext = property;
      last = property;
      property->nPromptType = prompt_type(keyword);
      property->aPromptData = prompt_data(couch::driver::offered_values(keyword));
      fill(property->szName, keyword.name);
      fill(property->szValue, keyword.fallback);
      std::string help{keyword.summary};
      std::erase(help, '`');
      property->pszHelp = strdup(help.c_str());
    }
    return 1;
  } catch (...) {
    return 0;
  }
}
