// SPDX-License-Identifier: Apache-2.0
#include "train/training_run.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <numeric>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "train/job_identity.h"
#include "train/row_checks.h"

namespace drp::train {
namespace {

std::int64_t longest(std::span<const TrainingRow> rows) {
  std::int64_t tokens = 1;
  for (const TrainingRow& row : rows) tokens = std::max(tokens, packed_tokens(row));
  return tokens;
}

// Grows the largest pass by those of `bins`.
void widen(EngineConfig& config, std::span<const TrainingRow> rows, const std::vector<Bin>& bins) {
  for (const Bin& bin : bins) {
    std::int64_t tokens = 0;
    std::int64_t supervised = 0;
    for (const std::size_t row : bin) {
      tokens += packed_tokens(rows[row]);
      supervised += std::ssize(rows[row].response_ids);
    }
    config.pass_tokens = std::max(config.pass_tokens, tokens);
    config.pass_supervised = std::max(config.pass_supervised, supervised);
  }
}

// The rows of at most `tokens_max` tokens where some are longer; else nothing and no copy.
std::vector<TrainingRow> drop_long(const std::vector<TrainingRow>& rows, std::int64_t tokens_max,
                                   std::int64_t& dropped) {
  const auto fits = [&](const TrainingRow& row) { return packed_tokens(row) + 1 <= tokens_max; };
  dropped = std::count_if(rows.begin(), rows.end(), std::not_fn(fits));
  std::vector<TrainingRow> kept;
  if (dropped > 0) std::copy_if(rows.begin(), rows.end(), std::back_inserter(kept), fits);
  return kept;
}

}  // namespace

TrainingRun::TrainingRun(const TrainJob& job, const EngineFactory& engines,
                         const TrainObserver& on_event, Progress& progress, const StopFlag& stop)
    : job_(job),
      options_(job.options),
      on_event_(on_event),
      progress_(progress),
      stop_(stop),
      lora_(job.lora) {
  start(engines);
}

void TrainingRun::start(const EngineFactory& engines) {
  const model_files::GgufFile file(job_.model);
  shape_ = model_files::read_model_shape(file);
  std::optional<model_files::LoraAdapter> continued;
  if (job_.continued_adapter) {
    continued = model_files::read_gguf_lora(*job_.continued_adapter, shape_);
    const double dropout = lora_.dropout;
    lora_ = options_of(*continued);
    lora_.dropout = dropout;
  }
  check_options(lora_, options_);
  choose_rows();
  check_labels(file);
  layout_ = continued ? make_layout(shape_, *continued) : make_layout(shape_, lora_);
  identity_ = job_identity(job_, lora_);
  std::optional<TrainState> restored = load_checkpoint(job_.checkpoint_folder, identity_);

  const auto rows = static_cast<std::int64_t>(rows_.size());
  steps_per_epoch_ = (rows + options_.batch_rows - 1) / options_.batch_rows;
  steps_total_ = steps_per_epoch_ * options_.epochs;
  std::vector<std::size_t> all(validation_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  validation_bins_ = make_bins(validation_, all, options_.micro_batch_tokens);
  // Which of two precisions is faster is a matter of the moment; a resumed run must not ask again.
  engine_ = engines(engine_config(restored ? restored->precision : options_.precision));
  optimizer_.emplace(layout_.size);
  if (restored) {
    restore(std::move(*restored));
  } else {
    state_.precision = engine_->precision();
    state_.parameters =
        continued ? to_parameters(*continued, layout_) : initial_parameters(layout_, options_.seed);
  }
  std::copy(state_.parameters.begin(), state_.parameters.end(), engine_->parameters().begin());
  engine_->parameters_changed();
}

void TrainingRun::choose_rows() {
  if (job_.rows.empty()) {
    throw Error(ErrorKind::kData, "there are no rows to train on",
                "see what `drp curate` rejected and why");
  }
  const std::int64_t tokens_max = std::min(options_.cutoff_tokens, shape_.context_tokens);
  std::int64_t dropped = 0;
  std::int64_t dropped_validation = 0;
  fitting_rows_ = drop_long(job_.rows, tokens_max, dropped);
  fitting_validation_ = drop_long(job_.validation, tokens_max, dropped_validation);
  rows_ = dropped > 0 ? std::span<const TrainingRow>(fitting_rows_) : job_.rows;
  validation_ =
      dropped_validation > 0 ? std::span<const TrainingRow>(fitting_validation_) : job_.validation;
  result_.rows_dropped = dropped + dropped_validation;
  if (rows_.empty()) {
    throw Error(ErrorKind::kData,
                "all " + std::to_string(dropped) + " training rows are longer than " +
                    std::to_string(tokens_max) + " tokens, of which at most are trained on",
                "raise curate.tokens_max, or train a model with a longer context");
  }
  if (result_.rows_dropped > 0) {
    progress_.warn(std::to_string(result_.rows_dropped) + " of " +
                   std::to_string(job_.rows.size() + job_.validation.size()) +
                   " rows left out: longer than " + std::to_string(tokens_max) + " tokens");
  }
  check_rows(rows_, shape_.vocabulary);
  check_rows(validation_, shape_.vocabulary);
}

void TrainingRun::check_labels(const model_files::GgufFile& file) const {
  const std::vector<std::int64_t> types = file.integer_list("tokenizer.ggml.token_type");
  check_unused(rows_, types);
  check_unused(validation_, types);
  const std::int32_t end = rows_.front().response_ids.back();
  if (const auto warning = untrained_token(file, shape_, end)) progress_.warn(*warning);
}

EngineConfig TrainingRun::engine_config(Precision precision) const {
  EngineConfig config{.model = job_.model, .layout = layout_};
  for (const auto& path : job_.frozen_adapters) {
    config.frozen.push_back(model_files::read_gguf_lora(path, shape_));
  }
  config.dropout = lora_.dropout;
  config.seed = options_.seed;
  config.precision = precision;
  config.recompute = options_.recompute;
  config.weights = options_.weights;
  config.threads = options_.threads;
  config.row_tokens = std::max(longest(rows_), longest(validation_));
  for (std::int64_t epoch = 0; epoch < options_.epochs; ++epoch) {
    for (const auto& bins : plan_epoch(rows_, epoch, epoch_options())) widen(config, rows_, bins);
  }
  widen(config, validation_, validation_bins_);
  return config;
}

EpochOptions TrainingRun::epoch_options() const {
  return {options_.seed, options_.batch_rows, options_.micro_batch_tokens};
}

void TrainingRun::restore(TrainState state) {
  for (const auto* values : {&state.parameters, &state.first_moment, &state.second_moment}) {
    if (values->size() == layout_.size) continue;
    throw Error(ErrorKind::kModel,
                "checkpoint in '" + job_.checkpoint_folder.string() + "' holds " +
                    std::to_string(values->size()) + " values, expected " +
                    std::to_string(layout_.size),
                "remove the checkpoint folder to train from the start");
  }
  state_ = std::move(state);
  optimizer_->first() = state_.first_moment;
  optimizer_->second() = state_.second_moment;
  saved_step_ = state_.step;
  result_.steps_resumed = state_.step;
  progress_.info("resumed after step " + std::to_string(state_.step));
}

TrainResult TrainingRun::run() {
  progress_.info("training on " + std::to_string(rows_.size()) + " rows, " +
                 std::to_string(layout_.size) + " trained values, " + engine_->description());
  progress_.begin("train", steps_total_);
  if (state_.step == 0 && !state_.first_validation_loss) validate();
  while (!ended()) {
    if (stop_.requested()) stop_here();
    step();
    if (state_.step % steps_per_epoch_ == 0) finish_epoch();
    if (validation_due()) validate();
    if (state_.step - saved_step_ >= options_.checkpoint_every_steps) save();
  }
  if (saved_step_ != state_.step) save();
  const bool by_validation = state_.best_loss.has_value();
  write_adapters(by_validation ? state_.best_parameters : state_.parameters);
  result_.steps = state_.step;
  result_.stopped_early = state_.stopped_early;
  result_.best_step = by_validation ? state_.best_step : state_.step;
  result_.loss_last = state_.last_epoch_loss;
  result_.validation_loss_first = state_.first_validation_loss;
  result_.validation_loss_best = state_.best_loss;
  result_.engine = engine_->description();
  result_.memory_estimate_bytes = engine_->memory_estimate_bytes();
  progress_.end("loss " + format_fixed(result_.loss_last, 4));
  return result_;
}

bool TrainingRun::ended() const { return state_.stopped_early || state_.step >= steps_total_; }

double TrainingRun::epochs_done() const {
  return static_cast<double>(state_.step) / static_cast<double>(steps_per_epoch_);
}

void TrainingRun::step() {
  const double started = clock_.seconds();
  const std::int64_t epoch = state_.step / steps_per_epoch_;
  if (epoch != epoch_planned_) {
    epoch_ = plan_epoch(rows_, epoch, epoch_options());
    epoch_planned_ = epoch;
  }
  const auto& bins = epoch_[static_cast<std::size_t>(state_.step % steps_per_epoch_)];
  const LossSum loss = accumulate(bins);
  guard(loss, bins);
  const std::span<float> gradients = engine_->gradients();
  double factor = 1.0 / static_cast<double>(loss.tokens);
  const double length = norm(gradients) * factor;
  if (options_.clip_norm > 0 && length > options_.clip_norm) factor *= options_.clip_norm / length;
  for (float& value : gradients) value = static_cast<float>(static_cast<double>(value) * factor);
  const double rate = learning_rate(options_, state_.step, steps_total_);
  optimizer_->update(engine_->parameters(), gradients, rate, state_.step, options_);
  engine_->parameters_changed();
  ++state_.step;
  state_.epoch_nll += loss.nll;
  state_.epoch_tokens += loss.tokens;
  if (result_.seconds == 0) result_.loss_first = loss.mean();
  result_.seconds += clock_.seconds() - started;
  result_.supervised_tokens += loss.tokens;
  on_event_({.step = state_.step,
             .epoch = epochs_done(),
             .loss = loss.mean(),
             .learning_rate = rate,
             .supervised_tokens = loss.tokens,
             .validation = false});
  progress_.update(state_.step, "loss " + format_fixed(loss.mean(), 4));
}

LossSum TrainingRun::accumulate(const std::vector<Bin>& bins) {
  const std::span<float> gradients = engine_->gradients();
  std::fill(gradients.begin(), gradients.end(), 0.0F);
  LossSum sum;
  for (const Bin& bin : bins) {
    const PackedBatch batch = pack(rows_, bin);
    const LossSum loss = engine_->train(batch, state_.pass++);
    sum.nll += loss.nll;
    sum.tokens += loss.tokens;
    result_.tokens += static_cast<std::int64_t>(batch.tokens.size());
  }
  return sum;
}

void TrainingRun::guard(const LossSum& loss, const std::vector<Bin>& bins) {
  if (std::isfinite(loss.nll) && std::isfinite(norm(engine_->gradients()))) return;
  const std::string rows = rows_without_number(bins);
  state_.pass -= std::ssize(bins);  // this step never was
  if (state_.step > 0) save();
  throw Error(ErrorKind::kModel,
              "loss or gradient is not a number at step " + std::to_string(state_.step + 1) +
                  " on rows " + rows +
                  (state_.step > 0 ? "; the state after step " + std::to_string(state_.step) +
                                         " is kept in '" + job_.checkpoint_folder.string() + "'"
                                   : ""),
              "look at these rows, lower train.learning_rate, or set train.precision to fp32");
}

// Those whose own loss is not a number; all of the step where each alone has one.
std::string TrainingRun::rows_without_number(const std::vector<Bin>& bins) const {
  std::vector<std::string> all;
  std::vector<std::string> bad;
  for (const Bin& bin : bins) {
    for (const std::size_t row : bin) {
      all.push_back("'" + rows_[row].id + "'");
      const LossSum alone = engine_->evaluate(pack(rows_, Bin{row}));
      if (!std::isfinite(alone.nll)) bad.push_back(all.back());
    }
  }
  return join(bad.empty() ? all : bad, ", ");
}

void TrainingRun::finish_epoch() {
  state_.last_epoch_loss = state_.epoch_nll / static_cast<double>(state_.epoch_tokens);
  state_.epoch_nll = 0;
  state_.epoch_tokens = 0;
}

bool TrainingRun::validation_due() const {
  const std::int64_t every =
      options_.validate_every_steps > 0 ? options_.validate_every_steps : steps_per_epoch_;
  return state_.step % every == 0 || state_.step == steps_total_;
}

void TrainingRun::validate() {
  if (validation_bins_.empty()) return;
  LossSum sum;
  for (const Bin& bin : validation_bins_) {
    const LossSum loss = engine_->evaluate(pack(validation_, bin));
    sum.nll += loss.nll;
    sum.tokens += loss.tokens;
  }
  if (!std::isfinite(sum.nll)) {
    if (state_.step > saved_step_ && state_.step > 0) save();
    throw Error(ErrorKind::kModel,
                "the validation loss is not a number after step " + std::to_string(state_.step),
                "look at the validation rows, or lower train.learning_rate");
  }
  on_event_({.step = state_.step,
             .epoch = epochs_done(),
             .loss = sum.mean(),
             .learning_rate = 0,
             .supervised_tokens = sum.tokens,
             .validation = true});
  progress_.info("step " + std::to_string(state_.step) + ": validation loss " +
                 format_fixed(sum.mean(), 4));
  // The untrained start is measured, but an adapter that does nothing is never the result.
  if (state_.step == 0) {
    state_.first_validation_loss = sum.mean();
    return;
  }
  if (!state_.best_loss || sum.mean() < *state_.best_loss) {
    state_.best_loss = sum.mean();
    state_.best_step = state_.step;
    state_.best_parameters.assign(engine_->parameters().begin(), engine_->parameters().end());
    state_.stalled_validations = 0;
    return;
  }
  ++state_.stalled_validations;
  state_.stopped_early = options_.stalled_validations_max > 0 &&
                         state_.stalled_validations >= options_.stalled_validations_max;
}

void TrainingRun::save() {
  state_.parameters.assign(engine_->parameters().begin(), engine_->parameters().end());
  state_.first_moment = optimizer_->first();
  state_.second_moment = optimizer_->second();
  save_checkpoint(job_.checkpoint_folder, state_, identity_);
  saved_step_ = state_.step;
}

void TrainingRun::stop_here() {
  save();
  progress_.end("stopped after step " + std::to_string(state_.step));
  stop_.check();
}

void TrainingRun::write_adapters(const std::vector<float>& parameters) {
  const model_files::LoraAdapter adapter = to_adapter(shape_, layout_, lora_, parameters);
  const std::string name =
      job_.base_model_name.empty() ? job_.model.filename().string() : job_.base_model_name;
  if (!job_.peft_folder.empty()) {
    write_peft_folder(job_.peft_folder, adapter, shape_, {name, lora_.dropout, job_.adapter_type});
  }
  if (!job_.gguf_file.empty()) {
    if (job_.gguf_file.has_parent_path()) make_folder(job_.gguf_file.parent_path());
    write_gguf_lora(job_.gguf_file, adapter, name, job_.adapter_type);
  }
}

namespace {

class EngineTrainer final : public Trainer {
 public:
  explicit EngineTrainer(EngineFactory engines) : engines_(std::move(engines)) {}
  TrainResult train(const TrainJob& job, const TrainObserver& on_event, Progress& progress,
                    const StopFlag& stop) override {
    return TrainingRun(job, engines_, on_event, progress, stop).run();
  }

 private:
  EngineFactory engines_;
};

}  // namespace

std::unique_ptr<Trainer> make_trainer(EngineFactory engines) {
  return std::make_unique<EngineTrainer>(std::move(engines));
}

}  // namespace drp::train
