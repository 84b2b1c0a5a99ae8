// Package gate is the one door into Projects for other rooms, opened by a
// service key. Everything that crosses it is a plain value that survives JSON,
// so a portal in another process is one more body of Door. It carries no rule of
// its own: the rules are those of portal, work and servicekey behind it. Start at
// gate.go (the interface), then local.go (the body inside one process).
package gate
