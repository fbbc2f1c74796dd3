// SPDX-License-Identifier: Apache-2.0
// main() of every test binary: a temporary folder of its own, so that tests may run side by side.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <string>

int main(int argc, char** argv) {
  std::string pattern = (std::filesystem::temp_directory_path() / "drp_test_XXXXXX").string();
  const char* folder = ::mkdtemp(pattern.data());
  if (folder == nullptr) return 1;
  ::setenv("TEST_TMPDIR", folder, 1);  // what testing::TempDir() returns
  ::testing::InitGoogleMock(&argc, argv);
  const int result = RUN_ALL_TESTS();
  std::error_code ignored;  // a folder left behind fails no test
  std::filesystem::remove_all(folder, ignored);
  return result;
}
