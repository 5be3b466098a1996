package script

import (
	"errors"
	"fmt"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/server/script/lua"
)

// Caller is what a script can reach of the server.
type Caller interface {
	// Call runs a command and returns its reply in a version of the protocol;
	// it is valid until the next call. An error ends the run: it is what Run
	// returns.
	Call(args [][]byte, proto int) ([]byte, error)
	// SetReplication chooses who is told of the effects that follow.
	SetReplication(to Replication)
	// Allowed tells whether the user may run a command, if it exists.
	Allowed(args [][]byte) (allowed, exists bool)
	// Log writes a line of the server's log, if its level asks for that.
	Log(level int, text string)
}

// Replication is a set of receivers of effects.
type Replication uint8

// The receivers, by Redis's numbers.
const (
	ToLog      Replication = 1
	ToReplicas Replication = 2
)

// Run is what one run is given.
type Run struct {
	Caller     Caller
	Keys, Args [][]byte // not changed while the script runs
	Reply      *resp.Writer
	Name       string       // of the script or function, for errors
	Interrupt  func() error // see lua.Runtime; returning ErrKilled is what SCRIPT KILL does
}

// ErrKilled ends a run with the reply that Redis gives for a killed script.
var ErrKilled = errors.New("script: killed")

// finish makes a reply of what a run left. What it returns besides *Error is
// the error of the Caller or of Interrupt.
func (w *world) finish(v lua.Value, ok bool, err error) error {
	switch {
	case errors.Is(err, ErrKilled):
		source, line := w.rt.Stopped()
		return errorf("ERR Script killed by user with SCRIPT KILL... script: %s, on %s:%d.", w.run.Name, source, line)
	case err != nil:
		return err
	case !ok:
		return w.failed(v)
	}
	if e := w.returnedError(v); e != nil {
		return e
	}
	w.reply(v)
	return nil
}

// failed is the reply for an error that nobody caught.
func (w *world) failed(v lua.Value) error {
	t := v.AsTable()
	if t == nil {
		msg, ok := lua.ToText(v)
		if !ok {
			msg = "execution failure"
		}
		return errorf("ERR Error running script %s, %.100s", w.run.Name, untilZero(msg))
	}
	e := w.tableError(t)
	source, ok1 := w.textField(t, "source")
	line, ok2 := w.textField(t, "line")
	if ok1 && ok2 {
		e.Text += fmt.Sprintf(" script: %s, on %s:%s.", w.run.Name, source, line)
	}
	return e
}

// returnedError is the error that a script returns as its result, or nil.
func (w *world) returnedError(v lua.Value) error {
	if t := v.AsTable(); t != nil {
		if _, ok := t.GetField("err").AsString(); ok {
			return w.tableError(t)
		}
	}
	return nil
}

// noMessage stands for an error table that says nothing. (Redis crashes.)
const noMessage = "ERR unknown error"

func (w *world) tableError(t *lua.Table) *Error {
	e := &Error{Text: noMessage}
	if msg, ok := w.textField(t, "err"); ok {
		e.Text = msg
	}
	e.Counted, _ = t.GetField("ignore_error_stats_update").AsBool()
	return e
}

// textField is a field as C sees it: text until a zero byte.
func (w *world) textField(t *lua.Table, name string) (string, bool) {
	v := t.GetField(name)
	if v.IsNil() && t.Meta() != nil {
		v = w.inheritedField(t, name)
	}
	text, ok := lua.ToText(v)
	return untilZero(text), ok
}

// inheritedField asks the metatable, which may run code of the script.
func (w *world) inheritedField(t *lua.Table, name string) lua.Value {
	get := w.rt.NewFunction(func(th *lua.Thread) int { return th.Return(th.Index(t.Value(), th.Arg(1))) })
	v, ok, err := w.rt.Run(get, lua.Nil, w.rt.String(name))
	if !ok || err != nil {
		return lua.Nil
	}
	return v
}
