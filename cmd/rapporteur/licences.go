package main

import _ "embed"

// licences are the notices of everything that is part of the program: Go
// modules, data, and what is compiled into them. Made by
//
//	go test ./cmd/rapporteur -run Licences -update
//
//go:embed licences.txt
var licences string
