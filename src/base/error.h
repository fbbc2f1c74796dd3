// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace drp {

// Why a command cannot go on. Each kind has one exit code (docs/architecture.md, "Errors").
enum class ErrorKind {
  kUsage,        // a flag or an argument is wrong
  kConfig,       // the recipe is wrong
  kData,         // an input file's content is wrong
  kIo,           // the disk said no
  kModel,        // a model file cannot be used
  kService,      // a remote service gave up on us
  kFailedRows,   // the work ended with more failed rows than allowed
  kBudget,       // a cap on money or tokens was reached; resumable
  kAuth,         // authentication or quota
  kPending,      // a batch is still running elsewhere; run again
  kInterrupted,  // SIGINT; resumable
  kTerminated,   // SIGTERM; resumable
  kInternal,     // a broken promise of ours that could be caught
};

// The one exception type of the program. `message` names the thing, its value and the allowed
// range in one line; `hint` is the next step for the user (may be empty).
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, std::string message, std::string hint = {});
  ~Error() override;

  ErrorKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }

  // The same error with "CONTEXT: " before its message; used at three borders only: item, stage,
  // main.
  Error with_context(std::string_view context) const;

 private:
  ErrorKind kind_;
  std::string message_;
  std::string hint_;
};

// The process exit code of a kind: 1, 2, 3, 4, 5, 75, 130 or 143.
int exit_code(ErrorKind kind);

// "usage", "config", ...
std::string_view error_kind_name(ErrorKind kind);

}  // namespace drp
