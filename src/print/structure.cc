// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/structure.h"

#define POINTERHOLDER_TRANSITION 4  // of qpdf's pointers, only those of the standard library
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFNumberTreeObjectHelper.hh>
#include <qpdf/QPDFObjectHandle.hh>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace octavo {

namespace {

using Handle = QPDFObjectHandle;

// A marked content reference and an object reference are no elements.
bool is_element(Handle kid) {
  return kid.isDictionary() && kid.getKey("/S").isName();
}

bool is_element(Handle kid, const char* kind) {
  return is_element(kid) && kid.getKey("/S").getName() == kind;
}

std::vector<Handle> kids_of(Handle element) {
  Handle kids = element.getKey("/K");
  if (kids.isArray()) return kids.getArrayAsVector();
  if (kids.isNull()) return {};
  return {kids};
}

// The body, or null when the item is as it should be.
Handle give_body(QPDF& pdf, Handle item) {
  std::vector<Handle> labels, rest;
  for (Handle kid : kids_of(item)) {
    if (is_element(kid, "/LBody")) return Handle::newNull();
    (is_element(kid, "/Lbl") ? labels : rest).push_back(kid);
  }
  if (rest.empty()) return Handle::newNull();
  Handle body = Handle::newDictionary();
  body.replaceKey("/Type", Handle::newName("/StructElem"));
  body.replaceKey("/S", Handle::newName("/LBody"));
  body.replaceKey("/P", item);
  // Numbers among the kids count in the page of their element.
  if (item.hasKey("/Pg")) body.replaceKey("/Pg", item.getKey("/Pg"));
  body.replaceKey("/K", Handle::newArray(rest));
  body = pdf.makeIndirectObject(body);
  for (Handle kid : rest) {
    if (is_element(kid)) kid.replaceKey("/P", body);
  }
  labels.push_back(body);
  item.replaceKey("/K", Handle::newArray(labels));
  return body;
}

// Each element once, however the tree is tied; before those in it.
template <typename Visit>
void walk(Handle root, Visit visit) {
  std::set<QPDFObjGen> seen;
  std::vector<Handle> ahead = {root};
  while (!ahead.empty()) {
    Handle element = ahead.back();
    ahead.pop_back();
    if (element.isIndirect() && !seen.insert(element.getObjGen()).second) continue;
    visit(element);
    for (Handle kid : kids_of(element)) {
      if (is_element(kid)) ahead.push_back(kid);
    }
  }
}

bool has_words(Handle element) {
  for (const char* key : {"/Alt", "/ActualText"}) {
    Handle words = element.getKey(key);
    if (words.isString() && !words.getStringValue().empty()) return true;
  }
  return false;
}

}  // namespace

bool is_told_whole(QPDF& pdf) {
  Handle root = pdf.getRoot().getKey("/StructTreeRoot");
  if (!root.isDictionary()) return false;
  bool whole = true;
  walk(root, [&](Handle element) {
    if (is_element(element, "/Figure") && !has_words(element)) whole = false;
  });
  return whole;
}

void give_bodies_to_list_items(QPDF& pdf) {
  Handle root = pdf.getRoot().getKey("/StructTreeRoot");
  if (!root.isDictionary()) return;
  std::map<QPDFObjGen, Handle> bodies;  // by their items
  walk(root, [&](Handle element) {
    if (!element.isIndirect() || !is_element(element, "/LI")) return;
    Handle body = give_body(pdf, element);
    if (body.isDictionary()) bodies.emplace(element.getObjGen(), body);
  });
  if (bodies.empty() || !root.getKey("/ParentTree").isDictionary()) return;
  // Content that stood in the item itself stands in its body now.
  QPDFNumberTreeObjectHelper parents(root.getKey("/ParentTree"), pdf);
  for (auto entry : parents) {
    Handle value = entry.second;
    if (!value.isArray()) continue;
    for (int i = 0; i < value.getArrayNItems(); ++i) {
      const auto found = bodies.find(value.getArrayItem(i).getObjGen());
      if (found != bodies.end()) value.setArrayItem(i, found->second);
    }
  }
}

}  // namespace octavo
