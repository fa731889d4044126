#include "driver/convert/errors.h"
#include "driver/convert/output.h"
#include "driver/convert/sources.h"

namespace couch::driver {

Converted binary_to_c(std::string_view bytes, const Conversion& to) {
  switch (to.target.c_type) {
    case SQL_C_BINARY: return write_bytes(to.target, to.progress, bytes);
    case SQL_C_CHAR:
    case SQL_C_WCHAR: return write_hex(to.target, to.progress, bytes);
    default: not_convertible("binary data", c_type_name(to.target.c_type));
  }
}

}  // namespace couch::driver
