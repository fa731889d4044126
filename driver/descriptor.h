#pragma once
// Descriptors: how the application's buffers and the statement's columns and parameters look (ODBC 3.8,
// Descriptors). SQLBindCol, SQLBindParameter, SQLSetStmtAttr and SQLColAttribute are views of them.
#include <sql.h>
#include <sqlext.h>

#include <atomic>
#include <string>
#include <vector>

#include "driver/descriptor_fields.h"
#include "driver/handle.h"
#include "driver/text.h"

namespace couch::driver {

// The verbose type and subcode of a concise one: SQL_TYPE_DATE is SQL_DATETIME with SQL_CODE_DATE. Others are
// themselves, with 0.
struct VerboseType {
  SQLSMALLINT type = 0, code = 0;
};
VerboseType verbose_of(SQLSMALLINT concise) noexcept;
// 0: there is no such type.
SQLSMALLINT concise_of(SQLSMALLINT type, SQLSMALLINT code) noexcept;
// ODBC 2 type codes (SQL_DATE, SQL_C_TIMESTAMP, …) as ODBC 3 has them; others as they are.
SQLSMALLINT odbc3_type(SQLSMALLINT concise) noexcept;

// Pointers are the application's; the driver looks through them only while it fetches or executes (deferred
// fields).
struct DescriptorRecord {
  SQLSMALLINT type = SQL_C_DEFAULT, concise_type = SQL_C_DEFAULT, datetime_interval_code = 0;
  SQLINTEGER datetime_interval_precision = 0;
  SQLULEN length = 0;       // characters, or precision: column size
  SQLLEN octet_length = 0;  // bytes
  SQLSMALLINT precision = 0, scale = 0;
  SQLINTEGER num_prec_radix = 0;
  SQLPOINTER data_ptr = nullptr;
  SQLLEN* indicator_ptr = nullptr;
  SQLLEN* octet_length_ptr = nullptr;
  SQLSMALLINT parameter_type = SQL_PARAM_INPUT;
  // Of implementation descriptors only.
  SQLINTEGER auto_unique_value = SQL_FALSE, case_sensitive = SQL_FALSE;
  SQLSMALLINT fixed_prec_scale = SQL_FALSE, nullable = SQL_NULLABLE, rowver = SQL_FALSE,
              searchable = SQL_PRED_NONE;
  SQLSMALLINT unnamed = SQL_UNNAMED, is_unsigned = SQL_FALSE, updatable = SQL_ATTR_READONLY;
  SQLLEN display_size = 0;
  std::string name, label, base_column_name, base_table_name, table_name, schema_name, catalog_name;
  std::string type_name, local_type_name, literal_prefix, literal_suffix;

  bool bound() const noexcept { return data_ptr || indicator_ptr || octet_length_ptr; }
  // Sets type, concise type and subcode together, and the defaults that ODBC gives the type's other fields.
  void set_concise_type(SQLSMALLINT concise);
  void set_type_defaults();
};

struct DescriptorHeader {
  SQLULEN array_size = 1;
  SQLUSMALLINT* array_status_ptr = nullptr;
  SQLLEN* bind_offset_ptr = nullptr;
  SQLINTEGER bind_type = SQL_BIND_BY_COLUMN;  // or the row's size in bytes
  SQLULEN* rows_processed_ptr = nullptr;
};

// The address of row `row`'s element of a bound array whose elements are `size` bytes: column-wise, row-wise,
// moved by the offset (SQL_DESC_BIND_TYPE, SQL_DESC_BIND_OFFSET_PTR). Null stays null.
template <class T>
T* element_of(T* base, const DescriptorHeader& header, size_t row, size_t size) {
  if (!base) return nullptr;
  const auto offset = static_cast<uintptr_t>(header.bind_offset_ptr ? *header.bind_offset_ptr : 0);
  const size_t step = header.bind_type == SQL_BIND_BY_COLUMN ? size : static_cast<size_t>(header.bind_type);
  return reinterpret_cast<T*>(reinterpret_cast<uintptr_t>(base) + offset + row * step);
}

class Descriptor : public Handle {
 public:
  static constexpr SQLSMALLINT handle_type = SQL_HANDLE_DESC;
  // An explicit descriptor, of a connection.
  explicit Descriptor(std::weak_ptr<Handle> connection);
  // A statement's own: it lives and is locked with the statement.
  Descriptor(DescriptorKind kind, std::shared_ptr<std::mutex> statement_mutex);

  DescriptorKind kind() const noexcept { return kind_; }
  bool is_explicit() const noexcept { return explicit_; }
  // The connection of an explicit descriptor.
  std::shared_ptr<Handle> connection() const { return connection_.lock(); }
  // Freed: statements that use it go back to their own (SQLFreeHandle).
  void set_freed() noexcept { freed_ = true; }
  bool freed() const noexcept { return freed_; }
  // Of how many calls that run asynchronously; meanwhile nobody may look at it or change it (HY010).
  void begin_use() noexcept { ++uses_; }
  void end_use() noexcept { --uses_; }
  bool busy() const noexcept override { return uses_ > 0; }

  Outcome get_field(SQLSMALLINT record, SQLSMALLINT id, SQLPOINTER value, const TextOut& text);
  // `text` is for character fields, `value` for the others.
  Outcome set_field(SQLSMALLINT record, SQLSMALLINT id, SQLPOINTER value, const std::string& text);
  Outcome get_record(SQLSMALLINT record, const TextOut& name, SQLSMALLINT* type, SQLSMALLINT* subtype,
                     SQLLEN* length, SQLSMALLINT* precision, SQLSMALLINT* scale, SQLSMALLINT* nullable);
  Outcome set_record(SQLSMALLINT record, SQLSMALLINT type, SQLSMALLINT subtype, SQLLEN length,
                     SQLSMALLINT precision, SQLSMALLINT scale, SQLPOINTER data, SQLLEN* octet_length,
                     SQLLEN* indicator);
  // SQLCopyDesc: everything but the allocation type.
  Outcome copy_from(const Descriptor& source);

  // For the statement.
  DescriptorHeader header;
  SQLSMALLINT count() const noexcept { return static_cast<SQLSMALLINT>(records_.size() - 1); }
  // Record n, from 1 (0: the bookmark's); null past the count.
  const DescriptorRecord* find(size_t n) const noexcept {
    return n < records_.size() ? &records_[n] : nullptr;
  }
  DescriptorRecord& at_or_new(size_t n);
  void resize(size_t count) { records_.resize(count + 1); }
  // Counts again after an unbinding: SQL_DESC_COUNT is the highest bound record.
  void shrink_to_bound();
  // IRD: whether the statement has been prepared (HY007).
  void set_described(bool described) noexcept { described_ = described; }
  // Throws OdbcError HY021.
  void check_consistency(const DescriptorRecord& record) const;
  // Of the record's character and number fields by identifier; shared with SQLColAttribute.
  static const std::string& text_of(const DescriptorRecord& record, SQLSMALLINT id);
  static SQLLEN number_of(const DescriptorRecord& record, SQLSMALLINT id);

 private:
  const DescriptorField& checked(SQLSMALLINT record, SQLSMALLINT id) const;
  Outcome set_header(SQLSMALLINT id, SQLPOINTER value);

  const DescriptorKind kind_;
  const bool explicit_;
  std::weak_ptr<Handle> connection_;
  std::atomic<bool> freed_{false};
  std::atomic<int> uses_{0};
  bool described_ = false;
  std::vector<DescriptorRecord> records_;
};

}  // namespace couch::driver
