// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one runner of all unit tests; tests/<room>_<unit>_test.cc bring the cases.
#define BOOST_TEST_DYN_LINK
#define BOOST_TEST_MODULE octavo
#include <boost/test/unit_test.hpp>
