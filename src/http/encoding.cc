// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/encoding.h"

#include <algorithm>

#include "base/text.h"

namespace octavo {

namespace {

constexpr std::size_t kSmall = 256;  // the header fields of a coding eat what it saves

// A q-value in thousandths (RFC 9110, 12.4.2); what is no q-value counts as 0.
int quality(std::string_view parameters) {
  for (std::string_view parameter : split(parameters, ';')) {
    parameter = trim(parameter);
    if (parameter.size() < 3 || (parameter[0] != 'q' && parameter[0] != 'Q') ||
        parameter[1] != '=') {
      continue;
    }
    parameter.remove_prefix(2);
    if (parameter[0] != '0' && parameter[0] != '1') return 0;
    int value = (parameter[0] - '0') * 1000;
    if (parameter.size() > 1 && (parameter[1] != '.' || parameter.size() > 5)) return 0;
    int weight = 100;
    for (std::size_t i = 2; i < parameter.size(); ++i, weight /= 10) {
      if (parameter[i] < '0' || parameter[i] > '9') return 0;
      value += (parameter[i] - '0') * weight;
    }
    return value > 1000 ? 0 : value;
  }
  return 1000;
}

}  // namespace

std::string_view coding_name(Encoding encoding) {
  switch (encoding) {
    case Encoding::gzip:
      return "gzip";
    case Encoding::zstd:
      return "zstd";
    case Encoding::br:
      return "br";
    case Encoding::identity:
      break;
  }
  return "";
}

Encoding negotiate(std::string_view accept_encoding) {
  constexpr int kUnnamed = -1;
  int named[kEncodings] = {kUnnamed, kUnnamed, kUnnamed, kUnnamed};
  int others = kUnnamed;
  for (const std::string_view item : split(accept_encoding, ',')) {
    const std::size_t semicolon = item.find(';');
    const std::string name = ascii_lower(trim(item.substr(0, semicolon)));
    const int q = semicolon == std::string_view::npos ? 1000 : quality(item.substr(semicolon + 1));
    if (name == "*") others = q;
    if (name == "identity") named[static_cast<unsigned>(Encoding::identity)] = q;
    if (name == "gzip" || name == "x-gzip") named[static_cast<unsigned>(Encoding::gzip)] = q;
    if (name == "zstd") named[static_cast<unsigned>(Encoding::zstd)] = q;
    if (name == "br") named[static_cast<unsigned>(Encoding::br)] = q;
  }
  // Unnamed, identity is acceptable, but less wanted than whatever is named (RFC 9110, 12.5.3).
  Encoding best = Encoding::identity;
  int best_q = named[0] == kUnnamed ? 0 : named[0];
  for (const Encoding encoding : {Encoding::gzip, Encoding::zstd, Encoding::br}) {
    const int own = named[static_cast<unsigned>(encoding)];
    const int q = own == kUnnamed ? others : own;
    if (q > 0 && q >= best_q) {
      best = encoding;
      best_q = q;
    }
  }
  return best;
}

bool prefers_markdown(std::string_view accept) {
  constexpr std::string_view kSubject = "markdown";
  if (accept.size() < kSubject.size()) return false;
  int markdown = 0;
  int html = 0;
  int precise = -1;  // of the range that says html's: */*, text/*, text/html
  for (const std::string_view item : split(accept, ',')) {
    const std::size_t semicolon = item.find(';');
    const std::string range = ascii_lower(trim(item.substr(0, semicolon)));
    const int q = semicolon == std::string_view::npos ? 1000 : quality(item.substr(semicolon + 1));
    if (range == "text/markdown") markdown = std::max(markdown, q);
    const int rank = range == "text/html" ? 2 : range == "text/*" ? 1 : range == "*/*" ? 0 : -1;
    if (rank > precise) {
      precise = rank;
      html = q;
    }
  }
  return markdown > 0 && markdown >= html;
}

bool worth_packing(std::string_view content_type, std::size_t size) {
  if (size < kSmall) return false;
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  return type.starts_with("text/") || type.ends_with("+xml") || type.ends_with("/xml") ||
         type.ends_with("json");
}

}  // namespace octavo
