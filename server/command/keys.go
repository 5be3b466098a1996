package command

import "errors"

// KeyRef is a key of a call: which argument it is, and what happens to it.
type KeyRef struct {
	Pos   int
	Flags KeyFlags
}

// KeyFinder appends the keys of a call to dst. args has passed CheckArity. It
// returns false when the arguments make no sense.
type KeyFinder func(dst []KeyRef, args [][]byte) ([]KeyRef, bool)

// The reasons why AppendKeys has no answer, in the words of COMMAND GETKEYS.
var (
	ErrNoKeys  = errors.New("The command has no key arguments")
	ErrArity   = errors.New("Invalid number of arguments specified for command")
	ErrInvalid = errors.New("Invalid arguments specified for command")
)

// GetKeys returns the keys of a call in the order of the row's specifications.
// args starts with the command's name. The error is ErrNoKeys, ErrArity or
// ErrInvalid.
func (s *Spec) GetKeys(args [][]byte) ([]KeyRef, error) {
	return s.AppendKeys(nil, args)
}

// AppendKeys is GetKeys into a slice of the caller's, which spares the
// allocation. After an error the slice has its old length.
func (s *Spec) AppendKeys(dst []KeyRef, args [][]byte) ([]KeyRef, error) {
	if !s.HasKeys() {
		return dst, ErrNoKeys
	}
	if !s.CheckArity(len(args)) {
		return dst, ErrArity
	}
	out, ok := s.findKeys(dst, args)
	if !ok {
		out = dst
	}
	if len(out) == len(dst) && !s.Flags.Has(NoMandatoryKeys) {
		return dst, ErrInvalid
	}
	return out, nil
}

// KeyRange gives the keys of a call as first, first+step, ... up to last. It
// is for locking and routing, where the flags of a key do not matter: it
// allocates nothing and looks at no argument. first is 0 when the command has
// no keys or needs AppendKeys to find them all. args has passed CheckArity.
func (s *Spec) KeyRange(args [][]byte) (first, last, step int) {
	if !s.isPlain {
		return 0, 0, 0
	}
	last = s.LastKey
	if last < 0 {
		last += len(args)
	}
	return s.FirstKey, last, s.Step
}

// OneKey tells whether the command has exactly one key, always at the same place.
func (s *Spec) OneKey() bool { return s.isPlain && s.FirstKey == s.LastKey }

func (s *Spec) findKeys(dst []KeyRef, args [][]byte) ([]KeyRef, bool) {
	if s.Finder != nil {
		return s.Finder(dst, args)
	}
	ok := true
	for i := range s.Keys {
		k := &s.Keys[i]
		if k.Flags&NotKey != 0 {
			continue
		}
		if dst, ok = k.find(dst, args); !ok {
			return dst, false
		}
	}
	return dst, true
}

// find appends the keys of one specification. A specification that cannot
// promise to find all of its keys finds none. Where its keyword is not there,
// it has none.
func (k *KeySpec) find(dst []KeyRef, args [][]byte) ([]KeyRef, bool) {
	first, ok := k.Begin.find(args)
	if !ok || k.Flags&Incomplete != 0 {
		return dst, k.Begin.Kind == BeginKeyword && k.Flags&Incomplete == 0
	}
	first, last, ok := k.Find.bounds(first, args)
	if !ok || first > last || last >= len(args) {
		return dst, false
	}
	for pos := first; pos <= last; pos += k.Find.Step {
		dst = append(dst, KeyRef{pos, k.Flags})
	}
	return dst, true
}

func (b *BeginSearch) find(args [][]byte) (int, bool) {
	switch b.Kind {
	case BeginIndex:
		return b.Index, true
	case BeginKeyword:
		return b.findKeyword(args)
	}
	return 0, false
}

// findKeyword never looks at the place where the keyword could have nothing
// after it, nor, from the end, at the first argument, as Redis doesn't.
func (b *BeginSearch) findKeyword(args [][]byte) (int, bool) {
	pos, end, dir := b.From, len(args)-1, 1
	if b.From < 0 {
		pos, end, dir = len(args)+b.From, 1, -1
	}
	for ; pos > 0 && pos < len(args) && (end-pos)*dir > 0; pos += dir {
		if foldEqual(args[pos], b.Keyword) {
			return pos + 1, true
		}
	}
	return 0, false
}

// bounds returns the positions of the first and the last key, unchecked.
func (f *FindKeys) bounds(begin int, args [][]byte) (first, last int, ok bool) {
	switch f.Kind {
	case FindRange:
		return begin, f.rangeEnd(begin, len(args)), true
	case FindKeyNum:
		if begin+f.KeyNum >= len(args) {
			return 0, 0, false
		}
		n, ok := parseCount(args[begin+f.KeyNum], len(args))
		first = begin + f.FirstKey
		return first, first + (n-1)*f.Step, ok
	}
	return 0, 0, false
}

func (f *FindKeys) rangeEnd(begin, argc int) int {
	if f.LastKey >= 0 {
		return begin + f.LastKey
	}
	if f.Limit > 1 {
		return begin + (argc-begin)/f.Limit + f.LastKey
	}
	return argc + f.LastKey
}

// parseCount reads a number of keys as strictly as the commands themselves do:
// no sign, no leading zero. More than most is wrong, however large.
func parseCount(b []byte, most int) (int, bool) {
	if len(b) == 0 || (b[0] == '0' && len(b) > 1) {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n = n*10 + int(c-'0'); n > most {
			return 0, false
		}
	}
	return n, true
}
