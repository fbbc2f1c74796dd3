// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/passes.h"

#include <array>

namespace drp::teacher {
namespace {

constexpr std::array<Pass, 18> kPasses = {{
    {"choices", "keeps the announcement of what is computed first, in long solutions of each step",
     keep_choices},
    {"trim", "drops hesitations, lead-ins and tags inside a kept sentence", trim_sentences},
    {"filler", "deletes talk without content", prune_fillers},
    {"after_answer", "deletes checks, other ways and talk after the answer was reached",
     prune_after_answer},
    {"repeated_answer", "keeps one announcement of the answer", prune_repeated_answer},
    {"false_start", "deletes an attempt that is given up and redone, and slips that are mended",
     prune_false_starts, false, true},
    {"check", "deletes checks of single steps that changed nothing", prune_checks, false, true},
    {"restatement", "deletes what only says the question again", prune_restatements},
    {"musing", "deletes doubts about readings that name no value", prune_musings},
    {"plan", "deletes announcements of a computation that follows anyway", prune_plans},
    {"repetition", "deletes what was said or computed before", prune_repetitions},
    {"unused", "deletes side computations that nothing later uses", prune_unused},
    {"detour", "deletes a doubt or detour as a whole that ends in what was known before",
     prune_detours, false, true},
    {"mend", "keeps a correction without the slip that it corrects", mend_corrections, false, true},
    {"echo", "deletes what the sentence right before it has just said", drop_echoes, true, true},
    {"merge", "joins a bare computation with the sentence that names its result", merge_results,
     true},
    {"join", "makes a set-up and the computation that carries it out one step", join_set_ups, true},
    {"connective", "drops \"So\" or \"Therefore\" whose premise is gone", drop_connectives, true},
}};

}  // namespace

std::span<const Pass> all_passes() { return kPasses; }

}  // namespace drp::teacher
