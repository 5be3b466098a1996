package main

import (
	"crypto/sha1"
	"encoding/hex"
	"flag"

	"github.com/cairndb/cairn/test/client"
)

// scripts compares scripts, functions and transactions.
func scripts(args []string) error {
	rounds, requests := 5, 200_000
	err := flags("scripts", args, func(fs *flag.FlagSet) {
		fs.IntVar(&rounds, "rounds", rounds, "rounds to take the median of")
		fs.IntVar(&requests, "requests", requests, "calls a run; a quarter as many transactions")
	})
	if err != nil {
		return err
	}
	s, err := startSides("everysec")
	if err != nil {
		return err
	}
	defer s.stop()
	const text = "return redis.call('incr',KEYS[1])"
	sum := sha1.Sum([]byte(text))
	const library = "#!lua name=bench\nredis.register_function('increment',function(keys) return redis.call('incr',keys[1]) end)"
	load := func(name, command string) drive {
		return drive{name: name, requests: requests, pipeline: 16, clients: 50, request: always(command)}
	}
	transaction := client.AppendCommand(nil, "MULTI")
	for range 10 {
		transaction = client.AppendCommand(transaction, "INCR", "counter")
	}
	transaction = client.AppendCommand(transaction, "EXEC")
	return s.compare([]stage{
		{load("EVALSHA of INCR", "EVALSHA "+hex.EncodeToString(sum[:])+" 1 counter"), [][]string{{"SCRIPT", "LOAD", text}}, 0.5},
		{load("FCALL of INCR", "FCALL increment 1 counter"), [][]string{{"FUNCTION", "LOAD", "REPLACE", library}}, 0.5},
		{drive{name: "MULTI, 10 INCR, EXEC", requests: requests / 4, pipeline: 4, clients: 50, replies: 12,
			request: func(b []byte, _ int) []byte { return append(b, transaction...) }}, nil, 1},
	}, rounds)
}
