package script

import (
	"errors"
	"strings"

	"github.com/cairndb/cairn/server/script/lua"
)

// newLibraryWorld is the world of functions. Its globals are an empty table
// that inherits: while a library's code runs, from a table that has nothing but
// what registers functions; otherwise from the usual globals.
func newLibraryWorld(maxBytes int) *world {
	w := newWorld(maxBytes)
	usual := w.rt.Globals
	usual.SetField(w.rt, "redis", w.redisTable().Value())
	w.refuseUnknown(usual)
	protect(usual)
	protect(w.rt.StringMeta())
	w.usual, w.whileLoading = usual.Value(), w.loadGlobals()

	w.rt.Globals = w.rt.NewTable(0, 0)
	w.inherit = w.rt.NewTable(0, 1)
	w.rt.Globals.SetMeta(w.inherit)
	w.inheritFrom(w.usual)
	protect(w.rt.Globals)
	return w
}

// inheritFrom chooses where globals come from.
func (w *world) inheritFrom(globals lua.Value) { w.inherit.SetField(w.rt, "__index", globals) }

// loadGlobals are the globals of a library's code.
func (w *world) loadGlobals() lua.Value {
	redis := w.rt.NewTable(0, 0)
	w.rt.Register(redis, map[string]lua.Native{"register_function": w.registerFunction})
	w.addLog(redis)
	w.addVersion(redis)
	w.refuseUnknown(redis)
	g := w.rt.NewTable(0, 1)
	g.SetField(w.rt, "redis", redis.Value())
	w.refuseUnknown(g)
	protect(g)
	return g.Value()
}

// ErrLoadTimeout ends the loading of a library that takes too long.
var ErrLoadTimeout = errors.New("script: loading takes too long")

// load runs a library's code.
func (w *world) load(code string, interrupt func() error) (*Library, error) {
	name, rest, err := LibraryName(code)
	if err != nil {
		return nil, err
	}
	proto, err := lua.Compile(rest, "@user_function")
	if err != nil {
		return nil, errorf("ERR Error compiling function: %s", err)
	}
	w.loading = &loading{&Library{Name: name, Code: code}}
	w.rt.Interrupt = interrupt
	w.inheritFrom(w.whileLoading)
	defer func() {
		w.loading, w.rt.Interrupt = nil, nil
		w.inheritFrom(w.usual)
	}()
	v, ok, err := w.rt.Run(w.rt.Load(proto), lua.Nil)
	switch {
	case errors.Is(err, ErrLoadTimeout):
		return nil, errorf("ERR Error registering functions: ERR FUNCTION LOAD timeout")
	case err != nil:
		return nil, err
	case !ok:
		return nil, errorf("ERR Error registering functions: %s", w.loadError(v))
	case len(w.loading.library.Functions) == 0:
		return nil, errorf("ERR No functions registered")
	}
	return w.loading.library, nil
}

func (w *world) loadError(v lua.Value) string {
	if t := v.AsTable(); t != nil {
		return w.tableError(t).Text
	}
	text, _ := lua.ToText(v)
	return "ERR " + untilZero(text)
}

// registerFunction is redis.register_function: a name and a function, or a
// table with these and more.
func (w *world) registerFunction(t *lua.Thread) int {
	if w.loading == nil {
		raise(t, "redis.register_function can only be called on FUNCTION LOAD command")
	}
	f := &Function{}
	wrong := ""
	switch t.NArgs() {
	case 1:
		wrong = f.fromTable(t.Arg(1))
	case 2:
		wrong = f.fromArgs(t.Arg(1), t.Arg(2))
	default:
		wrong = "wrong number of arguments to redis.register_function"
	}
	if wrong == "" {
		wrong = w.loading.register(f)
	}
	if wrong != "" {
		raise(t, wrong)
	}
	return 0
}

func (f *Function) fromArgs(name, callback lua.Value) (wrong string) {
	text, ok := lua.ToText(name)
	if !ok {
		return "first argument to redis.register_function must be a string"
	}
	if callback.AsFunction() == nil {
		return "second argument to redis.register_function must be a function"
	}
	f.Name, f.callback = text, callback
	return ""
}

func (f *Function) fromTable(v lua.Value) (wrong string) {
	t := v.AsTable()
	if t == nil {
		return "calling redis.register_function with a single argument is only applicable to Lua table " +
			"(representing named arguments)."
	}
	for k, v, _ := t.Next(lua.Nil); !k.IsNil(); k, v, _ = t.Next(k) {
		key, ok := lua.ToText(k)
		if !ok {
			return "named argument key given to redis.register_function is not a string"
		}
		if wrong = f.setOption(strings.ToLower(untilZero(key)), v); wrong != "" {
			return wrong
		}
	}
	switch {
	case f.Name == "":
		return "redis.register_function must get a function name argument"
	case f.callback.IsNil():
		return "redis.register_function must get a callback argument"
	}
	return ""
}

func (f *Function) setOption(key string, v lua.Value) (wrong string) {
	ok := true
	switch key {
	case "function_name":
		if f.Name, ok = lua.ToText(v); !ok {
			return "function_name argument given to redis.register_function must be a string"
		}
	case "description":
		if f.Description, ok = lua.ToText(v); !ok {
			return "description argument given to redis.register_function must be a string"
		}
		f.HasDescription = true
	case "callback":
		if v.AsFunction() == nil {
			return "callback argument given to redis.register_function must be a function"
		}
		f.callback = v
	case "flags":
		t := v.AsTable()
		if t == nil {
			return "flags argument to redis.register_function must be a table representing function flags"
		}
		if f.Flags, ok = readFlags(t); !ok {
			return "unknown flag given"
		}
	default:
		return "unknown argument given to redis.register_function"
	}
	return ""
}

func readFlags(t *lua.Table) (flags Flags, ok bool) {
	for i := 1; ; i++ {
		v := t.GetInt(i)
		if v.IsNil() {
			return flags, true
		}
		name, isText := lua.ToText(v)
		flag, known := parseFlag(strings.ToLower(name))
		if !isText || !known {
			return 0, false
		}
		flags |= flag
	}
}

// call runs a function.
func (w *world) callFunction(f *Function, r *Run) error {
	w.begin(r)
	defer w.end()
	keys, args := w.rt.NewTable(0, 0), w.rt.NewTable(0, 0)
	fill(w, keys, r.Keys)
	fill(w, args, r.Args)
	return w.finish(w.rt.Run(f.callback.AsFunction(), w.handler, keys.Value(), args.Value()))
}

// fill makes a list of texts that the function may keep.
func fill(w *world, t *lua.Table, texts [][]byte) {
	t.Room(w.rt, len(texts))
	for i, text := range texts {
		t.SetInt(w.rt, i+1, w.rt.Bytes(text))
	}
}
