// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/control_path.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/config_schema.h"
#include "base/error.h"
#include "base/file.h"
#include "base/yaml.h"

namespace octavo {

namespace {

constexpr const char* kName = "/control.sock";
constexpr std::string_view kSystemFolder = "/etc/octavo/";

// The folders that systemd made stand in one variable, with colons between them.
std::string in_runtime_folder() {
  const char* const folders = std::getenv("RUNTIME_DIRECTORY");
  if (folders == nullptr || *folders == '\0') return {};
  const std::string_view all = folders;
  return std::string(all.substr(0, all.find(':'))) + kName;
}

std::string beside(const std::string& listen) {
  return listen.starts_with('/') ? listen + ".control" : std::string();
}

// What can be read of a configuration that is in error.
Config read_roughly(const ConfigSources& sources) {
  Config config;
  config.file = absolute_path(sources.file.value_or("octavo.yaml"), sources.folder);
  if (!sources.file && ::access(config.file.c_str(), F_OK) != 0)
    config.file = std::string(kSystemFolder) + "octavo.yaml";
  std::string folder = std::filesystem::path(config.file).parent_path().string();
  const auto take = [&](std::string_view key, const std::string& text, const std::string& base) {
    if (key == "control" && !text.empty()) config.control = absolute_path(text, base);
    if (key == "listen" && text.find('/') != std::string::npos)
      config.listen = absolute_path(text, base);
  };
  try {
    constexpr std::size_t kMost = 256u << 10;
    for (const YamlNode::Member& member : parse_yaml(read_file(config.file, kMost)).root.members)
      take(member.key, member.value.text, folder);
  } catch (const Error&) {
    config.file.clear();
  }
  for (const auto& [key, text] : sources.options) take(key, text, sources.folder);
  return config;
}

}  // namespace

std::string control_path(const Config& config) {
  if (!config.control.empty()) return config.control;
  const std::string there = in_runtime_folder();
  return there.empty() ? beside(config.listen) : there;
}

std::vector<std::string> control_paths(const ConfigSources& sources) {
  Config config;
  try {
    config = load_config(sources);
  } catch (const ConfigError&) {
    config = read_roughly(sources);
  }
  if (!config.control.empty()) return {config.control};
  std::vector<std::string> paths;
  if (const std::string there = in_runtime_folder(); !there.empty()) paths.push_back(there);
  if (const std::string there = beside(config.listen); !there.empty()) paths.push_back(there);
  if (config.file.starts_with(kSystemFolder)) {
    const std::string name = std::filesystem::path(config.file).stem().string();
    paths.push_back((name == "octavo" ? "/run/octavo" : "/run/octavo/sites/" + name) + kName);
  }
  return paths;
}

}  // namespace octavo
