// SPDX-License-Identifier: GPL-3.0-or-later
//
// Breaks a title into few lines of nearly one length, as a compositor sets a title page: the whole
// title is looked at, not line after line.
//
// Thread safety: a Paragraph is immutable; functions are pure.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_LINE_BREAKS_H_
#define OCTAVO_RENDER_LINE_BREAKS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "render/clusters.h"

namespace octavo {

struct Line {
  std::string text;
  std::int32_t width = 0, widest = 0;  // in em/kEm
};

struct Setting {
  std::vector<Line> lines;
  std::int64_t cost = 0;  // as break_costs.h counts
};

// Where lines may break.
//   words: between words, after hyphens and dashes, between ideographs (kinsoku), where Thai and
//          Lao syllables surely begin; never before what closes or after what opens.
//   anywhere: inside words, too, at the better places first.
enum class Breaks { words, anywhere };

class Paragraph {
 public:
  explicit Paragraph(std::vector<Cluster> clusters);
  const std::vector<Cluster>& clusters() const noexcept { return clusters_; }
  // At most `most` lines, none wider than `measure`; few, and of those the ones that differ least
  // in length, with regard to sense: not after "the", rather after a colon.
  // nullopt: there are none.
  std::optional<Setting> broken(std::int32_t measure, std::size_t most, Breaks breaks) const;
  // As many clusters from the front as `most` lines can hold with "…" behind them, cut at a word
  // where one ends near.
  std::vector<Cluster> beginning(std::int32_t measure, std::size_t most) const;

 private:
  std::size_t reach(std::int32_t measure, std::size_t most, std::int64_t dearest,
                    std::size_t* count) const;
  std::vector<Cluster> cut(std::size_t end) const;
  bool is_lone(std::size_t from, std::size_t to) const;
  Line line(std::size_t from, std::size_t to) const;
  std::int32_t width(std::size_t from, std::size_t to) const;
  std::vector<Cluster> clusters_;
  std::vector<std::int64_t> costs_;  // of a break before the cluster
  std::vector<std::int32_t> sums_;   // widths of all before the cluster
};

}  // namespace octavo

#endif  // OCTAVO_RENDER_LINE_BREAKS_H_
