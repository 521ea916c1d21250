# SPDX-License-Identifier: GPL-3.0-or-later

# OCTAVO_TRY_FLAGS(VARIABLE, FLAG…): adds to VARIABLE those flags that the C++ compiler takes.
AC_DEFUN([OCTAVO_TRY_FLAGS], [
  for octavo_flag in $2; do
    AC_MSG_CHECKING([whether $CXX takes $octavo_flag])
    octavo_save_CXXFLAGS=$CXXFLAGS
    CXXFLAGS="$CXXFLAGS -Werror $octavo_flag"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
      [AC_MSG_RESULT([yes]); $1="$$1 $octavo_flag"],
      [AC_MSG_RESULT([no])])
    CXXFLAGS=$octavo_save_CXXFLAGS
  done
])

# OCTAVO_MISSING(WHAT, DEBIAN-PACKAGE): notes it; configure says everything at its end.
AC_DEFUN([OCTAVO_MISSING], [
  octavo_missing="$octavo_missing
    $1  (Debian: $2)"
  octavo_packages="$octavo_packages $2"
])

# OCTAVO_PKG(VARIABLE, MODULE, WHAT, DEBIAN-PACKAGE): a library that pkg-config knows.
AC_DEFUN([OCTAVO_PKG], [
  AS_IF([test -n "$PKG_CONFIG"],
    [PKG_CHECK_MODULES([$1], [$2], [], [OCTAVO_MISSING([$3], [$4])])],
    [OCTAVO_MISSING([$3], [$4])])
])

# OCTAVO_LIB(VARIABLE, LIBS, INCLUDES, BODY, WHAT, DEBIAN-PACKAGE, [IF-NOT]): a library that
# pkg-config does not know: a program with it must link.
AC_DEFUN([OCTAVO_LIB], [
  AC_MSG_CHECKING([for $5])
  octavo_save_LIBS=$LIBS
  LIBS="$2 $LIBS"
  AC_LINK_IFELSE([AC_LANG_PROGRAM([$3], [$4])],
    [AC_MSG_RESULT([yes]); $1="$2"],
    [AC_MSG_RESULT([no]); m4_ifblank([$7], [OCTAVO_MISSING([$5], [$6])], [$7])])
  LIBS=$octavo_save_LIBS
  AC_SUBST([$1])
])

# OCTAVO_ARCHIVE(VARIABLE, LIBS, INCLUDES, BODY, WHAT): sets VARIABLE to LIBS as archives, if a
# program links with them; else it stays what it was, the shared libraries.
AC_DEFUN([OCTAVO_ARCHIVE], [
  AC_MSG_CHECKING([for static $5])
  octavo_save_LIBS=$LIBS
  LIBS="-Wl,-Bstatic $2 -Wl,-Bdynamic $LIBS"
  AC_LINK_IFELSE([AC_LANG_PROGRAM([$3], [$4])],
    [AC_MSG_RESULT([yes]); $1="-Wl,-Bstatic $2 -Wl,-Bdynamic"],
    [AC_MSG_RESULT([no])])
  LIBS=$octavo_save_LIBS
])
