// SPDX-License-Identifier: GPL-3.0-or-later
#include "content/blob.h"

#include <zstd.h>

#include <atomic>
#include <memory>
#include <new>

#include "base/error.h"
#include "base/hash.h"

namespace octavo {
namespace {

constexpr int kLevel = 1;

struct Free {
  void operator()(ZSTD_CCtx* context) const { ::ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ::ZSTD_freeDCtx(context); }
};
using Packer = std::unique_ptr<ZSTD_CCtx, Free>;
using Unpacker = std::unique_ptr<ZSTD_DCtx, Free>;

template <typename Context>
std::unique_ptr<Context, Free> made(Context* context) {
  if (context == nullptr) throw std::bad_alloc();
  return std::unique_ptr<Context, Free>(context);
}

// To make one costs more than to unpack a text with it: one, whichever thread used it last, is
// kept for all threads.
std::atomic<ZSTD_DCtx*> kept{nullptr};

Unpacker take_unpacker() {
  if (ZSTD_DCtx* const one = kept.exchange(nullptr)) return Unpacker(one);
  return made(::ZSTD_createDCtx());
}

void give_back(Unpacker unpacker) {
  ZSTD_DCtx* none = nullptr;
  if (kept.compare_exchange_strong(none, unpacker.get())) (void)unpacker.release();
}

}  // namespace

Blob pack(std::string_view text, std::string_view basis) {
  // One a process: the composer's parsers have one thread.
  thread_local const Packer packer = [] {
    Packer fresh = made(::ZSTD_createCCtx());
    ::ZSTD_CCtx_setParameter(fresh.get(), ZSTD_c_compressionLevel, kLevel);
    return fresh;
  }();
  Blob blob;
  blob.size = static_cast<std::uint32_t>(text.size());
  blob.packed.resize(::ZSTD_compressBound(text.size()));
  ::ZSTD_CCtx_refPrefix(packer.get(), basis.data(), basis.size());
  const std::size_t size = ::ZSTD_compress2(packer.get(), blob.packed.data(), blob.packed.size(),
                                            text.data(), text.size());
  if (::ZSTD_isError(size)) throw Error("cannot pack a text");
  blob.packed.resize(size);
  blob.checksum = hash64(blob.packed);
  return blob;
}

std::optional<std::string> unpack(const Blob& blob, std::string_view basis) {
  const std::string_view bytes = blob.bytes();
  if (hash64(bytes) != blob.checksum) return std::nullopt;
  std::string text(blob.size, '\0');
  Unpacker unpacker = take_unpacker();
  ::ZSTD_DCtx_refPrefix(unpacker.get(), basis.data(), basis.size());
  const std::size_t size =
      ::ZSTD_decompressDCtx(unpacker.get(), text.data(), text.size(), bytes.data(), bytes.size());
  give_back(std::move(unpacker));
  if (::ZSTD_isError(size) || size != text.size()) return std::nullopt;
  return text;
}

}  // namespace octavo
