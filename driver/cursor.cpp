#include "driver/cursor.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "sql/error.h"

namespace couch::driver {
namespace {

// The beginning of `text` that has at most `limit` UTF-16 units.
std::string_view wide_beginning(std::string_view text, size_t limit) {
  size_t at = 0;
  for (size_t units = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    units += lead >= 0xF0 ? 2 : 1;
    if (units > limit) break;
    for (++at; at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;) ++at;
  }
  return text.substr(0, at);
}

// SQL_ATTR_MAX_LENGTH: no more of character and binary data, without a warning; never half a character.
sql::Cell limited(sql::Cell cell, SQLULEN max_length, SQLSMALLINT c_type) {
  if (auto* text = std::get_if<std::string_view>(&cell); text && text->size() > max_length) {
    if (c_type == SQL_C_WCHAR) {
      *text = wide_beginning(*text, max_length);
    } else {
      size_t n = max_length;
      while (n > 0 && (static_cast<unsigned char>((*text)[n]) & 0xC0) == 0x80) --n;
      *text = text->substr(0, n);
    }
  } else if (auto* binary = std::get_if<sql::BinaryView>(&cell)) {
    binary->bytes = binary->bytes.substr(0, max_length);
  }
  return cell;
}

// What to_c said, as a record; false when there is nothing to say.
bool warn(Converted converted, Diagnostics& diagnostics, SQLLEN row, SQLINTEGER column) {
  if (converted == Converted::Truncated) {
    diagnostics.warn(SqlState::s01004,
                     fmt::format("the buffer of column {} is too small for its value", column), row, column);
  } else if (converted == Converted::Fraction) {
    diagnostics.warn(SqlState::s01S07, fmt::format("the fraction of column {} was cut off", column), row,
                     column);
  } else {
    return false;
  }
  return true;
}

}  // namespace

void RowsetCells::clear(size_t columns) {
  columns_ = columns;
  cells_.clear();
  failures_.clear();
  block_ = used_ = 0;
}

std::string_view RowsetCells::keep(std::string_view bytes) {
  constexpr size_t usual = 64 << 10;
  while (block_ < blocks_.size() && used_ + bytes.size() > blocks_[block_].size) ++block_, used_ = 0;
  if (block_ == blocks_.size()) {
    const size_t size = std::max(usual, bytes.size());
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    used_ = 0;
  }
  char* const to = blocks_[block_].bytes.get() + used_;
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  used_ += bytes.size();
  return {to, bytes.size()};
}

void RowsetCells::take(sql::Cell& cell) {
  if (auto* text = std::get_if<std::string_view>(&cell))
    *text = keep(*text);
  else if (auto* decimal = std::get_if<sql::DecimalView>(&cell))
    decimal->digits = keep(decimal->digits);
  else if (auto* binary = std::get_if<sql::BinaryView>(&cell))
    binary->bytes = keep(binary->bytes);
}

void RowsetCells::replace(size_t row, size_t column, const sql::Value& value) {
  const size_t place = row * columns_ + column;
  std::erase_if(failures_, [&](const auto& failure) { return failure.first == place; });
  cells_[place] = sql::view(value);
  take(cells_[place]);
}

void RowsetCells::add_row(sql::Rows& rows) {
  for (size_t i = 0; i < columns_; ++i) {
    try {
      take(cells_.emplace_back(rows.cell(i)));
    } catch (const sql::Error&) {  // of this value alone: TypeMismatch
      failures_.emplace_back(cells_.size(), std::current_exception());
      cells_.emplace_back();
    }
  }
}

void RowsetCells::check(size_t place) const {
  for (const auto& [at, failure] : failures_)
    if (at == place) std::rethrow_exception(failure);
}

Cursor::Cursor(std::unique_ptr<sql::Rows> rows, uint64_t max_rows)
    : rows_(std::move(rows)), left_(max_rows == 0 ? std::numeric_limits<uint64_t>::max() : max_rows) {}

void Cursor::read_ahead() {
  ahead_found_ = left_ > 0 && rows_->next();
  ahead_ = true;
}

bool Cursor::advance() {
  if (ended_ || left_ == 0) return false;
  const bool found = ahead_ ? ahead_found_ : rows_->next();
  ahead_ = false;
  if (found)
    --left_;
  else
    ended_ = true;
  return found;
}

sql::Cell Cursor::cell(size_t column) {
  return buffered_ ? cells_.at(position_, column) : rows_->cell(column);
}

Outcome Cursor::fetch(const Descriptor& ard, const Descriptor& ird, const std::vector<sql::Type>& types,
                      const Options& options, Diagnostics& diagnostics) {
  const SQLULEN size = ard.header.array_size;
  SQLUSMALLINT* const statuses = ird.header.array_status_ptr;
  SQLULEN* const processed = ird.header.rows_processed_ptr;
  rowset_start_ += rowset_rows_;
  rowset_rows_ = position_ = 0;
  data_column_ = 0;
  buffered_ = size > 1 || changeable_;
  cells_.clear(rows_->columns().size());
  if (options.retrieve) look_up(ard, ird, types);
  if (processed) *processed = 0;
  SQLULEN failed = 0;
  for (SQLULEN row = 0; row < size; ++row) {
    if (!failure_) {
      try {
        if (!advance()) break;
      } catch (...) {
        failure_ = std::current_exception();
      }
    }
    if (failure_) {
      // Rows that came whole are given first; the next call says what broke.
      if (row == 0) std::rethrow_exception(failure_);
      break;
    }
    ++rowset_rows_;
    if (processed) *processed = rowset_rows_;
    bool warned = false, whole = true;
    try {
      if (buffered_) {
        position_ = row;
        cells_.add_row(*rows_);
      }
      if (options.retrieve) whole = write_row(row, types, options, diagnostics, warned);
    } catch (...) {  // the row itself cannot be read
      if (size == 1) throw;
      diagnostics.add(std::current_exception(), static_cast<SQLLEN>(row + 1));
      whole = false;
    }
    if (!whole) {
      ++failed;
      // SQLFetch, "Errors and Warnings": 01S01 for each row that contains an error, then what was wrong.
      if (size > 1)
        diagnostics.warn(SqlState::s01S01, fmt::format("row {} of the rowset has an error", row + 1),
                         static_cast<SQLLEN>(row + 1));
    }
    move_bound(1);
    if (statuses)
      statuses[row] = !whole ? SQL_ROW_ERROR : warned ? SQL_ROW_SUCCESS_WITH_INFO : SQL_ROW_SUCCESS;
  }
  position_ = 0;
  if (statuses) std::fill(statuses + rowset_rows_, statuses + size, static_cast<SQLUSMALLINT>(SQL_ROW_NOROW));
  if (rowset_rows_ == 0) return Outcome::NoData;
  return failed == rowset_rows_ ? Outcome::Error : Outcome::Success;
}

namespace {

// The buffers of a bound column in one row of the rowset.
Target target_of(const DescriptorRecord& r, SQLSMALLINT column_type, const DescriptorHeader& header,
                 size_t row) {
  Target target;
  target.c_type = r.concise_type == SQL_C_DEFAULT ? default_c_type(column_type) : r.concise_type;
  const SQLLEN fixed = fixed_size_of(target.c_type);
  const auto size = static_cast<size_t>(fixed > 0 ? fixed : r.octet_length);
  target.buffer = element_of(static_cast<char*>(r.data_ptr), header, row, size);
  target.capacity = r.octet_length;
  target.length = element_of(r.octet_length_ptr, header, row, sizeof(SQLLEN));
  target.indicator = element_of(r.indicator_ptr, header, row, sizeof(SQLLEN));
  target.precision = r.precision;
  target.scale = r.scale;
  target.interval_leading_precision = static_cast<SQLSMALLINT>(r.datetime_interval_precision);
  return target;
}

}  // namespace

void Cursor::look_up(const Descriptor& ard, const Descriptor& ird, const std::vector<sql::Type>& types) {
  bound_.clear();
  const size_t count = std::min<size_t>(static_cast<size_t>(ard.count()), types.size());
  for (size_t i = 1; i <= count; ++i) {
    const DescriptorRecord& r = *ard.find(i);
    if (!r.bound()) continue;
    Bound& bound = bound_.emplace_back();
    bound.column = i - 1;
    try {
      const Target target = target_of(r, ird.find(i)->concise_type, ard.header, 0);
      const SQLLEN fixed = fixed_size_of(target.c_type);
      const auto size = static_cast<size_t>(fixed > 0 ? fixed : r.octet_length);
      const bool by_column = ard.header.bind_type == SQL_BIND_BY_COLUMN;
      const auto row_size = static_cast<size_t>(ard.header.bind_type);
      bound.buffer_step = by_column ? size : row_size;
      bound.length_step = by_column ? sizeof(SQLLEN) : row_size;
      bound.target = checked(types[bound.column], target);
    } catch (...) {
      bound.failure = std::current_exception();
    }
  }
}

void Cursor::move_bound(size_t rows) {
  const auto move = [rows](auto*& at, size_t step) {
    if (at)
      at = reinterpret_cast<std::remove_reference_t<decltype(at)>>(reinterpret_cast<char*>(at) + rows * step);
  };
  for (Bound& bound : bound_) {
    auto* buffer = static_cast<char*>(bound.target.buffer);
    move(buffer, bound.buffer_step);
    bound.target.buffer = buffer;
    move(bound.target.length, bound.length_step);
    move(bound.target.indicator, bound.length_step);
  }
}

bool Cursor::write_row(size_t row, const std::vector<sql::Type>& types, const Options& options,
                       Diagnostics& diagnostics, bool& warned) {
  bool whole = true;
  for (const Bound& bound : bound_) {
    try {
      if (bound.failure) std::rethrow_exception(bound.failure);
      sql::Cell value = cell(bound.column);
      if (options.max_length > 0) value = limited(value, options.max_length, bound.target.c_type);
      const Converted done = put_c(value, types[bound.column], bound.target, nullptr);
      if (done != Converted::Whole &&
          warn(done, diagnostics, static_cast<SQLLEN>(row + 1), static_cast<SQLINTEGER>(bound.column + 1)))
        warned = true;
    } catch (...) {
      diagnostics.add(std::current_exception(), static_cast<SQLLEN>(row + 1),
                      static_cast<SQLINTEGER>(bound.column + 1));
      whole = false;
    }
  }
  return whole;
}

Outcome Cursor::get_data(size_t column, SQLSMALLINT c_type, SQLPOINTER buffer, SQLLEN capacity,
                         SQLLEN* indicator, const Descriptor& ard, const Descriptor& ird,
                         const std::vector<sql::Type>& types, const Options& options,
                         Diagnostics& diagnostics) {
  if (rowset_rows_ == 0) throw OdbcError{SqlState::s24000, "there is no current row: call SQLFetch first"};
  if (column == 0 || column > types.size()) {
    throw OdbcError{SqlState::s07009, "there is no column {}: the result has {}", column, types.size()};
  }
  if (!buffer) throw OdbcError{SqlState::sHY009, "TargetValuePtr is a null pointer"};
  if (capacity < 0) throw OdbcError{SqlState::sHY090, "BufferLength is {}", capacity};
  Target target;
  target.c_type = odbc3_type(c_type);
  target.precision = 6;  // of interval seconds (SQLSetDescField's default)
  const DescriptorRecord* const record = ard.find(column);
  if (c_type == SQL_ARD_TYPE) {
    if (!record) throw OdbcError{SqlState::s07009, "SQL_ARD_TYPE: the ARD has no record {}", column};
    target.c_type = record->concise_type;
    target.precision = record->precision;
    target.scale = record->scale;
    target.interval_leading_precision = static_cast<SQLSMALLINT>(record->datetime_interval_precision);
  } else if (target.c_type == SQL_C_NUMERIC) {
    // SQLGetData has no arguments for them; an application that set them in the ARD means them (ODBC,
    // "Retrieving Numeric Data").
    const bool said = record && record->concise_type == SQL_C_NUMERIC;
    target.precision = said ? record->precision : SQLSMALLINT{38};
    target.scale = said ? record->scale : SQLSMALLINT{0};
  }
  target.buffer = buffer;
  target.capacity = capacity;
  target.length = target.indicator = indicator;
  const sql::Type& type = types[column - 1];
  if (allowed_.size() < types.size()) allowed_.resize(types.size());
  Allowed& allowed = allowed_[column - 1];
  if (c_type == SQL_ARD_TYPE || allowed.asked != c_type) {
    if (target.c_type == SQL_C_DEFAULT) target.c_type = default_c_type(ird.find(column)->concise_type);
    if (!is_c_type(target.c_type))
      throw OdbcError{SqlState::sHY003, "TargetType {} is no C data type", c_type};
    allowed = {c_type, checked(type, target).c_type};
  }
  target.c_type = allowed.concise;
  if (data_column_ != column) {  // another column: this one begins anew
    data_column_ = column;
    progress_.restart();
  }
  sql::Cell value = cell(column - 1);
  if (options.max_length > 0) value = limited(value, options.max_length, target.c_type);
  const Converted done = put_c(value, type, target, &progress_);
  if (done == Converted::NoData) return Outcome::NoData;
  if (done != Converted::Whole)
    warn(done, diagnostics, static_cast<SQLLEN>(position_ + 1), static_cast<SQLINTEGER>(column));
  return Outcome::Success;
}

void Cursor::set_position(SQLULEN row) {
  if (row > rowset_rows_)
    throw OdbcError{SqlState::sHY107, "the rowset has {} rows, not {}", rowset_rows_, row};
  if (row == 0) throw OdbcError{SqlState::sHY109, "the position cannot be on every row"};
  position_ = row - 1;
  data_column_ = 0;
}

bool Cursor::holds(size_t row, size_t column, const Descriptor& ard, const Descriptor& ird,
                   const std::vector<sql::Type>& types, const Options& options) {
  const sql::Type& type = types[column - 1];
  sql::Cell value = cells_.at(row, column - 1);
  const Target bound =
      checked(type, target_of(*ard.find(column), ird.find(column)->concise_type, ard.header, row));
  const bool null = bound.indicator && *bound.indicator == SQL_NULL_DATA;
  if (null || sql::is_null(value)) return null && sql::is_null(value);
  if (!bound.buffer) return false;
  if (options.max_length > 0) value = limited(value, options.max_length, bound.c_type);
  const SQLLEN fixed = fixed_size_of(bound.c_type);
  std::vector<char> scratch(static_cast<size_t>(fixed > 0 ? fixed : bound.capacity));
  SQLLEN length = 0;
  Target target = bound;
  target.buffer = scratch.data();
  target.length = target.indicator = &length;
  put_c(value, type, target, nullptr);
  size_t size = scratch.size();
  if (fixed == 0) {
    const size_t end = bound.c_type == SQL_C_CHAR ? 1 : bound.c_type == SQL_C_WCHAR ? sizeof(SQLWCHAR) : 0;
    size = std::min(static_cast<size_t>(length) + end, size);  // with its end, where SQL_NTS says the length
    if (bound.length && *bound.length != SQL_NTS) {
      if (*bound.length != length) return false;
      size = std::min(static_cast<size_t>(length), size);
    }
  }
  return std::memcmp(scratch.data(), bound.buffer, size) == 0;
}

bool Cursor::write_again(size_t row, const Descriptor& ard, const Descriptor& ird,
                         const std::vector<sql::Type>& types, const Options& options,
                         Diagnostics& diagnostics, bool& warned) {
  look_up(ard, ird, types);
  move_bound(row);
  const SQLULEN position = std::exchange(position_, row);
  const bool whole = write_row(row, types, options, diagnostics, warned);
  position_ = position;
  return whole;
}

SQLULEN Cursor::row_number() const noexcept { return rowset_rows_ == 0 ? 0 : rowset_start_ + position_ + 1; }

}  // namespace couch::driver
