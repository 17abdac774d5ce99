#include "node/testing/faulty_disk.h"

#include <algorithm>
#include <random>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

namespace distdb {
namespace {

constexpr size_t kSectorBytes = 512;

absl::Status NoPower() { return absl::UnavailableError("there is no power"); }

}  // namespace

class FaultyFile : public File {
 public:
  FaultyFile(FaultyDisk* disk, std::shared_ptr<FaultyDisk::Content> content)
      : disk_(disk), content_(std::move(content)) {}

  absl::StatusOr<uint64_t> Size() const override {
    return content_->bytes.size();
  }
  absl::StatusOr<std::string> Read(uint64_t offset,
                                   uint64_t size) const override {
    if (offset > content_->bytes.size()) return std::string();
    return content_->bytes.substr(offset, size);
  }
  absl::Status Write(uint64_t offset, absl::string_view bytes) override {
    return Change({offset, std::string(bytes)});
  }
  absl::Status Reserve(uint64_t size) override {
    if (size <= content_->bytes.size()) return absl::OkStatus();
    return Truncate(size);
  }
  absl::Status Truncate(uint64_t size) override {
    return Change({0, "", static_cast<int64_t>(size)});
  }
  absl::Status Sync() override {
    if (!disk_->Operate()) return NoPower();
    content_->synced = content_->bytes;
    content_->unsynced.clear();
    return absl::OkStatus();
  }

 private:
  absl::Status Change(const FaultyDisk::Write& write) {
    if (!disk_->Operate()) return NoPower();
    const uint64_t before = content_->bytes.size();
    const uint64_t after =
        write.size >= 0 ? static_cast<uint64_t>(write.size)
                        : std::max(before, write.offset + write.bytes.size());
    if (after > before && disk_->used() + (after - before) > disk_->capacity_) {
      return absl::ResourceExhaustedError("no space left on the disk");
    }
    FaultyDisk::Apply(write, content_->bytes);
    content_->unsynced.push_back(write);
    return absl::OkStatus();
  }

  FaultyDisk* disk_;
  std::shared_ptr<FaultyDisk::Content> content_;
};

class FaultyDirectory : public Directory {
 public:
  explicit FaultyDirectory(FaultyDisk* disk) : disk_(disk) {}

  const std::string& path() const override { return path_; }
  absl::StatusOr<std::vector<std::string>> List() const override {
    return disk_->Names();
  }
  absl::StatusOr<std::unique_ptr<File>> Open(
      const std::string& name) const override {
    const auto found = disk_->names_.find(name);
    if (found == disk_->names_.end()) return absl::NotFoundError(name);
    return std::make_unique<FaultyFile>(disk_, found->second);
  }
  absl::StatusOr<std::unique_ptr<File>> Create(
      const std::string& name) override {
    auto content = std::make_shared<FaultyDisk::Content>();
    absl::Status status = Change({name, content, ""});
    if (!status.ok()) return status;
    return std::make_unique<FaultyFile>(disk_, content);
  }
  absl::Status Rename(const std::string& from, const std::string& to) override {
    const auto found = disk_->names_.find(from);
    if (found == disk_->names_.end()) return absl::NotFoundError(from);
    return Change({to, found->second, from});
  }
  absl::Status Remove(const std::string& name) override {
    if (disk_->names_.count(name) == 0) return absl::NotFoundError(name);
    return Change({name, nullptr, ""});
  }
  absl::Status Sync() override {
    if (!disk_->Operate()) return NoPower();
    disk_->synced_names_ = disk_->names_;
    disk_->unsynced_names_.clear();
    return absl::OkStatus();
  }

 private:
  absl::Status Change(const FaultyDisk::Change& change) {
    if (!disk_->Operate()) return NoPower();
    FaultyDisk::Apply(change, disk_->names_);
    disk_->unsynced_names_.push_back(change);
    return absl::OkStatus();
  }

  FaultyDisk* disk_;
  std::string path_ = "/disk";
};

std::unique_ptr<Directory> FaultyDisk::NewDirectory() {
  return std::make_unique<FaultyDirectory>(this);
}

std::vector<std::string> FaultyDisk::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, content] : names_) names.push_back(name);
  return names;
}

uint64_t FaultyDisk::used() const {
  uint64_t bytes = 0;
  for (const auto& [name, content] : names_) bytes += content->bytes.size();
  return bytes;
}

bool FaultyDisk::Operate() {
  if (operations_ >= power_) return false;
  ++operations_;
  return true;
}

void FaultyDisk::Apply(const Change& change, NameTable& names) {
  if (!change.other.empty()) names.erase(change.other);
  if (change.content == nullptr) {
    names.erase(change.name);
  } else {
    names[change.name] = change.content;
  }
}

void FaultyDisk::Apply(const Write& write, std::string& bytes) {
  if (write.size >= 0) return bytes.resize(static_cast<size_t>(write.size));
  const size_t end = write.offset + write.bytes.size();
  bytes.resize(std::max(bytes.size(), end));
  bytes.replace(write.offset, write.bytes.size(), write.bytes);
}

void FaultyDisk::Restart(Keep keep, uint64_t seed) {
  power_ = std::numeric_limits<uint64_t>::max();
  std::mt19937_64 random(seed);
  const auto keeps = [&] {
    return keep == Keep::kAll || (keep == Keep::kSome && random() % 2 == 0);
  };
  NameTable names = synced_names_;
  for (const Change& change : unsynced_names_) {
    if (keeps()) Apply(change, names);
  }
  std::set<std::shared_ptr<Content>> contents;
  for (const auto& [name, content] : names) contents.insert(content);
  for (const std::shared_ptr<Content>& content : contents) {
    content->bytes = content->synced;
    for (const Write& write : content->unsynced) {
      if (write.size >= 0 && keeps()) Apply(write, content->bytes);
      for (size_t at = 0; at < write.bytes.size();) {
        const size_t sector_end =
            ((write.offset + at) / kSectorBytes + 1) * kSectorBytes;
        const size_t size =
            std::min(sector_end - write.offset - at, write.bytes.size() - at);
        if (keeps()) {
          Apply({write.offset + at, write.bytes.substr(at, size)},
                content->bytes);
        }
        at += size;
      }
    }
    content->synced = content->bytes;
    content->unsynced.clear();
  }
  names_ = synced_names_ = names;
  unsynced_names_.clear();
}

}  // namespace distdb
