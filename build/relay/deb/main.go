// Command deb writes the relay's Debian package as nfpm.yaml describes it.
// nfpm's own command also knows formats whose dependencies we do not want.
//
// It is a module of its own, so that the program does not get nfpm's
// dependencies, and must not know anything about the relay.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: VERSION=… ARCH=… deb NFPM.YAML FOLDER")
		os.Exit(2)
	}
	name, err := write(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "deb:", err)
		os.Exit(1)
	}
	fmt.Println(name)
}

// write makes the package in a folder and returns its name.
func write(config, folder string) (string, error) {
	parsed, err := nfpm.ParseFileWithEnvMapping(config, os.Getenv)
	if err != nil {
		return "", fmt.Errorf("read configuration: %w", err)
	}
	info, err := parsed.Get("deb")
	if err != nil {
		return "", fmt.Errorf("read configuration: %w", err)
	}
	info = nfpm.WithDefaults(info)
	if err := nfpm.Validate(info); err != nil {
		return "", fmt.Errorf("check configuration: %w", err)
	}
	packager, err := nfpm.Get("deb")
	if err != nil {
		return "", fmt.Errorf("find packager: %w", err)
	}
	name := filepath.Join(folder, packager.ConventionalFileName(info))
	f, err := os.Create(name)
	if err != nil {
		return "", fmt.Errorf("create package: %w", err)
	}
	if err := errors.Join(packager.Package(info, f), f.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("write package: %w", err), os.Remove(name))
	}
	return name, nil
}
