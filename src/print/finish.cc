// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/finish.h"

#define POINTERHOLDER_TRANSITION 4  // of qpdf's pointers, only those of the standard library
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include <memory>
#include <string_view>
#include <vector>

#include "print/structure.h"
#include "print/xmp.h"

namespace octavo {

namespace {

using Handle = QPDFObjectHandle;

Handle words(const std::string& text) {
  return Handle::newUnicodeString(text);
}

// Who wrote the pages, as the browser says; the rest of its entries are ours to write.
std::string producer(QPDF& pdf) {
  Handle info = pdf.getTrailer().getKey("/Info");
  if (!info.isDictionary()) return {};
  Handle value = info.getKey("/Producer");
  return value.isString() ? value.getUTF8Value() : std::string();
}

void describe(QPDF& pdf, const Job& job, const std::string& creator) {
  const std::string maker = producer(pdf);
  Handle info = Handle::newDictionary();
  const auto put = [&](const char* key, const std::string& text) {
    if (!text.empty()) info.replaceKey(key, words(text));
  };
  std::string keywords;
  for (const std::string& keyword : job.keywords) {
    keywords += (keywords.empty() ? "" : ", ") + keyword;
  }
  put("/Title", job.title);
  put("/Author", job.author);
  put("/Subject", job.subject);
  put("/Keywords", keywords);
  put("/Creator", creator);
  put("/Producer", maker);
  if (job.published != 0) {
    info.replaceKey("/CreationDate", Handle::newString(pdf_date(job.published)));
  }
  if (last_change(job) != 0) {
    info.replaceKey("/ModDate", Handle::newString(pdf_date(last_change(job))));
  }
  pdf.getTrailer().replaceKey("/Info", pdf.makeIndirectObject(info));

  const bool accessible = !job.title.empty() && !job.lang.empty() && is_told_whole(pdf);
  Handle metadata = pdf.newStream(xmp_packet(job, creator, maker, accessible));
  metadata.getDict().replaceKey("/Type", Handle::newName("/Metadata"));
  metadata.getDict().replaceKey("/Subtype", Handle::newName("/XML"));
  pdf.getRoot().replaceKey("/Metadata", metadata);
}

bool has_fonts(const std::vector<QPDFPageObjectHelper>& pages) {
  for (QPDFPageObjectHelper page : pages) {
    Handle resources = page.getAttribute("/Resources", false);
    if (resources.isDictionary() && resources.getKey("/Font").isDictionary()) return true;
  }
  return false;
}

bool has_outline(QPDF& pdf) {
  Handle outlines = pdf.getRoot().getKey("/Outlines");
  return outlines.isDictionary() && outlines.hasKey("/First");
}

void set_view(QPDF& pdf, const Job& job) {
  Handle root = pdf.getRoot();
  if (!job.lang.empty()) root.replaceKey("/Lang", words(job.lang));
  Handle view = Handle::newDictionary();
  view.replaceKey("/DisplayDocTitle", Handle::newBool(true));
  root.replaceKey("/ViewerPreferences", view);
  if (has_outline(pdf)) root.replaceKey("/PageMode", Handle::newName("/UseOutlines"));
}

// A reader who hears the page is told where a link leads (PDF/UA, 7.18.5).
void name_links(const std::vector<QPDFPageObjectHelper>& pages) {
  for (QPDFPageObjectHelper page : pages) {
    Handle object = page.getObjectHandle();
    object.replaceKey("/Tabs", Handle::newName("/S"));
    for (QPDFAnnotationObjectHelper& annotation : page.getAnnotations("/Link")) {
      Handle link = annotation.getObjectHandle();
      if (link.hasKey("/Contents")) continue;
      Handle action = link.getKey("/A"), destination = link.getKey("/Dest");
      if (action.isDictionary() && action.getKey("/URI").isString()) {
        link.replaceKey("/Contents", words(action.getKey("/URI").getUTF8Value()));
      } else if (destination.isName()) {
        link.replaceKey("/Contents", words("#" + destination.getName().substr(1)));
      } else if (destination.isString()) {
        link.replaceKey("/Contents", words("#" + destination.getUTF8Value()));
      }
    }
  }
}

// What the browser paints without a mark (numbers of pages, backgrounds, rules) is no part of the
// text, and is said not to be (PDF/UA, 7.1): a mark goes around each piece of text, path or image
// that has none.
class ArtifactMarker : public Handle::TokenFilter {
 public:
  void handleToken(const QPDFTokenizer::Token& token) override {
    using Type = QPDFTokenizer::token_type_e;
    held_.push_back(token);
    if (token.getType() != Type::tt_word) return;
    const std::string& name = token.getValue();
    const bool begins = name == "BT" || name == "m" || name == "re";
    const bool whole = name == "Do" || name == "sh";
    if (depth_ == 0 && !open_ && (begins || whole)) {
      write("\n/Artifact BMC");
      open_ = true;
    }
    for (const QPDFTokenizer::Token& one : held_) writeToken(one);
    held_.clear();
    if (name == "BMC" || name == "BDC") ++depth_;
    if (name == "EMC" && depth_ > 0) --depth_;
    if (name == "BT") in_text_ = true;
    if (name == "ET") in_text_ = false;
    if (open_ && !in_text_ && depth_ == 0 && (whole || name == "ET" || paints(name))) {
      write("\nEMC");
      open_ = false;
    }
  }
  void handleEOF() override {
    for (const QPDFTokenizer::Token& one : held_) writeToken(one);
    held_.clear();
  }

 private:
  static bool paints(std::string_view name) {
    for (const char* one : {"f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "n"}) {
      if (name == one) return true;
    }
    return false;
  }

  std::vector<QPDFTokenizer::Token> held_;  // operands, until their operator is known
  int depth_ = 0;                           // of the browser's marks
  bool open_ = false, in_text_ = false;
};

void mark_artifacts(const std::vector<QPDFPageObjectHelper>& pages) {
  for (QPDFPageObjectHelper page : pages) {
    page.addContentTokenFilter(std::make_shared<ArtifactMarker>());
  }
}

std::string write(QPDF& pdf) {
  QPDFWriter writer(pdf);
  writer.setOutputMemory();
  writer.setMinimumPDFVersion("1.7");
  // A tagged file has thousands of small objects: packed together they take a quarter of the room.
  writer.setObjectStreamMode(qpdf_o_generate);
  writer.setCompressStreams(true);
  writer.setDeterministicID(true);
  writer.write();
  const std::unique_ptr<Buffer> buffer(writer.getBuffer());
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

}  // namespace

Finished finish_pdf(const std::string& bytes, const Job& job, const std::string& creator) {
  try {
    QPDF pdf;
    pdf.setSuppressWarnings(true);
    pdf.processMemoryFile("the browser's PDF", bytes.data(), bytes.size());
    const auto pages = QPDFPageDocumentHelper(pdf).getAllPages();
    Finished finished;
    finished.pages = static_cast<unsigned>(pages.size());
    finished.has_fonts = has_fonts(pages);
    describe(pdf, job, creator);
    set_view(pdf, job);
    name_links(pages);
    mark_artifacts(pages);
    give_bodies_to_list_items(pdf);
    if (!pdf.getWarnings().empty()) throw FinishError("the browser's PDF is damaged");
    finished.bytes = write(pdf);
    return finished;
  } catch (const QPDFExc& error) {
    throw FinishError(std::string("the browser's PDF is damaged: ") + error.what());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {  // what qpdf throws at a bug or a wrong type
    throw FinishError(std::string("the browser's PDF cannot be finished: ") + error.what());
  }
}

}  // namespace octavo
