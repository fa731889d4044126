#include "sql/decode/decoder.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <utility>

#include "sql/decode/raw.h"
#include "sql/decode/skim.h"
#include "sql/decode/trie.h"
#include "sql/error.h"

namespace couch::sql::decode {

namespace {

using rapidjson::SizeType;

// Iterative: nesting costs heap, not stack. Numbers come as their digits.
constexpr unsigned parse_flags =
    rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;

// Slots past the columns' own.
enum Extra : uint32_t { id_slot, deleted_slot, discriminator_slot, extras };

}  // namespace

// The SAX handler and what one row left behind.
struct Decoder::Reading {
  struct Open {  // an object or array on a wanted path
    Node* node;
    uint32_t element;  // of an array: the next one
    bool array;
    bool each;  // of an array whose elements are rows
  };

  explicit Reading(const Shape& shape) {
    const Table& table = *shape.table;
    first_extra = static_cast<uint32_t>(shape.columns.size());
    const bool checked = shape.envelope == Envelope::Row && shape.documents;
    key_slots = checked ? static_cast<uint32_t>(shape.key_fields.size()) : 0;
    width = first_extra + extras + 2 * key_slots;
    in_element.assign(width, false);

    const bool keys = shape.envelope == Envelope::Keys;
    Node& document = shape.envelope == Envelope::Row && shape.documents ? root.member("doc") : root;
    Node* element = nullptr;
    quick = table.kind != TableKind::Array;
    if (!quick) element = &document.member(table.array_path).each();

    for (uint32_t slot = 0; slot < shape.columns.size(); ++slot) {
      const Column& column = table.columns[shape.columns[slot]];
      if (column.source == ColumnSource::Document)
        documents.push_back(slot);
      else if (column.source != ColumnSource::Index)
        values.emplace_back(slot, takes_of(column.type));
      Node* node = place(shape, column, document, element, slot);
      if (!node) continue;
      node->slots.push_back(slot);
      if (column.source == ColumnSource::Document || takes_any_value(column.type))
        node->slices = slices = true;
    }
    if (shape.envelope == Envelope::View) return;
    for (uint32_t i = 0; i < key_slots; ++i) {
      root.member("key").element(i).slots.push_back(key_slot(i));
      document.member(shape.key_fields[i]).slots.push_back(key_slot(i) + 1);
    }
    bool bare = keys || (shape.envelope == Envelope::Row && !shape.documents);
    (bare ? root.member("id") : document.member("_id")).slots.push_back(first_extra + id_slot);
    if (bare && !keys) root.member("value").member("deleted").slots.push_back(first_extra + deleted_slot);
    if (table.discriminator_path.empty()) return;
    (keys ? in_key(shape, table.discriminator_path) : document.member(table.discriminator_path))
        .slots.push_back(first_extra + discriminator_slot);
    typed = true;
  }

  // The value at `path` of the document, as it stands in an index's key.
  Node& in_key(const Shape& shape, const std::vector<std::string>& path) {
    for (uint32_t i = 0; i < shape.key_fields.size(); ++i) {
      const auto& field = shape.key_fields[i];
      if (field.size() > path.size() || !std::equal(field.begin(), field.end(), path.begin())) continue;
      return root.member("key").element(i).member(
          std::vector<std::string>(path.begin() + static_cast<std::ptrdiff_t>(field.size()), path.end()));
    }
    throw Error(ErrorKind::Engine, "a field is not in the index that is to answer for it");
  }

  static Node& along(const Column& column, Node& from) {
    Node* node = &from;
    for (uint32_t step = 0; step < column.path.size(); ++step) {
      const bool position =
          std::find(column.array_steps.begin(), column.array_steps.end(), step) != column.array_steps.end();
      node = position ? &node->element(static_cast<uint32_t>(std::stoul(column.path[step])))
                      : &node->member(column.path[step]);
    }
    return *node;
  }

  // The node of a column; nullptr: its value is no JSON value (_index).
  Node* place(const Shape& shape, const Column& column, Node& document, Node* element, uint32_t slot) {
    if (shape.envelope == Envelope::Keys && column.source == ColumnSource::Path)
      return &in_key(shape, column.path);
    bool bare = shape.envelope == Envelope::Keys || (shape.envelope == Envelope::Row && !shape.documents);
    switch (column.source) {
      case ColumnSource::Id: return bare ? &root.member("id") : &document.member("_id");
      case ColumnSource::Rev: return bare ? &root.member("value").member("rev") : &document.member("_rev");
      case ColumnSource::Document: return &document;
      case ColumnSource::KeyPart: return &root.member("key").element(column.index);
      case ColumnSource::Path:
        if (!element) return &along(column, document);
        in_element[slot] = true;
        return &along(column, *element);
      case ColumnSource::Element: in_element[slot] = true; return element;
      case ColumnSource::Index: index_slots.push_back(slot); return nullptr;
    }
    return nullptr;
  }

