// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/xmp.h"

#include <cstdio>

#include "base/escape.h"
#include "base/time.h"

namespace octavo {

namespace {

std::string element(const char* name, const std::string& text) {
  if (text.empty()) return {};
  return "   <" + std::string(name) + ">" + xml_escape(text) + "</" + name + ">\n";
}

// Names and languages are lists: in order (Seq) or not (Bag); a title has a variant a language.
std::string list(const char* name, const char* kind, const std::string& items) {
  if (items.empty()) return {};
  return "   <" + std::string(name) + "><rdf:" + kind + ">" + items + "</rdf:" + kind + "></" +
         name + ">\n";
}

std::string item(const std::string& text) {
  return text.empty() ? std::string() : "<rdf:li>" + xml_escape(text) + "</rdf:li>";
}

std::string default_item(const std::string& text) {
  if (text.empty()) return {};
  return "<rdf:li xml:lang=\"x-default\">" + xml_escape(text) + "</rdf:li>";
}

std::string date(std::int64_t moment) {
  return moment == 0 ? std::string() : format_rfc3339({moment, 0});
}

}  // namespace

std::string pdf_date(std::int64_t moment) {
  const Civil at = civil({moment, 0});
  char text[64];
  std::snprintf(text, sizeof text, "D:%04d%02u%02u%02u%02u%02uZ", at.year, at.month, at.day,
                at.hour, at.minute, at.second);
  return text;
}

std::int64_t last_change(const Job& job) {
  return job.updated != 0 ? job.updated : job.published;
}

std::string xmp_packet(const Job& job, const std::string& creator, const std::string& producer,
                       bool accessible) {
  std::string keywords, subjects;
  for (const std::string& keyword : job.keywords) {
    keywords += (keywords.empty() ? "" : ", ") + keyword;
    subjects += item(keyword);
  }
  std::string xmp =
      "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
      " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
      "  <rdf:Description rdf:about=\"\"\n"
      "    xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n"
      "    xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"\n"
      "    xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"\n"
      "    xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\">\n";
  if (accessible) xmp += element("pdfuaid:part", "1");
  xmp += element("dc:format", "application/pdf");
  xmp += list("dc:title", "Alt", default_item(job.title));
  xmp += list("dc:creator", "Seq", item(job.author));
  xmp += list("dc:description", "Alt", default_item(job.subject));
  xmp += list("dc:subject", "Bag", subjects);
  xmp += list("dc:language", "Bag", item(job.lang));
  xmp += element("dc:source", job.address);
  xmp += element("xmp:CreateDate", date(job.published));
  xmp += element("xmp:ModifyDate", date(last_change(job)));
  xmp += element("xmp:MetadataDate", date(last_change(job)));
  xmp += element("xmp:CreatorTool", creator);
  xmp += element("pdf:Keywords", keywords);
  xmp += element("pdf:Producer", producer);
  xmp +=
      "  </rdf:Description>\n"
      " </rdf:RDF>\n"
      "</x:xmpmeta>\n"
      "<?xpacket end=\"r\"?>";
  return xmp;
}

}  // namespace octavo
