// SPDX-License-Identifier: Apache-2.0
#include "train/training_run.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "train/distributed_engine.h"
#include "train/job_identity.h"

namespace drp::train {

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
  for (const auto& path : job_.frozen_adapters) {
    frozen_.push_back(model_files::read_gguf_lora(path, shape_));
  }
  state_.parameters = full() ? lay_out_weights(file) : lay_out_pairs();
  rows_.emplace(job_, file, shape_, progress_);
  identity_ = job_identity(job_, lora_, rows_->prompts());
  std::optional<TrainState> restored = load_checkpoint(job_.checkpoint_folder, identity_);

  const std::int64_t rows = std::ssize(rows_->training());
  steps_per_epoch_ = (rows + options_.batch_rows - 1) / options_.batch_rows;
  steps_total_ = steps_per_epoch_ * options_.epochs;
  validation_bins_ = rows_->validation_bins();
  // Which of two precisions is faster is a matter of the moment; a resumed run must not ask again.
  EngineConfig config = engine_config(restored ? restored->precision : options_.precision);
  engine_ = job_.ranks == nullptr ? engines(config)
                                  : make_ranked_engine(engines, std::move(config), *job_.ranks);
  optimizer_.emplace(state_.parameters.size());
  if (restored) {
    restore(*std::move(restored));
  } else {
    state_.precision = engine_->precision();
  }
  std::copy(state_.parameters.begin(), state_.parameters.end(), engine_->parameters().begin());
  engine_->parameters_changed();
}

std::vector<float> TrainingRun::lay_out_pairs() {
  std::optional<model_files::LoraAdapter> continued;
  if (job_.continued_adapter) {
    continued = model_files::read_gguf_lora(*job_.continued_adapter, shape_);
    const double dropout = lora_.dropout;
    lora_ = options_of(*continued);
    lora_.dropout = dropout;
  }
  check_options(lora_, options_);
  layout_ = continued ? make_layout(shape_, *continued) : make_layout(shape_, lora_);
  return continued ? to_parameters(*continued, layout_)
                   : initial_parameters(layout_, options_.seed);
}

std::vector<float> TrainingRun::lay_out_weights(const model_files::GgufFile& file) {
  check_options(lora_, options_);
  if (job_.continued_adapter) {
    throw Error(ErrorKind::kConfig, "full training goes on from weights, not from an adapter",
                "merge the adapter first: give it as a frozen adapter");
  }
  weights_ = make_weight_layout(file, shape_);
  return read_weights(file, *weights_, frozen_);
}

EngineConfig TrainingRun::engine_config(Precision precision) const {
  EngineConfig config{.model = job_.model, .layout = layout_};
  if (!full()) config.frozen = frozen_;  // else the trained weights hold them already
  config.trained_weights = weights_;
  config.dropout = full() ? 0 : lora_.dropout;
  config.seed = options_.seed;
  config.precision = precision;
  config.device = options_.device;
  config.recompute = options_.recompute;
  config.weights = options_.weights;
  config.threads = options_.threads;
  rows_->measure(config);
  return config;
}

