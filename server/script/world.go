package script

import (
	"strings"

	"github.com/cairndb/cairn/server/script/lua"
	"github.com/cairndb/cairn/server/script/lualib"
)

// world is a Lua runtime with the sandbox set up. One goroutine uses it at a
// time.
type world struct {
	rt        *lua.Runtime
	run       *Run // nil between runs
	proto     int  // of what commands return, see redis.setresp
	resetJSON func()
	handler   lua.Value
	keys      *lua.Table
	argv      *lua.Table
	texts     lua.Texts // in these two tables
	loaded    map[*lua.Proto]*lua.Function

	// Of functions; see library_world.go.
	usual, whileLoading lua.Value
	inherit             *lua.Table
	loading             *loading
	set                 *Functions // that was used last

	// Kept between calls of commands.
	argBytes []byte
	args     [][]byte
}

func newWorld(maxBytes int) *world {
	w := &world{rt: lua.NewRuntime(maxBytes), proto: 2, loaded: map[*lua.Proto]*lua.Function{}}
	w.rt.OpenLibs()
	w.rt.PcallError = pcallError
	w.resetJSON = lualib.OpenJSON(w.rt)
	lualib.OpenMessagePack(w.rt)
	lualib.OpenStruct(w.rt)
	lualib.OpenBit(w.rt)
	w.guardRandom()
	w.handler = w.rt.NewFunction(errorHandler).Value()
	w.rt.Roots = w.roots
	return w
}

// roots are what scripts and functions can reach, besides globals.
func (w *world) roots(visit func(lua.Value)) {
	visit(w.handler)
	visit(w.usual)
	visit(w.whileLoading)
	for _, fn := range w.loaded {
		visit(fn.Value())
	}
	if w.set != nil {
		for _, fn := range w.set.functions {
			visit(fn.callback)
		}
	}
	if w.loading != nil {
		for _, fn := range w.loading.library.Functions {
			visit(fn.callback)
		}
	}
}

// newScriptWorld is the world of EVAL.
func newScriptWorld(maxBytes int) *world {
	w := newWorld(maxBytes)
	redis := w.redisTable()
	w.rt.Register(redis, map[string]lua.Native{
		"breakpoint":         func(t *lua.Thread) int { return t.Return(lua.Bool(false)) },
		"debug":              func(*lua.Thread) int { return 0 },
		"replicate_commands": func(t *lua.Thread) int { return t.Return(lua.Bool(true)) },
	})
	w.rt.SetGlobal("redis", redis.Value())
	w.rt.SetGlobal("__redis__err__handler", w.handler)
	w.keys, w.argv = w.rt.NewTable(0, 0), w.rt.NewTable(0, 0)
	w.refuseUnknown(w.rt.Globals)
	protect(w.rt.Globals)
	protect(w.rt.StringMeta())
	// A script may change these two; no script has a way to keep them, so each
	// run finds them filled anew.
	w.rt.SetGlobal("KEYS", w.keys.Value())
	w.rt.SetGlobal("ARGV", w.argv.Value())
	return w
}

// refuseUnknown makes reading a name that a table does not have an error.
func (w *world) refuseUnknown(t *lua.Table) {
	meta := w.rt.NewTable(0, 1)
	meta.SetField(w.rt, "__index", w.rt.NewFunction(unknownGlobal).Value())
	t.SetMeta(meta)
}

func unknownGlobal(t *lua.Thread) int {
	if t.NArgs() != 2 {
		t.Errorf("Wrong number of arguments to luaProtectedTableError")
	}
	name, ok := lua.ToText(t.Arg(2))
	if !ok {
		t.Errorf("Second argument to luaProtectedTableError must be a string or number")
	}
	t.Errorf("Script attempted to access nonexistent global variable '%s'", untilZero(name))
	return 0
}

// protect makes a table, and all tables in it, read-only.
func protect(t *lua.Table) {
	if t == nil || t.Protected() {
		return
	}
	t.Protect(true)
	for k, v, _ := t.Next(lua.Nil); !k.IsNil(); k, v, _ = t.Next(k) {
		protect(v.AsTable())
	}
	protect(t.Meta())
}

func untilZero(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return s
}

// begin prepares a run.
func (w *world) begin(r *Run) {
	w.run, w.proto = r, 2
	w.rt.Interrupt = r.Interrupt
}

// end leaves the world as it was.
func (w *world) end() {
	w.run, w.rt.Interrupt = nil, nil
	if w.keys != nil {
		w.keys.Clear()
		w.argv.Clear()
		w.texts.Reset()
	}
	w.resetJSON()
	if cap(w.argBytes) > keepArgBytes {
		w.argBytes = nil
	}
	clear(w.args[:cap(w.args)])
}

// keepArgBytes bounds what a world keeps for the arguments of commands.
const keepArgBytes = 64 << 10

// eval runs a script.
func (w *world) eval(s *Script, r *Run) error {
	w.begin(r)
	defer w.end()
	w.fill(w.keys, r.Keys)
	w.fill(w.argv, r.Args)
	return w.finish(w.rt.Run(w.function(s.proto), w.handler))
}

func (w *world) fill(t *lua.Table, texts [][]byte) {
	t.Room(w.rt, len(texts))
	for i, text := range texts {
		t.SetInt(w.rt, i+1, w.texts.Value(w.rt, text))
	}
}

// maxLoaded bounds how many scripts a world knows as functions.
const maxLoaded = 1000

func (w *world) function(p *lua.Proto) *lua.Function {
	if fn := w.loaded[p]; fn != nil {
		return fn
	}
	if len(w.loaded) >= maxLoaded {
		clear(w.loaded)
	}
	fn := w.rt.Load(p)
	w.loaded[p] = fn
	return fn
}
