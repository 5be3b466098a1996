package script

import (
	"crypto/sha1"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/cairndb/cairn/server/script/lua"
)

// The version that scripts see.
const (
	version       = "7.0.15"
	versionNumber = 7<<16 | 0<<8 | 15
)

// redisTable makes the table redis, as scripts and functions have it.
func (w *world) redisTable() *lua.Table {
	t := w.rt.NewTable(0, 0)
	w.rt.Register(t, map[string]lua.Native{
		"call": w.call, "pcall": w.pcall, "setresp": w.setProto, "sha1hex": sha1Hex, "error_reply": errorReply,
		"status_reply": statusReply, "set_repl": w.setReplication, "acl_check_cmd": w.checkAllowed,
	})
	w.addLog(t)
	w.addVersion(t)
	for name, n := range map[string]Replication{"REPL_NONE": 0, "REPL_AOF": ToLog, "REPL_SLAVE": ToReplicas,
		"REPL_REPLICA": ToReplicas, "REPL_ALL": ToLog | ToReplicas} {
		t.SetField(w.rt, name, lua.Int(int(n)))
	}
	return t
}

func (w *world) addLog(t *lua.Table) {
	w.rt.Register(t, map[string]lua.Native{"log": w.log})
	for level, name := range []string{"LOG_DEBUG", "LOG_VERBOSE", "LOG_NOTICE", "LOG_WARNING"} {
		t.SetField(w.rt, name, lua.Int(level))
	}
}

func (w *world) addVersion(t *lua.Table) {
	t.SetField(w.rt, "REDIS_VERSION_NUM", lua.Int(versionNumber))
	t.SetField(w.rt, "REDIS_VERSION", w.rt.String(version))
}

// raise throws an error as a table. text has no code in front.
func raise(t *lua.Thread, text string) { t.Throw(errorValue(t.Runtime(), text)) }

// errorValue is the table by which scripts know errors: err, with its code
// first. A text that begins with - has its own code; any other is an ERR.
func errorValue(r *lua.Runtime, text string) lua.Value {
	code, msg := "ERR", text
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		msg = rest
		if word, after, ok := strings.Cut(rest, " "); ok {
			code, msg = word, after
		}
	}
	t := r.NewTable(0, 0)
	t.SetField(r, "err", r.String(code+" "+strings.Trim(msg, "\r\n")))
	return t.Value()
}

// inRun wants a script or function to be running.
func (w *world) inRun(t *lua.Thread, name string) {
	if w.run == nil {
		raise(t, name+" can only be called inside a script invocation")
	}
}

func (w *world) setProto(t *lua.Thread) int {
	w.inRun(t, "redis.setresp")
	if t.NArgs() != 1 {
		raise(t, "redis.setresp() requires one argument.")
	}
	n, _ := lua.ToNumber(t.Arg(1))
	proto := int32(lua.Truncate(n))
	if proto != 2 && proto != 3 {
		raise(t, "RESP version must be 2 or 3.")
	}
	w.proto = int(proto)
	return 0
}

func sha1Hex(t *lua.Thread) int {
	if t.NArgs() != 1 {
		raise(t, "wrong number of arguments")
	}
	text, _ := lua.ToText(t.Arg(1))
	t.Spend(len(text) / 64)
	sum := sha1.Sum([]byte(text))
	return t.Return(t.Runtime().String(hex.EncodeToString(sum[:])))
}

func statusReply(t *lua.Thread) int {
	if _, ok := t.Arg(1).AsString(); !ok || t.NArgs() != 1 {
		return t.Return(errorValue(t.Runtime(), "wrong number or type of arguments"))
	}
	table := t.Runtime().NewTable(0, 0)
	table.SetField(t.Runtime(), "ok", t.Arg(1))
	return t.Return(table.Value())
}

