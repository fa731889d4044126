#include "driver/descriptor.h"

#include <cstring>

#include "driver/convert/convert.h"

namespace couch::driver {
namespace {

constexpr SQLSMALLINT numeric_precision = 38;  // what SQL_NUMERIC_STRUCT's 16 bytes hold
constexpr SQLSMALLINT float_precision = 53;    // bits of a double (SQL_FLOAT counts bits)

template <class T>
T number_from(SQLPOINTER value) {
  return static_cast<T>(reinterpret_cast<intptr_t>(value));
}

}  // namespace

VerboseType verbose_of(SQLSMALLINT concise) noexcept {
  if (concise >= SQL_TYPE_DATE && concise <= SQL_TYPE_TIMESTAMP) {
    return {SQL_DATETIME, static_cast<SQLSMALLINT>(concise - SQL_TYPE_DATE + SQL_CODE_DATE)};
  }
  if (concise >= SQL_INTERVAL_YEAR && concise <= SQL_INTERVAL_MINUTE_TO_SECOND) {
    return {SQL_INTERVAL, static_cast<SQLSMALLINT>(concise - SQL_INTERVAL_YEAR + SQL_CODE_YEAR)};
  }
  return {concise, 0};
}

SQLSMALLINT concise_of(SQLSMALLINT type, SQLSMALLINT code) noexcept {
  if (type == SQL_DATETIME) {
    const bool known = code >= SQL_CODE_DATE && code <= SQL_CODE_TIMESTAMP;
    return known ? static_cast<SQLSMALLINT>(SQL_TYPE_DATE + code - SQL_CODE_DATE) : SQLSMALLINT{0};
  }
  if (type == SQL_INTERVAL) {
    const bool known = code >= SQL_CODE_YEAR && code <= SQL_CODE_MINUTE_TO_SECOND;
    return known ? static_cast<SQLSMALLINT>(SQL_INTERVAL_YEAR + code - SQL_CODE_YEAR) : SQLSMALLINT{0};
  }
  return type;
}

SQLSMALLINT odbc3_type(SQLSMALLINT concise) noexcept {
  switch (concise) {
    case SQL_DATE: return SQL_TYPE_DATE;
    case SQL_TIME: return SQL_TYPE_TIME;
    case SQL_TIMESTAMP: return SQL_TYPE_TIMESTAMP;
    default: return concise;
  }
}

void DescriptorRecord::set_concise_type(SQLSMALLINT concise) {
  concise_type = odbc3_type(concise);
  const VerboseType verbose = verbose_of(concise_type);
  type = verbose.type;
  datetime_interval_code = verbose.code;
  set_type_defaults();
}

// SQLSetDescField, SQL_DESC_TYPE: "the other fields … are set to default values".
void DescriptorRecord::set_type_defaults() {
  switch (type) {
    case SQL_CHAR:
    case SQL_VARCHAR:
    case SQL_WCHAR:
    case SQL_WVARCHAR:
      length = 1;
      precision = 0;
      break;
    case SQL_DATETIME:
      precision = datetime_interval_code == SQL_CODE_TIMESTAMP ? SQLSMALLINT{6} : SQLSMALLINT{0};
      break;
    case SQL_DECIMAL:
    case SQL_NUMERIC:
      scale = 0;
      precision = numeric_precision;
      break;
    case SQL_FLOAT: precision = float_precision; break;
    case SQL_INTERVAL:
      datetime_interval_precision = 2;
      switch (datetime_interval_code) {
        case SQL_CODE_SECOND:
        case SQL_CODE_DAY_TO_SECOND:
        case SQL_CODE_HOUR_TO_SECOND:
        case SQL_CODE_MINUTE_TO_SECOND: precision = 6; break;
        default: precision = 0; break;
      }
      break;
    default: break;
  }
}

Descriptor::Descriptor(std::weak_ptr<Handle> connection)
    : Handle(handle_type),
      kind_(DescriptorKind::ApplicationRow),
      explicit_(true),
      connection_(std::move(connection)),
      records_(1) {}

Descriptor::Descriptor(DescriptorKind kind, std::shared_ptr<std::mutex> statement_mutex)
    : Handle(handle_type), kind_(kind), explicit_(false), records_(1) {
  mutex_ = std::move(statement_mutex);
}

DescriptorRecord& Descriptor::at_or_new(size_t n) {
  if (n >= records_.size()) records_.resize(n + 1);
  return records_[n];
}

void Descriptor::shrink_to_bound() {
  while (records_.size() > 1 && !records_.back().bound()) records_.pop_back();
}

void Descriptor::check_consistency(const DescriptorRecord& r) const {
  const bool application =
      kind_ == DescriptorKind::ApplicationRow || kind_ == DescriptorKind::ApplicationParameter;
  const auto refuse = [&](std::string_view what) {
    throw OdbcError{SqlState::sHY021,
                    "{} (SQL_DESC_TYPE {}, SQL_DESC_CONCISE_TYPE {}, SQL_DESC_DATETIME_INTERVAL_CODE {}, "
                    "SQL_DESC_PRECISION {}, SQL_DESC_SCALE {})",
                    what,
                    r.type,
                    r.concise_type,
                    r.datetime_interval_code,
                    r.precision,
                    r.scale};
  };
  if (concise_of(r.type, r.datetime_interval_code) != r.concise_type)
    refuse("the type and its interval code do not go together");
  if (application ? !is_c_type(r.concise_type) : !is_sql_type(r.concise_type)) {
    refuse(application ? "the type is no C data type" : "the type is no SQL data type");
  }
  // SQL_C_NUMERIC and SQL_NUMERIC are the same number.
  const bool exact = r.type == SQL_NUMERIC || (!application && r.type == SQL_DECIMAL);
  if (exact && (r.precision < 1 || (application && r.precision > numeric_precision)))
    refuse("the precision is out of range");
  if (application && exact && (r.scale < -128 || r.scale > 127)) refuse("the scale is out of range");
  if ((r.type == SQL_DATETIME || r.type == SQL_INTERVAL) && (r.precision < 0 || r.precision > 9)) {
    refuse("seconds have at most 9 fractional digits");
  }
}

const DescriptorField& Descriptor::checked(SQLSMALLINT record, SQLSMALLINT id) const {
  const DescriptorField* field = descriptor_field(id);
  if (!field) throw OdbcError{SqlState::sHY091, "there is no descriptor field {}", id};
  if (!field->header && record < 0)
    throw OdbcError{SqlState::s07009, "descriptor record {} does not exist", record};
  return *field;
}

const std::string& Descriptor::text_of(const DescriptorRecord& r, SQLSMALLINT id) {
  switch (id) {
    case SQL_DESC_NAME: return r.name;
    case SQL_DESC_LABEL: return r.label;
    case SQL_DESC_BASE_COLUMN_NAME: return r.base_column_name;
    case SQL_DESC_BASE_TABLE_NAME: return r.base_table_name;
    case SQL_DESC_TABLE_NAME: return r.table_name;
    case SQL_DESC_SCHEMA_NAME: return r.schema_name;
    case SQL_DESC_CATALOG_NAME: return r.catalog_name;
    case SQL_DESC_TYPE_NAME: return r.type_name;
    case SQL_DESC_LOCAL_TYPE_NAME: return r.local_type_name;
    case SQL_DESC_LITERAL_PREFIX: return r.literal_prefix;
    case SQL_DESC_LITERAL_SUFFIX: return r.literal_suffix;
    default: throw OdbcError{SqlState::sHY091, "descriptor field {} is no text", id};
  }
}

SQLLEN Descriptor::number_of(const DescriptorRecord& r, SQLSMALLINT id) {
  switch (id) {
    case SQL_DESC_CONCISE_TYPE: return r.concise_type;
    case SQL_DESC_TYPE: return r.type;
    case SQL_DESC_DATETIME_INTERVAL_CODE: return r.datetime_interval_code;
    case SQL_DESC_DATETIME_INTERVAL_PRECISION: return r.datetime_interval_precision;
    case SQL_DESC_LENGTH: return static_cast<SQLLEN>(r.length);
    case SQL_DESC_OCTET_LENGTH: return r.octet_length;
    case SQL_DESC_PRECISION: return r.precision;
    case SQL_DESC_SCALE: return r.scale;
    case SQL_DESC_NUM_PREC_RADIX: return r.num_prec_radix;
    case SQL_DESC_DISPLAY_SIZE: return r.display_size;
    case SQL_DESC_UNSIGNED: return r.is_unsigned;
    case SQL_DESC_FIXED_PREC_SCALE: return r.fixed_prec_scale;
    case SQL_DESC_UPDATABLE: return r.updatable;
    case SQL_DESC_AUTO_UNIQUE_VALUE: return r.auto_unique_value;
    case SQL_DESC_CASE_SENSITIVE: return r.case_sensitive;
    case SQL_DESC_SEARCHABLE: return r.searchable;
    case SQL_DESC_NULLABLE: return r.nullable;
    case SQL_DESC_UNNAMED: return r.unnamed;
    case SQL_DESC_ROWVER: return r.rowver;
    case SQL_DESC_PARAMETER_TYPE: return r.parameter_type;
    default: throw OdbcError{SqlState::sHY091, "descriptor field {} is no number", id};
  }
}

Outcome Descriptor::get_field(SQLSMALLINT record, SQLSMALLINT id, SQLPOINTER value, const TextOut& text) {
  const DescriptorField& field = checked(record, id);
  const auto put = [&](auto v) {
    if (value) std::memcpy(value, &v, sizeof v);
    return Outcome::Success;
  };
  if (field.header) {
    switch (id) {
      case SQL_DESC_ALLOC_TYPE:
        return put(static_cast<SQLSMALLINT>(explicit_ ? SQL_DESC_ALLOC_USER : SQL_DESC_ALLOC_AUTO));
      case SQL_DESC_ARRAY_SIZE: return put(header.array_size);
      case SQL_DESC_ARRAY_STATUS_PTR: return put(header.array_status_ptr);
      case SQL_DESC_BIND_OFFSET_PTR: return put(header.bind_offset_ptr);
      case SQL_DESC_BIND_TYPE: return put(header.bind_type);
      case SQL_DESC_ROWS_PROCESSED_PTR: return put(header.rows_processed_ptr);
      default: break;
    }
    if (kind_ == DescriptorKind::ImplementationRow && !described_) {
      throw OdbcError{SqlState::sHY007, "the statement has not been prepared or executed"};
    }
    return put(count());
  }
  if (kind_ == DescriptorKind::ImplementationRow && !described_) {
    throw OdbcError{SqlState::sHY007, "the statement has not been prepared or executed"};
  }
  if (record > count()) return Outcome::NoData;
  const DescriptorRecord& r = records_[static_cast<size_t>(record)];
  switch (field.type) {
    case FieldType::Small: return put(static_cast<SQLSMALLINT>(number_of(r, id)));
    case FieldType::Int: return put(static_cast<SQLINTEGER>(number_of(r, id)));
    case FieldType::ULen: return put(static_cast<SQLULEN>(number_of(r, id)));
    case FieldType::Len: return put(number_of(r, id));
    case FieldType::Text:
      if (!text.write(text_of(r, id))) {
        diagnostics().warn(SqlState::s01004, fmt::format("the buffer is too small for {}", field.name));
      }
      return Outcome::Success;
    case FieldType::Pointer:
      switch (id) {
        case SQL_DESC_DATA_PTR: return put(r.data_ptr);
        case SQL_DESC_INDICATOR_PTR: return put(r.indicator_ptr);
        default: return put(r.octet_length_ptr);
      }
  }
  return Outcome::Success;
}

Outcome Descriptor::set_header(SQLSMALLINT id, SQLPOINTER value) {
  switch (id) {
    case SQL_DESC_ARRAY_SIZE: {
      const auto size = number_from<SQLULEN>(value);
      if (size == 0) throw OdbcError{SqlState::sHY024, "an array has at least one row"};
      header.array_size = size;
      break;
    }
    case SQL_DESC_ARRAY_STATUS_PTR: header.array_status_ptr = static_cast<SQLUSMALLINT*>(value); break;
    case SQL_DESC_BIND_OFFSET_PTR: header.bind_offset_ptr = static_cast<SQLLEN*>(value); break;
    case SQL_DESC_BIND_TYPE: {
      const auto size = number_from<SQLINTEGER>(value);
      if (size < 0) throw OdbcError{SqlState::sHY024, "a row's size cannot be {}", size};
      header.bind_type = size;
      break;
    }
    case SQL_DESC_ROWS_PROCESSED_PTR: header.rows_processed_ptr = static_cast<SQLULEN*>(value); break;
    case SQL_DESC_COUNT: {
      const auto size = number_from<SQLSMALLINT>(value);
      if (size < 0) throw OdbcError{SqlState::s07009, "a descriptor cannot have {} records", size};
      resize(static_cast<size_t>(size));
      break;
    }
    default: break;
  }
  return Outcome::Success;
}

Outcome Descriptor::set_field(SQLSMALLINT record, SQLSMALLINT id, SQLPOINTER value, const std::string& text) {
  const DescriptorField& field = checked(record, id);
  if (kind_ == DescriptorKind::ImplementationRow && id != SQL_DESC_ARRAY_STATUS_PTR &&
      id != SQL_DESC_ROWS_PROCESSED_PTR) {
    throw OdbcError{SqlState::sHY016, "{} of an implementation row descriptor is read only", field.name};
  }
  if (field.access(kind_) != Access::Write) {
    throw OdbcError{SqlState::sHY091, "{} cannot be set in this descriptor", field.name};
  }
  if (field.header) return set_header(id, value);
  if (record == 0 && kind_ == DescriptorKind::ImplementationParameter) {
    throw OdbcError{SqlState::s07009, "parameters are numbered from 1"};
  }

  const bool application =
      kind_ == DescriptorKind::ApplicationRow || kind_ == DescriptorKind::ApplicationParameter;
  // A copy first: a record that fails its check stays as it was.
  const DescriptorRecord* const before = find(static_cast<size_t>(record));
  DescriptorRecord r = before ? *before : DescriptorRecord{};
  // A change of anything but the deferred fields unbinds the record (SQLSetDescField, "Unbinding").
  const bool deferred =
      id == SQL_DESC_DATA_PTR || id == SQL_DESC_INDICATOR_PTR || id == SQL_DESC_OCTET_LENGTH_PTR;
  if (application && !deferred) r.data_ptr = nullptr;
  const auto small = number_from<SQLSMALLINT>(value);
  switch (id) {
    case SQL_DESC_CONCISE_TYPE: {
      r.set_concise_type(small);
      if (application ? !is_c_type(r.concise_type) : !is_sql_type(r.concise_type)) {
        throw OdbcError{SqlState::sHY021, "SQL_DESC_CONCISE_TYPE {} is not a type", small};
      }
      break;
    }
    case SQL_DESC_TYPE:
      r.type = small;
      if (small != SQL_DATETIME && small != SQL_INTERVAL) {
        r.set_concise_type(small);
        r.type = small;
        if (verbose_of(r.concise_type).type != small ||
            (application ? !is_c_type(small) : !is_sql_type(small))) {
          throw OdbcError{SqlState::sHY021, "SQL_DESC_TYPE {} is not a verbose type", small};
        }
      } else {  // its subcode comes next
        r.datetime_interval_code = 0;
        r.concise_type = small;
      }
      break;
    case SQL_DESC_DATETIME_INTERVAL_CODE: {
      const SQLSMALLINT concise = concise_of(r.type, small);
      if ((r.type != SQL_DATETIME && r.type != SQL_INTERVAL) || concise == 0) {
        throw OdbcError{SqlState::sHY021, "interval code {} does not go with SQL_DESC_TYPE {}", small,
                        r.type};
      }
      r.set_concise_type(concise);
      break;
    }
    case SQL_DESC_DATETIME_INTERVAL_PRECISION:
      r.datetime_interval_precision = number_from<SQLINTEGER>(value);
      break;
    case SQL_DESC_LENGTH: r.length = number_from<SQLULEN>(value); break;
    case SQL_DESC_OCTET_LENGTH: r.octet_length = number_from<SQLLEN>(value); break;
    case SQL_DESC_PRECISION: r.precision = small; break;
    case SQL_DESC_SCALE: r.scale = small; break;
    case SQL_DESC_NUM_PREC_RADIX: r.num_prec_radix = number_from<SQLINTEGER>(value); break;
    case SQL_DESC_DATA_PTR:
      if (value) check_consistency(r);
      if (application) r.data_ptr = value;
      break;
    case SQL_DESC_INDICATOR_PTR: r.indicator_ptr = static_cast<SQLLEN*>(value); break;
    case SQL_DESC_OCTET_LENGTH_PTR: r.octet_length_ptr = static_cast<SQLLEN*>(value); break;
    case SQL_DESC_PARAMETER_TYPE:
      if (small != SQL_PARAM_INPUT && small != SQL_PARAM_INPUT_OUTPUT && small != SQL_PARAM_OUTPUT) {
        throw OdbcError{SqlState::sHY105, "parameter type {} is not supported", small};
      }
      r.parameter_type = small;
      break;
    case SQL_DESC_NAME:
      r.name = text;
      r.unnamed = text.empty() ? SQL_UNNAMED : SQL_NAMED;
      break;
    case SQL_DESC_UNNAMED:
      if (small != SQL_UNNAMED)
        throw OdbcError{SqlState::sHY091, "SQL_DESC_UNNAMED can only be set to SQL_UNNAMED"};
      r.unnamed = small;
      r.name.clear();
      break;
    default: throw OdbcError{SqlState::sHY091, "{} cannot be set", field.name};
  }
  at_or_new(static_cast<size_t>(record)) = std::move(r);
  return Outcome::Success;
}

Outcome Descriptor::get_record(SQLSMALLINT record, const TextOut& name, SQLSMALLINT* type,
                               SQLSMALLINT* subtype, SQLLEN* length, SQLSMALLINT* precision,
                               SQLSMALLINT* scale, SQLSMALLINT* nullable) {
  if (record < 0 || (record == 0 && kind_ == DescriptorKind::ImplementationParameter)) {
    throw OdbcError{SqlState::s07009, "descriptor record {} does not exist", record};
  }
  if (kind_ == DescriptorKind::ImplementationRow && !described_) {
    throw OdbcError{SqlState::sHY007, "the statement has not been prepared or executed"};
  }
  if (record > count()) return Outcome::NoData;
  const DescriptorRecord& r = records_[static_cast<size_t>(record)];
  if (type) *type = r.type;
  if (subtype) *subtype = r.datetime_interval_code;
  if (length) *length = r.octet_length;
  if (precision) *precision = r.precision;
  if (scale) *scale = r.scale;
  if (nullable) *nullable = r.nullable;
  if (!name.write(r.name)) diagnostics().warn(SqlState::s01004, "the buffer is too small for the name");
  return Outcome::Success;
}

Outcome Descriptor::set_record(SQLSMALLINT record, SQLSMALLINT type, SQLSMALLINT subtype, SQLLEN length,
                               SQLSMALLINT precision, SQLSMALLINT scale, SQLPOINTER data,
                               SQLLEN* octet_length, SQLLEN* indicator) {
  if (kind_ == DescriptorKind::ImplementationRow) {
    throw OdbcError{SqlState::sHY016, "an implementation row descriptor is read only"};
  }
  if (record < 0 || (record == 0 && kind_ == DescriptorKind::ImplementationParameter)) {
    throw OdbcError{SqlState::s07009, "descriptor record {} does not exist", record};
  }
  const bool application = kind_ != DescriptorKind::ImplementationParameter;
  const DescriptorRecord* const before = find(static_cast<size_t>(record));
  DescriptorRecord r = before ? *before : DescriptorRecord{};
  const SQLSMALLINT concise = concise_of(type, subtype);
  if (concise == 0) throw OdbcError{SqlState::sHY021, "subtype {} does not go with type {}", subtype, type};
  r.set_concise_type(concise);
  r.octet_length = length;
  r.precision = precision;
  r.scale = scale;
  check_consistency(r);
  if (application) {
    r.data_ptr = data;
    r.octet_length_ptr = octet_length;
    r.indicator_ptr = indicator;
  }
  at_or_new(static_cast<size_t>(record)) = std::move(r);
  return Outcome::Success;
}

Outcome Descriptor::copy_from(const Descriptor& source) {
  if (kind_ == DescriptorKind::ImplementationRow) {
    throw OdbcError{SqlState::sHY016, "an implementation row descriptor cannot be written"};
  }
  if (source.kind_ == DescriptorKind::ImplementationRow && !source.described_) {
    throw OdbcError{SqlState::sHY007, "the source's statement has not been prepared or executed"};
  }
  if (&source == this) return Outcome::Success;
  for (const DescriptorRecord& r : source.records_) {
    if (r.data_ptr) check_consistency(r);
  }
  header = source.header;
  records_ = source.records_;
  return Outcome::Success;
}

}  // namespace couch::driver
