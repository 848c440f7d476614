// Package cloud stands for requests to Pulumi Cloud's API.
package cloud

import (
	"context"

	"github.com/pulumi/pulumi/pkg/v3/authhelpers"
	"github.com/pulumi/pulumi/pkg/v3/backend/httpstate/client"
	"github.com/spf13/cobra"
)

// APIError is an answer of that API. The engine asks each error whether it is one.
type APIError struct {
	ExitCode int
	Silent   bool
}

func (*APIError) Error() string { return "an error of Pulumi Cloud's API" }

// ResolvedContext is the account that other commands ask with.
type ResolvedContext struct {
	Client   *client.Client
	OrgName  string
	LoggedIn bool
}

func ResolveContext(context.Context) (*ResolvedContext, error) {
	return nil, authhelpers.LeftOut("Pulumi Cloud")
}

func NewAPICmd() *cobra.Command { return authhelpers.LeftOutCommand("api") }
