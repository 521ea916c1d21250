// SPDX-License-Identifier: GPL-3.0-or-later
//
// For tests/sheet.test: writes the sheets of a site, as octavo serve hands them to the press.
//
//   tests/sheets CONFIG IMAGE TEMPLATES FOLDER
//
// IMAGE: a site image that octavo serve left in its cache. For each post: FOLDER/SLUG.html,
// SLUG.card.html, and SLUG.txt with what goes into the PDF's metadata and the names of the images.
#include <fcntl.h>

#include <exception>
#include <fstream>
#include <iostream>

#include "base/config.h"
#include "base/file.h"
#include "content/image.h"
#include "render/print.h"

using namespace octavo;

namespace {

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string facts(const Sheet& sheet) {
  std::string text = "address " + sheet.address + "\ntitle " + sheet.title + "\nauthor " +
                     sheet.author + "\nsubject " + sheet.subject + "\nlang " + sheet.lang + "\n";
  for (const std::string& word : sheet.keywords) text += "keyword " + word + "\n";
  for (const std::string& file : sheet.images) text += "image " + file + "\n";
  return text;
}

}  // namespace

int main(int count, char** words) {
  if (count != 5) return 64;
  try {
    ConfigSources sources;
    sources.file = words[1];
    const SiteInfo info = site_info(load_config(sources));
    const auto theme = Theme::load(words[3], "");
    const Fd fd(::open(words[2], O_RDONLY | O_CLOEXEC));
    const Site site(Image::open(fd.number()), system_now());
    const RenderContext context{*theme, info, site};
    for (const std::uint32_t number : site.order()) {
      const std::string path = std::string(words[4]) + "/" + std::string(site.post(number).slug());
      const Sheet sheet = render_sheet(context, number);
      write(path + ".html", sheet.html);
      write(path + ".txt", facts(sheet));
      write(path + ".card.html", render_card_sheet(context, number).html);
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
