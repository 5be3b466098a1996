package config

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// SavePoint asks for a checkpoint once Seconds have passed and Changes keys were written since the last one.
type SavePoint struct {
	Seconds, Changes int64
}

// savePoints is pairs of numbers. In files each line adds its pairs to those before; a line with none drops them.
var savePoints = kind[[]SavePoint]{
	parse: func(from []SavePoint, args []string) ([]SavePoint, error) {
		if len(args) == 0 || len(args) == 1 && args[0] == "" {
			return nil, nil
		}
		if len(args)%2 != 0 {
			return nil, errSave
		}
		points := append([]SavePoint(nil), from...)
		for i := 0; i < len(args); i += 2 {
			seconds, err1 := strconv.ParseInt(args[i], 10, 64)
			changes, err2 := strconv.ParseInt(args[i+1], 10, 64)
			if err1 != nil || err2 != nil || seconds < 1 || changes < 0 {
				return nil, errSave
			}
			points = append(points, SavePoint{seconds, changes})
		}
		return points, nil
	},
	format: func(points []SavePoint) string { return strings.Join(saveLines(points), " ") },
	lines: func(points []SavePoint) []string {
		if len(points) == 0 {
			return []string{`""`}
		}
		return saveLines(points)
	},
}

var errSave = errors.New("Invalid save parameters")

func saveLines(points []SavePoint) []string {
	lines := make([]string, len(points))
	for i, p := range points {
		lines[i] = formatInt(p.Seconds) + " " + formatInt(p.Changes)
	}
	return lines
}

// The client classes with an output limit of their own, as indexes of OutputLimits.
const (
	NormalClient = iota
	ReplicaClient
	PubSubClient
)

// OutputLimit closes a client whose pending replies exceed HardBytes, or SoftBytes for SoftSeconds on end. Zero bytes
// mean no limit.
type OutputLimit struct {
	HardBytes, SoftBytes, SoftSeconds int64
}

// OutputLimits holds a limit for each class of clients.
type OutputLimits [PubSubClient + 1]OutputLimit

// outputClasses are the names a class may be given by: the first is CONFIG GET's, the last the one for files.
var outputClasses = [len(OutputLimits{})][]string{{"normal"}, {"slave", "replica"}, {"pubsub"}}

// outputLimits is groups of class, hard limit, soft limit, seconds. Classes that are not named keep theirs.
var outputLimits = kind[OutputLimits]{
	parse: func(from OutputLimits, args []string) (OutputLimits, error) {
		if len(args)%4 != 0 {
			return from, errors.New("Wrong number of arguments in buffer limit configuration.")
		}
		for ; len(args) > 0; args = args[4:] {
			class := outputClass(args[0])
			if class < 0 {
				return from, errors.New("Invalid client class specified in buffer limit configuration.")
			}
			limit, ok := parseOutputLimit(args[1:4])
			if !ok {
				return from, errors.New("Error in hard, soft or soft_seconds setting in buffer limit configuration.")
			}
			from[class] = limit
		}
		return from, nil
	},
	format: func(limits OutputLimits) string {
		groups := make([]string, len(limits))
		for i, l := range limits {
			groups[i] = l.line(outputClasses[i][0], formatInt)
		}
		return strings.Join(groups, " ")
	},
	lines: func(limits OutputLimits) []string {
		lines := make([]string, len(limits))
		for i, l := range limits {
			names := outputClasses[i]
			lines[i] = l.line(names[len(names)-1], formatMemory)
		}
		return lines
	},
}

// outputClass returns the index of the class called name, -1 if there is none.
func outputClass(name string) int {
	for class, names := range outputClasses {
		for _, n := range names {
			if strings.EqualFold(n, name) {
				return class
			}
		}
	}
	return -1
}

func parseOutputLimit(args []string) (OutputLimit, bool) {
	hard, ok1 := ParseMemory(args[0])
	soft, ok2 := ParseMemory(args[1])
	seconds, err := strconv.ParseInt(args[2], 10, 64)
	return OutputLimit{hard, soft, seconds}, ok1 && ok2 && err == nil && seconds >= 0
}

func (l OutputLimit) line(class string, size func(int64) string) string {
	return strings.Join([]string{class, size(l.HardBytes), size(l.SoftBytes), formatInt(l.SoftSeconds)}, " ")
}

// maxBindAddresses is Redis's CONFIG_BINDADDR_MAX.
const maxBindAddresses = 16

// addresses is a list of host addresses; none means no TCP at all.
var addresses = kind[[]string]{
	parse: func(_ []string, args []string) ([]string, error) {
		if len(args) > maxBindAddresses {
			return nil, errors.New("Too many bind addresses specified.")
		}
		if len(args) == 1 && args[0] == "" {
			return nil, nil
		}
		return append([]string(nil), args...), nil
	},
	format: func(list []string) string { return strings.Join(list, " ") },
	lines: func(list []string) []string {
		if len(list) == 0 {
			return []string{`""`}
		}
		quoted := make([]string, len(list))
		for i, a := range list {
			quoted[i] = quoteIfNeeded(a)
		}
		if len(list) == 1 && quoted[0] != list[0] {
			return []string{quote(quoted[0])} // a single word is split once more, see startupArgs
		}
		return []string{strings.Join(quoted, " ")}
	},
}

