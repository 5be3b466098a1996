package server

import (
	"fmt"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/acl"
	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/server/config"
	"github.com/cairndb/cairn/server/script"
)

// What a script can reach of the server: script.Caller.

// Call runs a command inside of the script's transaction.
func (x *scriptRun) Call(args [][]byte, proto int) ([]byte, error) {
	x.in.out.Buf, x.in.out.Proto = x.in.out.Buf[:0], proto
	spec, err := x.admit(args)
	if err != nil {
		if spec != nil {
			x.call.Server.stats.rejected(x.call.Client, spec)
		}
		x.call.Server.stats.countError(errorText(err))
		x.in.out.Error(errorText(err))
		return x.in.out.Buf, nil
	}
	b := &bindings[spec.ID]
	if b.slow && x.call.Tx.NoWait {
		return nil, x.call.Tx.TakesLong()
	}
	if spec.Flags.Has(command.Write) {
		x.wrote.Store(true)
	}
	if b.opens && !b.repeats {
		return x.callOutside(spec, args)
	}
	start := nanos()
	err = x.in.run(spec, args)
	if err != nil {
		if x.call.Tx.Stops(err) {
			return nil, err
		}
		x.in.replyError(err)
	}
	x.note(spec, args, nanos()-start, err)
	return x.in.out.Buf, nil
}

// inScript tells whether a script has called the command.
func (c *Call) inScript() bool { return c.inner != nil && c.inner.ofScript }

// note remembers a command for the books; its words only if somebody will look
// at them, for they are gone soon.
func (x *scriptRun) note(spec *command.Spec, args [][]byte, tookNs int64, err error) {
	s := x.call.Server
	r := scriptCommand{spec: spec, tookNs: tookNs, err: err, database: x.call.Tx.Database()}
	if s.feed.count.Load() > 0 || tookNs >= s.stats.slowNanos.Load() {
		r.args = copyArgs(args)
	}
	x.ran = append(x.ran, r)
}

// maxOutside bounds how often a script may call what cannot run inside: each
// costs an attempt.
const maxOutside = 100

// callOutside returns what a command has replied that opens doors by itself, or
// has it run before the script begins again.
func (x *scriptRun) callOutside(spec *command.Spec, args [][]byte) ([]byte, error) {
	if x.call.inner != nil || len(x.in.once) >= maxOutside {
		x.in.replyError(errNotFromScript)
		return x.in.out.Buf, nil
	}
	o := x.in.remembered(spec, args)
	if o == nil {
		x.outside = &scriptCommand{spec: spec, args: copyArgs(args)}
		return nil, persistence.ErrUndo
	}
	x.in.out.Buf = append(x.in.out.Buf, o.reply...)
	if o.err != nil {
		x.in.replyError(o.err)
	}
	x.note(spec, args, 0, o.err)
	return x.in.out.Buf, nil
}

// admit finds a command and checks what does not depend on data.
func (x *scriptRun) admit(args [][]byte) (*command.Spec, error) {
	s := x.call.Server
	spec := s.lookup(args)
	if spec == nil || len(spec.Sub) > 0 && len(args) > 1 || bindings[spec.ID].handle == nil && len(spec.Sub) == 0 {
		return nil, errUnknownInScript
	}
	if !spec.CheckArity(len(args)) || len(spec.Sub) > 0 {
		return spec, errArityInScript
	}
	if spec.Flags.Has(command.NoScript) && !s.scripts.mayCallAll.Load() {
		return spec, errNotFromScript
	}
	if err := x.call.Client.permitScript(spec, args); err != nil {
		return spec, err
	}
	if x.readOnly && spec.Flags&(command.Write|command.MayReplicate) != 0 {
		return spec, errWriteInReadOnly
	}
	if spec.Flags.Has(command.Write) && s.replicas.tooFew() {
		return spec, errNoReplicas
	}
	if err := s.upstream.refuse(spec.Flags); err != nil {
		return spec, err
	}
	if err := s.store.Log().Err(); err != nil && spec.Flags.Has(command.Write) {
		return spec, fmt.Errorf("%w: %w", persistence.ErrLogFailed, err)
	}
	return spec, nil
}

// SetReplication has nothing to choose. Replicas read the log that recovery
// reads, at the same offsets; and an effect that the log does not have would be
// lost with the next crash, while the effects that follow, which were made upon
// it, are replayed. So redis.set_repl checks its argument as Redis does, and
// REPL_NONE, REPL_AOF and REPL_REPLICA do what REPL_ALL does.
func (x *scriptRun) SetReplication(script.Replication) {}

// Allowed implements redis.acl_check_cmd.
func (x *scriptRun) Allowed(args [][]byte) (allowed, exists bool) {
	spec := x.call.Server.lookup(args)
	if spec == nil || len(spec.Sub) > 0 && len(args) > 1 {
		return false, false
	}
	return x.call.Client.denied(spec, args).Verdict == acl.Allowed, true
}

// Log implements redis.log.
func (x *scriptRun) Log(level int, text string) {
	x.call.Server.log.write(config.LogLevel(level), "%s", []any{text})
}
