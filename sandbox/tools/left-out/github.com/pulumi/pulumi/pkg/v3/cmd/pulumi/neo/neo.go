// Package neo stands for the agent of Pulumi Cloud.
package neo

import (
	"github.com/pulumi/pulumi/pkg/v3/authhelpers"
	"github.com/spf13/cobra"
)

func NewNeoCmd() *cobra.Command { return authhelpers.LeftOutCommand("neo") }
