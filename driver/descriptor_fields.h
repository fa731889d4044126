#pragma once
// Every descriptor field of ODBC 3.8: its type, where it stands and who may read and write it
// (SQLSetDescField, "Initialization of Descriptor Fields"). One sorted table; SQLGetDescField,
// SQLSetDescField and SQLColAttribute use nothing else.
#include <sql.h>
#include <sqlext.h>

#include <cstdint>
#include <string_view>

namespace couch::driver {

enum class DescriptorKind : uint8_t {
  ApplicationRow,
  ApplicationParameter,
  ImplementationRow,
  ImplementationParameter
};

enum class FieldType : uint8_t { Small, Int, ULen, Len, Text, Pointer };
enum class Access : uint8_t { Unused, Read, Write };

struct DescriptorField {
  SQLSMALLINT id;
  std::string_view name;
  bool header;
  FieldType type;
  Access ard, apd, ird, ipd;

  constexpr Access access(DescriptorKind kind) const {
    switch (kind) {
      case DescriptorKind::ApplicationRow: return ard;
      case DescriptorKind::ApplicationParameter: return apd;
      case DescriptorKind::ImplementationRow: return ird;
      case DescriptorKind::ImplementationParameter: return ipd;
    }
    return Access::Unused;
  }
};

// Null: ODBC knows no such field.
const DescriptorField* descriptor_field(SQLSMALLINT id) noexcept;

}  // namespace couch::driver
