//go:build cgo

package server

/*
#include <malloc.h>

static void limit_arenas(int n) {
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, n);
#endif
}

static void release_free(void) {
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
*/
import "C"

import "runtime"

// cacheOutsideHeap: with cgo Pebble takes its block cache from C's allocator.
const cacheOutsideHeap = true

// glibc makes up to eight arenas a processor, and what one of them has freed is of
// no use to the others.
func init() { C.limit_arenas(C.int(max(1, runtime.NumCPU()/4))) }

// releaseFree gives memory that C's allocator does not need back to the system.
func releaseFree() { C.release_free() }
