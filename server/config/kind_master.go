package config

import (
	"errors"
	"strconv"
	"strings"
)

// Master is whom a server follows. The zero Master is nobody.
type Master struct {
	Host string
	Port int
}

// IsNobody tells whether there is none.
func (m Master) IsNobody() bool { return m.Host == "" }

func (m Master) String() string {
	if m.IsNobody() {
		return ""
	}
	return m.Host + " " + strconv.Itoa(m.Port)
}

var master = kind[Master]{
	parse: func(_ Master, args []string) (m Master, err error) {
		if len(args) == 0 {
			return m, nil
		}
		if len(args) != 2 {
			return m, errors.New("wrong number of arguments")
		}
		if strings.EqualFold(args[0], "no") && strings.EqualFold(args[1], "one") {
			return m, nil
		}
		port, err := strconv.Atoi(args[1])
		if err != nil || port < 0 || port > 65535 {
			return m, errors.New("Invalid master port")
		}
		return Master{args[0], port}, nil
	},
	format: Master.String,
	lines: func(m Master) []string {
		if m.IsNobody() {
			return nil
		}
		return []string{quote(m.Host) + " " + strconv.Itoa(m.Port)}
	},
}

// Follow changes whom the server follows, which no CONFIG SET does: REPLICAOF calls it, so that CONFIG GET shows it and
// CONFIG REWRITE keeps it.
func (c *Config) Follow(m Master) { c.ReplicaOf.p.Store(&m) }
