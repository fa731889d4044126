// A statement's columns, parameters, bindings and attributes: views of its descriptors.
#include <algorithm>

#include "driver/attributes.h"
#include "driver/connection.h"
#include "driver/convert/convert.h"
#include "driver/statement.h"

namespace couch::driver {
namespace {

constexpr size_t longest_cursor_name = 128;  // SQL_MAX_CURSOR_NAME_LEN in info.cpp

void take_type(DescriptorRecord& r, const TypeFacts& facts) {
  r.type = facts.verbose;
  r.concise_type = facts.concise;
  r.datetime_interval_code = facts.datetime_sub;
  r.datetime_interval_precision = facts.verbose == SQL_INTERVAL ? 2 : 0;
  r.length = facts.column_size;
  r.octet_length = facts.octet_length;
  r.precision = facts.precision;
  r.scale = facts.scale;
  r.num_prec_radix = facts.num_prec_radix;
  r.case_sensitive = facts.case_sensitive ? SQL_TRUE : SQL_FALSE;
  r.is_unsigned = facts.is_signed ? SQL_FALSE : SQL_TRUE;
  r.type_name = r.local_type_name = facts.type_name;
}

}  // namespace

SQLULEN Statement::value_of(SQLINTEGER id) const {
  return values_[static_cast<size_t>(find_statement_attribute(id))];
}

void Statement::describe(const std::vector<sql::ResultColumn>& columns) {
  types_.clear();
  facts_.clear();
  ird_->resize(0);
  ird_->resize(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    const sql::ResultColumn& column = columns[i];
    const TypeFacts& facts = facts_.emplace_back(facts_of(column.type));
    types_.push_back(column.type);
    DescriptorRecord& r = ird_->at_or_new(i + 1);
    take_type(r, facts);
    r.display_size = facts.display_size;
    r.searchable = facts.searchable;
    r.literal_prefix = facts.literal_prefix;
    r.literal_suffix = facts.literal_suffix;
    r.name = r.label = column.name;
    r.unnamed = column.named ? SQL_NAMED : SQL_UNNAMED;
    r.nullable = column.nullable ? SQL_NULLABLE : SQL_NO_NULLS;
    r.rowver = column.row_version ? SQL_TRUE : SQL_FALSE;
    r.base_column_name = column.base_column;
    r.base_table_name = column.base_table;
    r.table_name = column.table_alias.empty() ? column.base_table : column.table_alias;
    r.catalog_name = column.base_catalog;
  }
  ird_->set_described(true);
}

// SQL_ATTR_ENABLE_AUTO_IPD: the statement's own knowledge of its parameters, until SQLBindParameter says
// otherwise.
void Statement::describe_parameters() {
  if (value_of(SQL_ATTR_ENABLE_AUTO_IPD) != SQL_TRUE) return;
  const auto& parameters = prepared_->parameters();
  ipd_->resize(0);
  for (size_t i = 0; i < parameters.size(); ++i) {
    DescriptorRecord& r = ipd_->at_or_new(i + 1);
    take_type(r, facts_of(parameters[i].type));
    r.nullable = parameters[i].nullable ? SQL_NULLABLE : SQL_NO_NULLS;
  }
}

Outcome Statement::parameter_count(SQLSMALLINT* count) {
  require_idle();
  if (!prepared_) throw OdbcError{SqlState::sHY010, "no statement has been prepared"};
  if (count) *count = static_cast<SQLSMALLINT>(prepared_->parameters().size());
  return Outcome::Success;
}

Outcome Statement::describe_parameter(SQLUSMALLINT number, SQLSMALLINT* type, SQLULEN* size,
                                      SQLSMALLINT* digits, SQLSMALLINT* nullable) {
  require_idle();
  if (!prepared_) throw OdbcError{SqlState::sHY010, "no statement has been prepared"};
  const auto& parameters = prepared_->parameters();
  if (number == 0 || number > parameters.size()) {
    throw OdbcError{SqlState::s07009, "there is no parameter {}: the statement has {}", number,
                    parameters.size()};
  }
  const sql::ParameterInfo& parameter = parameters[number - 1u];
  const TypeFacts facts = facts_of(parameter.type);
  if (type) *type = facts.concise;
  if (size) *size = facts.column_size;
  if (digits) *digits = facts.decimal_digits;
  if (nullable) *nullable = parameter.nullable ? SQL_NULLABLE : SQL_NO_NULLS;
  return Outcome::Success;
}

Outcome Statement::column_count(SQLSMALLINT* count) {
  require_idle();
  if (state_ == State::Allocated)
    throw OdbcError{SqlState::sHY010, "the statement has not been prepared or executed"};
  if (count) *count = ird_->count();
  return Outcome::Success;
}

Outcome Statement::row_count(SQLLEN* count) {
  require_idle();
  if (state_ != State::Executed && state_ != State::CursorOpen)
    throw OdbcError{SqlState::sHY010, "the statement has not been executed"};
  if (count) *count = row_count_;  // -1: a query's rows are not counted before they are read
  return Outcome::Success;
}

Outcome Statement::describe_column(SQLUSMALLINT column, const TextOut& name, SQLSMALLINT* type, SQLULEN* size,
                                   SQLSMALLINT* digits, SQLSMALLINT* nullable) {
  require_idle();
  if (state_ == State::Allocated)
    throw OdbcError{SqlState::sHY010, "the statement has not been prepared or executed"};
  if (facts_.empty()) throw OdbcError{SqlState::s07005, "the statement has no result set"};
  if (column == 0 || column > facts_.size()) {
    throw OdbcError{SqlState::s07009, "there is no column {}: the result has {}", column, facts_.size()};
  }
  const DescriptorRecord& r = *ird_->find(column);
  const TypeFacts& facts = facts_[column - 1u];
  if (type) *type = facts.concise;
  if (size) *size = facts.column_size;
  if (digits) *digits = facts.decimal_digits;
  if (nullable) *nullable = r.nullable;
  if (!name.write(r.name))
    diagnostics().warn(SqlState::s01004, "the buffer is too small for the column's name");
  return Outcome::Success;
}

Outcome Statement::column_attribute(SQLUSMALLINT column, SQLUSMALLINT field, const TextOut& text,
                                    SQLLEN* number) {
  require_idle();
  if (state_ == State::Allocated)
    throw OdbcError{SqlState::sHY010, "the statement has not been prepared or executed"};
  const auto put = [&](SQLLEN value) {
    if (number) *number = value;
    return Outcome::Success;
  };
  if (field == SQL_DESC_COUNT || field == SQL_COLUMN_COUNT) return put(ird_->count());
  if (facts_.empty()) throw OdbcError{SqlState::s07005, "the statement has no result set"};
  if (column == 0 || column > facts_.size()) {
    throw OdbcError{SqlState::s07009, "there is no column {}: the result has {}", column, facts_.size()};
  }
  const DescriptorRecord& r = *ird_->find(column);
  const TypeFacts& facts = facts_[column - 1u];
  const auto write = [&](const std::string& value) {
    if (!text.write(value))
      diagnostics().warn(SqlState::s01004, "the buffer is too small for the column's attribute");
    return Outcome::Success;
  };
  switch (field) {  // ODBC 2's own meanings (SQLColAttributes)
    case SQL_COLUMN_NAME: return write(r.name);
    case SQL_COLUMN_LENGTH: return put(facts.octet_length);
    case SQL_COLUMN_PRECISION: return put(static_cast<SQLLEN>(facts.column_size));
    case SQL_COLUMN_SCALE: return put(facts.decimal_digits);
    case SQL_COLUMN_NULLABLE: return put(r.nullable);
    default: break;
  }
  const DescriptorField* known = descriptor_field(static_cast<SQLSMALLINT>(field));
  if (!known || known->header || known->ird != Access::Read || known->type == FieldType::Pointer) {
    throw OdbcError{SqlState::sHY091, "there is no column attribute {}", field};
  }
  if (known->type == FieldType::Text) return write(Descriptor::text_of(r, known->id));
  return put(Descriptor::number_of(r, known->id));
}

Outcome Statement::bind_column(SQLUSMALLINT column, SQLSMALLINT c_type, SQLPOINTER buffer, SQLLEN capacity,
                               SQLLEN* indicator) {
  require_idle();
  if (column == 0) throw OdbcError{SqlState::s07009, "bookmarks are not supported (column 0)"};
  if (capacity < 0) throw OdbcError{SqlState::sHY090, "BufferLength is {}", capacity};
  if (column > static_cast<SQLUSMALLINT>(std::numeric_limits<SQLSMALLINT>::max())) {
    throw OdbcError{SqlState::s07009, "there is no column {}", column};
  }
  Descriptor& d = ard();
  if (!buffer && !indicator) {  // unbinds
    if (column <= d.count()) {
      DescriptorRecord& r = d.at_or_new(column);
      r.data_ptr = nullptr;
      r.indicator_ptr = r.octet_length_ptr = nullptr;
      d.shrink_to_bound();
    }
    return Outcome::Success;
  }
  const SQLSMALLINT type = odbc3_type(c_type);
  if (!is_c_type(type)) throw OdbcError{SqlState::sHY003, "TargetType {} is no C data type", c_type};
  if (state_ == State::CursorOpen || state_ == State::Prepared) {
    if (column <= facts_.size() && type != SQL_C_DEFAULT &&
        !convertible_to_c(facts_[column - 1u].concise, type)) {
      throw OdbcError{SqlState::s07006, "column {} cannot be converted to C data type {}", column, c_type};
    }
  }
  DescriptorRecord& r = d.at_or_new(column);
  r = {};
  r.set_concise_type(type);
  r.octet_length = capacity;
  r.length = static_cast<SQLULEN>(capacity);
  r.data_ptr = buffer;
  r.indicator_ptr = r.octet_length_ptr = indicator;
  return Outcome::Success;
}

Outcome Statement::bind_parameter(SQLUSMALLINT number, SQLSMALLINT direction, SQLSMALLINT c_type,
                                  SQLSMALLINT sql_type, SQLULEN size, SQLSMALLINT digits, SQLPOINTER buffer,
                                  SQLLEN capacity, SQLLEN* indicator) {
  require_idle();
  if (number == 0 || number > static_cast<SQLUSMALLINT>(std::numeric_limits<SQLSMALLINT>::max())) {
    throw OdbcError{SqlState::s07009, "parameters are numbered from 1"};
  }
  // SQLSetParam of an ODBC 1 application, as driver managers pass it on (Appendix G, SQLSetParam Mapping).
  if (direction == SQL_PARAM_INPUT_OUTPUT && capacity == SQL_SETPARAM_VALUE_MAX) {
    direction = SQL_PARAM_INPUT;
    capacity = 0;
  }
  switch (direction) {
    case SQL_PARAM_INPUT: break;
    case SQL_PARAM_INPUT_OUTPUT:
    case SQL_PARAM_OUTPUT:
    case SQL_PARAM_INPUT_OUTPUT_STREAM:
    case SQL_PARAM_OUTPUT_STREAM:
      throw OdbcError{SqlState::sHYC00,
                      "there are no output parameters: procedures give rows, and return no value"};
    default: throw OdbcError{SqlState::sHY105, "there is no parameter type {}", direction};
  }
  const SQLSMALLINT type = odbc3_type(c_type), target = odbc3_type(sql_type);
  if (!is_c_type(type)) throw OdbcError{SqlState::sHY003, "ValueType {} is no C data type", c_type};
  if (!is_sql_type(target))
    throw OdbcError{SqlState::sHY004, "ParameterType {} is no SQL data type", sql_type};
  if (!buffer && !indicator)
    throw OdbcError{SqlState::sHY009, "parameter {} has neither a buffer nor an indicator", number};
  if (capacity < 0) throw OdbcError{SqlState::sHY090, "BufferLength is {}", capacity};
  if (type != SQL_C_DEFAULT && !convertible_from_c(type, target)) {
    throw OdbcError{SqlState::s07006, "C data type {} cannot be converted to SQL data type {}", c_type,
                    sql_type};
  }
  if ((target == SQL_DECIMAL || target == SQL_NUMERIC) && size == 0) {
    throw OdbcError{SqlState::sHY104, "parameter {} has precision 0", number};
  }
  DescriptorRecord implementation;
  implementation.set_concise_type(target);
  implementation.parameter_type = direction;
  set_size_and_digits(implementation, size, digits);
  DescriptorRecord application;
  application.set_concise_type(type);
  if (type == SQL_C_NUMERIC) {  // SQLBindParameter: they come from ColumnSize and DecimalDigits
    application.precision = implementation.precision;
    application.scale = implementation.scale;
  }
  application.octet_length = capacity;
  application.length = static_cast<SQLULEN>(capacity);
  application.data_ptr = buffer;
  application.indicator_ptr = application.octet_length_ptr = indicator;
  ipd_->at_or_new(number) = std::move(implementation);
  apd().at_or_new(number) = std::move(application);
  return Outcome::Success;
}

Outcome Statement::set_cursor_name(const std::string& name) {
  require_idle();
  require_no_cursor();
  const auto starts = [&](std::string_view prefix) {
    return name.size() >= prefix.size() &&
           std::equal(prefix.begin(), prefix.end(), name.begin(),
                      [](char a, char b) { return a == (b & ~0x20) || a == b; });
  };
  if (name.empty() || name.size() > longest_cursor_name || starts("SQLCUR") || starts("SQL_CUR")) {
    throw OdbcError{SqlState::s34000,
                    "'{}' cannot name a cursor: 1 to {} bytes that do not start with SQL_CUR or SQLCUR", name,
                    longest_cursor_name};
  }
  const auto connection = connection_.lock();
  if (!connection) throw OdbcError{SqlState::s08003, "the connection is not open"};
  connection->claim_cursor_name(id(), name);
  cursor_name_ = name;
  return Outcome::Success;
}

Outcome Statement::cursor_name(const TextOut& out) {
  require_idle();
  if (!out.write(cursor_name_))
    diagnostics().warn(SqlState::s01004, "the buffer is too small for the cursor's name");
  return Outcome::Success;
}

// Which descriptor's header an attribute is.
Descriptor& Statement::descriptor_of(SQLINTEGER attribute) noexcept {
  switch (attribute) {
    case SQL_ATTR_PARAM_BIND_OFFSET_PTR:
    case SQL_ATTR_PARAM_BIND_TYPE:
    case SQL_ATTR_PARAM_OPERATION_PTR:
    case SQL_ATTR_PARAMSET_SIZE: return apd();
    case SQL_ATTR_PARAM_STATUS_PTR:
    case SQL_ATTR_PARAMS_PROCESSED_PTR: return *ipd_;
    case SQL_ATTR_ROW_STATUS_PTR:
    case SQL_ATTR_ROWS_FETCHED_PTR: return *ird_;
    default: return ard();
  }
}

Outcome Statement::assign_descriptor(SQLINTEGER id, SQLHANDLE handle) {
  auto& assigned = id == SQL_ATTR_APP_ROW_DESC ? explicit_ard_ : explicit_apd_;
  const auto& own = id == SQL_ATTR_APP_ROW_DESC ? own_ard_ : own_apd_;
  if (handle == SQL_NULL_HDESC || handle == own->id()) {
    assigned.reset();
    return Outcome::Success;
  }
  auto descriptor = Handles::pin<Descriptor>(handle);
  if (!descriptor) throw OdbcError{SqlState::sHY024, "the value is no descriptor handle"};
  if (!descriptor->is_explicit())
    throw OdbcError{SqlState::sHY017, "a statement's own descriptor cannot be another's"};
  const auto connection = connection_.lock();
  if (descriptor->connection() != connection)
    throw OdbcError{SqlState::sHY024, "the descriptor belongs to another connection"};
  assigned = std::move(descriptor);
  return Outcome::Success;
}

Outcome Statement::set_attribute(SQLINTEGER id, SQLPOINTER value) {
  require_idle();
  const int at = find_attribute(statement_attributes(), id);
  if (at < 0) throw OdbcError{SqlState::sHY092, "there is no statement attribute {}", id};
  const Attribute& attribute = statement_attributes()[static_cast<size_t>(at)];
  if (id == SQL_ATTR_APP_ROW_DESC || id == SQL_ATTR_APP_PARAM_DESC) return assign_descriptor(id, value);
  if (id == SQL_ATTR_IMP_ROW_DESC || id == SQL_ATTR_IMP_PARAM_DESC) {
    throw OdbcError{SqlState::sHY017, "{} cannot be set", attribute.name};
  }
  if (attribute.when == When::CursorClosed &&
      reinterpret_cast<SQLULEN>(value) != values_[static_cast<size_t>(at)]) {
    require_no_cursor();
    if (prepared_by_application_)
      throw OdbcError{SqlState::sHY011, "{} is set before SQLPrepare", attribute.name};
  }
  if (attribute.descriptor_field != 0)
    return descriptor_of(id).set_field(0, attribute.descriptor_field, value, {});
  values_[static_cast<size_t>(at)] = accept(attribute, reinterpret_cast<SQLULEN>(value), diagnostics());
  return Outcome::Success;
}

Outcome Statement::get_attribute(SQLINTEGER id, SQLPOINTER value) {
  require_idle();
  const int at = find_attribute(statement_attributes(), id);
  if (at < 0) throw OdbcError{SqlState::sHY092, "there is no statement attribute {}", id};
  const Attribute& attribute = statement_attributes()[static_cast<size_t>(at)];
  const auto put = [&](auto v) {
    static_assert(sizeof v == sizeof(SQLULEN));
    if (value) *static_cast<decltype(v)*>(value) = v;
    return Outcome::Success;
  };
  switch (id) {
    case SQL_ATTR_APP_ROW_DESC: return put(ard().id());
    case SQL_ATTR_APP_PARAM_DESC: return put(apd().id());
    case SQL_ATTR_IMP_ROW_DESC: return put(ird_->id());
    case SQL_ATTR_IMP_PARAM_DESC: return put(ipd_->id());
    case SQL_ATTR_CONCURRENCY:  // of an open cursor: what it is
      if (state_ == State::CursorOpen && cursor_)
        return put(static_cast<SQLULEN>(cursor_->changeable() ? SQL_CONCUR_ROWVER : SQL_CONCUR_READ_ONLY));
      break;
    case SQL_ATTR_ROW_NUMBER: return put(open_cursor().row_number());
    case SQL_ATTR_COUCHDB_POLL_DESCRIPTOR: return put(poll_descriptor());
    default: break;
  }
  const DescriptorHeader& header = descriptor_of(id).header;
  switch (attribute.descriptor_field) {
    case 0: return put(values_[static_cast<size_t>(at)]);
    case SQL_DESC_ARRAY_SIZE: return put(header.array_size);
    case SQL_DESC_ARRAY_STATUS_PTR: return put(header.array_status_ptr);
    case SQL_DESC_BIND_OFFSET_PTR: return put(header.bind_offset_ptr);
    case SQL_DESC_BIND_TYPE: return put(static_cast<SQLULEN>(header.bind_type));
    default: return put(header.rows_processed_ptr);
  }
}

}  // namespace couch::driver
