package server

import (
	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/server/command"
)

// inner runs commands one by one inside of another one's transaction: those
// that EXEC has, those that a script calls. Each goes through the handler that
// clients use, with the transaction's Tx, and adds its reply to out.
//
// The whole may have to run again from the start, so every run begins with
// restart. Commands that work on keys do their work again then, for what they
// did is undone. What has no door, and so nobody to undo it (CLIENT KILL, CONFIG
// SET), runs once; its outcome is remembered.
type inner struct {
	out   *resp.Writer
	call  Call
	proto int

	once []outcome // of commands without a door, in their order
	met  int       // of these in this run
	then []func(after int64)
}

// outcome is what a command has left behind.
type outcome struct {
	reply []byte
	proto int
	err   error
}

func newInner(outer *Call) *inner {
	in := &inner{out: &resp.Writer{Proto: outer.Reply.Proto}, proto: outer.Reply.Proto}
	in.call.init(outer.Client)
	in.call.Tx, in.call.Reply, in.call.inner, in.call.mayNotWait = outer.Tx, in.out, in, true
	return in
}

// restart begins a run.
func (in *inner) restart() {
	in.out.Buf, in.out.Proto = in.out.Buf[:0], in.proto
	in.met, in.then = 0, in.then[:0]
}

// run carries a command out. An error that stops the transaction (Tx.Stops) has
// to be returned from it; any other is the command's reply, and is not added to
// out. The command has been admitted before. It must not be one that opens doors
// by itself, except for those that know how to go without.
func (in *inner) run(spec *command.Spec, args [][]byte) error {
	b, call := &bindings[spec.ID], &in.call
	call.Spec, call.Args, call.mark = spec, args, len(in.out.Buf)
	if b.door == doorNone && !b.repeats {
		return in.runOnce(b)
	}
	call.Tx.Asks(b.door == doorView)
	err := b.handle(call)
	call.remember()
	return err
}

func (in *inner) runOnce(b *binding) error {
	if in.met < len(in.once) {
		o := in.once[in.met]
		in.met++
		in.out.Buf, in.out.Proto = append(in.out.Buf, o.reply...), o.proto
		return o.err
	}
	call := &in.call
	err := b.handle(call)
	in.once = append(in.once, outcome{append([]byte(nil), in.out.Buf[call.mark:]...), in.out.Proto, err})
	in.met++
	return err
}

// finish does what had to wait until the transaction was final; what shows it
// to anybody has to wait for the log up to an offset.
func (in *inner) finish(after int64) {
	for _, fn := range in.then {
		fn(after)
	}
}
