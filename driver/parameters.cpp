#include "driver/parameters.h"

#include <cstring>

#include "driver/convert/convert.h"
#include "driver/types.h"
#include "sql/turn.h"

namespace couch::driver {
namespace {

bool is_character(SQLSMALLINT c_type) { return c_type == SQL_C_CHAR || c_type == SQL_C_WCHAR; }
bool is_long(SQLSMALLINT c_type) { return is_character(c_type) || c_type == SQL_C_BINARY; }

}  // namespace

SQLULEN column_size_of(const DescriptorRecord& r) {
  switch (r.type) {
    case SQL_NUMERIC:
    case SQL_DECIMAL: return static_cast<SQLULEN>(r.precision);
    default: return r.length;
  }
}

SQLSMALLINT decimal_digits_of(const DescriptorRecord& r) {
  switch (r.type) {
    case SQL_NUMERIC:
    case SQL_DECIMAL: return r.scale;
    case SQL_DATETIME:
    case SQL_INTERVAL: return r.precision;
    default: return 0;
  }
}

void set_size_and_digits(DescriptorRecord& r, SQLULEN column_size, SQLSMALLINT decimal_digits) {
  switch (r.type) {
    case SQL_NUMERIC:
    case SQL_DECIMAL:
      r.precision = static_cast<SQLSMALLINT>(std::min<SQLULEN>(column_size, 32767));
      r.scale = decimal_digits;
      break;
    case SQL_DATETIME:
    case SQL_INTERVAL:
      r.length = column_size;
      r.precision = decimal_digits;
      break;
    default: r.length = column_size; break;
  }
}

Parameters::Parameters(const Descriptor& apd, const Descriptor& ipd,
                       const std::vector<sql::ParameterInfo>& wanted) {
  for (size_t i = 1; i <= wanted.size(); ++i) {
    const DescriptorRecord* application = apd.find(i);
    if (!application || !application->bound()) {
      throw OdbcError{SqlState::s07002, "the statement has {} parameters, and parameter {} is not bound",
                      wanted.size(), i};
    }
    Binding binding{*application, application->concise_type, 0, 0, 0};
    if (const DescriptorRecord* implementation = ipd.find(i);
        implementation && is_sql_type(implementation->concise_type)) {
      binding.sql_type = implementation->concise_type;
      binding.column_size = column_size_of(*implementation);
      binding.digits = decimal_digits_of(*implementation);
    } else {  // bound through the APD alone: the statement tells the type
      const TypeFacts facts = facts_of(wanted[i - 1].type);
      binding.sql_type = facts.concise;
      binding.column_size = facts.column_size;
      binding.digits = facts.decimal_digits;
    }
    if (binding.c_type == SQL_C_DEFAULT) binding.c_type = default_c_type(binding.sql_type);
    bindings_.push_back(std::move(binding));
  }
  sets_.resize(wanted.empty() ? 1 : apd.header.array_size);
  for (size_t set = 0; set < sets_.size(); ++set) {
    sql::give_way();
    if (apd.header.array_status_ptr && apd.header.array_status_ptr[set] == SQL_PARAM_IGNORE) {
      sets_[set].ignored = true;
      continue;
    }
    sets_[set].values.resize(bindings_.size());
    for (size_t i = 0; i < bindings_.size() && !sets_[set].error; ++i) read(set, i, apd);
  }
}

SQLSMALLINT natural_type(SQLSMALLINT c_type) {
  switch (c_type) {
    case SQL_C_CHAR:
    case SQL_C_WCHAR: return SQL_WLONGVARCHAR;
    case SQL_C_BIT: return SQL_BIT;
    case SQL_C_FLOAT:
    case SQL_C_DOUBLE: return SQL_DOUBLE;
    case SQL_C_UBIGINT:
    case SQL_C_NUMERIC: return SQL_DECIMAL;
    case SQL_C_DATE:
    case SQL_C_TYPE_DATE: return SQL_TYPE_DATE;
    case SQL_C_TIME:
    case SQL_C_TYPE_TIME: return SQL_TYPE_TIME;
    case SQL_C_TIMESTAMP:
    case SQL_C_TYPE_TIMESTAMP: return SQL_TYPE_TIMESTAMP;
    case SQL_C_TINYINT:
    case SQL_C_STINYINT:
    case SQL_C_UTINYINT:
    case SQL_C_SHORT:
    case SQL_C_SSHORT:
    case SQL_C_USHORT:
    case SQL_C_LONG:
    case SQL_C_SLONG:
    case SQL_C_ULONG:
    case SQL_C_SBIGINT: return SQL_BIGINT;
    default: return SQL_UNKNOWN_TYPE;
  }
}

Parameters::Parameters(const Descriptor& ard, const Descriptor& ird, Rowset rowset)
    : rowset_(std::move(rowset)) {
  for (const size_t column : rowset_.columns) {
    const DescriptorRecord& application = *ard.find(column);
    Binding binding{application, application.concise_type, 0, 0, 0};
    const SQLSMALLINT own = ird.find(column)->concise_type;
    if (binding.c_type == SQL_C_DEFAULT) binding.c_type = default_c_type(own);
    binding.sql_type = natural_type(binding.c_type);
    if (binding.sql_type == SQL_UNKNOWN_TYPE) binding.sql_type = own;
    if (binding.sql_type == SQL_DECIMAL) {
      binding.column_size = 38;  // what SQL_NUMERIC_STRUCT holds
      binding.digits = binding.c_type == SQL_C_NUMERIC ? application.scale : SQLSMALLINT{0};
    } else if (binding.sql_type == SQL_TYPE_TIMESTAMP || binding.sql_type == SQL_TYPE_TIME) {
      binding.digits = 9;
    }
    bindings_.push_back(std::move(binding));
  }
  sets_.resize(rowset_.rows.size());
  for (size_t set = 0; set < sets_.size(); ++set) {
    sql::give_way();
    sets_[set].values.resize(bindings_.size());
    sets_[set].given.resize(bindings_.size());
    for (size_t i = 0; i < bindings_.size() && !sets_[set].error; ++i) read(set, i, ard);
  }
}

std::string Parameters::name_of(size_t parameter) const {
  return rowset_.columns.empty() ? fmt::format("parameter {}", parameter + 1)
                                 : fmt::format("column {}", rowset_.columns[parameter]);
}

void Parameters::read(size_t set, size_t parameter, const Descriptor& apd) {
  const bool rowset = !rowset_.columns.empty();
  const size_t place = rowset ? rowset_.rows[set] : set;
  const Binding& binding = bindings_[parameter];
  const DescriptorRecord& r = binding.application;
  const SQLLEN fixed = fixed_size_of(binding.c_type);
  const auto size = static_cast<size_t>(fixed > 0 ? fixed : r.octet_length);
  const void* data = element_of(static_cast<const char*>(r.data_ptr), apd.header, place, size);
  const SQLLEN* length_ptr = element_of(r.octet_length_ptr, apd.header, place, sizeof(SQLLEN));
  const SQLLEN* indicator_ptr = element_of(r.indicator_ptr, apd.header, place, sizeof(SQLLEN));
  try {
    const SQLLEN length = length_ptr ? *length_ptr : SQL_NTS;
    if (rowset) {
      if (length == SQL_COLUMN_IGNORE || (indicator_ptr && *indicator_ptr == SQL_COLUMN_IGNORE)) return;
      sets_[set].stated = true;
      const bool comes_later = length == SQL_DATA_AT_EXEC || length <= SQL_LEN_DATA_AT_EXEC_OFFSET;
      if (!comes_later && rowset_.unchanged && rowset_.unchanged(place, rowset_.columns[parameter])) return;
      sets_[set].given[parameter] = true;
    }
    if (indicator_ptr && *indicator_ptr == SQL_NULL_DATA) return;  // the value is NULL already
    if (rowset && fixed == 0 && length > r.octet_length) {
      throw OdbcError{
          SqlState::sHY090,
          "column {}: its length is {}, more than the buffer's {} bytes (as a fetch leaves it that "
          "cuts a value off): set it, or SQL_COLUMN_IGNORE",
          rowset_.columns[parameter], length, r.octet_length};
    }
    if (length == SQL_DATA_AT_EXEC || length <= SQL_LEN_DATA_AT_EXEC_OFFSET) {
      // The token is the address as it is bound, moved along for arrays as any other buffer is.
      pending_.push_back({set, parameter, const_cast<void*>(data)});
      return;
    }
    if (length == SQL_DEFAULT_PARAM) {
      throw OdbcError{SqlState::s07S01, "SQL_DEFAULT_PARAM: {} is no procedure's parameter with a default",
                      name_of(parameter)};
    }
    if (length == SQL_COLUMN_IGNORE || (length < 0 && length != SQL_NTS)) {
      throw OdbcError{SqlState::sHY090, "{} has length {}", name_of(parameter), length};
    }
    if (!data) throw OdbcError{SqlState::sHY090, "{} has no buffer and is not NULL", name_of(parameter)};
    convert(set, parameter, data, length);
  } catch (...) {
    sets_[set].error = std::current_exception();
    sets_[set].error_column = static_cast<SQLINTEGER>(rowset ? rowset_.columns[parameter] : parameter + 1);
  }
}

void Parameters::convert(size_t set, size_t parameter, const void* data, SQLLEN length) {
  const Binding& binding = bindings_[parameter];
  const DescriptorRecord& r = binding.application;
  bool fraction_lost = false;
  sets_[set].values[parameter] =
      from_c({.c_type = binding.c_type,
              .buffer = data,
              .length = length,
              .precision = r.precision,
              .scale = r.scale},
             binding.sql_type, binding.column_size, binding.digits, &fraction_lost);
  sets_[set].fraction_lost = sets_[set].fraction_lost || fraction_lost;
}

std::optional<SQLPOINTER> Parameters::next_needed() {
  finish_sent();
  if (next_ == pending_.size()) return std::nullopt;
  receiving_ = true;
  sent_ = {};
  return pending_[next_++].token;
}

void Parameters::finish_sent() {
  if (!receiving_) return;
  receiving_ = false;
  const Pending& p = pending_[next_ - 1];
  ParameterSet& set = sets_[p.set];
  if (set.error) return;
  try {
    if (!sent_.any)
      throw OdbcError{SqlState::sHY010, "SQLPutData was not called for {}", name_of(p.parameter)};
    if (sent_.null) return;
    convert(p.set, p.parameter, sent_.bytes.data(), static_cast<SQLLEN>(sent_.bytes.size()));
  } catch (...) {
    set.error = std::current_exception();
    set.error_column =
        static_cast<SQLINTEGER>(rowset_.columns.empty() ? p.parameter + 1 : rowset_.columns[p.parameter]);
  }
}

void Parameters::put(SQLPOINTER data, SQLLEN length) {
  if (!receiving_) throw OdbcError{SqlState::sHY010, "SQLParamData has not asked for a parameter"};
  const Binding& binding = bindings_[pending_[next_ - 1].parameter];
  if (length == SQL_DEFAULT_PARAM)
    throw OdbcError{SqlState::s07S01, "SQL_DEFAULT_PARAM: the parameter has no default"};
  if (length == SQL_NULL_DATA) {
    if (sent_.any) throw OdbcError{SqlState::sHY020, "NULL cannot follow other parts of a value"};
    sent_.any = sent_.null = true;
    return;
  }
  if (sent_.null) throw OdbcError{SqlState::sHY020, "nothing can follow NULL"};
  const bool parts = is_long(binding.c_type);
  if (sent_.any && !parts)
    throw OdbcError{SqlState::sHY019, "only character and binary data can be sent in parts"};
  if (parts && length < 0 && length != SQL_NTS)
    throw OdbcError{SqlState::sHY090, "a part's length is {}", length};
  if (!data && !(parts && length == 0)) throw OdbcError{SqlState::sHY009, "DataPtr is a null pointer"};
  size_t size = 0;
  if (!parts) {
    size = static_cast<size_t>(fixed_size_of(binding.c_type));
  } else if (length != SQL_NTS) {
    size = static_cast<size_t>(length);
  } else if (binding.c_type == SQL_C_WCHAR) {
    size = std::char_traits<char16_t>::length(static_cast<const char16_t*>(data)) * sizeof(char16_t);
  } else {
    size = std::strlen(static_cast<const char*>(data));
  }
  sent_.bytes.append(static_cast<const char*>(data), size);
  sent_.any = true;
}

}  // namespace couch::driver
