// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the composer is told: content/composer.h.
//
// Thread safety: a value.
// Throws: nothing.
#ifndef OCTAVO_COMPOSE_SETTINGS_H_
#define OCTAVO_COMPOSE_SETTINGS_H_

#include "content/composer.h"

#endif  // OCTAVO_COMPOSE_SETTINGS_H_
