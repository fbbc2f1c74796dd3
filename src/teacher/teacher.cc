// SPDX-License-Identifier: Apache-2.0
#include "teacher/teacher.h"

#include <utility>

#include "answers/thread_caches.h"
#include "base/ordered_work.h"

namespace drp::teacher {

void Teacher::run(const Source& next, const Sink& done, const RunOptions& options,
                  const StopFlag& stop) {
  using Outcome = expected<Plan, Rejection>;
  const auto work = [&](PlanJob& job) -> Outcome {
    if (options.refuse) {
      if (std::optional<Rejection> refused = options.refuse(job.problem, job.trace)) {
        return unexpected<Rejection>(*std::move(refused));
      }
    }
    return plan(job.problem, job.trace);
  };
  OrderedWork<PlanJob, Outcome> pool(threadsafe() ? options.threads : 1, work, done,
                                     answers::free_thread_caches);
  while (std::optional<PlanJob> job = next()) {
    stop.check();
    pool.submit(*std::move(job));
  }
  pool.finish();
}

}  // namespace drp::teacher