  // ---- one row
  void read(std::span<char> json) {
    if (quick) {
      json.data()[json.size()] = '\0';
      raws.assign(width, Raw{});
      if (skimmer.read(root, {json.data(), json.size()}, ++stamps, raws)) return;
    }
    // Strings are unescaped in place, which destroys the exact text of what surrounds them: where that is
    // wanted, a copy is read instead. Offsets are the same in both.
    char* bytes = json.data();
    original = json.data();
    if (slices) {
      copy.assign(json.begin(), json.end());
      copy.push_back('\0');
      bytes = copy.data();
    } else {
      bytes[json.size()] = '\0';
    }
    row_stamp = ++stamps;
    inside_each = false;
    raws.assign(width, Raw{});
    elements = 0;
    element_raws.clear();
    open.clear();
    skip = 0;
    pending = &root;
    current_element = 0;

    rapidjson::InsituStringStream in(bytes);
    stream = &in;
    auto result = reader.Parse<parse_flags>(in, *this);
    stream = nullptr;
    if (json.empty() || *original != '{') {
      throw Error(ErrorKind::MalformedAnswer, "a row of the server's answer is not a JSON object");
    }
    if (result.IsError() || in.Tell() != json.size()) {
      throw Error(ErrorKind::MalformedAnswer,
                  fmt::format("the server's answer is not JSON: {} at byte {} of a row",
                              result.IsError() ? rapidjson::GetParseError_En(result.Code()) : "a NUL",
                              result.IsError() ? result.Offset() : in.Tell()));
    }
  }

  Raw& target(uint32_t slot) {
    return in_element[slot] ? element_raws[current_element * width + slot] : raws[slot];
  }
  const Raw& raw(uint32_t slot, size_t element) const {
    return !quick && in_element[slot] ? element_raws[element * width + slot] : raws[slot];
  }
  uint32_t key_slot(uint32_t field) const { return first_extra + extras + 2 * field; }
  // Scalars are compared; of objects and arrays, whose text nobody asked for, only the kind.
  bool is_as_keyed() const {
    for (uint32_t i = 0; i < key_slots; ++i) {
      const Raw &key = raws[key_slot(i)], &value = raws[key_slot(i) + 1];
      if (key.kind != value.kind) return false;
      const bool scalar = key.kind == RawKind::Number || key.kind == RawKind::String;
      if (scalar && key.text != value.text) return false;
    }
    return true;
  }
  const Raw& id() const { return raws[first_extra + id_slot]; }
  const Raw& deleted() const { return raws[first_extra + deleted_slot]; }
  const Raw& discriminator() const { return raws[first_extra + discriminator_slot]; }

  // ---- RapidJSON's handler
  bool Null() { return scalar(RawKind::Null, {}); }
  bool Bool(bool value) { return scalar(value ? RawKind::True : RawKind::False, {}); }
  bool RawNumber(const char* digits, SizeType size, bool) { return scalar(RawKind::Number, {digits, size}); }
  bool String(const char* text, SizeType size, bool) { return scalar(RawKind::String, {text, size}); }
  bool StartObject() { return start(RawKind::Object); }
  bool StartArray() { return start(RawKind::Array); }
  bool EndObject(SizeType) { return end(); }
  bool EndArray(SizeType) { return end(); }
  bool Key(const char* text, SizeType size, bool) {
    if (skip != 0) return true;
    pending = open.back().node->find({text, size});
    if (pending) {
      uint64_t now = inside_each ? element_stamp : row_stamp;
      if (pending->seen == now) forget(*pending);
      pending->seen = now;
    }
    return true;
  }
  // Never called: numbers come as their digits.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }

  Node root;
  rapidjson::Reader reader;
  rapidjson::InsituStringStream* stream = nullptr;
  uint32_t width = 0, first_extra = 0, key_slots = 0;
  bool slices = false, typed = false;
  bool quick = false;  // the skimmer can read such rows
  Skimmer skimmer;
  std::vector<bool> in_element;                    // by slot: one value an element
  std::vector<uint32_t> index_slots, documents;    // slots of _index, of whole documents
  std::vector<std::pair<uint32_t, Takes>> values;  // of all others, with what their types take
  std::vector<char> copy;
  const char* original = nullptr;
  std::vector<Raw> raws;          // by slot
  std::vector<Raw> element_raws;  // by element, then slot
  size_t elements = 0;

 private:
  // The node of the value that begins now, nullptr where nobody wants it. Inside an array this counts its
  // elements.
  Node* next_node() {
    if (open.empty() || !open.back().array) return std::exchange(pending, nullptr);
    Open& array = open.back();
    if (array.each) {
      current_element = elements++;
      element_raws.resize(elements * width);
      element_stamp = ++stamps;
      return array.node->each_or_null();
    }
    return array.node->at(array.element++);
  }

