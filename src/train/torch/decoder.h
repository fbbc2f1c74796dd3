// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "model_files/model_shape.h"
#include "train/engine.h"
#include "train/torch/attention.h"
#include "train/torch/kernels.h"
#include "train/torch/lora_linear.h"
#include "train/torch/weights.h"

namespace drp::train {

// Passes are padded to a multiple of this, so that few shapes occur: each new one costs the
// compilation of its products.
inline constexpr std::int64_t kTokenStep = 64;

// How a pass runs.
struct PassOptions {
  double dropout = 0;
  std::uint64_t dropout_key = 0;
  // Of so many layers, from the first, only the input is kept; the rest is computed again.
  std::size_t recomputed_layers = 0;
  // Values of logits held at once: few large products, bounded memory.
  std::int64_t logits_max = std::int64_t{48} << 20U;
  // Attention in one kernel: flash_works() for the model's heads, in bf16.
  bool flash = false;
};

// A pass over packed rows: forward keeps what backward needs. The backward pass is written out by
// hand rather than taken from autograd: nothing is kept for frozen weights, inner values are
// overwritten in place, and the head's gradient falls out of its forward.
class DecoderPass {
 public:
  // `weights` must outlive the pass.
  DecoderPass(const DecoderWeights& weights, const PackedBatch& batch, const PassOptions& options);

  // `gradients` are flat, fp32 and on the weights' device.
  // Runs the blocks, then the head over the supervised places. Adds the head's part of the gradient
  // of the summed loss to `gradients`.
  void forward(const at::Tensor& gradients);
  // Adds the rest of the gradient of that sum. Once, after forward().
  void backward(const at::Tensor& gradients);
  // In the place of both: the loss alone, keeping nothing.
  void evaluate();
  // Of what ran. Waits for the device.
  LossSum loss() const;
  // Logits [supervised places, vocabulary] in the compute type, to compare with other engines.
  at::Tensor logits();

 private:
  // What one block keeps between its forward and its backward pass.
  struct Kept {
    at::Tensor input;   // residual stream before the block
    at::Tensor middle;  // and after attention
    at::Tensor inverse_attention;
    at::Tensor inverse_feed_forward;
    at::Tensor query_key_value;  // rotated
    at::Tensor query_key;        // before their heads were normalised, if they were
    at::Tensor inverse_query, inverse_key;
    at::Tensor attention;  // in attention_output's room
    AttentionSums attention_sums;
    at::Tensor gate_up;
    // What attention and MLP gave before it was normalised, if it was.
    at::Tensor attention_out, feed_forward_out;
    at::Tensor inverse_attention_out, inverse_feed_forward_out;
    at::Tensor u_query_key_value, u_attention_output, u_gate_up, u_down;
  };
  at::Tensor embed() const;
  // Runs block `layer` on `h`, filling `kept`, and returns the new residual stream.
  at::Tensor run_block(std::size_t layer, const at::Tensor& h, Kept& kept) const;
  // Turns dh, the gradient after the block, into the one before it.
  void block_backward(std::size_t layer, Kept& kept, at::Tensor& dh,
                      const at::Tensor& gradients) const;
  // Between the joint projection and attention: heads normalised where the model does so, rotated.
  void prepare_heads(std::size_t layer, Kept& kept) const;
  void prepare_heads_backward(std::size_t layer, const Kept& kept, at::Tensor& djoint,
                              const at::Tensor& gradients) const;
  // What a part of the block adds to the stream: y, normalised in place where the model does so;
  // keeps it as it was.
  void finish(const at::Tensor& norm, at::Tensor& y, at::Tensor& kept, at::Tensor& inverse) const;
  // The gradient of y (compute type) for that of the stream.
  at::Tensor finish_backward(const at::Tensor& dh, const at::Tensor& norm, const at::Tensor& kept,
                             const at::Tensor& inverse, std::optional<std::size_t> place,
                             const at::Tensor& gradients) const;
  // Without gradients only the loss.
  void run_head(const at::Tensor& h, const std::optional<at::Tensor>& gradients);

  at::Tensor run_blocks() const;
  std::vector<std::int64_t> supervised_places() const;
  AttentionShape attention_shape(std::size_t layer) const;
  bool windowed(std::size_t layer) const;
  const RopeAngles& angles(std::size_t layer) const;
  LoraLinear::Dropout drop(std::size_t layer, int linear) const;
  at::Tensor empty(std::int64_t rows, std::int64_t columns) const;  // in the compute type

  const DecoderWeights& weights_;
  const model_files::ModelShape& shape_;
  const PackedBatch& batch_;
  PassOptions options_;
  at::Tensor tokens_;  // int32: of the batch, then padding
  RopeAngles angles_;  // of each token's position in its row
  RopeAngles windowed_angles_;
  std::int64_t longest_ = 0;  // row
  std::optional<FlashSegments> flash_;
  std::vector<Kept> kept_;
  at::Tensor gradient_;  // of the residual stream, from the head
  at::Tensor nll_;       // fp64 scalar
};

}  // namespace drp::train
