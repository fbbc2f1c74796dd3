// SPDX-License-Identifier: Apache-2.0
#pragma once

// Each record lists its fields once, in a static describe(V): name, member pointer, whether a
// reader insists on it, and one line of documentation. Reading, writing and docs/formats.md come
// from that list. Goals: one place a field, no registration at run time. Not goals: schema
// evolution beyond "new fields are optional"; unknown keys are ignored by readers, since a newer
// program may have written them.

namespace drp {

enum class Need { kRequired, kOptional };

}  // namespace drp
