// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tl/expected.hpp>

namespace drp {

// A value, or the reason there is none. E is a Rejection where a gate said no (records/path.h),
// never a string. One line moves this to std::expected once the compilers have it.
template <class T, class E>
using expected = tl::expected<T, E>;

template <class E>
using unexpected = tl::unexpected<E>;

}  // namespace drp
