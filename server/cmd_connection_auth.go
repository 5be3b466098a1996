package server

import "github.com/cairndb/cairn/server/acl"

func init() {
	bind("auth", auth)
}

// AUTH [username] password
func auth(c *Call) error {
	user, password := []byte(acl.Default), c.Args[len(c.Args)-1]
	switch {
	case len(c.Args) > 3:
		return errSyntax
	case len(c.Args) == 3:
		user = c.Args[1]
	case c.Server.users.Default().User().NoPass:
		return errNoPasswordSet
	}
	if err := c.login(user, password); err != nil {
		return err
	}
	c.Reply.OK()
	return nil
}

// login authenticates the connection. A wrong password leaves it as it was.
func (c *Call) login(user, password []byte) error {
	a := c.Server.users.Login(string(user), password)
	if a == nil {
		c.Client.noteLogin(c.Args[0], user)
		return errWrongPass
	}
	c.Client.loginAs(a)
	return nil
}
