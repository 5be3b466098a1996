package lualib

import (
	"fmt"
	"math"
	"slices"

	"github.com/cairndb/cairn/server/script/lua"
)

// jsonConfig is what a script may set for one instance of the library.
type jsonConfig struct {
	sparseConvert int
	sparseRatio   int
	sparseSafe    int
	encodeDepth   int
	decodeDepth   int
	encodeInvalid int // 0: refuse NaN and infinity, 1: write them, 2: write null
	decodeInvalid int // 1: read them, and hexadecimal
	precision     int
	keepBuffer    int
}

func (c *jsonConfig) reset() {
	*c = jsonConfig{sparseRatio: 2, sparseSafe: 10, encodeDepth: 1000, decodeDepth: 1000, decodeInvalid: 1,
		precision: 14, keepBuffer: 1}
}

// OpenJSON makes the library cjson, after lua-cjson 2.1.0. The result brings
// the settings of the library back to their defaults.
func OpenJSON(r *lua.Runtime) (reset func()) {
	t, c := newJSON(r)
	r.SetGlobal("cjson", t.Value())
	return c.reset
}

func newJSON(r *lua.Runtime) (*lua.Table, *jsonConfig) {
	c := &jsonConfig{}
	c.reset()
	t := r.NewTable(0, 16)
	r.Register(t, map[string]lua.Native{
		"encode": c.encode, "decode": c.decode, "new": newInstance,
		"encode_sparse_array":     c.setSparse,
		"encode_max_depth":        c.setter(&c.encodeDepth, 1, math.MaxInt32),
		"decode_max_depth":        c.setter(&c.decodeDepth, 1, math.MaxInt32),
		"encode_number_precision": c.setter(&c.precision, 1, 14),
		"encode_keep_buffer":      c.enumSetter(&c.keepBuffer, onOff),
		"encode_invalid_numbers":  c.enumSetter(&c.encodeInvalid, []string{"off", "on", "null"}),
		"decode_invalid_numbers":  c.enumSetter(&c.decodeInvalid, onOff),
	})
	t.SetField(r, "null", lua.Null)
	t.SetField(r, "_NAME", r.String("cjson"))
	t.SetField(r, "_VERSION", r.String("2.1.0"))
	return t, c
}

func newInstance(t *lua.Thread) int {
	table, _ := newJSON(t.Runtime())
	t.Push(table.Value())
	return 1
}

var onOff = []string{"off", "on"}

func jsonArgs(t *lua.Thread, most int) {
	if t.NArgs() > most {
		t.ArgError(most+1, "found too many arguments")
	}
}

func (c *jsonConfig) setter(setting *int, least, most int) lua.Native {
	return func(t *lua.Thread) int {
		jsonArgs(t, 1)
		return t.Return(setInteger(t, 1, setting, least, most))
	}
}

func setInteger(t *lua.Thread, arg int, setting *int, least, most int) lua.Value {
	if !t.Arg(arg).IsNil() {
		n := t.CheckInt32(arg)
		if n < least || n > most {
			t.ArgError(1, fmt.Sprintf("expected integer between %d and %d", least, most))
		}
		*setting = n
	}
	return lua.Int(*setting)
}

func (c *jsonConfig) enumSetter(setting *int, options []string) lua.Native {
	return func(t *lua.Thread) int {
		jsonArgs(t, 1)
		return t.Return(setEnum(t, 1, setting, options))
	}
}

// setEnum takes a boolean for the first two options, or an option's name.
func setEnum(t *lua.Thread, arg int, setting *int, options []string) lua.Value {
	if b, ok := t.Arg(arg).AsBool(); ok {
		*setting = 0
		if b {
			*setting = 1
		}
	} else if !t.Arg(arg).IsNil() {
		name := t.CheckString(arg)
		i := slices.Index(options, name)
		if i < 0 {
			t.ArgError(arg, "invalid option '"+name+"'")
		}
		*setting = i
	}
	if *setting <= 1 {
		return lua.Bool(*setting == 1)
	}
	return t.Runtime().String(options[*setting])
}

func (c *jsonConfig) setSparse(t *lua.Thread) int {
	jsonArgs(t, 3)
	convert := setEnum(t, 1, &c.sparseConvert, onOff)
	ratio := setInteger(t, 2, &c.sparseRatio, 0, math.MaxInt32)
	return t.Return(convert, ratio, setInteger(t, 3, &c.sparseSafe, 0, math.MaxInt32))
}
