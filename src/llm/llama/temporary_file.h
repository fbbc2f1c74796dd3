// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <string_view>

namespace drp::llm {

using TemporaryFile = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// A file without a name, gone when it is closed, that holds the pieces `write` hands on and is to
// be read from its beginning. Null where the folder for temporary files has no room.
TemporaryFile write_temporary(
    const std::function<void(const std::function<void(std::string_view piece)>&)>& write);

}  // namespace drp::llm
