// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/phrases.h"

#include <array>

#include "base/text.h"

namespace octavo {

namespace {

constexpr auto kPhrases = std::to_array<Phrases>({
    {"en", "Footnotes", "Back to reference", "Done", "To do"},
    {"de", "Fußnoten", "Zurück zum Verweis", "Erledigt", "Offen"},
    {"es", "Notas", "Volver a la referencia", "Hecho", "Pendiente"},
    {"fr", "Notes", "Retour à la référence", "Fait", "À faire"},
    {"it", "Note", "Torna al riferimento", "Fatto", "Da fare"},
    {"nl", "Voetnoten", "Terug naar verwijzing", "Gedaan", "Te doen"},
    {"pt", "Notas", "Voltar à referência", "Feito", "Por fazer"},
});

}  // namespace

const Phrases& phrases(std::string_view lang) noexcept {
  const std::string_view primary = lang.substr(0, lang.find_first_of("-_"));
  for (const Phrases& one : kPhrases) {
    if (ascii_iequals(one.lang, primary)) return one;
  }
  return kPhrases.front();
}

}  // namespace octavo
