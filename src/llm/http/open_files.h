// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace drp::llm::http {

// Makes sure that so many connections can be open beside what the program has open: raises this
// process's soft limit of open files where the hard one lets it. Throws Error{kConfig} that names
// both numbers where it does not.
void allow_open_files(int connections);

}  // namespace drp::llm::http
