// Package authhelpers stands where the engine looks for Google's credentials. All that the sandbox's engine lacks says so in its words.
package authhelpers

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"gocloud.dev/blob"
)

// LeftOut is the error of what this engine was built without.
func LeftOut(what string) error {
	return fmt.Errorf("%s: this pulumi was built for the sandbox, without the services of Pulumi Cloud, AWS, Azure, Google Cloud and Vault; "+
		"an official pulumi has them (https://www.pulumi.com/docs/install), and the sandbox uses one that is on PATH", what)
}

// LeftOutCommand is a command that is known and does nothing else, whatever it is given, than to say so.
func LeftOutCommand(name string, aliases ...string) *cobra.Command {
	return &cobra.Command{
		Use:                name,
		Aliases:            aliases,
		Short:              "Left out of the sandbox's pulumi",
		DisableFlagParsing: true,
		RunE:               func(*cobra.Command, []string) error { return LeftOut("pulumi " + name) },
	}
}

// GoogleCredentialsMux fails before anything is asked for credentials.
func GoogleCredentialsMux(context.Context) (*blob.URLMux, error) {
	return nil, LeftOut("gs:// backend")
}
