package diff

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// comparisons are the directives that may stand in front of a command. Those with a parameter take one more word.
var comparisons = map[string]struct {
	hasParam bool
	judge    func(param string) (judge, error)
}{
	"@sorted":  {judge: view(sorted)},
	"@shape":   {judge: view(shape)},
	"@fields":  {judge: view(fieldNames)},
	"@numbers": {judge: view(withoutNumbers)},
	"@has":     {hasParam: true, judge: func(param string) (judge, error) { return hasFields(strings.Split(param, ",")), nil }},
	"@approx": {hasParam: true, judge: func(param string) (judge, error) {
		tolerance, err := strconv.ParseInt(param, 10, 64)
		return approx(tolerance), err
	}},
}

// actions are the directives that do something else than one command and one reply.
var actions = map[string]struct {
	act      action
	hasReply bool
	minWords int
	maxWords int
}{
	"@recv":   {act: (*side).recv, hasReply: true},
	"@scan":   {act: (*side).scan, hasReply: true, minWords: 2, maxWords: 20},
	"@pushed": {act: (*side).pushed, hasReply: true, minWords: 1, maxWords: 1},
	"@send":   {act: (*side).send, minWords: 1, maxWords: 100},
	"@raw":    {act: (*side).raw, minWords: 1, maxWords: 1},
	"@conn":   {act: (*side).use, minWords: 1, maxWords: 1},
	"@closed": {act: (*side).closed},
	"@sleep":  {act: (*side).nothing, minWords: 1, maxWords: 1},
}

// parseStep makes a step of the words of a line: at most one comparison, then what is to be done.
func parseStep(words []string) (Step, error) {
	st := Step{act: (*side).command, judge: sameBytes}
	words, err := st.parseComparison(words)
	if err == nil {
		words, err = st.parseAction(words)
	}
	for _, word := range words {
		st.args = append(st.args, expand(word))
	}
	return st, err
}

func (st *Step) parseComparison(words []string) (rest []string, err error) {
	c, ok := comparisons[words[0]]
	if !ok {
		return words, nil
	}
	param, rest := "", words[1:]
	if c.hasParam && len(rest) > 0 {
		param, rest = rest[0], rest[1:]
	}
	if len(rest) == 0 {
		return nil, errors.New("nothing to compare")
	}
	st.judge, err = c.judge(param)
	return rest, err
}

func (st *Step) parseAction(words []string) (rest []string, err error) {
	name, rest := words[0], words[1:]
	if !strings.HasPrefix(name, "@") {
		return words, nil
	}
	a, ok := actions[name]
	if !ok {
		return nil, fmt.Errorf("unknown directive %s", name)
	}
	if len(rest) < a.minWords || len(rest) > a.maxWords {
		return nil, fmt.Errorf("%s takes %d to %d words", name, a.minWords, a.maxWords)
	}
	st.act = a.act
	if !a.hasReply {
		st.judge = nil
	}
	if name == "@sleep" {
		st.sleep, err = time.ParseDuration(rest[0])
	}
	return rest, err
}
