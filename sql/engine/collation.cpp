#include "sql/engine/collation.h"

#include <sqlite3.h>
#include <unicode/ucol.h>
#include <unicode/uiter.h>
#include <unicode/uset.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <bitset>
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

// Latin letters, digits, punctuation.
constexpr UChar32 first_beyond = 0x250;

// Of the characters below that, those that begin no contraction.
const std::bitset<first_beyond>& uncontracted() {
  static const std::bitset<first_beyond> known = [] {
    std::bitset<first_beyond> out;
    UErrorCode status = U_ZERO_ERROR;
    struct Close {
      void operator()(USet* set) const { uset_close(set); }
    };
    const std::unique_ptr<USet, Close> set(uset_openEmpty());
    ucol_getContractionsAndExpansions(collator(), set.get(), nullptr, true, &status);
    if (U_FAILURE(status)) return out;
    out.set();
    for (int32_t i = 0; i < uset_getItemCount(set.get()); ++i) {
      UChar32 start = 0, end = 0;
      UChar text[64];
      status = U_ZERO_ERROR;
      const int32_t length = uset_getItem(set.get(), i, &start, &end, text, 64, &status);
      if (length == 0) {  // a range of single characters
        for (UChar32 c = start; c <= end && c < first_beyond; ++c) out.reset(static_cast<size_t>(c));
      } else if (length > 0 && text[0] < first_beyond) {
        out.reset(text[0]);
      }
    }
    return out;
  }();
  return known;
}

}  // namespace

std::optional<PrefixBounds> prefix_bounds(std::string_view prefix) {
  size_t end = 0;
  while (end < prefix.size()) {
    const auto lead = static_cast<unsigned char>(prefix[end]);
    const size_t length = lead < 0x80 ? 1 : 2;
    if (lead >= 0xE0 || end + length > prefix.size()) break;
    const uint32_t c =
        length == 1 ? lead : (lead & 0x1Fu) << 6 | (static_cast<unsigned char>(prefix[end + 1]) & 0x3Fu);
    if (c >= static_cast<uint32_t>(first_beyond) || !uncontracted().test(c)) break;
    end += length;
  }
  if (end == 0) return std::nullopt;
  PrefixBounds out{std::string{prefix.substr(0, end)}, {}};
  out.high = out.low + "\xEF\xBF\xBF\xEF\xBF\xBF\xEF\xBF\xBF\xEF\xBF\xBF";
  return out;
}

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

namespace {

// What a sort compares, it may compare for a long time within one step of SQLite's machine.
template <int (*order)(std::string_view, std::string_view)>
int collate(void* runtime, int n, const void* a, int m, const void* b) {
  static_cast<Runtime*>(runtime)->count_comparison();
  return order({static_cast<const char*>(a), static_cast<size_t>(n)},
               {static_cast<const char*>(b), static_cast<size_t>(m)});
}

int server_order(std::string_view a, std::string_view b) {
  try {
    return compare_text(a, b);
  } catch (...) {
    return bytes_order(a, b);  // a collation has no way to fail; collator() has been tried at installation
  }
}

}  // namespace

void add_collations(sqlite3* connection, Runtime& runtime) {
  const bool server = runtime.options().collation == CollationKind::Server;
  if (server) collator();
  int code = sqlite3_create_collation_v2(connection, "couch", SQLITE_UTF8, &runtime,
                                         server ? collate<server_order> : collate<bytes_order>, nullptr);
  if (code == SQLITE_OK)
    code = sqlite3_create_collation_v2(connection, "decimal", SQLITE_UTF8, &runtime,
                                       collate<compare_decimals>, nullptr);
  if (code != SQLITE_OK) throw Error(ErrorKind::Engine, sqlite3_errstr(code));
}

}  // namespace couch::sql::engine
