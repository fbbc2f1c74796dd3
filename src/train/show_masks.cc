// SPDX-License-Identifier: Apache-2.0
#include "train/show_masks.h"

#include <vector>

#include "train/packing.h"

namespace drp::train {

std::string show_masks(const TrainingRow& row, const Decode& decode) {
  const PackedBatch batch = pack(std::span(&row, 1), Bin{0});
  std::vector<std::int32_t> ids = batch.tokens;
  ids.push_back(batch.labels.back());  // the last token is only predicted
  std::string out = "row " + row.id + ": " + std::to_string(ids.size()) + " tokens, " +
                    std::to_string(batch.supervised()) + " supervised\n";
  std::vector<std::int32_t> plain;
  bool inside = false;
  const auto flush = [&] {
    if (!plain.empty()) out += decode(plain);
    plain.clear();
  };
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const bool supervised = i > 0 && batch.labels[i - 1] >= 0;
    if (!supervised) {
      if (inside) out += "⟧";
      plain.push_back(ids[i]);
    } else {
      flush();
      out += inside ? "│" : "⟦";
      out += decode(std::span(&batch.labels[i - 1], 1));
    }
    inside = supervised;
  }
  flush();
  if (inside) out += "⟧";
  return out + "\n";
}

}  // namespace drp::train
