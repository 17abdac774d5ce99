// The reads of a replica: those that are served at once, and those that wait
// for the write that they are to see.

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "core/answer.h"
#include "core/replica.h"

namespace distdb {
namespace {

// What a read takes in the budget of those that wait.
size_t WaitingBytes(const Command& command) {
  if (const Get* get = std::get_if<Get>(&command)) {
    return kWaitingReadBytes + get->key.size();
  }
  const List& list = std::get<List>(command);
  return kWaitingReadBytes + list.prefix.size() + list.start.size();
}

absl::Status CheckKey(absl::string_view what, absl::string_view key,
                      size_t bytes_max) {
  if (key.size() <= bytes_max) return absl::OkStatus();
  return TooLong(what, key.size(), bytes_max);
}

}  // namespace

void Replica::HandleRead(const Request& request, Dot at_least,
                         Effects& effects) {
  absl::Status status = CheckRead(request.command, at_least);
  if (!status.ok()) {
    effects.replies.push_back(
        Answer(request.client, request.request, std::move(status)));
    return;
  }
  if (HasApplied(at_least)) return ServeRead(request, effects);
  const Time deadline = now_ + config_.request_timeout;
  waiting_reads_bytes_ += WaitingBytes(request.command);
  pending_reads_.push_back({request, at_least, deadline});
  expire_at_ = std::min(expire_at_, deadline);
}

absl::Status Replica::CheckRead(const Command& command, Dot at_least) const {
  if (at_least.origin.value() >= static_cast<uint32_t>(config_.nodes)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the token names node ", at_least.origin.value() + 1,
                     " of a cluster of ", config_.nodes));
  }
  absl::Status status;
  if (const Get* get = std::get_if<Get>(&command)) {
    status = CheckKey("a key", get->key, kKeyBytesMax);
  } else if (const List* list = std::get_if<List>(&command)) {
    if (list->limit < 1 || list->limit > kListLimitMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("a limit of ", list->limit, " keys: give between 1 and ",
                       kListLimitMax));
    }
    status = CheckKey("a prefix", list->prefix, kKeyBytesMax);
    // The next page starts at a key with a zero byte appended.
    status.Update(CheckKey("a start", list->start, kKeyBytesMax + 1));
  }
  if (status.ok() && !HasApplied(at_least)) status = AdmitRead(command);
  return status;
}

absl::Status Replica::AdmitRead(const Command& command) const {
  if (waiting_reads_bytes_ + WaitingBytes(command) <=
      config_.waiting_reads_bytes_max) {
    return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(absl::StrCat(
      pending_reads_.size(), " reads wait already for writes that they are to ",
      "see, of ", waiting_reads_bytes_, " bytes: try again"));
}

void Replica::ServeRead(const Request& request, Effects& effects) const {
  Reply reply = Answer(request.client, request.request, absl::OkStatus());
  if (const Get* get = std::get_if<Get>(&request.command)) {
    if (const Entry* entry = store_.Find(get->key)) {
      reply.entries.push_back({get->key, entry->value});
    }
  } else if (const List* list = std::get_if<List>(&request.command)) {
    reply.entries = store_.Page(*list, reply.more);
  }
  effects.replies.push_back(std::move(reply));
}

void Replica::AnswerReads(Effects& effects) {
  if (pending_reads_.empty()) return;
  std::deque<PendingRead> still_waiting;
  for (PendingRead& read : pending_reads_) {
    if (HasApplied(read.at_least)) {
      waiting_reads_bytes_ -= WaitingBytes(read.request.command);
      ServeRead(read.request, effects);
    } else {
      still_waiting.push_back(std::move(read));
    }
  }
  pending_reads_ = std::move(still_waiting);
}

void Replica::ExpireReads(Effects& effects) {
  while (!pending_reads_.empty() && pending_reads_.front().deadline <= now_) {
    const Request& request = pending_reads_.front().request;
    effects.replies.push_back(
        Answer(request.client, request.request,
               absl::DeadlineExceededError(
                   "the write that the token names has not come in time")));
    waiting_reads_bytes_ -= WaitingBytes(request.command);
    pending_reads_.pop_front();
  }
  if (!pending_reads_.empty()) {
    expire_at_ = std::min(expire_at_, pending_reads_.front().deadline);
  }
}

}  // namespace distdb
