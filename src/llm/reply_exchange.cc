// SPDX-License-Identifier: Apache-2.0
#include "llm/reply_exchange.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "llm/request_key.h"
#include "records/json_line.h"

namespace drp::llm {

std::set<std::string> keys_of_run(const std::filesystem::path& spending_log) {
  std::set<std::string> keys;
  LineReader reader(spending_log);
  while (const auto line = reader.next()) {
    if (!reader.complete()) break;
    if (reader.line_number() == 1) continue;
    const auto event = from_json_line<SpendingEvent>(*line, reader.where());
    if (!event.key) continue;
    keys.insert(*event.key);
    keys.insert(limited_key(*event.key, static_cast<int>(event.limit.value_or(0))));
  }
  return keys;
}

std::int64_t export_replies(ReplyStore& store, const ReplyFilter& filter,
                            const std::function<void(const std::string&)>& write) {
  std::int64_t count = 0;
  store.visit([&](const StoredReply& reply) {
    if (!filter.model.empty() && reply.model != filter.model) return;
    if (filter.keys != nullptr && !filter.keys->contains(reply.key)) return;
    write(to_json_line(with_written_text(reply)));
    ++count;
  });
  return count;
}

Imported import_replies(ReplyStore& store, const std::filesystem::path& file) {
  Imported imported;
  LineReader reader(file);
  while (const auto line = reader.next()) {
    if (trim(*line).empty()) continue;
    const std::string where = reader.where();
    const auto reply = with_plain_text(from_json_line<StoredReply>(*line, where), where);
    try {
      ++(store.put(reply) ? imported.added : imported.known);
    } catch (const Error& error) {
      throw error.with_context(where);
    }
  }
  if (imported.added + imported.known == 0) {
    throw Error(ErrorKind::kData, file.string() + ": no replies in it",
                "give a file that `drp cache export` wrote");
  }
  store.sync();
  return imported;
}

}  // namespace drp::llm
