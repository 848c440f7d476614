// Package cloud stands for the secrets providers of clouds: each fails with one error, before anything is written.
package cloud

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/authhelpers"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// Type is what states call them.
const Type = "cloud"

// NewCloudSecretsManager is asked for every secrets provider that is neither a passphrase nor the default.
func NewCloudSecretsManager(_ *workspace.ProjectStack, provider string, _ bool) (secrets.Manager, error) {
	// What follows the scheme can have a key's name, and is not needed to tell it.
	scheme, _, found := strings.Cut(provider, "://")
	if !found {
		return nil, fmt.Errorf("unknown secrets provider %q: use \"default\" or \"passphrase\"", provider)
	}
	return nil, authhelpers.LeftOut(scheme + ":// secrets provider")
}

// NewCloudSecretsManagerFromState is asked by a state whose secrets one of them has encrypted.
func NewCloudSecretsManagerFromState(json.RawMessage) (secrets.Manager, error) {
	return nil, authhelpers.LeftOut("the secrets provider of this state")
}

// EditProjectStack is asked by a stack file that is to be like such a state.
func EditProjectStack(*workspace.ProjectStack, json.RawMessage) error {
	return authhelpers.LeftOut("the secrets provider of this state")
}
