package server

import (
	"hash/maphash"

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
	out      resp.Writer
	call     Call
	proto    int
	ofScript bool

	once []outcome // of commands without a door, in their order
	met  int       // of these in this run
	then []func(after int64)
}

// outcome is what a command has left behind.
type outcome struct {
	of    uint64 // which command, see commandSum
	reply []byte
	proto int
	err   error
}

// begin readies in for an outer command, whose protocol it speaks.
func (in *inner) begin(outer *Call) {
	in.proto = outer.Reply.Proto
	in.call.init(outer.Client)
	in.call.Tx, in.call.Reply, in.call.inner, in.call.mayNotWait = outer.Tx, &in.out, in, true
}

// release forgets the outer command and all that happened for it.
func (in *inner) release() {
	in.restart()
	in.call = Call{inTx: in.call.inTx, ids: in.call.ids}
	clear(in.once)
	in.once = in.once[:0]
}

// restart begins a run.
func (in *inner) restart() {
	in.out.Buf, in.out.Proto = in.out.Buf[:0], in.proto
	clear(in.then)
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
	call.Tx.Next(b.door == doorView)
	err := b.handle(call)
	call.remember()
	return err
}

func (in *inner) runOnce(b *binding) error {
	call := &in.call
	if o := in.remembered(call.Spec, call.Args); o != nil {
		in.out.Buf, in.out.Proto = append(in.out.Buf, o.reply...), o.proto
		return o.err
	}
	err := b.handle(call)
	reply := append([]byte(nil), in.out.Buf[call.mark:]...)
	in.remember(call.Spec, call.Args, outcome{reply: reply, proto: in.out.Proto, err: err})
	in.met++
	return err
}

// remembered is the outcome of the next command that runs once. A script may
// take another way when it runs again; then what follows is not known.
func (in *inner) remembered(spec *command.Spec, args [][]byte) *outcome {
	if in.met == len(in.once) {
		return nil
	}
	o := &in.once[in.met]
	if o.of != commandSum(spec, args) {
		in.once = in.once[:in.met]
		return nil
	}
	in.met++
	return o
}

func (in *inner) remember(spec *command.Spec, args [][]byte, o outcome) {
	o.of = commandSum(spec, args)
	in.once = append(in.once, o)
}

var sumSeed = maphash.MakeSeed()

// commandSum tells commands apart.
func commandSum(spec *command.Spec, args [][]byte) uint64 {
	sum := uint64(spec.ID)
	for _, a := range args {
		sum = sum*31 + maphash.Bytes(sumSeed, a)
	}
	return sum
}

// finish does what had to wait until the transaction was final; what shows it
// to anybody has to wait for the log up to an offset.
func (in *inner) finish(after int64) {
	for _, fn := range in.then {
		fn(after)
	}
}
