#include "driver/schema/observer.h"

#include <rapidjson/reader.h>

#include <algorithm>
#include <charconv>

#include "driver/convert/utf.h"
#include "http/error.h"

namespace couch::driver::schema {
namespace {

// An object or array that is open, and the nodes that see what is in it: one, more where arrays are
// flattened, none where there is no room or it is too deep.
struct Frame {
  bool object = true;
  std::vector<Node*> self;      // of the container
  std::vector<Node*> nodes;     // those of them that see what is in it: none where it is too deep
  std::vector<size_t> at;       // by node: where the next field is likely to be
  std::vector<Node*> children;  // of the value that comes next
  size_t position = 0;          // array: of the value that comes next
  uint64_t begin = 0;           // text_ before it
};

void note_text(Seen& seen, std::string_view text) {
  seen.longest = std::max(seen.longest, uint64_t{utf::utf16_length(text)});
  const auto form = sql::classify(text);
  if (!form) {
    ++seen.texts;
    return;
  }
  switch (form->kind) {
    case sql::DatetimeKind::Date: ++seen.dates; break;
    case sql::DatetimeKind::Time: ++seen.times; break;
    case sql::DatetimeKind::Timestamp: ++seen.timestamps; break;
  }
  seen.fraction_digits = std::max(seen.fraction_digits, form->fraction_digits);
  if (!seen.form) seen.form = form;
  if (*seen.form != *form) seen.one_form = false;
}

void note_number(Seen& seen, std::string_view digits) {
  seen.longest = std::max<uint64_t>(seen.longest, digits.size());
  if (digits.find_first_of(".eE") != std::string_view::npos) {
    ++seen.fractions;
    return;
  }
  int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc{} && end == digits.data() + digits.size()) {
    ++seen.integers;
  } else {
    ++seen.big_integers;
    seen.digits =
        std::max(seen.digits, static_cast<uint32_t>(digits.size() - (digits.starts_with('-') ? 1 : 0)));
  }
}

class Observer {
 public:
  Observer(Shape& shape, Budget& budget, const Observation& how)
      : shape_(shape), budget_(budget), how_(how) {}

  bool Null() {
    return each([](Seen& seen) { ++seen.nulls; });
  }
  bool Bool(bool) {
    text_ += 6;
    return each([](Seen& seen) {
      ++seen.bits;
      seen.longest = std::max<uint64_t>(seen.longest, 5);
    });
  }
  bool RawNumber(const char* digits, rapidjson::SizeType length, bool) {
    text_ += length + 1;
    return each([&](Seen& seen) { note_number(seen, {digits, length}); });
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    text_ += length + 3;
    return each([&](Seen& seen) { note_text(seen, {text, length}); });
  }
  // With numbers as strings these are not called.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }

  bool StartObject() {
    open(true);
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    text_ += length + 3;
    Frame& frame = frames_[depth_ - 1];
    frame.children.clear();
    for (size_t i = 0; i < frame.nodes.size(); ++i)
      if (Node* child = frame.nodes[i]->field({text, length}, frame.at[i], budget_, depth_ == 1))
        frame.children.push_back(child);
    return true;
  }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool StartArray() {
    if (depth_ == 0) return false;  // a document is an object
    open(false);
    return true;
  }
  bool EndArray(rapidjson::SizeType) { return close(); }

 private:
  // The nodes that see the value that begins here.
  const std::vector<Node*>& targets() {
    Frame& frame = frames_[depth_ - 1];
    if (frame.object) return frame.children;
    frame.children.clear();
    for (Node* node : frame.nodes) {
      if (Node* child = node->the_element(budget_)) frame.children.push_back(child);
      if (frame.position < how_.flatten_arrays)
        if (Node* child = node->element_at(frame.position, budget_)) frame.children.push_back(child);
    }
    ++frame.position;
    return frame.children;
  }

  template <class F>
  bool each(F&& note) {
    if (depth_ == 0) return false;
    for (Node* node : targets()) note(node->seen);
    return true;
  }

  void open(bool object) {
    if (depth_ == frames_.size()) frames_.emplace_back();
    Frame& frame = frames_[depth_];
    frame.object = object;
    frame.position = 0;
    frame.begin = text_;
    if (depth_ == 0)
      frame.self.assign(1, &shape_.root);
    else
      frame.self = targets();
    for (Node* node : frame.self) ++(object ? node->seen.objects : node->seen.arrays);
    frame.nodes.clear();
    if (depth_ < how_.depth) frame.nodes = frame.self;
    frame.at.assign(frame.nodes.size(), 0);
    frame.children.clear();
    ++depth_;
  }
  bool close() {
    const Frame& frame = frames_[--depth_];
    text_ += 2;  // the brackets
    const uint64_t bytes = text_ - frame.begin;
    for (Node* node : frame.self) node->seen.longest = std::max(node->seen.longest, bytes);
    return true;
  }

  Shape& shape_;
  Budget& budget_;
  const Observation& how_;
  std::vector<Frame> frames_;  // depth_ of them are open; the others keep their memory
  size_t depth_ = 0;
  uint64_t text_ = 0;  // of what was read so far, as JSON without blanks and escapes
};

}  // namespace

void malformed_sample() {
  throw http::Error{http::ErrorKind::LinkFailure,
                    "the server's answer is malformed: a row is no JSON, or has no document"};
}

bool observe(std::span<char> json, Shape& shape, Budget& budget, const Observation& how) {
  *(json.data() + json.size()) = '\0';
  rapidjson::InsituStringStream stream{json.data()};
  Observer observer{shape, budget, how};
  rapidjson::Reader reader;
  constexpr unsigned flags =
      rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag;
  if (!reader.Parse<flags>(stream, observer)) {
    // A lone surrogate is a document's own oddity, anything else is none.
    const auto code = reader.GetParseErrorCode();
    if (code != rapidjson::kParseErrorTermination &&
        code != rapidjson::kParseErrorStringUnicodeSurrogateInvalid)
      malformed_sample();
    return false;
  }
  ++shape.documents;
  return true;
}

}  // namespace couch::driver::schema
