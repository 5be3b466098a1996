// Package backup tests cairn backup and cairn restore as a user runs them, against a server that goes on meanwhile:
// what is restored has the DEBUG DIGEST that the server had at that moment, and checks clean.
package backup
