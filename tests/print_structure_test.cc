// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/structure.h"

#include <boost/test/unit_test.hpp>

#define POINTERHOLDER_TRANSITION 4
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>

#include <string>

namespace octavo {

namespace {

using Handle = QPDFObjectHandle;

// A document of one list with one item: a label, content of the item's own (number 1) and a
// paragraph (number 2).
struct Tagged {
  QPDF pdf;
  Handle root, item, label, paragraph;

  Tagged() {
    pdf.emptyPDF();
    label = element("<</S /Lbl /K 0>>");
    paragraph = element("<</S /P /K 2>>");
    item = element("<</S /LI>>");
    item.replaceKey("/K", Handle::newArray({label, Handle::newInteger(1), paragraph}));
    for (Handle kid : {label, paragraph}) kid.replaceKey("/P", item);
    Handle list = element("<</S /L>>");
    list.replaceKey("/K", item);
    item.replaceKey("/P", list);
    root = element("<</Type /StructTreeRoot>>");
    root.replaceKey("/K", list);
    list.replaceKey("/P", root);
    Handle parents = element("<<>>");
    parents.replaceKey("/Nums", Handle::newArray({Handle::newInteger(0),
                                                  Handle::newArray({label, item, paragraph})}));
    root.replaceKey("/ParentTree", parents);
    pdf.getRoot().replaceKey("/StructTreeRoot", root);
  }
  Handle element(const std::string& text) { return pdf.makeIndirectObject(Handle::parse(text)); }
};

bool same(Handle a, Handle b) {
  return a.getObjGen() == b.getObjGen();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(print_structure_test)

BOOST_AUTO_TEST_CASE(what_stands_beside_a_label_goes_into_one_body) {
  Tagged tagged;
  give_bodies_to_list_items(tagged.pdf);
  const auto kids = tagged.item.getKey("/K").getArrayAsVector();
  BOOST_TEST_REQUIRE(kids.size() == 2u);
  BOOST_TEST(same(kids[0], tagged.label));
  Handle body = kids[1];
  BOOST_TEST(body.getKey("/S").getName() == "/LBody");
  BOOST_TEST(same(body.getKey("/P"), tagged.item));
  BOOST_TEST(body.getKey("/K").getArrayItem(0).getIntValue() == 1);
  BOOST_TEST(same(tagged.paragraph.getKey("/P"), body));
  BOOST_TEST(same(tagged.label.getKey("/P"), tagged.item));
  const auto owners =
      tagged.root.getKey("/ParentTree").getKey("/Nums").getArrayItem(1).getArrayAsVector();
  BOOST_TEST(same(owners[0], tagged.label));
  BOOST_TEST(same(owners[1], body));
  BOOST_TEST(same(owners[2], tagged.paragraph));
  give_bodies_to_list_items(tagged.pdf);
  BOOST_TEST(tagged.item.getKey("/K").getArrayNItems() == 2);
}

BOOST_AUTO_TEST_CASE(a_figure_without_words_is_not_told) {
  Tagged tagged;
  BOOST_TEST(is_told_whole(tagged.pdf));
  tagged.paragraph.replaceKey("/S", Handle::newName("/Figure"));
  BOOST_TEST(!is_told_whole(tagged.pdf));
  tagged.paragraph.replaceKey("/Alt", Handle::newUnicodeString("A harbour"));
  BOOST_TEST(is_told_whole(tagged.pdf));
}

BOOST_AUTO_TEST_CASE(a_tree_that_bites_its_tail_or_is_not_there_ends) {
  Tagged tagged;
  tagged.paragraph.replaceKey("/K", tagged.item);
  give_bodies_to_list_items(tagged.pdf);
  BOOST_TEST(is_told_whole(tagged.pdf));
  QPDF empty;
  empty.emptyPDF();
  give_bodies_to_list_items(empty);
  BOOST_TEST(!is_told_whole(empty));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