void TrainingRun::restore(TrainState state) {
  for (const auto* values : {&state.parameters, &state.first_moment, &state.second_moment}) {
    if (values->size() == state_.parameters.size()) continue;
    throw Error(ErrorKind::kModel,
                "checkpoint in '" + job_.checkpoint_folder.string() + "' holds " +
                    std::to_string(values->size()) + " values, expected " +
                    std::to_string(state_.parameters.size()),
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
  progress_.info("training on " + std::to_string(rows_->training().size()) + " rows, " +
                 format_count(static_cast<std::int64_t>(state_.parameters.size())) +
                 " trained values, " + engine_->description());
  progress_.begin("train", steps_total_);
  if (state_.step == 0 && !state_.first_validation_loss) validate();
  while (!ended()) {
    if (stop_requested()) stop_here();
    step();
    if (state_.step % steps_per_epoch_ == 0) finish_epoch();
    if (validation_due()) validate();
    if (state_.step - saved_step_ >= options_.checkpoint_every_steps) save();
  }
  if (saved_step_ != state_.step) save();
  const bool by_validation = state_.best_loss.has_value();
  write_result(by_validation ? state_.best_parameters : state_.parameters);
  result_.steps = state_.step;
  result_.stopped_early = state_.stopped_early;
  result_.best_step = by_validation ? state_.best_step : state_.step;
  result_.loss_last = state_.last_epoch_loss;
  result_.validation_loss_first = state_.first_validation_loss;
  result_.validation_loss_best = state_.best_loss;
  result_.engine = engine_->description();
  result_.rows_dropped = rows_->dropped();
  result_.memory_estimate_bytes = engine_->memory_estimate_bytes();
  result_.memory_peak_bytes = engine_->memory_peak_bytes();
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
    epoch_ = rows_->plan(epoch);
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
    const PackedBatch batch = pack(rows_->training(), bin, rows_->prompts());
    const LossSum loss = engine_->train(batch, state_.pass++);
    sum.nll += loss.nll;
    sum.tokens += loss.tokens;
    const auto tokens = static_cast<std::int64_t>(batch.tokens.size());
    result_.tokens += tokens;
    result_.prompt_tokens_saved -= tokens;
    for (const std::size_t row : bin) {
      result_.prompt_tokens_saved += packed_tokens(rows_->training()[row]);
    }
  }
  engine_->collect_gradients();
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
      all.push_back("'" + rows_->training()[row].id + "'");
      const LossSum alone = engine_->evaluate(pack(rows_->training(), Bin{row}));
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
    const LossSum loss = engine_->evaluate(pack(rows_->validation(), bin, rows_->prompts()));
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

bool TrainingRun::stop_requested() {
  if (job_.ranks == nullptr) return stop_.requested();
  double asked = stop_.requested() ? 1 : 0;
  job_.ranks->sum(std::span(&asked, 1));
  return asked > 0;
}

void TrainingRun::save() {
  state_.parameters.assign(engine_->parameters().begin(), engine_->parameters().end());
  state_.first_moment = optimizer_->first();
  state_.second_moment = optimizer_->second();
  if (job_.writes()) save_checkpoint(job_.checkpoint_folder, state_, identity_);
  saved_step_ = state_.step;
}

void TrainingRun::stop_here() {
  save();
  progress_.end("stopped after step " + std::to_string(state_.step));
  stop_.check();
  throw Error(ErrorKind::kInterrupted, "another process of this training was asked to stop");
}

void TrainingRun::write_result(const std::vector<float>& parameters) {
  if (!job_.writes()) return;
  if (!full()) return write_adapters(parameters);
  if (job_.model_file.empty()) return;
  if (job_.model_file.has_parent_path()) make_folder(job_.model_file.parent_path());
  write_weights(job_.model_file, model_files::GgufFile(job_.model), *weights_, parameters,
                job_.model_type);
}

namespace {

// vLLM serves ranks up to 16 unless told otherwise, and knows a few limits.
void tell_serving(std::int64_t rank, Progress& progress) {
  constexpr std::int64_t kDefault = 16;
  constexpr std::int64_t kLimits[] = {32, 64, 128, 256, 320, 512};
  if (rank <= kDefault) return;
  const auto* const limit = std::lower_bound(std::begin(kLimits), std::end(kLimits), rank);
  const std::string start = "an adapter of rank " + std::to_string(rank);
  if (limit == std::end(kLimits)) {
    progress.warn(start + " is above what vLLM serves (512)");
  } else {
    progress.info(start + ": vLLM serves it with --max-lora-rank " + std::to_string(*limit));
  }
}

}  // namespace

void TrainingRun::write_adapters(const std::vector<float>& parameters) {
  const model_files::LoraAdapter adapter = to_adapter(shape_, layout_, lora_, parameters);
  const std::string name =
      job_.base_model_name.empty() ? job_.model.filename().string() : job_.base_model_name;
  if (!job_.peft_folder.empty()) {
    tell_serving(lora_.rank, progress_);
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
