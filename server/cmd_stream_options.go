package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

// streamOptions reads XADD's options up to its ID, or XTRIM's, and returns the
// index of the argument where it ended.
func (c *Call) streamOptions(o *types.StreamAddOptions, isAdd bool) (int, error) {
	p := streamParser{call: c, o: o, limit: -1}
	i := 2
	for ; i < len(c.Args); i++ {
		used, isID, err := p.option(i, isAdd)
		if err != nil {
			return 0, err
		}
		if isID {
			break
		}
		i += used
	}
	return i, p.finish(isAdd)
}

// streamParser reads options that fill o.
type streamParser struct {
	call  *Call
	o     *types.StreamAddOptions
	limit int64 // negative: not given
}

// option reads the option at an index and returns how many arguments it has
// besides its name, or that this is the ID.
func (p *streamParser) option(i int, isAdd bool) (used int, isID bool, err error) {
	opt, rest := p.call.Args[i], p.call.Args[i+1:]
	switch {
	case isAdd && len(opt) == 1 && opt[0] == '*':
		return 0, true, nil
	case len(rest) > 0 && isWord(opt, "maxlen"):
		used, err = p.trim(types.StreamTrimMaxLen, rest)
	case len(rest) > 0 && isWord(opt, "minid"):
		used, err = p.trim(types.StreamTrimMinID, rest)
	case len(rest) > 0 && isWord(opt, "limit"):
		if p.limit, err = intArg(rest[0]); err == nil && p.limit < 0 {
			err = errTrimLimit
		}
		used = 1
	case isAdd && isWord(opt, "nomkstream"):
		p.o.IfExists = true
	case isAdd:
		return 0, true, p.id(opt)
	default:
		err = errSyntax
	}
	return used, false, err
}

func (p *streamParser) id(text []byte) error {
	id, seqGiven, ok := encoding.ParseNewStreamID(text)
	if !ok {
		return errStreamID
	}
	p.o.ID, p.o.Choice = id, types.StreamIDGiven
	if !seqGiven {
		p.o.Choice = types.StreamIDOfMs
	}
	return nil
}

// trim reads what follows MAXLEN or MINID.
func (p *streamParser) trim(by types.StreamTrimBy, args [][]byte) (used int, err error) {
	t := &p.o.Trim
	if t.By != types.StreamTrimNone {
		return 0, errTrimTwice
	}
	t.By = by
	if word := args[0]; len(args) > 1 && len(word) == 1 && (word[0] == '~' || word[0] == '=') {
		t.Approx = word[0] == '~'
		used++
	}
	threshold := args[used]
	if by == types.StreamTrimMinID {
		t.MinID, err = streamIDArg(threshold)
	} else if t.MaxLen, err = intArg(threshold); err == nil && t.MaxLen < 0 {
		err = errTrimMaxLen
	}
	return used + 1, err
}

// finish checks what does not depend on the order of options. What the log
// repeats was limited before.
func (p *streamParser) finish(isAdd bool) error {
	t := &p.o.Trim
	switch {
	case p.limit > 0 && t.By == types.StreamTrimNone:
		return errTrimLimitAlone
	case !isAdd && t.By == types.StreamTrimNone:
		return errTrimNothing
	case p.call.Tx.Replay:
		return nil
	case p.limit >= 0 && !t.Approx:
		return errTrimLimitExact
	case p.limit >= 0:
		t.Limit = p.limit
	case t.Approx:
		t.Limit = p.call.defaultTrimLimit()
	}
	return nil
}

// defaultTrimLimit bounds the work of approximate trimming as Redis does: a
// hundred macro nodes.
func (c *Call) defaultTrimLimit() int64 {
	const nodes, most = 100, 1000000
	switch n := c.Server.cfg.StreamNodeMaxEntries.Get(); {
	case n <= 0:
		return nodes * nodes
	case n > most/nodes:
		return most
	default:
		return n * nodes
	}
}

// streamIDArg reads an ID.
func streamIDArg(b []byte) (encoding.StreamID, error) {
	id, ok := encoding.ParseStreamID(b, 0)
	if !ok {
		return id, errStreamID
	}
	return id, nil
}

// streamIDs reads IDs.
func (c *Call) streamIDs(args [][]byte) ([]encoding.StreamID, error) {
	ids := c.ids[:0]
	for _, arg := range args {
		id, err := streamIDArg(arg)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if len(ids) <= maxKeptIDs {
		c.ids = ids
	}
	return ids, nil
}

// maxKeptIDs bounds the scratch of a call.
const maxKeptIDs = 64

// streamInterval reads the ends of a range of IDs. A parenthesis in front leaves
// out the ID itself.
func streamInterval(first, last []byte) (from, to encoding.StreamID, err error) {
	if from, err = streamStart(first); err != nil {
		return from, to, err
	}
	to, open, err := streamBound(last, encoding.MaxStreamID.Seq)
	if err != nil || !open {
		return from, to, err
	}
	to, ok := to.Prev()
	if !ok {
		return from, to, errStreamEnd
	}
	return from, to, nil
}

// streamStart reads the start of a range of IDs.
func streamStart(b []byte) (encoding.StreamID, error) {
	id, open, err := streamBound(b, 0)
	if err != nil || !open {
		return id, err
	}
	id, ok := id.Next()
	if !ok {
		return id, errStreamStart
	}
	return id, nil
}

// streamBound reads an end of a range of IDs; open says that the ID itself is
// left out.
func streamBound(b []byte, missingSeq uint64) (id encoding.StreamID, open bool, err error) {
	ok := false
	if open = len(b) > 1 && b[0] == '('; open {
		id, ok = encoding.ParseStreamID(b[1:], missingSeq)
	} else {
		id, ok = encoding.ParseStreamBound(b, missingSeq)
	}
	if !ok {
		return id, open, errStreamID
	}
	return id, open, nil
}