  bool scalar(RawKind kind, std::string_view text) {
    if (skip != 0) return true;
    if (Node* node = next_node()) {
      for (uint32_t slot : node->slots) target(slot) = {kind, text};
    }
    return true;
  }

  bool start(RawKind kind) {
    if (skip != 0) {
      ++skip;
      return true;
    }
    Node* node = next_node();
    if (node) {
      // The text's begin for now; end() completes it.
      for (uint32_t slot : node->slots) target(slot) = {kind, {original + stream->Tell(), 0}};
    }
    bool enter = node && (kind == RawKind::Object ? node->has_members() : node->has_elements());
    if (enter) {
      bool each = kind == RawKind::Array && node->each_or_null() != nullptr;
      inside_each = inside_each || each;
      open.push_back({node, 0, kind == RawKind::Array, each});
    } else {
      skip = 1;
      skipped = node && node->slices ? node : nullptr;
    }
    return true;
  }

  bool end() {
    Node* node = nullptr;
    if (skip != 0) {
      if (--skip != 0) return true;
      node = skipped;
    } else {
      node = open.back().node;
      if (open.back().each) inside_each = false;
      open.pop_back();
    }
    if (!node || !node->slices) return true;
    for (uint32_t slot : node->slots) {
      Raw& raw = target(slot);
      raw.text = {raw.text.data(), static_cast<size_t>(original + stream->Tell() + 1 - raw.text.data())};
    }
    return true;
  }

  // A duplicate key: the last one stands, so all that the first one left goes.
  void forget(Node& node) {
    node.visit([&](Node& below) {
      below.seen = 0;
      for (uint32_t slot : below.slots) {
        if (inside_each || !in_element[slot]) target(slot) = {};
      }
      if (below.each_or_null()) {
        elements = 0;
        element_raws.clear();
      }
    });
  }
  std::vector<Open> open;
  Node* pending = nullptr;
  Node* skipped = nullptr;
  size_t skip = 0;
  size_t current_element = 0;
  bool inside_each = false;
  // What Node::seen is compared with: one a row, and one an element of an array whose elements are rows.
  uint64_t stamps = 0, row_stamp = 0, element_stamp = 0;
};

Decoder::Decoder(Shape shape, MismatchPolicy policy)
    : shape_(std::move(shape)), policy_(policy), reading_(std::make_unique<Reading>(shape_)) {
  cells_.resize(shape_.columns.size());
}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

void Decoder::load(std::span<char> json) {
  Reading& r = *reading_;
  rows_ = at_ = 0;
  r.read(json);
  if (shape_.envelope != Envelope::View) {
    // No document: an error row of {keys}, or a deleted one.
    if (r.id().kind != RawKind::String || r.id().text.starts_with("_design/")) return;
    if (r.deleted().kind == RawKind::True) return;
    if (r.typed && (r.discriminator().kind != RawKind::String ||
                    r.discriminator().text != shape_.table->discriminator)) {
      return;
    }
    if (!r.is_as_keyed()) return;
    if (shape_.once && !given_.emplace(r.id().text).second) return;
  }
  rows_ = shape_.table->kind == TableKind::Array ? r.elements : 1;
}

bool Decoder::next() {
  if (at_ >= rows_) return false;
  convert(at_++);
  return true;
}

void Decoder::convert(size_t element) {
  Reading& r = *reading_;
  misfits_.clear();
  for (uint32_t slot : r.index_slots) cells_[slot] = static_cast<int64_t>(element);
  for (const auto& [slot, takes] : r.values)
    if (!put_cell(r.raw(slot, element), takes, cells_[slot])) misfit(slot);
  for (uint32_t slot : r.documents) cells_[slot] = r.raw(slot, element).text;
}

void Decoder::misfit(uint32_t slot) {
  const auto where = [&] {
    const Column& column = shape_.table->columns[shape_.columns[slot]];
    const bool view = shape_.envelope == Envelope::View;
    return fmt::format("column {} ({}) of {}{}", column.name, name_of(column.type),
                       view ? "view " : "document ",
                       view ? shape_.table->name : std::string{reading_->id().text});
  };
  if (policy_ == MismatchPolicy::Error) {  // not counted: nothing is read as NULL
    misfits_.emplace_back(
        slot, fmt::format("{} holds a value of another class (TypeMismatch=null reads it as NULL)", where()));
  } else if (++mismatches_ == 1) {
    first_mismatch_ = where();
  }
}

void Decoder::check(size_t slot) const {
  for (const auto& [bad, why] : misfits_)
    if (bad == slot) throw Error(ErrorKind::TypeMismatch, why);
}

}  // namespace couch::sql::decode
