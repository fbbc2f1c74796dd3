// SPDX-License-Identifier: Apache-2.0
#include "pipeline/ablation_plan.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/text.h"

namespace drp::pipeline {
namespace {

constexpr std::string_view kSeedFolder = "{seed folder}";

struct TeacherChoice {
  std::string kind;
  std::string model;

  std::string name() const { return model.empty() ? kind : model; }
  bool is_model() const {
    return kind == "local" || kind == "openai" || kind.starts_with("rules+l") ||
           kind.starts_with("rules+o");
  }
  bool is_paid() const { return kind.ends_with("openai"); }
  // Without the rules before it.
  std::string model_kind() const { return kind.substr(kind.find('+') + 1); }
  std::vector<std::string> settings() const {
    std::vector<std::string> all = {"teacher.kind=" + kind};
    if (!model.empty()) all.push_back("teacher.model=" + model);
    return all;
  }
};

// A name that is one folder's, whatever it holds.
std::string folder_name(const std::string& name) {
  std::string out;
  for (const char c : std::filesystem::path(name).filename().string()) {
    const bool plain = is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
    out.push_back(plain ? c : '-');
  }
  return out;
}

bool wants(const Recipe& recipe, std::string_view cell) {
  const auto& cells = recipe.ablate.cells;
  return std::find(cells.begin(), cells.end(), cell) != cells.end();
}

std::vector<TeacherChoice> teachers_of(const Recipe& recipe) {
  std::vector<TeacherChoice> teachers;
  for (const std::string& text : recipe.ablate.teachers) {
    const std::size_t colon = text.find(':');
    TeacherChoice teacher;
    teacher.kind = text.substr(0, colon);
    if (colon != std::string::npos) teacher.model = text.substr(colon + 1);
    teachers.push_back(std::move(teacher));
  }
  if (teachers.empty()) teachers.push_back({recipe.teacher.kind, recipe.teacher.model});
  std::set<std::string> names;
  for (const TeacherChoice& teacher : teachers) {
    if (names.insert(folder_name(teacher.name())).second) continue;
    throw Error(ErrorKind::kConfig, "ablate.teachers names '" + teacher.name() + "' twice",
                "name each teacher once");
  }
  return teachers;
}

CellPlan split_cell(const TeacherChoice& teacher, const std::string& split) {
  CellPlan cell{split, split, teacher.name(), teacher.is_paid(), teacher.settings()};
  cell.settings.push_back("teacher.split=" + split);
  cell.settings.emplace_back("teacher.target=trace");
  return cell;
}

CellPlan unpruned_cell() {
  return {"unpruned",
          "unpruned",
          "",
          false,
          {"teacher.kind=unpruned", "path.answer_section=whole",
           "path.gates_off=[coverage, order, merge, answer, early, grounded, leak, dangling, "
           "shorter]"}};
}

// Gates would keep the lucky deletions alone.
CellPlan random_cell() {
  return {"random",
          "random",
          "at random",
          false,
          {"teacher.kind=random", "teacher.like=" + std::string(kSeedFolder) + "/skill",
           "path.gates_off=[early, grounded, leak, dangling, shorter]"}};
}

CellPlan foreign_cell(const TeacherChoice& teacher) {
  CellPlan cell{"foreign", "foreign", "another hand", teacher.is_paid(), {}};
  if (teacher.is_model()) {
    cell.teacher = teacher.name() + ", its own solution";
    cell.settings = TeacherChoice{teacher.model_kind(), teacher.model}.settings();
    for (const char* setting :
         {"teacher.protocol=paper", "teacher.target=own", "teacher.second_look=false",
          "teacher.grammar=off", "teacher.synthesis=auto", "teacher.correction=none"}) {
      cell.settings.emplace_back(setting);
    }
  } else {
    cell.settings = {"teacher.kind=foreign", "teacher.like=" + std::string(kSeedFolder) + "/skill"};
  }
  cell.settings.emplace_back("path.gates_off=[shorter]");
  return cell;
}

// The cells that depend on who teaches.
void add_teacher(const Recipe& recipe, const TeacherChoice& teacher, bool first,
                 std::vector<CellPlan>& cells) {
  std::vector<CellPlan> own;
  for (const char* split : {"skill", "default", "none"}) {
    if (wants(recipe, split)) own.push_back(split_cell(teacher, split));
  }
  if (wants(recipe, "foreign") && (first || teacher.is_model())) {
    own.push_back(foreign_cell(teacher));
  }
  for (CellPlan& cell : own) {
    if (!first) cell.name += "@" + folder_name(teacher.name());
    cells.push_back(std::move(cell));
  }
}

std::vector<CellPlan> cells_of(Recipe recipe, std::vector<std::string>& notes) {
  if (!wants(recipe, "skill") && (wants(recipe, "random") || wants(recipe, "foreign"))) {
    recipe.ablate.cells.emplace_back("skill");
    notes.emplace_back("The cells random and foreign are measured by skill, which runs, too.");
  }
  std::vector<CellPlan> cells;
  const std::vector<TeacherChoice> teachers = teachers_of(recipe);
  for (std::size_t i = 0; i < teachers.size(); ++i) add_teacher(recipe, teachers[i], i == 0, cells);
  if (wants(recipe, "unpruned")) cells.push_back(unpruned_cell());
  if (wants(recipe, "random")) cells.push_back(random_cell());
  // What is measured by another comes after it.
  std::stable_sort(cells.begin(), cells.end(), [](const CellPlan& a, const CellPlan& b) {
    return (a.sort == "foreign") < (b.sort == "foreign");
  });
  if (cells.empty()) {
    throw Error(ErrorKind::kConfig, "ablate.cells is empty",
                "name some of skill, default, none, unpruned, random, foreign");
  }
  return cells;
}

std::vector<std::int64_t> seeds_of(const Recipe& recipe) {
  std::vector<std::int64_t> seeds;
  for (const std::string& text : recipe.ablate.seeds) {
    const auto seed = parse_int(text);
    if (!seed || *seed < 0 || std::find(seeds.begin(), seeds.end(), *seed) != seeds.end()) {
      throw Error(ErrorKind::kConfig,
                  "ablate.seeds holds '" + text + "', expected different whole numbers >= 0",
                  "write ablate.seeds=[1, 2, 3], or --seeds 1,2,3");
    }
    seeds.push_back(*seed);
  }
  if (seeds.empty()) seeds.push_back(recipe.run.seed);
  return seeds;
}

StudentPlan student_of(const std::string& text) {
  StudentPlan student;
  const std::size_t plus = text.find('+');
  const std::string model = text.substr(0, plus);
  student.settings = {"student.model=" + model, "student.adapters=[]"};
  student.name = std::filesystem::path(model).filename().string();
  if (plus != std::string::npos) {
    const std::string adapter = text.substr(plus + 1);
    student.settings[1] = "student.adapters=[\"" + adapter + "\"]";
    student.name += "+" + std::filesystem::path(adapter).filename().string();
  }
  return student;
}

StudentPlan own_student(const Recipe& recipe) {
  StudentPlan student;
  student.name = std::filesystem::path(recipe.student.model).filename().string();
  if (recipe.student.endpoint.used()) student.name = recipe.student.endpoint.model;
  for (const std::string& adapter : recipe.student.adapters) {
    student.name += "+" + std::filesystem::path(adapter).filename().string();
  }
  return student;
}

std::vector<std::string> shared_settings(const StudentPlan& student, const SeedPlan& seed) {
  std::vector<std::string> all = student.settings;
  all.push_back("run.seed=" + std::to_string(seed.seed));
  all.emplace_back("evaluate.control=false");  // the cell unpruned is one
  return all;
}

}  // namespace

AblationPlan plan_ablation(const Recipe& recipe, const std::filesystem::path& folder) {
  if (recipe.student.endpoint.used()) {
    throw Error(ErrorKind::kConfig,
                "an ablation trains every cell, and the student answers at an endpoint",
                "name a local student with student.model and without student.endpoint");
  }
  if (recipe.train.kind == "external") {
    throw Error(ErrorKind::kConfig, "an ablation trains every cell, and train.kind is external",
                "set train.kind=lora or full");
  }
  AblationPlan plan;
  plan.folder = folder.empty() ? std::filesystem::path(recipe.run.folder + "-ablation") : folder;
  plan.cells = cells_of(recipe, plan.notes);
  if (recipe.curate.select == "all") {
    plan.notes.emplace_back(
        "curate.select is all; here a problem gives one row, that of the shortest path.");
  }
  const std::vector<std::int64_t> seeds = seeds_of(recipe);
  for (const std::string& text : recipe.ablate.students) plan.students.push_back(student_of(text));
  if (plan.students.empty()) plan.students.push_back(own_student(recipe));
  std::set<std::string> names;
  for (StudentPlan& student : plan.students) {
    const std::string name = folder_name(student.name);
    if (!names.insert(name).second) {
      throw Error(ErrorKind::kConfig, "ablate.students has two of the name '" + name + "'",
                  "give their files different names");
    }
    const bool several = plan.students.size() > 1;
    const std::filesystem::path place = several ? plan.folder / name : plan.folder;
    for (const std::int64_t seed : seeds)
      student.seeds.push_back({seed, place / ("seed-" + std::to_string(seed))});
  }
  return plan;
}

LoadedRecipe base_recipe(const RecipeLoader& load, const StudentPlan& student,
                         const SeedPlan& seed) {
  std::vector<std::string> settings = shared_settings(student, seed);
  settings.push_back("run.folder=" + seed.base().string());
  return load(settings);
}

LoadedRecipe cell_recipe(const RecipeLoader& load, const StudentPlan& student, const SeedPlan& seed,
                         const CellPlan& cell, const std::vector<std::string>& more) {
  std::vector<std::string> settings = shared_settings(student, seed);
  for (const std::string& setting : cell.settings) {
    settings.push_back(replace_all(setting, kSeedFolder, seed.folder.string()));
  }
  settings.push_back("run.folder=" + seed.cell(cell).string());
  settings.push_back("curate.problems=" + seed.problems().string());
  if (load({}).recipe.curate.select == "all") settings.emplace_back("curate.select=shortest");
  settings.insert(settings.end(), more.begin(), more.end());
  return load(settings);
}

}  // namespace drp::pipeline