// userLines is lines, each a user's name and rules. In files each line adds one.
var userLines = kind[[]string]{
	parse: func(from []string, args []string) ([]string, error) {
		if len(args) == 0 || len(args) == 1 && args[0] == "" {
			return nil, nil
		}
		return append(from[:len(from):len(from)], strings.Join(args, " ")), nil
	},
	format: func(lines []string) string { return strings.Join(lines, "\n") },
	lines:  func(lines []string) []string { return lines },
}

// percentiles is a list of numbers from 0 to 100, shown with six decimals at most.
var percentiles = kind[[]float64]{
	parse: func(_ []float64, args []string) ([]float64, error) {
		if len(args) == 1 && args[0] == "" {
			return nil, nil
		}
		list := make([]float64, len(args))
		for i, arg := range args {
			p, err := strconv.ParseFloat(arg, 64)
			if err != nil || math.IsNaN(p) {
				return nil, errors.New("Invalid latency-tracking-info-percentiles parameters")
			}
			if p < 0 || p > 100 {
				return nil, errors.New("latency-tracking-info-percentiles parameters should sit between [0.0,100.0]")
			}
			list[i] = p
		}
		return list, nil
	},
	format: formatPercentiles,
	lines: func(list []float64) []string {
		if len(list) == 0 {
			return []string{`""`}
		}
		return []string{formatPercentiles(list)}
	},
}

func formatPercentiles(list []float64) string {
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = strings.TrimRight(strings.TrimRight(strconv.FormatFloat(p, 'f', 6, 64), "0"), ".")
	}
	return strings.Join(texts, " ")
}

// oomScores is three numbers: master, replica, child process.
var oomScores = kind[[3]int64]{
	parse: func(_ [3]int64, args []string) (scores [3]int64, err error) {
		if len(args) != len(scores) {
			return scores, errors.New("wrong number of arguments")
		}
		for i, arg := range args {
			n, err := strconv.ParseInt(arg, 10, 64)
			if err != nil || n < -2000 || n > 2000 {
				return scores, errors.New("Invalid oom-score-adj-values, elements must be between -2000 and 2000.")
			}
			scores[i] = n
		}
		return scores, nil
	},
	format: func(s [3]int64) string { return formatInt(s[0]) + " " + formatInt(s[1]) + " " + formatInt(s[2]) },
}

// ShutdownFlags say how a signal shuts the server down; zero is SHUTDOWN without arguments.
type ShutdownFlags uint8

// The arguments of SHUTDOWN.
const (
	ShutdownSave ShutdownFlags = 1 << iota
	ShutdownNoSave
	ShutdownNow
	ShutdownForce
)

// shutdownNames are in bit order after "default", which adds nothing.
var shutdownNames = []string{"default", "save", "nosave", "now", "force"}

var shutdownFlags = kind[ShutdownFlags]{
	parse: func(_ ShutdownFlags, args []string) (flags ShutdownFlags, err error) {
		if len(args) == 0 {
			return 0, notOneOf(shutdownNames)
		}
		names := enum[int](shutdownNames...)
		for _, arg := range args {
			i, err := names.parse(0, []string{arg})
			if err != nil {
				return 0, err
			}
			flags |= 1 << i >> 1
		}
		if flags&ShutdownSave != 0 && flags&ShutdownNoSave != 0 {
			return 0, errors.New("shutdown options SAVE and NOSAVE can't be used simultaneously")
		}
		return flags, nil
	},
	format: func(flags ShutdownFlags) string {
		var names []string
		for i, name := range shutdownNames {
			if flags&(1<<i>>1) != 0 {
				names = append(names, name)
			}
		}
		if names == nil {
			return shutdownNames[0]
		}
		return strings.Join(names, " ")
	},
}

// titleVariables are the words a process title may hold in braces, and whether each can stand alone: Redis refuses a
// template that comes out empty, as one of the others would.
var titleVariables = map[string]bool{
	"title": false, "listen-addr": true, "server-mode": false, "port": true, "tls-port": true, "unixsocket": false,
	"config-file": false,
}

var titleTemplate = kind[string]{
	parse: func(_ string, args []string) (string, error) {
		if !validTitle(args[0]) {
			return "", errors.New("template format is invalid or contains unknown variables")
		}
		return args[0], nil
	},
	format: str.format,
	lines:  str.lines,
}

// validTitle follows Redis's little template language: {name} is a variable, {{ a brace.
func validTitle(template string) bool {
	shows := false
	for rest := template; ; {
		text, after, found := strings.Cut(rest, "{")
		shows = shows || text != ""
		if !found {
			return shows
		}
		if brace, ok := strings.CutPrefix(after, "{"); ok {
			rest, shows = brace, true
			continue
		}
		name, after, closed := strings.Cut(after, "}")
		visible, known := titleVariables[name]
		if !closed || !known {
			return false
		}
		rest, shows = after, shows || visible
	}
}
