package script

import "github.com/cairndb/cairn/server/script/lua"

func (w *world) call(t *lua.Thread) int  { return w.command(t, true) }
func (w *world) pcall(t *lua.Thread) int { return w.command(t, false) }

// command runs a command. Its error is raised, or returned as a value.
func (w *world) command(t *lua.Thread, raises bool) int {
	if w.run == nil {
		raise(t, "redis.call/pcall can only be called inside a script invocation")
	}
	args, wrong := w.commandArgs(t)
	if wrong != "" {
		if raises {
			raise(t, wrong)
		}
		return t.Return(errorValue(t.Runtime(), wrong))
	}
	t.Spend(commandSteps)
	reply, err := w.run.Caller.Call(args, w.proto)
	if err != nil {
		t.Abort(err)
	}
	v := w.fromReply(reply)
	if raises && len(reply) > 0 && reply[0] == '-' {
		t.Throw(v)
	}
	t.Push(v)
	return 1
}

// commandSteps is what a command counts for, in steps of Lua.
const commandSteps = 50

// commandArgs gathers a command's words, in memory that the next call uses
// again.
func (w *world) commandArgs(t *lua.Thread) (args [][]byte, wrong string) {
	n := t.NArgs()
	if n == 0 {
		return nil, "Please specify at least one argument for this redis lib call"
	}
	buf := w.argBytes[:0]
	args = w.args[:0]
	for i := 1; i <= n; i++ {
		start := len(buf)
		if f, ok := t.Arg(i).AsNumber(); ok {
			buf = appendNumber(buf, f)
		} else if s, ok := t.Arg(i).AsString(); ok {
			buf = append(buf, s...)
		} else {
			return nil, "Lua redis lib command arguments must be strings or integers"
		}
		// Growth leaves earlier words where they were: that memory stays.
		args = append(args, buf[start:len(buf):len(buf)])
	}
	w.argBytes, w.args = buf, args
	return args, ""
}
