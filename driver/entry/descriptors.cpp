// Descriptors and diagnostics.
#include "driver/entry/call.h"

using namespace couch::driver;

namespace {

template <class Text>
SQLRETURN get_field(SQLHDESC h, SQLSMALLINT record, SQLSMALLINT field, SQLPOINTER value, SQLINTEGER capacity,
                    SQLINTEGER* length) noexcept {
  return call<Descriptor>(h, [&](Descriptor& d) {
    return d.get_field(record, field, value, TextOut::bytes<Text>(value, capacity, length));
  });
}

template <class Text>
SQLRETURN set_field(SQLHDESC h, SQLSMALLINT record, SQLSMALLINT field, SQLPOINTER value,
                    SQLINTEGER length) noexcept {
  return call<Descriptor>(h, [&](Descriptor& d) {
    const DescriptorField* known = descriptor_field(field);
    const bool is_text = known && known->type == FieldType::Text && known->access(d.kind()) == Access::Write;
    return d.set_field(record, field, value,
                       is_text ? TextIn::bytes<Text>(value, length).read() : std::string{});
  });
}

template <class Text>
SQLRETURN get_record(SQLHDESC h, SQLSMALLINT record, typename Text::Char* name, SQLSMALLINT capacity,
                     SQLSMALLINT* name_length, SQLSMALLINT* type, SQLSMALLINT* subtype, SQLLEN* length,
                     SQLSMALLINT* precision, SQLSMALLINT* scale, SQLSMALLINT* nullable) noexcept {
  return call<Descriptor>(h, [&](Descriptor& d) {
    return d.get_record(record, TextOut::characters<Text>(name, capacity, name_length), type, subtype, length,
                        precision, scale, nullable);
  });
}

// Both descriptors' locks, taken together: another thread may be copying the other way round.
SQLRETURN copy(SQLHDESC source, SQLHDESC target) noexcept {
  const auto from = Handles::pin<Descriptor>(source);
  const auto to = Handles::pin<Descriptor>(target);
  if (!from || !to) return SQL_INVALID_HANDLE;
  auto first = from->unlocked(), second = to->unlocked();
  if (first.mutex() == second.mutex())
    first.lock();  // two of one statement
  else
    std::lock(first, second);
  if (from->busy() || to->busy()) return refuse_busy(*to);
  Diagnostics& diagnostics = to->diagnostics().cleared();
  try {
    return diagnostics.close(to->copy_from(*from));
  } catch (...) {
    return diagnostics.fail(std::current_exception());
  }
}

// Diagnostics are read under the handle's lock, but left as they are.
template <class F>
SQLRETURN read_diagnostics(SQLSMALLINT type, SQLHANDLE h, F&& body) noexcept {
  const auto handle = Handles::find(h);
  if (!handle || handle->type() != type) return SQL_INVALID_HANDLE;
  const Guard guard = handle->enter();
  try {
    return body(handle->visible_diagnostics());
  } catch (...) {
    return SQL_ERROR;  // a negative buffer length, no memory: these functions have no records of their own
  }
}

template <class Text>
SQLRETURN diagnostic_record(SQLSMALLINT type, SQLHANDLE h, SQLSMALLINT number, typename Text::Char* state,
                            SQLINTEGER* native, typename Text::Char* message, SQLSMALLINT capacity,
                            SQLSMALLINT* length) noexcept {
  constexpr SQLSMALLINT state_capacity = 6;
  return read_diagnostics(type, h, [&](const Diagnostics& d) {
    return d.record(number,
                    TextOut::characters<Text>(state, state_capacity, static_cast<SQLSMALLINT*>(nullptr)),
                    native, TextOut::characters<Text>(message, capacity, length));
  });
}

template <class Text>
SQLRETURN diagnostic_field(SQLSMALLINT type, SQLHANDLE h, SQLSMALLINT number, SQLSMALLINT field,
                           SQLPOINTER value, SQLSMALLINT capacity, SQLSMALLINT* length) noexcept {
  return read_diagnostics(type, h, [&](const Diagnostics& d) {
    return d.field(number, field, value, TextOut::bytes<Text>(value, capacity, length),
                   type == SQL_HANDLE_STMT);
  });
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLGetDescField(SQLHDESC h, SQLSMALLINT record, SQLSMALLINT field, SQLPOINTER value,
                                  SQLINTEGER capacity, SQLINTEGER* n) {
  return get_field<Narrow>(h, record, field, value, capacity, n);
}
SQLRETURN SQL_API SQLGetDescFieldW(SQLHDESC h, SQLSMALLINT record, SQLSMALLINT field, SQLPOINTER value,
                                   SQLINTEGER capacity, SQLINTEGER* n) {
  return get_field<Wide>(h, record, field, value, capacity, n);
}
SQLRETURN SQL_API SQLSetDescField(SQLHDESC h, SQLSMALLINT record, SQLSMALLINT field, SQLPOINTER value,
                                  SQLINTEGER n) {
  return set_field<Narrow>(h, record, field, value, n);
}
SQLRETURN SQL_API SQLSetDescFieldW(SQLHDESC h, SQLSMALLINT record, SQLSMALLINT field, SQLPOINTER value,
                                   SQLINTEGER n) {
  return set_field<Wide>(h, record, field, value, n);
}
SQLRETURN SQL_API SQLGetDescRec(SQLHDESC h, SQLSMALLINT record, SQLCHAR* name, SQLSMALLINT capacity,
                                SQLSMALLINT* n, SQLSMALLINT* type, SQLSMALLINT* subtype, SQLLEN* length,
                                SQLSMALLINT* precision, SQLSMALLINT* scale, SQLSMALLINT* nullable) {
  return get_record<Narrow>(h, record, name, capacity, n, type, subtype, length, precision, scale, nullable);
}
SQLRETURN SQL_API SQLGetDescRecW(SQLHDESC h, SQLSMALLINT record, SQLWCHAR* name, SQLSMALLINT capacity,
                                 SQLSMALLINT* n, SQLSMALLINT* type, SQLSMALLINT* subtype, SQLLEN* length,
                                 SQLSMALLINT* precision, SQLSMALLINT* scale, SQLSMALLINT* nullable) {
  return get_record<Wide>(h, record, name, capacity, n, type, subtype, length, precision, scale, nullable);
}
SQLRETURN SQL_API SQLSetDescRec(SQLHDESC h, SQLSMALLINT record, SQLSMALLINT type, SQLSMALLINT subtype,
                                SQLLEN length, SQLSMALLINT precision, SQLSMALLINT scale, SQLPOINTER data,
                                SQLLEN* octet_length, SQLLEN* indicator) {
  return call<Descriptor>(h, [&](Descriptor& d) {
    return d.set_record(record, type, subtype, length, precision, scale, data, octet_length, indicator);
  });
}
SQLRETURN SQL_API SQLCopyDesc(SQLHDESC source, SQLHDESC target) { return copy(source, target); }

SQLRETURN SQL_API SQLGetDiagRec(SQLSMALLINT type, SQLHANDLE h, SQLSMALLINT number, SQLCHAR* state,
                                SQLINTEGER* native, SQLCHAR* message, SQLSMALLINT capacity, SQLSMALLINT* n) {
  return diagnostic_record<Narrow>(type, h, number, state, native, message, capacity, n);
}
SQLRETURN SQL_API SQLGetDiagRecW(SQLSMALLINT type, SQLHANDLE h, SQLSMALLINT number, SQLWCHAR* state,
                                 SQLINTEGER* native, SQLWCHAR* message, SQLSMALLINT capacity,
                                 SQLSMALLINT* n) {
  return diagnostic_record<Wide>(type, h, number, state, native, message, capacity, n);
}
SQLRETURN SQL_API SQLGetDiagField(SQLSMALLINT type, SQLHANDLE h, SQLSMALLINT number, SQLSMALLINT field,
                                  SQLPOINTER value, SQLSMALLINT capacity, SQLSMALLINT* n) {
  return diagnostic_field<Narrow>(type, h, number, field, value, capacity, n);
}
SQLRETURN SQL_API SQLGetDiagFieldW(SQLSMALLINT type, SQLHANDLE h, SQLSMALLINT number, SQLSMALLINT field,
                                   SQLPOINTER value, SQLSMALLINT capacity, SQLSMALLINT* n) {
  return diagnostic_field<Wide>(type, h, number, field, value, capacity, n);
}

}  // extern "C"
