#!/bin/sh
# Install into a prefix of its own and use what lies there, end to end: spill
# must find libspill.so and its helpers beside itself, wherever that is.
#   install_test.sh CMAKE BUILD_FOLDER ALLOCATE [CC_OPTION]
set -eu
cmake=$1
build=$2
allocate=$3
option=${4-}

prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT

"$cmake" --install "$build" --prefix "$prefix/first" >/dev/null

# Moved after it was installed, so that no path of the build can serve.
mv "$prefix/first" "$prefix/moved"
cd "$prefix"
PATH=$prefix/moved/bin:/usr/bin:/bin
export PATH

must_be()
{
	if [ ! -e "$1" ]; then
		echo "not installed: $1"
		find "$prefix/moved"
		exit 1
	fi
}

must_be moved/bin/spill
must_be moved/include/spill/ac.h
must_be moved/lib/libspill_matcher.a
must_be moved/share/man/man1/spill.1

spill record -q -o here.pb.gz -- "$allocate" 1234 8
spill top -alloc_objects here.pb.gz >top.txt
grep -q '1234.*main' top.txt || {
	echo "top does not show main's 1234 allocations:"
	cat top.txt
	exit 1
}
spill svg here.pb.gz >here.svg
grep -q '<svg' here.svg
grep -q 'main' here.svg
spill compare -n 2 "$allocate 3 1" "$allocate 6 1" >table.txt
grep -q 'allocations.*2.00 x   exact' table.txt
man -l moved/share/man/man1/spill.1 >/dev/null 2>&1 ||
	groff -man -Tutf8 moved/share/man/man1/spill.1 >/dev/null

# What was installed alone must be enough for a program that uses ac.h.
cat >uses.c <<'END'
#include <spill/ac.h>
int main(void)
{
	struct ac_builder *b = ac_builder_new(0);
	ac_builder_free(b);
	return !b;
}
END
cc -Wall -Werror ${option:+"$option"} -I moved/include -o uses uses.c \
	moved/lib/libspill_matcher.a
./uses
