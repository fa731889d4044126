#pragma once
// Changes named fields in a document's JSON text and nothing else: every byte that is not named stays as it
// is (integers past 2^53, 1e-7, attachments, odd names, blanks, repeated names). Pure.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace couch::sql::change {

using Path = std::vector<std::string>;  // raw field names, outermost first

class Edits {
 public:
  // Throws Error(WrongArguments) where one path is another's beginning, or the same.
  explicit Edits(const std::vector<Path>& paths);
  ~Edits();
  Edits(Edits&&) noexcept;
  Edits& operator=(Edits&&) noexcept;

  // The object's text with values[i] at paths[i]; nullopt removes the field. Objects on the way are made
  // where there is nothing or null; what is of another class there is in the way: Error(TypeMismatch).
  std::string apply(std::string_view object, std::span<const std::optional<std::string>> values) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace couch::sql::change
