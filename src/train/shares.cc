// SPDX-License-Identifier: Apache-2.0
#include "train/shares.h"

#include <algorithm>
#include <numeric>

namespace drp::train {
namespace {

constexpr std::size_t kGradientValuesMax = std::size_t{256} << 20U;  // of all shares but the first

// A row of its own, or a prompt and some of the rows that go on from it.
struct Piece {
  std::int64_t prompt = -1;
  std::vector<std::size_t> rows;  // segments
};

using Part = std::vector<Piece>;

class Deal {
 public:
  Deal(const PackedBatch& batch, std::size_t parts) : batch_(batch) {
    std::vector<Piece> pieces;
    std::size_t rows = 0;
    for (std::size_t segment = 0; segment < batch.segments();) {
      Piece piece;
      std::size_t end = segment + 1;
      while (end < batch.segments() && goes_on(end, segment)) piece.rows.push_back(end++);
      if (piece.rows.empty()) {
        piece.rows = {segment};
      } else {
        piece.prompt = static_cast<std::int64_t>(segment);
      }
      rows += piece.rows.size();
      pieces.push_back(std::move(piece));
      segment = end;
    }
    parts_.resize(std::min(std::max<std::size_t>(parts, 1), rows));
    lengths_.resize(parts_.size());
    deal(std::move(pieces));
    improve();
    std::erase_if(parts_, [](const Part& part) { return part.empty(); });
  }

  const std::vector<Part>& parts() const { return parts_; }

 private:
  bool goes_on(std::size_t segment, std::size_t prompt) const {
    return batch_.prompts[segment] == static_cast<std::int64_t>(prompt);
  }
  std::int64_t prompt_length(const Piece& piece) const {
    return piece.prompt < 0 ? 0 : batch_.length(static_cast<std::size_t>(piece.prompt));
  }
  std::int64_t length(const Piece& piece) const {
    std::int64_t sum = prompt_length(piece);
    for (const std::size_t row : piece.rows) sum += batch_.length(row);
    return sum;
  }

  void deal(std::vector<Piece> pieces) {
    std::stable_sort(pieces.begin(), pieces.end(),
                     [&](const Piece& a, const Piece& b) { return length(a) > length(b); });
    for (Piece& piece : pieces) {
      const auto shortest = std::min_element(lengths_.begin(), lengths_.end());
      *shortest += length(piece);
      parts_[static_cast<std::size_t>(shortest - lengths_.begin())].push_back(std::move(piece));
    }
  }

  static Piece* find(Part& part, std::int64_t prompt) {
    const auto found = std::find_if(part.begin(), part.end(),
                                    [&](const Piece& piece) { return piece.prompt == prompt; });
    return found == part.end() ? nullptr : &*found;
  }

  // Copies of prompts cost every processor's time, so they must shorten the longest part by half of
  // what they add at least.
  void improve() {
    if (parts_.empty()) return;
    const std::vector<Part> parts = parts_;
    const std::vector<std::int64_t> lengths = lengths_;
    while (move_a_row()) {
    }
    const auto longest = [](const std::vector<std::int64_t>& of) {
      return *std::max_element(of.begin(), of.end());
    };
    const auto sum = [](const std::vector<std::int64_t>& of) {
      return std::accumulate(of.begin(), of.end(), std::int64_t{0});
    };
    if (2 * (longest(lengths) - longest(lengths_)) >= sum(lengths_) - sum(lengths)) return;
    parts_ = parts;
    lengths_ = lengths;
  }

  // A row of a shared prompt that goes from one part to another.
  struct Move {
    std::size_t piece = 0, row = 0, target = 0;
    std::int64_t taken = 0, given = 0;  // tokens: the prompt counts where it goes or comes along
    std::int64_t longer = 0;            // the length of the longer of the two parts then
  };

  Move move_of(std::size_t source, std::size_t p, std::size_t r, std::size_t target) {
    const Piece& piece = parts_[source][p];
    const std::int64_t row = batch_.length(piece.rows[r]);
    const std::int64_t prompt = prompt_length(piece);
    Move move{p, r, target, row, row};
    if (piece.rows.size() == 1) move.taken += prompt;
    if (find(parts_[target], piece.prompt) == nullptr) move.given += prompt;
    move.longer = std::max(lengths_[source] - move.taken, lengths_[target] + move.given);
    return move;
  }

  // Makes the best move from the longest part, if that leaves both parts shorter than it is.
  bool move_a_row() {
    const auto longest = std::max_element(lengths_.begin(), lengths_.end());
    const auto source = static_cast<std::size_t>(longest - lengths_.begin());
    Move best{.longer = *longest};
    for (std::size_t p = 0; p < parts_[source].size(); ++p) {
      const Piece& piece = parts_[source][p];
      for (std::size_t r = 0; piece.prompt >= 0 && r < piece.rows.size(); ++r) {
        for (std::size_t target = 0; target < parts_.size(); ++target) {
          if (target == source) continue;
          const Move move = move_of(source, p, r, target);
          if (move.longer < best.longer) best = move;
        }
      }
    }
    if (best.longer == *longest) return false;
    make(source, best);
    return true;
  }

  void make(std::size_t source, const Move& move) {
    const auto piece = parts_[source].begin() + static_cast<std::ptrdiff_t>(move.piece);
    const auto row = piece->rows.begin() + static_cast<std::ptrdiff_t>(move.row);
    Part& target = parts_[move.target];
    Piece* into = find(target, piece->prompt);
    if (into == nullptr) into = &target.emplace_back(Piece{piece->prompt, {}});
    into->rows.push_back(*row);
    piece->rows.erase(row);
    if (piece->rows.empty()) parts_[source].erase(piece);
    lengths_[source] -= move.taken;
    lengths_[move.target] += move.given;
  }

  const PackedBatch& batch_;
  std::vector<Part> parts_;
  std::vector<std::int64_t> lengths_;  // of the parts, in tokens
};

void copy_segment(const PackedBatch& batch, std::size_t segment, std::int64_t prompt,
                  PackedBatch& part) {
  part.starts.push_back(static_cast<std::int64_t>(part.tokens.size()));
  part.prompts.push_back(prompt);
  const std::int64_t begin = batch.starts[segment];
  const std::int64_t end = batch.starts[segment + 1];
  part.tokens.insert(part.tokens.end(), batch.tokens.begin() + begin, batch.tokens.begin() + end);
  part.labels.insert(part.labels.end(), batch.labels.begin() + begin, batch.labels.begin() + end);
}

}  // namespace

std::vector<PackedBatch> split(const PackedBatch& batch, std::size_t parts) {
  std::vector<PackedBatch> out;
  const Deal deal(batch, parts);
  for (const Part& part : deal.parts()) {
    PackedBatch& own = out.emplace_back();
    for (const Piece& piece : part) {
      std::int64_t prompt = -1;
      if (piece.prompt >= 0) {
        prompt = static_cast<std::int64_t>(own.segments());
        copy_segment(batch, static_cast<std::size_t>(piece.prompt), -1, own);
      }
      for (const std::size_t row : piece.rows) copy_segment(batch, row, prompt, own);
    }
    own.starts.push_back(static_cast<std::int64_t>(own.tokens.size()));
  }
  return out;
}

std::size_t share_count(std::size_t tokens, const ShareLimits& limits) {
  const std::size_t by_memory =
      1 + kGradientValuesMax / std::max<std::size_t>(1, limits.trained_values);
  const std::size_t by_size = std::max<std::size_t>(1, tokens / limits.part_tokens);
  return std::min({limits.threads, by_memory, by_size});
}

}  // namespace drp::train
