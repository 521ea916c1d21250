// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/slug.h"

#include "base/text.h"

namespace octavo {
namespace {

constexpr std::size_t kDateLength = 10;

bool may_stand(char32_t c) {
  if (c < 0x80) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
  }
  return is_letter_mark_number(c);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::string slug_complaint(std::string_view slug) {
  if (slug.empty()) return "an empty slug; give it letters or digits";
  if (slug.front() == '.') return "a slug may not begin with a dot; remove the dot";
  if (slug.size() > kMaxSlugBytes) {
    return "a slug of " + std::to_string(slug.size()) + " bytes; at most " +
           std::to_string(kMaxSlugBytes) + " are allowed";
  }
  for (std::size_t at = 0; at < slug.size();) {
    const std::size_t start = at;
    if (may_stand(next_code_point(slug, at))) continue;
    const std::string_view bad = slug.substr(start, at - start);
    return (bad == " " ? std::string("a blank") : "“" + std::string(bad) + "”") +
           " may not stand in a slug; use letters, digits and - . _ ~";
  }
  return {};
}

std::string slug_from(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(text, at);
    if (may_stand(c) && !(c == '.' && result.empty())) {
      if (result.size() + (at - start) > kMaxSlugBytes) break;
      result.append(text.substr(start, at - start));
    } else if (!result.empty() && result.back() != '-' && result.size() < kMaxSlugBytes) {
      result += '-';
    }
  }
  while (!result.empty() && result.back() == '-') result.pop_back();
  return result;
}

NameParts name_parts(std::string_view stem) {
  if (stem.size() < kDateLength + 2 || stem[kDateLength] != '-') return {{}, stem};
  for (std::size_t i = 0; i < kDateLength; ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? stem[i] != '-' : !is_digit(stem[i])) return {{}, stem};
  }
  return {stem.substr(0, kDateLength), stem.substr(kDateLength + 1)};
}

std::string_view stem_of(std::string_view file) {
  if (const std::size_t slash = file.rfind('/'); slash != std::string_view::npos) {
    file.remove_prefix(slash + 1);
  }
  if (file.ends_with(".md")) file.remove_suffix(3);
  return file;
}

}  // namespace octavo
