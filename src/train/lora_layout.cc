// SPDX-License-Identifier: Apache-2.0
#include "train/lora_layout.h"

#include <regex.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "base/random.h"

namespace drp::train {

using model_files::Linear;

namespace {

using Targeted = std::function<bool(std::int64_t layer, Linear linear)>;

LoraLayout lay_out(const model_files::ModelShape& shape, const LoraOptions& options,
                   const Targeted& targeted) {
  LoraLayout layout;
  layout.rank = options.rank;
  const double rank = static_cast<double>(options.rank);
  layout.scale = options.alpha / (options.rank_stabilised ? std::sqrt(rank) : rank);
  const std::initializer_list<Linear> groups[] = {{Linear::kQuery, Linear::kKey, Linear::kValue},
                                                  {Linear::kAttentionOutput},
                                                  {Linear::kGate, Linear::kUp},
                                                  {Linear::kDown}};
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    for (const auto& group : groups) {
      const std::size_t first = layout.places.size();
      for (const Linear linear : group) {
        if (!targeted(layer, linear)) continue;
        LoraPlace place{layer,       linear, inputs(shape, linear), outputs(shape, linear),
                        layout.size, 0};
        layout.size += static_cast<std::size_t>(place.inputs * options.rank);
        layout.places.push_back(place);
      }
      for (std::size_t i = first; i < layout.places.size(); ++i) {
        layout.places[i].b = layout.size;
        layout.size += static_cast<std::size_t>(layout.places[i].outputs * options.rank);
      }
    }
  }
  return layout;
}

// A POSIX extended regular expression, matched against whole names.
class Pattern {
 public:
  explicit Pattern(const std::string& text) {
    const int code = ::regcomp(&compiled_, ("^(" + text + ")$").c_str(), REG_EXTENDED | REG_NOSUB);
    if (code == 0) return;
    char reason[128];
    ::regerror(code, &compiled_, reason, sizeof reason);
    throw Error(ErrorKind::kConfig,
                "train.targets holds '" + text + "', which is no regular expression: " + reason,
                "write it as in blk\\.[0-9]\\.attn_[qv]");
  }
  ~Pattern() { ::regfree(&compiled_); }
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  bool matches(const std::string& name) const {
    return ::regexec(&compiled_, name.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t compiled_{};
};

// Which of the model's linear layers a pattern matches, by layer and kind.
std::vector<std::pair<std::int64_t, Linear>> matches(const model_files::ModelShape& shape,
                                                     const std::string& pattern) {
  const Pattern compiled(pattern);
  std::vector<std::pair<std::int64_t, Linear>> found;
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    for (const Linear linear : model_files::kLinears) {
      if (compiled.matches(tensor_stem(layer, linear)) ||
          compiled.matches(peft_module(layer, linear))) {
        found.emplace_back(layer, linear);
      }
    }
  }
  if (found.empty()) {
    throw Error(ErrorKind::kConfig,
                "train.targets holds '" + pattern + "', which matches none of the model's " +
                    std::to_string(shape.layers * std::ssize(model_files::kLinears)) +
                    " linear layers",
                "they are named such as " + tensor_stem(0, Linear::kQuery) + " or " +
                    peft_module(shape.layers - 1, Linear::kDown) + ", matched as a whole");
  }
  return found;
}

}  // namespace

LoraLayout make_layout(const model_files::ModelShape& shape, const LoraOptions& options) {
  std::vector<std::pair<std::int64_t, Linear>> matched;
  for (const std::string& pattern : options.target_patterns) {
    const auto found = matches(shape, pattern);
    matched.insert(matched.end(), found.begin(), found.end());
  }
  return lay_out(shape, options, [&](std::int64_t layer, Linear linear) {
    return std::find(options.targets.begin(), options.targets.end(), linear) !=
               options.targets.end() ||
           std::find(matched.begin(), matched.end(), std::pair(layer, linear)) != matched.end();
  });
}

LoraLayout make_layout(const model_files::ModelShape& shape,
                       const model_files::LoraAdapter& adapter) {
  return lay_out(shape, options_of(adapter), [&](std::int64_t layer, Linear linear) {
    return std::any_of(adapter.pairs.begin(), adapter.pairs.end(), [&](const auto& pair) {
      return pair.layer == layer && pair.linear == linear;
    });
  });
}

std::vector<float> initial_parameters(const LoraLayout& layout, std::uint64_t seed) {
  std::vector<float> parameters(layout.size, 0.0F);
  for (const LoraPlace& place : layout.places) {
    Random random(
        derive_seed(seed, gguf_name(place.linear), static_cast<std::uint64_t>(place.layer)));
    const double bound = 1 / std::sqrt(static_cast<double>(place.inputs));
    const auto count = static_cast<std::size_t>(place.inputs * layout.rank);
    for (std::size_t i = 0; i < count; ++i) {
      parameters[place.a + i] = static_cast<float>(bound * (2 * random.uniform() - 1));
    }
  }
  return parameters;
}

model_files::LoraAdapter to_adapter(const model_files::ModelShape& shape, const LoraLayout& layout,
                                    const LoraOptions& options, std::span<const float> parameters) {
  DRP_CHECK(parameters.size() == layout.size, "parameters of another layout");
  model_files::LoraAdapter adapter;
  adapter.architecture = shape.architecture;
  adapter.alpha = options.alpha;
  adapter.rank_stabilised = options.rank_stabilised;
  for (const LoraPlace& place : layout.places) {
    const auto a =
        parameters.subspan(place.a, static_cast<std::size_t>(place.inputs * layout.rank));
    const auto b =
        parameters.subspan(place.b, static_cast<std::size_t>(place.outputs * layout.rank));
    adapter.pairs.push_back(
        {place.layer, place.linear, layout.rank, {a.begin(), a.end()}, {b.begin(), b.end()}});
  }
  return adapter;
}

LoraOptions options_of(const model_files::LoraAdapter& adapter) {
  DRP_CHECK(!adapter.pairs.empty(), "an adapter without pairs");
  LoraOptions options;
  options.rank = adapter.pairs.front().rank;
  options.alpha = adapter.alpha;
  options.rank_stabilised = adapter.rank_stabilised;
  options.targets.clear();
  for (const Linear linear : model_files::kLinears) {
    const auto is_it = [&](const model_files::LoraPair& pair) { return pair.linear == linear; };
    if (std::any_of(adapter.pairs.begin(), adapter.pairs.end(), is_it)) {
      options.targets.push_back(linear);
    }
  }
  return options;
}

std::vector<float> to_parameters(const model_files::LoraAdapter& adapter,
                                 const LoraLayout& layout) {
  std::vector<float> parameters(layout.size, 0.0F);
  std::size_t found = 0;
  for (const LoraPlace& place : layout.places) {
    for (const model_files::LoraPair& pair : adapter.pairs) {
      if (pair.layer != place.layer || pair.linear != place.linear) continue;
      std::copy(pair.a.begin(), pair.a.end(),
                parameters.begin() + static_cast<std::ptrdiff_t>(place.a));
      std::copy(pair.b.begin(), pair.b.end(),
                parameters.begin() + static_cast<std::ptrdiff_t>(place.b));
      ++found;
    }
  }
  DRP_CHECK(found == adapter.pairs.size(), "an adapter's pair has no place in the layout");
  return parameters;
}

}  // namespace drp::train
