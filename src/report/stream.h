// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

namespace drp::report {

// Calls its argument once for each item, in order. Empty means "none". Run once a report, so that
// a source of any size need not be held in memory; `paths` and `held_out` once more where there are
// more than a browser carries.
template <class T>
using Stream = std::function<void(const std::function<void(const T&)>&)>;

// A stream over items that must outlive it.
template <class T>
Stream<T> stream_of(const std::vector<T>& items) {
  return [&items](const std::function<void(const T&)>& visit) {
    for (const T& item : items) visit(item);
  };
}

}  // namespace drp::report
