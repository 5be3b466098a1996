package link

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/cairndb/cairn/encoding/resp"
)

// maxAnswer bounds a line of the handshake, in bytes.
const maxAnswer = 4 << 10

// question is a command of the handshake.
type question struct {
	name string   // for messages: args may hold secrets
	args []string // as they are sent
	// excused tells errors that do not matter: an old master does not know every option.
	excused func(*RefusedError) bool
}

// introduce does what comes before PSYNC, all in one round trip.
func (l *Link) introduce() error {
	questions := l.questions()
	var out []byte
	for _, q := range questions {
		out = resp.AppendCommandStrings(out, q.args...)
	}
	if err := l.write(out); err != nil {
		return err
	}
	for _, q := range questions {
		if err := l.heed(q); err != nil {
			return err
		}
	}
	return nil
}

func (l *Link) questions() []question {
	qs := []question{{"PING", []string{"PING"}, pingIsAnswered}}
	switch {
	case l.o.User != "":
		qs = append(qs, question{"AUTH", []string{"AUTH", l.o.User, l.o.Password}, nil})
	case l.o.Password != "":
		qs = append(qs, question{"AUTH", []string{"AUTH", l.o.Password}, nil})
	}
	option := func(args ...string) {
		qs = append(qs, question{"REPLCONF " + args[0], append([]string{"REPLCONF"}, args...), optionIsUnknown})
	}
	if l.o.ListeningPort != 0 {
		option("listening-port", strconv.Itoa(l.o.ListeningPort))
	}
	if l.o.AnnounceIP != "" {
		option("ip-address", l.o.AnnounceIP)
	}
	capabilities := []string{"capa", "psync2"}
	if !l.o.SpooledRDB {
		capabilities = []string{"capa", "eof", "capa", "psync2"}
	}
	option(capabilities...)
	if l.o.OnlyRDB {
		qs = append(qs, question{"REPLCONF rdb-only", []string{"REPLCONF", "rdb-only", "1"}, nil})
	}
	return qs
}

// pingIsAnswered: a master that first wants AUTH, or does not let this user say PING, is there.
func pingIsAnswered(e *RefusedError) bool {
	return e.is("NOAUTH") || e.is("NOPERM") || strings.HasPrefix(e.Reply, "ERR operation not permitted")
}

// optionIsUnknown excuses what only an old master says; what keeps PSYNC from working is not excused.
func optionIsUnknown(e *RefusedError) bool { return e.is("ERR") }

func (l *Link) heed(q question) error {
	answer, err := l.answer()
	if err != nil {
		return fmt.Errorf("waiting for the answer to %s: %w", q.name, err)
	}
	err = refusal(q.name, answer)
	var refused *RefusedError
	if errors.As(err, &refused) && q.excused != nil && q.excused(refused) {
		return nil
	}
	return err
}

// refusal makes an error of an error reply.
func refusal(question, answer string) error {
	if strings.HasPrefix(answer, "-") {
		return &RefusedError{question, answer[1:]}
	}
	if !strings.HasPrefix(answer, "+") {
		return fmt.Errorf("%w: %s was answered with %q", ErrBroken, question, answer)
	}
	return nil
}

// answer reads the next line that is not empty.
func (l *Link) answer() (string, error) {
	for {
		line, err := l.line()
		if err != nil || line != "" {
			return line, err
		}
	}
}

func (l *Link) line() (string, error) {
	var line []byte
	for len(line) < maxAnswer {
		b, err := l.in.ReadByte()
		if err != nil {
			return "", err
		}
		if b == '\n' {
			return strings.TrimSuffix(string(line), "\r"), nil
		}
		line = append(line, b)
	}
	return "", fmt.Errorf("%w: a line of more than %d bytes: %.40q...", ErrBroken, maxAnswer, line)
}
