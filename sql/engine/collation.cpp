#include "sql/engine/collation.h"

#include <sqlite3.h>
#include <unicode/ucol.h>
#include <unicode/uiter.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "sql/engine/decimal.h"
#include "sql/engine/function.h"
#include "sql/error.h"

namespace couch::sql::engine {

namespace {

struct CloseCollator {
  void operator()(UCollator* c) const { ucol_close(c); }
};

const UCollator* collator() {
  thread_local std::unique_ptr<UCollator, CloseCollator> own = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<UCollator, CloseCollator> opened(ucol_open("", &status));
    if (U_FAILURE(status))
      throw Error(ErrorKind::Engine, std::string("ICU has no root collation: ") + u_errorName(status));
    return opened;
  }();
  return own.get();
}

int32_t length(std::string_view text) {
  return static_cast<int32_t>(std::min<size_t>(text.size(), std::numeric_limits<int32_t>::max()));
}

int bytes_order(std::string_view a, std::string_view b) {
  int order = a.compare(b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

}  // namespace

int compare_text(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  UErrorCode status = U_ZERO_ERROR;
  UCollationResult order = ucol_strcollUTF8(collator(), a.data(), length(a), b.data(), length(b), &status);
  return U_FAILURE(status) ? bytes_order(a, b) : order;
}

std::string text_sort_key(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  std::u16string wide(text.size(), u'\0');
  int32_t units = 0;
  u_strFromUTF8WithSub(wide.data(), static_cast<int32_t>(wide.size()), &units, text.data(), length(text),
                       0xFFFD, nullptr, &status);
  if (U_FAILURE(status)) throw Error(ErrorKind::Engine, "text is too long to be sorted");
  int32_t size = ucol_getSortKey(collator(), wide.data(), units, nullptr, 0);
  std::string key(static_cast<size_t>(size), '\0');
  ucol_getSortKey(collator(), wide.data(), units, reinterpret_cast<uint8_t*>(key.data()), size);
  key.pop_back();  // its closing zero
  return key;
}

void add_collations(sqlite3* connection, Runtime& runtime) {
  auto couch = [](void*, int n, const void* a, int m, const void* b) -> int {
    std::string_view x(static_cast<const char*>(a), static_cast<size_t>(n)),
        y(static_cast<const char*>(b), static_cast<size_t>(m));
    try {
      return compare_text(x, y);
    } catch (...) {
      return bytes_order(x, y);  // a collation has no way to fail; collator() has been tried at installation
    }
  };
  auto binary = [](void*, int n, const void* a, int m, const void* b) -> int {
    return bytes_order({static_cast<const char*>(a), static_cast<size_t>(n)},
                       {static_cast<const char*>(b), static_cast<size_t>(m)});
  };
  auto decimal = [](void*, int n, const void* a, int m, const void* b) -> int {
    return compare_decimals({static_cast<const char*>(a), static_cast<size_t>(n)},
                            {static_cast<const char*>(b), static_cast<size_t>(m)});
  };
  bool server = runtime.options().collation == CollationKind::Server;
  if (server) collator();
  int code = server ? sqlite3_create_collation_v2(connection, "couch", SQLITE_UTF8, nullptr, couch, nullptr)
                    : sqlite3_create_collation_v2(connection, "couch", SQLITE_UTF8, nullptr, binary, nullptr);
  if (code == SQLITE_OK)
    code = sqlite3_create_collation_v2(connection, "decimal", SQLITE_UTF8, nullptr, decimal, nullptr);
  if (code != SQLITE_OK) throw Error(ErrorKind::Engine, sqlite3_errstr(code));
}

}  // namespace couch::sql::engine
