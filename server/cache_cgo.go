//go:build cgo

package server

/*
#include <malloc.h>

static void few_arenas(void) {
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, 1);
#endif
}

static void release_free(void) {
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
*/
import "C"

// cacheOutsideHeap: with cgo Pebble takes its block cache from C's allocator.
const cacheOutsideHeap = true

// glibc makes arenas for up to eight threads a processor, and what one has freed
// is of no use to the others.
func init() { C.few_arenas() }

// releaseFree gives memory that C's allocator does not need back to the system.
func releaseFree() { C.release_free() }
