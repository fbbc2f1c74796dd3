// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include "base/check.h"

namespace drp {
namespace {

std::string joined(const std::string& message, const std::string& hint) {
  return hint.empty() ? message : message + " (" + hint + ")";
}

}  // namespace

Error::Error(ErrorKind kind, std::string message, std::string hint)
    : std::runtime_error(joined(message, hint)),
      kind_(kind),
      message_(std::move(message)),
      hint_(std::move(hint)) {}

Error::~Error() = default;

Error Error::with_context(std::string_view context) const {
  return Error(kind_, std::string(context) + ": " + message_, hint_);
}

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kIo:
    case ErrorKind::kModel:
    case ErrorKind::kService:
    case ErrorKind::kInternal:
      return 1;
    case ErrorKind::kUsage:
    case ErrorKind::kConfig:
    case ErrorKind::kData:
      return 2;
    case ErrorKind::kFailedRows:
      return 3;
    case ErrorKind::kBudget:
      return 4;
    case ErrorKind::kAuth:
      return 5;
    case ErrorKind::kPending:
      return 75;
    case ErrorKind::kInterrupted:
      return 130;
    case ErrorKind::kTerminated:
      return 143;
  }
  DRP_CHECK(false, "unknown error kind");
}

std::string_view error_kind_name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
      return "usage";
    case ErrorKind::kConfig:
      return "config";
    case ErrorKind::kData:
      return "data";
    case ErrorKind::kIo:
      return "io";
    case ErrorKind::kModel:
      return "model";
    case ErrorKind::kService:
      return "service";
    case ErrorKind::kFailedRows:
      return "failed_rows";
    case ErrorKind::kBudget:
      return "budget";
    case ErrorKind::kAuth:
      return "auth";
    case ErrorKind::kPending:
      return "pending";
    case ErrorKind::kInterrupted:
      return "interrupted";
    case ErrorKind::kTerminated:
      return "terminated";
    case ErrorKind::kInternal:
      return "internal";
  }
  DRP_CHECK(false, "unknown error kind");
}

}  // namespace drp
