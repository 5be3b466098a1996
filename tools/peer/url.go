package peer

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// URL says where a server is and who is calling.
type URL struct {
	Addr     string // host:port
	User     string // "": the default user
	Password string // "": no AUTH
	Database int    // -1: none is named
	TLS      bool
}

// IsURL tells a URL of a server from the name of a file.
func IsURL(s string) bool {
	return strings.HasPrefix(s, "redis://") || strings.HasPrefix(s, "rediss://")
}

const defaultPort = "6379"

// ParseURL reads redis://[user:password@]host[:port][/database], or rediss:// for TLS.
func ParseURL(s string) (URL, error) {
	u, err := parseURL(s)
	if err != nil {
		return u, fmt.Errorf("%s: %w: it should be redis://[user:password@]host[:port][/database]", hidePassword(s), err)
	}
	return u, nil
}

func parseURL(s string) (URL, error) {
	parsed, err := url.Parse(s)
	if err != nil {
		return URL{}, errors.New("no URL") // whose text would show a password
	}
	u := URL{Database: -1, TLS: parsed.Scheme == "rediss"}
	if !u.TLS && parsed.Scheme != "redis" {
		return u, errors.New("no URL of a server")
	}
	if parsed.Hostname() == "" {
		return u, errors.New("without a host")
	}
	port := parsed.Port()
	if port == "" {
		port = defaultPort
	}
	u.Addr = net.JoinHostPort(parsed.Hostname(), port)
	u.User = parsed.User.Username()
	u.Password, _ = parsed.User.Password()
	if path := strings.Trim(parsed.Path, "/"); path != "" {
		if u.Database, err = strconv.Atoi(path); err != nil || u.Database < 0 {
			return u, fmt.Errorf("%q is no number of a database", path)
		}
	}
	if parsed.RawQuery != "" || parsed.Fragment != "" {
		return u, errors.New("with more than that")
	}
	return u, nil
}

// hidePassword is for messages.
func hidePassword(s string) string {
	i, j := strings.Index(s, "://"), strings.LastIndexByte(s, '@')
	if i < 0 || j < i {
		return s
	}
	return s[:i+3] + "..." + s[j:]
}

// String is the URL without its password.
func (u URL) String() string {
	s := "redis://"
	if u.TLS {
		s = "rediss://"
	}
	if u.User != "" {
		s += u.User + "@"
	}
	if s += u.Addr; u.Database >= 0 {
		s += "/" + strconv.Itoa(u.Database)
	}
	return s
}