func errorReply(t *lua.Thread) int {
	text, ok := t.Arg(1).AsString()
	if !ok || t.NArgs() != 1 {
		return t.Return(errorValue(t.Runtime(), "wrong number or type of arguments"))
	}
	return t.Return(errorValue(t.Runtime(), "-"+strings.TrimPrefix(untilZero(text), "-")))
}

func (w *world) setReplication(t *lua.Thread) int {
	w.inRun(t, "redis.set_repl")
	if t.NArgs() != 1 {
		raise(t, "redis.set_repl() requires two arguments.")
	}
	n, _ := lua.ToNumber(t.Arg(1))
	flags := int32(lua.Truncate(n))
	if flags&^int32(ToLog|ToReplicas) != 0 {
		raise(t, "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.")
	}
	w.run.Caller.SetReplication(Replication(flags))
	return 0
}

func (w *world) checkAllowed(t *lua.Thread) int {
	w.inRun(t, "redis.acl_check_cmd")
	args, wrong := w.commandArgs(t)
	if wrong != "" {
		raise(t, wrong)
	}
	allowed, exists := w.run.Caller.Allowed(args)
	if !exists {
		raise(t, "Invalid command passed to redis.acl_check_cmd()")
	}
	return t.Return(lua.Bool(allowed))
}

func (w *world) log(t *lua.Thread) int {
	if t.NArgs() < 2 {
		raise(t, "redis.log() requires two arguments or more.")
	}
	n, ok := lua.ToNumber(t.Arg(1))
	if !ok {
		raise(t, "First argument must be a number (log level).")
	}
	level := int32(lua.Truncate(n))
	if level < 0 || level > 3 {
		raise(t, "Invalid debug level.")
	}
	var words []string
	for i := 2; i <= t.NArgs(); i++ {
		if word, ok := lua.ToText(t.Arg(i)); ok {
			words = append(words, word)
		}
	}
	if w.run != nil {
		w.run.Caller.Log(int(level), strings.Join(words, " "))
	}
	return 0
}

// guardRandom lets random numbers be drawn only while a script runs.
func (w *world) guardRandom() {
	m := w.rt.Globals.GetField("math").AsTable()
	for _, name := range []string{"random", "randomseed"} {
		draw := m.GetField(name).AsFunction().Native()
		w.rt.Register(m, map[string]lua.Native{name: func(t *lua.Thread) int {
			if w.run == nil {
				t.Errorf("math.%s can only be called inside a script invocation", name)
			}
			return draw(t)
		}})
	}
}

// pcallError is what pcall returns for an error: scripts written before errors
// were tables expect the text.
func pcallError(t *lua.Thread, v lua.Value) lua.Value {
	if v.AsTable() == nil {
		return v
	}
	msg := t.Index(v, t.Runtime().String("err"))
	if _, ok := lua.ToText(msg); ok {
		return msg
	}
	return v
}

// errorHandler makes a table of an error, with the place that raised it. If
// that is a Native, the place is where that was called.
func errorHandler(t *lua.Thread) int {
	r := t.Runtime()
	v := t.Arg(1)
	source, line, ok := t.Location(1)
	if ok && source == "=[C]" {
		source, line, ok = t.Location(2)
	}
	table := v.AsTable()
	if table == nil {
		text, _ := t.ToString(v).AsString()
		table = r.NewTable(0, 1)
		t.RawSet(table, r.String("err"), r.String("ERR "+text))
	}
	if ok {
		t.RawSet(table, r.String("source"), r.String(source))
		t.RawSet(table, r.String("line"), lua.Int(line))
	}
	return t.Return(table.Value())
}

// appendNumber writes a number argument of a command, as "%.17g".
func appendNumber(b []byte, f float64) []byte {
	if i := int64(f); float64(i) == f && i > -1e15 && i < 1e15 && (i != 0 || 1/f > 0) {
		return strconv.AppendInt(b, i, 10)
	}
	return lua.AppendNumber(b, f, 17)
}
