package server

import "github.com/cairndb/cairn/encoding/resp"

func init() {
	bind("module|list", moduleList)
	bind("module|load", moduleLoad)
	bind("module|loadex", moduleLoad)
	bind("module|unload", moduleUnload)
	bind("module|help", help(moduleHelp))
}

// MODULE LIST
func moduleList(c *Call) error {
	c.Reply.Array(0)
	return nil
}

// MODULE LOAD path [arg ...]
// MODULE LOADEX path [CONFIG name value ...] [ARGS arg ...]
func moduleLoad(c *Call) error {
	c.Server.warnf("Module %s failed to load: modules cannot be loaded into Cairn", resp.AppendQuoted(nil, c.Args[2]))
	return errModuleLoad
}

// MODULE UNLOAD name
func moduleUnload(*Call) error { return errModuleUnload }

const moduleHelp = `
LIST
    Return a list of loaded modules.
LOAD <path> [<arg> ...]
    Load a module library from <path>, passing to it any optional arguments.
LOADEX <path> [[CONFIG NAME VALUE] [CONFIG NAME VALUE]] [ARGS ...]
    Load a module library from <path>, while passing it module configurations and optional arguments.
UNLOAD <name>
    Unload a module.
`
