package server

import "github.com/cairndb/cairn/types"

// stringOption is a bit for each option word of SET and GETEX.
type stringOption uint16

const (
	optNX stringOption = 1 << iota
	optXX
	optGet
	optKeepTTL
	optPersist
	optEX
	optPX
	optEXAT
	optPXAT

	optTimes  = optEX | optPX | optEXAT | optPXAT
	optExpiry = optTimes | optKeepTTL | optPersist

	setOptions   = optNX | optXX | optGet | optKeepTTL | optTimes
	getexOptions = optPersist | optTimes
)

// stringOptionWord is an option and what it cannot stand together with. A word
// may come twice; then the last one counts.
type stringOptionWord struct {
	word     string
	bit      stringOption
	excludes stringOption
	unit     expiryUnit // of optTimes, whose words are followed by a time
}

var stringOptionWords = []stringOptionWord{
	{word: "ex", bit: optEX, excludes: optExpiry &^ optEX, unit: inSeconds},
	{word: "px", bit: optPX, excludes: optExpiry &^ optPX, unit: inMs},
	{word: "nx", bit: optNX, excludes: optXX},
	{word: "xx", bit: optXX, excludes: optNX},
	{word: "get", bit: optGet},
	{word: "exat", bit: optEXAT, excludes: optExpiry &^ optEXAT, unit: atSeconds},
	{word: "pxat", bit: optPXAT, excludes: optExpiry &^ optPXAT, unit: atMs},
	{word: "keepttl", bit: optKeepTTL, excludes: optExpiry &^ optKeepTTL},
	{word: "persist", bit: optPersist, excludes: optExpiry &^ optPersist},
}

// stringOptions are the options of one SET or GETEX as they were given.
type stringOptions struct {
	given stringOption
	time  []byte // with one of optTimes, not looked at yet
	unit  expiryUnit
}

func (o *stringOptions) has(bits stringOption) bool { return o.given&bits != 0 }

// parseStringOptions reads option words, all of which must be allowed and fit
// together.
func parseStringOptions(args [][]byte, allowed stringOption) (o stringOptions, err error) {
	for i := 0; i < len(args); i++ {
		w := findStringOption(args[i])
		if w == nil || allowed&w.bit == 0 || o.has(w.excludes) {
			return o, errSyntax
		}
		o.given |= w.bit
		if w.bit&optTimes == 0 {
			continue
		}
		if i++; i == len(args) {
			return o, errSyntax
		}
		o.time, o.unit = args[i], w.unit
	}
	return o, nil
}

func findStringOption(arg []byte) *stringOptionWord {
	for i := range stringOptionWords {
		if isWord(arg, stringOptionWords[i].word) {
			return &stringOptionWords[i]
		}
	}
	return nil
}

// expiry is when the key will expire, 0 if no time was given.
func (o *stringOptions) expiry(c *Call) (int64, error) {
	if !o.has(optTimes) {
		return 0, nil
	}
	return c.expiryArg(o.time, o.unit)
}

// setOptions reads SET's options.
func (c *Call) setOptions(args [][]byte) (types.SetOptions, error) {
	if len(args) == 0 {
		return types.SetOptions{}, nil
	}
	words, err := parseStringOptions(args, setOptions)
	if err != nil {
		return types.SetOptions{}, err
	}
	o := types.SetOptions{Get: words.has(optGet), KeepTTL: words.has(optKeepTTL)}
	switch {
	case words.has(optNX):
		o.If = types.IfMissing
	case words.has(optXX):
		o.If = types.IfExists
	}
	o.ExpireAtMs, err = words.expiry(c)
	return o, err
}
