#include "node/testing/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "core/types.h"
#include "net/event_loop.h"
#include "net/unique_fd.h"
#include "node/child_process.h"
#include "node/testing/files.h"

namespace distdb {
namespace {

UniqueFd OpenOutput(const std::string& path) {
  return UniqueFd(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

}  // namespace

std::string DistdbPath() { return "node/distdb"; }

bool Eventually(const std::function<bool()>& holds) {
  const Time deadline = EventLoop::ReadClock() + kTestPatience;
  while (!holds()) {
    if (EventLoop::ReadClock() >= deadline) return false;
    const timespec pause{0, 2 * kMillisecond};
    nanosleep(&pause, nullptr);
  }
  return true;
}

Program::Program(const std::vector<std::string>& words) {
  signal(SIGPIPE, SIG_IGN);  // It may end before it has read everything.
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    ADD_FAILURE() << "no pipe";
    return;
  }
  const UniqueFd in(ends[0]);
  input_ = UniqueFd(ends[1]);
  const UniqueFd out = OpenOutput(dir_.path() + "/out");
  const UniqueFd err = OpenOutput(dir_.path() + "/err");
  absl::StatusOr<ChildProcess> child =
      ChildProcess::Start(words, {in.get(), out.get(), err.get()});
  if (!child.ok()) {
    ADD_FAILURE() << child.status();
    return;
  }
  child_.emplace(*std::move(child));
}

void Program::Type(const std::string& text) {
  // Less than a pipe holds, so that this never waits.
  [[maybe_unused]] const ssize_t written =
      write(input_.get(), text.data(), text.size());
}

void Program::Signal(int signal) {
  if (child_.has_value()) child_->Signal(signal);
}

ChildExit Program::Wait() {
  if (!child_.has_value()) return {-1, 0};
  const std::optional<ChildExit> exit = child_->Wait(kTestPatience);
  if (exit.has_value()) return *exit;
  ADD_FAILURE() << "it did not end; it said: " << Err();
  return {-1, 0};
}

std::optional<ChildExit> Program::Poll() {
  return child_.has_value() ? child_->Poll() : ChildExit{-1, 0};
}

std::string Program::Out() const { return ReadFile(dir_.path() + "/out"); }

std::string Program::Err() const { return ReadFile(dir_.path() + "/err"); }

Finished RunProgram(const std::vector<std::string>& words,
                    const std::string& input) {
  Program program(words);
  program.Type(input);
  program.CloseInput();
  const ChildExit exit = program.Wait();
  return {exit, program.Out(), program.Err()};
}

Finished RunDistdb(const std::vector<std::string>& arguments,
                   const std::string& input) {
  std::vector<std::string> words{DistdbPath()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return RunProgram(words, input);
}

}  // namespace distdb
