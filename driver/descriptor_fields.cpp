#include "driver/descriptor_fields.h"

#include <algorithm>
#include <array>

namespace couch::driver {
namespace {

constexpr Access W = Access::Write, R = Access::Read, U = Access::Unused;
using enum FieldType;

#define FIELD(id) SQL_DESC_##id, "SQL_DESC_" #id
// clang-format off
constexpr std::array fields{
    //                                            header  type     ARD APD IRD IPD
    DescriptorField{FIELD(CONCISE_TYPE),          false, Small,    W, W, R, W},  // 2
    DescriptorField{FIELD(DISPLAY_SIZE),          false, Len,      U, U, R, U},  // 6
    DescriptorField{FIELD(UNSIGNED),              false, Small,    U, U, R, R},  // 8
    DescriptorField{FIELD(FIXED_PREC_SCALE),      false, Small,    U, U, R, R},  // 9
    DescriptorField{FIELD(UPDATABLE),             false, Small,    U, U, R, U},  // 10
    DescriptorField{FIELD(AUTO_UNIQUE_VALUE),     false, Int,      U, U, R, U},  // 11
    DescriptorField{FIELD(CASE_SENSITIVE),        false, Int,      U, U, R, R},  // 12
    DescriptorField{FIELD(SEARCHABLE),            false, Small,    U, U, R, U},  // 13
    DescriptorField{FIELD(TYPE_NAME),             false, Text,     U, U, R, R},  // 14
    DescriptorField{FIELD(TABLE_NAME),            false, Text,     U, U, R, U},  // 15
    DescriptorField{FIELD(SCHEMA_NAME),           false, Text,     U, U, R, U},  // 16
    DescriptorField{FIELD(CATALOG_NAME),          false, Text,     U, U, R, U},  // 17
    DescriptorField{FIELD(LABEL),                 false, Text,     U, U, R, U},  // 18
    DescriptorField{FIELD(ARRAY_SIZE),            true,  ULen,     W, W, U, U},  // 20
    DescriptorField{FIELD(ARRAY_STATUS_PTR),      true,  Pointer,  W, W, W, W},  // 21
    DescriptorField{FIELD(BASE_COLUMN_NAME),      false, Text,     U, U, R, U},  // 22
    DescriptorField{FIELD(BASE_TABLE_NAME),       false, Text,     U, U, R, U},  // 23
    DescriptorField{FIELD(BIND_OFFSET_PTR),       true,  Pointer,  W, W, U, U},  // 24
    DescriptorField{FIELD(BIND_TYPE),             true,  Int,      W, W, U, U},  // 25
    DescriptorField{FIELD(DATETIME_INTERVAL_PRECISION), false, Int, W, W, R, W}, // 26
    DescriptorField{FIELD(LITERAL_PREFIX),        false, Text,     U, U, R, U},  // 27
    DescriptorField{FIELD(LITERAL_SUFFIX),        false, Text,     U, U, R, U},  // 28
    DescriptorField{FIELD(LOCAL_TYPE_NAME),       false, Text,     U, U, R, R},  // 29
    DescriptorField{FIELD(NUM_PREC_RADIX),        false, Int,      W, W, R, W},  // 32
    DescriptorField{FIELD(PARAMETER_TYPE),        false, Small,    U, U, U, W},  // 33
    DescriptorField{FIELD(ROWS_PROCESSED_PTR),    true,  Pointer,  U, U, W, W},  // 34
    DescriptorField{FIELD(ROWVER),                false, Small,    U, U, R, R},  // 35
    DescriptorField{FIELD(COUNT),                 true,  Small,    W, W, R, W},  // 1001
    DescriptorField{FIELD(TYPE),                  false, Small,    W, W, R, W},  // 1002
    DescriptorField{FIELD(LENGTH),                false, ULen,     W, W, R, W},  // 1003
    DescriptorField{FIELD(OCTET_LENGTH_PTR),      false, Pointer,  W, W, U, U},  // 1004
    DescriptorField{FIELD(PRECISION),             false, Small,    W, W, R, W},  // 1005
    DescriptorField{FIELD(SCALE),                 false, Small,    W, W, R, W},  // 1006
    DescriptorField{FIELD(DATETIME_INTERVAL_CODE), false, Small,   W, W, R, W},  // 1007
    DescriptorField{FIELD(NULLABLE),              false, Small,    U, U, R, R},  // 1008
    DescriptorField{FIELD(INDICATOR_PTR),         false, Pointer,  W, W, U, U},  // 1009
    // The IPD's data pointer is never used, but setting it forces the consistency check.
    DescriptorField{FIELD(DATA_PTR),              false, Pointer,  W, W, U, W},  // 1010
    DescriptorField{FIELD(NAME),                  false, Text,     U, U, R, W},  // 1011
    DescriptorField{FIELD(UNNAMED),               false, Small,    U, U, R, W},  // 1012
    DescriptorField{FIELD(OCTET_LENGTH),          false, Len,      W, W, R, W},  // 1013
    DescriptorField{FIELD(ALLOC_TYPE),            true,  Small,    R, R, R, R},  // 1099
};
// clang-format on
#undef FIELD

constexpr bool sorted() {
  for (size_t i = 1; i < fields.size(); ++i) {
    if (fields[i - 1].id >= fields[i].id) return false;
  }
  return true;
}
static_assert(sorted(), "descriptor fields are in the order of their identifiers, each once");

}  // namespace

const DescriptorField* descriptor_field(SQLSMALLINT id) noexcept {
  const auto at = std::ranges::lower_bound(fields, id, {}, &DescriptorField::id);
  return at != fields.end() && at->id == id ? &*at : nullptr;
}

}  // namespace couch::driver
