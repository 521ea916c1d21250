// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/program_options.hpp>
#include <cstdio>

#include "base/error.h"
#include "cli/command.h"
#include "cli/paths.h"

namespace octavo {

namespace po = boost::program_options;

namespace {

po::options_description describe(const std::vector<OwnOption>& own) {
  po::options_description all;
  all.add_options()("help,h", "print this help")("config,c", po::value<std::string>(),
                                                 "octavo.yaml");
  for (const OwnOption& option : own) {
    const std::string name(option.name), help(option.help);
    if (option.value.empty()) {
      all.add_options()(name.c_str(), po::bool_switch(), help.c_str());
    } else {
      all.add_options()(name.c_str(), po::value<std::string>(), help.c_str());
    }
  }
  for (const OptionKey& key : option_keys()) {
    const std::string help(key.help);
    all.add_options()(option_name(key.key).c_str(), po::value<std::string>(), help.c_str());
  }
  all.add_options()("folder", po::value<std::vector<std::string>>(), "");
  return all;
}

void print_option(const std::string& name, std::string_view value, std::string_view help) {
  std::string left = "  --" + name;
  if (!value.empty()) left += ' ' + std::string(value);
  if (left.size() > 31) left += "\n" + std::string(32, ' ');
  if (left.size() < 32) left.resize(32, ' ');
  std::printf("%s %.*s\n", left.c_str(), static_cast<int>(help.size()), help.data());
}

}  // namespace

ParsedOptions parse_options(const std::vector<std::string>& arguments,
                            const std::vector<OwnOption>& own, unsigned most_folders) {
  ParsedOptions out;
  po::variables_map values;
  try {
    po::positional_options_description places;
    places.add("folder", static_cast<int>(most_folders));
    po::store(
        po::command_line_parser(arguments)
            .options(describe(own))
            .positional(places)
            .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
            .run(),
        values);
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  out.help = values.count("help") != 0;
  out.sources.fonts = find_paths().fonts;
  if (values.count("config") != 0) out.sources.file = values["config"].as<std::string>();
  for (const OptionKey& key : option_keys()) {
    const std::string name = option_name(key.key);
    if (values.count(name) != 0)
      out.sources.options[std::string(key.key)] = values[name].as<std::string>();
  }
  for (const OwnOption& option : own) {
    const std::string name(option.name);
    if (values.count(name) == 0) continue;
    if (option.value.empty()) {
      if (values[name].as<bool>()) out.own[name] = "";
    } else {
      out.own[name] = values[name].as<std::string>();
    }
  }
  if (values.count("folder") != 0) out.folders = values["folder"].as<std::vector<std::string>>();
  return out;
}

void print_help(std::string_view command, std::string_view arguments, std::string_view text,
                const std::vector<OwnOption>& own) {
  std::printf("usage: octavo %.*s %.*s\n\n%.*s\n\nOptions:\n", static_cast<int>(command.size()),
              command.data(), static_cast<int>(arguments.size()), arguments.data(),
              static_cast<int>(text.size()), text.data());
  print_option("help", "", "print this help");
  print_option("config", "FILE",
               "the configuration (default: ./octavo.yaml, else /etc/octavo/octavo.yaml)");
  for (const OwnOption& option : own)
    print_option(std::string(option.name), option.value, option.help);
  std::printf("\nKeys of octavo.yaml, as options over it:\n");
  for (const OptionKey& key : option_keys())
    print_option(option_name(key.key), key.value, key.help);
}

}  // namespace octavo
