// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/phrases.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/text.h"

namespace octavo {

namespace {

constexpr auto kPhrases = std::to_array<Phrases>({
    {"en",
     "Footnotes",
     "Back to reference",
     "Done",
     "To do",
     {"Note", "Tip", "Important", "Warning", "Caution"}},
    {"de",
     "Fußnoten",
     "Zurück zum Verweis",
     "Erledigt",
     "Offen",
     {"Hinweis", "Tipp", "Wichtig", "Warnung", "Vorsicht"}},
    {"es",
     "Notas",
     "Volver a la referencia",
     "Hecho",
     "Pendiente",
     {"Nota", "Consejo", "Importante", "Advertencia", "Precaución"}},
    {"fr",
     "Notes",
     "Retour à la référence",
     "Fait",
     "À faire",
     {"Note", "Astuce", "Important", "Avertissement", "Attention"}},
    {"it",
     "Note",
     "Torna al riferimento",
     "Fatto",
     "Da fare",
     {"Nota", "Suggerimento", "Importante", "Avviso", "Attenzione"}},
    {"nl",
     "Voetnoten",
     "Terug naar verwijzing",
     "Gedaan",
     "Te doen",
     {"Opmerking", "Tip", "Belangrijk", "Waarschuwing", "Voorzichtig"}},
    {"pt",
     "Notas",
     "Voltar à referência",
     "Feito",
     "Por fazer",
     {"Nota", "Dica", "Importante", "Aviso", "Cuidado"}},
});

constexpr auto kRightToLeft = std::to_array<std::string_view>(
    {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"});
constexpr auto kRightToLeftScripts =
    std::to_array<std::string_view>({"Adlm", "Arab", "Hebr", "Nkoo", "Syrc", "Thaa"});

}  // namespace

const Phrases& phrases(std::string_view lang) noexcept {
  const std::string_view primary = lang.substr(0, lang.find_first_of("-_"));
  for (const Phrases& one : kPhrases) {
    if (ascii_iequals(one.lang, primary)) return one;
  }
  return kPhrases.front();
}

bool is_right_to_left(std::string_view lang) noexcept {
  const std::size_t end = lang.find_first_of("-_");
  const auto is = [](std::string_view part) {
    return [part](std::string_view one) { return ascii_iequals(one, part); };
  };
  if (end != std::string_view::npos) {
    std::string_view script = lang.substr(end + 1);
    script = script.substr(0, script.find_first_of("-_"));
    if (script.size() == 4) {  // "ku-Arab", "ar-Latn"
      return std::ranges::any_of(kRightToLeftScripts, is(script));
    }
  }
  return std::ranges::any_of(kRightToLeft, is(lang.substr(0, end)));
}

}  // namespace octavo
