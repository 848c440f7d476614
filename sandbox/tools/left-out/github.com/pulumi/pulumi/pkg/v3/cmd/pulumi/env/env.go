// Package env stands for the environments that Pulumi Cloud keeps.
package env

import (
	"github.com/pulumi/pulumi/pkg/v3/authhelpers"
	"github.com/spf13/cobra"
)

func NewEnvCmd() *cobra.Command { return authhelpers.LeftOutCommand("env", "esc") }
