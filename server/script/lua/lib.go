package lua

import (
	"maps"
	"slices"
)

// OpenLibs sets the globals that Lua 5.1 has, but for those that reach outside:
// no files, no processes, no loading of modules, no debugging.
func (r *Runtime) OpenLibs() {
	g := r.Globals
	g.SetField(r, "_G", g.Value())
	g.SetField(r, "_VERSION", constant("Lua 5.1").Value())
	r.Register(g, baseLib)
	r.library("table", tableLib)
	strings := r.library("string", stringLib)
	r.library("coroutine", coroutineLib)
	r.mathLibrary()
	meta := r.NewTable(0, 1)
	meta.SetField(r, "__index", strings.Value())
	r.SetStringMeta(meta)
}

func (r *Runtime) library(name string, functions map[string]Native) *Table {
	t := r.NewTable(0, len(functions))
	r.Register(t, functions)
	r.SetGlobal(name, t.Value())
	return t
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func isAlnum(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
