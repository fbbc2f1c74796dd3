// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"
#include "base/text.h"
#include "problems/presets.h"

namespace drp::problems {

const std::vector<Profile>& profiles() {
  static const std::vector<Profile> kProfiles = {
      {"paper", "greedy, zero-shot, one answer a problem, cut off at 12,000 tokens", 0, 1, 12'000,
       false, ""},
      {"r1", "temperature 0.6, top-p 0.95, several samples a problem, 32,768 tokens", 0.6, 0.95,
       32'768, true, "<think>\n"}};
  return kProfiles;
}

const Profile& find_profile(std::string_view name) {
  std::vector<std::string> names;
  for (const Profile& profile : profiles()) {
    if (profile.name == name) return profile;
    names.push_back(profile.name);
  }
  const auto close = nearest(name, names);
  throw Error(ErrorKind::kConfig, "no profile of evaluation is named '" + std::string(name) + "'",
              close ? "did you mean '" + *close + "'?" : "known: " + join(names, ", "));
}

std::string profile_prompt(const Profile& profile, const Preset& preset) {
  // lm-evaluation-harness, task gsm8k_cot_zeroshot, which the paper ran.
  if (profile.name == "paper" && preset.name == "gsm8k") {
    return "Q: {question}\nA: Let's think step by step.";
  }
  return preset.prompt;
}

}  // namespace drp::problems
